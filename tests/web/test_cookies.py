from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.browser import CookieAttributes, CookiePolicy, CookieRefused, read_cookies
from labkit.errors import InvalidInput, LabkitError

# RFC 6265bis §4.1.1: cookie-octet
OCTETS = [
    chr(n)
    for n in [0x21, *range(0x23, 0x2C), *range(0x2D, 0x3B), *range(0x3C, 0x5C), *range(0x5D, 0x7F)]
]


class With(CookiePolicy):
    """A policy with other attributes, as a site's own subclass would decide them."""

    def __init__(self, **changes: object) -> None:
        super().__init__()
        self.changes = changes

    def attributes(self, name: str) -> CookieAttributes:
        return replace(super().attributes(name), **self.changes)  # type: ignore[arg-type]


def test_a_cookie_is_bound_to_the_host_hidden_from_scripts_and_kept_from_other_sites() -> None:
    assert CookiePolicy().attributes("session") == CookieAttributes(
        name="__Host-session",
        http_only=True,
        secure=True,
        same_site="Lax",
        path="/",
        max_age_s=None,
    )


def test_the_header_spells_the_attributes_out() -> None:
    assert (
        CookiePolicy(max_age_s=3600).header("session", "abc")
        == "__Host-session=abc; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax"
    )


def test_removing_a_cookie_keeps_the_attributes_by_which_a_browser_finds_it() -> None:
    assert (
        CookiePolicy(max_age_s=3600).removal("session")
        == "__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"
    )


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({"http_only": False}, "__Host-a=1; Path=/; Secure; SameSite=Lax"),
        ({"same_site": "None"}, "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=None"),
        ({"same_site": "Strict"}, "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Strict"),
        ({"name": "a", "secure": False}, "a=1; Path=/; HttpOnly; SameSite=Lax"),
        (
            {"name": "__Secure-a", "path": "/x"},
            "__Secure-a=1; Path=/x; Secure; HttpOnly; SameSite=Lax",
        ),
    ],
)
def test_weaker_attributes_that_browsers_take_can_be_written(
    changes: dict[str, object], header: str
) -> None:
    assert With(**changes).header("a", "1") == header


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"secure": False}, "__Host-"),
        ({"name": "__host-a", "secure": False}, "__Host-"),
        ({"name": "__Secure-a", "secure": False}, "__Secure-"),
        ({"path": "/grades"}, "path other than /"),
        ({"name": "__HOST-a", "path": "/grades"}, "path other than /"),
        ({"name": "a", "secure": False, "same_site": "None"}, "SameSite=None without Secure"),
        ({"same_site": "lax"}, "Strict, Lax or None"),
        ({"path": "relative", "name": "a"}, "begins with /"),
        ({"path": "/; Domain=evil.example", "name": "a"}, "begins with /"),
        ({"path": "/\r\nX: y", "name": "a"}, "begins with /"),
        ({"path": None}, "begins with /"),
        ({"path": "/" * 1025, "name": "a"}, "1024"),
        ({"name": "a b"}, "letters, digits"),
        ({"name": "a=b"}, "letters, digits"),
        ({"name": ""}, "empty"),
        ({"max_age_s": -1}, "life"),
        ({"max_age_s": 400 * 86400 + 1}, "life"),
    ],
)
def test_attributes_that_browsers_refuse_are_refused(
    changes: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        With(**changes).header("a", "1")


@pytest.mark.parametrize(
    "value",
    ["a b", "a;b", "a,b", "a\\b", 'a"b', '"a', "a\r\nSet-Cookie: x=y", "\0", "\x7f", "é", "\ud800"],
)
def test_a_value_that_could_end_the_cookie_is_refused(value: str) -> None:
    with pytest.raises(CookieRefused, match="base64url"):
        CookiePolicy().header("a", value)


def test_a_cookie_too_large_for_browsers_is_refused() -> None:
    room = 4096 - len("__Host-a")
    assert CookiePolicy().header("a", "x" * room)
    with pytest.raises(CookieRefused, match="ignore it"):
        CookiePolicy().header("a", "x" * (room + 1))


@pytest.mark.parametrize("wrong", [None, 7, b"a", "", "é", "\ud800", "a" * 10**6])
def test_a_wrong_name_is_a_labkit_error(wrong: object) -> None:
    for call in (CookiePolicy().attributes, CookiePolicy().removal):
        with pytest.raises(LabkitError):
            call(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["60", 1.5, True, -1, 10**12])
def test_a_life_is_whole_seconds_up_to_400_days(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="life"):
        CookiePolicy(max_age_s=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("header", "read"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2 ;\tc=3", {"a": "1", "b": "2", "c": "3"}),
        ("a=b=c==", {"a": "b=c=="}),
        ("a=", {"a": ""}),
        ('a="1"', {"a": '"1"'}),
        ("a=1; A=2", {"a": "1", "A": "2"}),
        ("a=1; a=2; b=3", {"b": "3"}),
        ("a=1; a=1", {}),
        ("a=1; a=not valid; b=3", {"b": "3"}),
        ("a; =1; ;; b=3", {"b": "3"}),
        ('a b=1; c=x y; d=x,y; e={"j":1}; f=\\; g=é; h=1', {"h": "1"}),
        ("a =1; b= 2", {}),
    ],
)
def test_only_what_has_one_meaning_is_read(header: str, read: dict[str, str]) -> None:
    assert read_cookies(header) == read


@pytest.mark.parametrize(
    "header", [None, b"a=1", 7, "a=1\r\nb=2", "a=\0", "a=\x7f", "a=1; " * 4000, "x" * 10**7]
)
def test_a_header_no_server_should_pass_on_is_refused(header: object) -> None:
    with pytest.raises(CookieRefused):
        read_cookies(header)  # type: ignore[arg-type]


def test_a_header_full_of_cookies_is_read_whole() -> None:
    header = ";".join(f"{n}=" for n in range(2900))
    assert len(header) < 16384
    assert len(read_cookies(header)) == 2900


@given(st.text(alphabet=OCTETS, max_size=200))
def test_every_value_of_legal_octets_comes_back_as_it_was_sent(value: str) -> None:
    sent = CookiePolicy().header("a", value).split("; ")[0]
    assert read_cookies(f"x=1; {sent}; y=2") == {"x": "1", "__Host-a": value, "y": "2"}


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_or_value_adds_an_attribute_or_a_line(name: str, value: str) -> None:
    try:
        header = CookiePolicy().header(name, value)
    except InvalidInput:
        return
    assert header == f"__Host-{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax"
    assert header.isascii()
    assert header.isprintable()
    assert header.count(";") == 4


@given(st.text(alphabet=[*'ab=;," \t\\\x01é', *OCTETS[:9]], max_size=80))
def test_any_header_is_read_or_refused(header: str) -> None:
    try:
        read = read_cookies(header)
    except CookieRefused:
        assert any(ord(each) < 32 and each != "\t" for each in header)
        return
    parts = [part.strip(" \t") for part in header.split(";")]
    assert all(parts.count(f"{name}={value}") == 1 for name, value in read.items())
