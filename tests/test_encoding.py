import base64
import html.parser
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.encoding import base64url, brief, escaped, from_base64url, printable
from labkit.errors import InvalidInput

# RFC 4648 §10, without the padding (RFC 7515 §2); RFC 7515 appendix C.
VECTORS = [
    (b"", ""),
    (b"f", "Zg"),
    (b"fo", "Zm8"),
    (b"foo", "Zm9v"),
    (b"foob", "Zm9vYg"),
    (b"fooba", "Zm9vYmE"),
    (b"foobar", "Zm9vYmFy"),
    (bytes([3, 236, 255, 224, 193]), "A-z_4ME"),
]


class TestBase64url:
    @pytest.mark.parametrize(("data", "value"), VECTORS)
    def test_agrees_with_the_rfc_both_ways(self, data, value):
        assert base64url(data) == value
        assert from_base64url(value) == data

    @given(st.binary(max_size=100))
    def test_comes_back_as_it_was(self, data):
        assert from_base64url(base64url(data)) == data

    @given(st.text(string.ascii_letters + string.digits + "-_=+/ \n", max_size=12))
    def test_each_value_has_one_spelling(self, value):
        try:
            data = from_base64url(value)
        except InvalidInput:
            return
        assert base64url(data) == value

    @pytest.mark.parametrize(
        "value",
        ["Zg==", "Zg=", "Z", "Zm9vY", "Zm9v\n", " Zm9v", "Zm9v ", "Zm+v", "Zm/v", "Zm9v.", "Zｍ9v"],
    )
    def test_padding_other_alphabets_white_space_and_impossible_lengths_are_refused(self, value):
        with pytest.raises(InvalidInput):
            from_base64url(value)

    @pytest.mark.parametrize("value", ["Zh", "Zm9", "_x", "_-9"])
    def test_stray_low_bits_are_refused_though_the_standard_library_takes_them(self, value):
        assert base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        with pytest.raises(InvalidInput, match="stray bits"):
            from_base64url(value)

    @pytest.mark.parametrize("value", [None, 5, b"Zg", ["Zg"], "\ud800", "\0"])
    def test_what_is_no_text_of_that_alphabet_is_refused(self, value):
        with pytest.raises(InvalidInput):
            from_base64url(value)


class TestPrintable:
    def test_leaves_ordinary_text_alone_with_tabs_and_line_feeds(self):
        text = "Grüße, 世界 \U0001f600\tand\nmore"
        assert printable(text) == text

    @pytest.mark.parametrize("code", [0x00, 0x07, 0x0D, 0x1B, 0x7F, 0x9B, 0x200B, 0x2028, 0x2069])
    def test_spells_out_what_cannot_be_seen_or_moves_the_cursor(self, code):
        assert printable(f"a{chr(code)}b") == f"a\\u{code:04x}b"

    def test_spells_out_every_bidirectional_control(self):
        controls = {
            chr(code)
            for code in range(0x110000)
            if unicodedata.bidirectional(chr(code))
            in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
        }
        assert controls
        assert all(printable(control).isascii() for control in controls)

    def test_spells_out_half_a_surrogate_pair(self):
        assert printable("a\ud800") == "a\\ud800"

    def test_takes_any_object(self):
        assert printable(5) == "5"
        assert printable(b"a\0") == r"b'a\x00'"


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []
        self.attributes = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


class TestEscaped:
    @pytest.mark.parametrize(
        "payload",
        [
            "<script>alert(1)</script>",
            "\"><img src=x onerror='alert(1)'>",
            "' onmouseover='alert(1)",
            "</title><svg onload=alert(1)>",
            "<!-- ",
            "&lt;b&gt;",
            "<\0script>",
        ],
    )
    @pytest.mark.parametrize("frame", ["<p>{}</p>", '<p title="{}"></p>', "<p title='{}'></p>"])
    def test_no_payload_leaves_its_element_or_its_attribute(self, payload, frame):
        reader = Reader()
        reader.feed(frame.format(escaped(payload)))
        reader.close()
        assert reader.tags == ["p"]
        assert len(reader.attributes) == frame.count("title")

    @given(st.text())
    def test_ordinary_reading_gives_back_the_printable_text(self, text):
        assert html.unescape(escaped(text)) == printable(text)

    @given(st.text())
    def test_nothing_that_html_gives_a_meaning_is_left(self, text):
        assert not set(escaped(text)) & set("<>\"'")


@pytest.mark.parametrize(
    "value",
    ["x" * 10**6, 10**5000, -(10**5000), [0] * 10**6, chr(0xD800)],
    ids=["long", "huge", "huge and negative", "list", "half"],
)
def test_any_value_is_shown_in_a_few_visible_characters(value):
    shown = brief(value)
    assert len(shown) < 60
    assert shown.isprintable()
