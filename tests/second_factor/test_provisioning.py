"""What an authenticator app scans: the URI's form, and QR codes that another program can read."""

import io
import re
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labkit.errors import InvalidInput, LabkitError
from labkit.second_factor import from_base32, provisioning_uri, qr_png, qr_svg
from labkit.second_factor.errors import QrTooLong

SECRET = b"12345678901234567890"
URI = provisioning_uri(SECRET, user="alice@example.org", issuer="Grade book & Söhne")


def decoded(picture):
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return found.text


def painted(svg, scale=6):
    """A rasteriser for the two kinds of sub-path that `qr_svg` writes."""
    root = ET.fromstring(svg)
    left, top, width, height = map(int, root.attrib["viewBox"].split())
    assert (left, top) == (0, 0)
    picture = Image.new("RGB", (width, height), "red")  # what is not painted stays visible
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        rest = path.attrib["d"]
        for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", rest):
            box = (int(x), int(y), int(x) + int(w), int(y) + int(h))
            picture.paste(path.attrib["fill"], box)
    return picture.resize((width * scale, height * scale), Image.Resampling.NEAREST)


def test_the_uri_names_issuer_account_and_all_parameters():
    parts = urlsplit(URI)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Grade book & Söhne:alice@example.org"
    assert parse_qs(parts.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Grade book & Söhne"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


def test_a_space_is_never_a_plus_which_apps_show_as_it_is():
    assert "+" not in URI
    assert "Grade%20book" in URI


@settings(max_examples=60, deadline=None)
@given(
    st.text(min_size=1, max_size=30),
    st.text(min_size=1, max_size=30),
    st.binary(min_size=1, max_size=64),
)
def test_whatever_the_names_they_and_the_secret_come_back(user, issuer, secret):
    try:
        uri = provisioning_uri(secret, user=user, issuer=issuer)
    except LabkitError:
        assert ":" in user + issuer or not (user + issuer).isprintable()
        return
    parts = urlsplit(uri)
    assert unquote(parts.path) == f"/{issuer}:{user}"
    assert parse_qs(parts.query)["issuer"] == [issuer]
    assert from_base32(parse_qs(parts.query)["secret"][0]) == secret


@pytest.mark.parametrize("module_px", [2, 8])
def test_the_png_is_read_by_another_program(module_px):
    picture = Image.open(io.BytesIO(qr_png(URI, module_px=module_px)))
    assert picture.format == "PNG"
    assert decoded(picture.convert("L")) == URI


def test_the_svg_is_read_by_another_program():
    assert decoded(painted(qr_svg(URI))) == URI


def test_png_and_svg_have_the_same_modules_and_a_quiet_zone_of_four():
    png = Image.open(io.BytesIO(qr_png(URI, module_px=1))).convert("L")
    svg = painted(qr_svg(URI), scale=1).convert("L")
    assert png.size == svg.size
    assert png.tobytes() == svg.tobytes()
    dark = png.point(lambda value: 255 - value).getbbox()
    assert dark == (4, 4, png.width - 4, png.height - 4)


def test_the_svg_is_white_beneath_so_that_it_scans_in_a_dark_theme_too():
    assert "red" not in qr_svg(URI)
    colours = {colour for _, colour in painted(qr_svg(URI)).getcolors()}
    assert colours == {(0, 0, 0), (255, 255, 255)}


def test_the_svg_has_a_title_and_holds_no_markup_from_outside():
    svg = qr_svg(URI, title="<script>alert(1)</script> & more")
    title = ET.fromstring(svg).find("{http://www.w3.org/2000/svg}title")
    assert title.text == "<script>alert(1)</script> & more"
    assert "<script" not in svg


def test_an_account_in_another_script_fits_and_is_read():
    uri = provisioning_uri(SECRET, user="Þóra Ólafsdóttir", issuer="Школа №7")
    assert decoded(Image.open(io.BytesIO(qr_png(uri))).convert("L")) == uri


def test_more_than_a_qr_code_holds_is_refused():
    for draw in (qr_png, qr_svg):
        with pytest.raises(QrTooLong):
            draw("é" * 1200)
        assert draw("x" * 2331)


@pytest.mark.parametrize(
    "call",
    [
        lambda: provisioning_uri(SECRET, user="", issuer="x"),
        lambda: provisioning_uri(SECRET, user="a:b", issuer="x"),
        lambda: provisioning_uri(SECRET, user="a", issuer="x:y"),
        lambda: provisioning_uri(SECRET, user="a\nb", issuer="x"),
        lambda: provisioning_uri(SECRET, user="a\u202eb", issuer="x"),
        lambda: provisioning_uri(SECRET, user="a\0", issuer="x"),
        lambda: provisioning_uri(SECRET, user="\ud800", issuer="x"),
        lambda: provisioning_uri(SECRET, user="a", issuer=None),
        lambda: provisioning_uri(SECRET, user="a" * 10**6, issuer="x"),
        lambda: provisioning_uri("secret", user="a", issuer="x"),
        lambda: provisioning_uri(b"", user="a", issuer="x"),
        lambda: provisioning_uri(SECRET, user="a", issuer="x", digits=5),
        lambda: provisioning_uri(SECRET, user="a", issuer="x", step_s=0),
        lambda: provisioning_uri(SECRET, user="a", issuer="x", algorithm="MD5"),
        lambda: provisioning_uri(SECRET, user="a", issuer="x", algorithm=["SHA1"]),
        lambda: qr_png(""),
        lambda: qr_png(None),
        lambda: qr_png("x" * 10**6),
        lambda: qr_png("\ud800"),
        lambda: qr_png("x", module_px=0),
        lambda: qr_png("x", module_px=10**6),
        lambda: qr_svg(b"x"),
        lambda: qr_svg("x", title=None),
    ],
)
def test_a_wrong_argument_is_refused_at_once(call):
    with pytest.raises(InvalidInput):
        call()
