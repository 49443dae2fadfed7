import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.browser import Escaper, UnsafeUrl
from labkit.errors import InvalidInput

ESCAPER = Escaper()
SHARP = st.text(
    alphabet=[*"<>&\"'=/ :;#\\`ajvascript\0\t\r\n", "\u202e", "\ud800", "é"], max_size=60
)


class Seen(HTMLParser):
    """What a page turns out to hold."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.shown = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.shown += data

    def handle_comment(self, data: str) -> None:
        self.tags.append(f"comment {data}")


@given(st.one_of(SHARP, st.text(max_size=60)))
def test_whatever_a_user_writes_stays_text_in_an_element_and_in_an_attribute(value: str) -> None:
    page = Seen(f"<p {ESCAPER.attribute('title', value)}>{ESCAPER.text(value)}</p>")
    assert page.tags == ["p"]
    assert [name for name, _ in page.attributes] == ["title"]
    if value.isascii() and value.isprintable():
        assert page.shown == value
        assert page.attributes == [("title", value)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("<script>", "&lt;script&gt;"),
        ("a & b", "a &amp; b"),
        ("\"'", "&quot;&#x27;"),
        ("a\u202eb", "a\\u202eb"),
        ("a\0b", "a\\u0000b"),
        ("\ud800", "\\ud800"),
        ("Zoë ☃", "Zoë ☃"),
        ("", ""),
        (7, "7"),
        (1.5, "1.5"),
    ],
)
def test_text_is_shown_as_it_was_written(value: str | int | float, shown: str) -> None:
    assert ESCAPER.text(value) == shown


@pytest.mark.parametrize(
    "wrong", [None, b"bytes", ["a"], {"a": 1}, object(), 1 << 5000, "x" * 2**21]
)
def test_what_is_not_for_showing_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidInput):
        ESCAPER.text(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["onclick", "href", "src", "style", "srcdoc", "id", "", "TITLE", None, 7]
)
def test_an_attribute_that_does_more_than_show_text_is_refused(name: object) -> None:
    with pytest.raises(InvalidInput, match="only shows text"):
        ESCAPER.attribute(name, "x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("link", "attribute"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&amp;c=2#d"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("/grades", "/grades"),
        ("grades/7", "grades/7"),
        ("?page=2", "?page=2"),
        ("#top", "#top"),
        ("//example.org/", "//example.org/"),
        ("/at/12:30", "/at/12:30"),
        ("?at=12:30", "?at=12:30"),
        ("", ""),
        ("/'\"<>", "/&#x27;&quot;&lt;&gt;"),
        ("/é", "/é"),
    ],
)
def test_a_link_over_http_by_mail_or_within_the_site_passes(link: str, attribute: str) -> None:
    assert ESCAPER.url(link) == attribute


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "javascript\r:alert(1)",
        "java\0script:alert(1)",
        "\u200bjavascript:alert(1)",
        "\ufeffjavascript:alert(1)",
        "java%73cript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "blob:https://example.org/1",
        "file:///etc/passwd",
        "view-source:https://example.org",
        "ftp://example.org",
        ":alert(1)",
        "12:30",
        "/\\evil.example",
        "\\\\evil.example",
        "https://a b",
        "/\ud800",
        "/\u202egnp.exe",
        "/" + "a" * 8192,
        None,
        7,
        b"/",
    ],
)
def test_a_link_that_could_run_a_script_or_mislead_is_refused(link: object) -> None:
    with pytest.raises(UnsafeUrl, match="Take http:"):
        ESCAPER.url(link)  # type: ignore[arg-type]


@given(st.one_of(SHARP, SHARP.map("javascript:".__add__), SHARP.map(" java\tscript:".__add__)))
def test_no_link_that_passes_has_a_scheme_other_than_those_three(link: str) -> None:
    try:
        attribute = ESCAPER.url(link)
    except UnsafeUrl:
        return
    # What a browser makes of it (URL Standard: trim, drop tabs and line ends, then the scheme).
    seen = re.sub(r"[\t\r\n]", "", html.unescape(attribute)).strip("".join(map(chr, range(33))))
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", seen)
    assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}
    assert not set(attribute) & set("<>\"'")
