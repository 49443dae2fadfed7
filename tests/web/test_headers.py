import pytest

from labkit.browser import SecurityHeaders
from labkit.errors import InvalidInput

NONCE = "A" * 22


def policy(headers: SecurityHeaders) -> dict[str, list[str]]:
    parts = [part.split() for part in headers.content_security_policy(NONCE).split(";")]
    return {name: sources for name, *sources in parts}


def test_a_private_page_is_guarded_and_kept_by_nobody() -> None:
    page = SecurityHeaders().for_page(nonce=NONCE)
    assert page["Cache-Control"] == "no-store"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Frame-Options"] == "DENY"
    assert page["Content-Security-Policy"] == SecurityHeaders().content_security_policy(NONCE)


def test_a_public_page_may_be_kept_but_is_asked_for_again() -> None:
    assert SecurityHeaders().for_page(nonce=NONCE, private=False)["Cache-Control"] == "no-cache"


def test_only_scripts_with_the_nonce_run() -> None:
    assert policy(SecurityHeaders())["script-src"] == [f"'nonce-{NONCE}'"]
    assert "unsafe" not in SecurityHeaders().content_security_policy(NONCE)


@pytest.mark.parametrize("directive", ["default-src", "base-uri", "frame-ancestors"])
def test_what_the_site_does_not_use_is_nobodys(directive: str) -> None:
    assert policy(SecurityHeaders())[directive] == ["'none'"]


def test_forms_lead_to_the_own_site_only() -> None:
    assert policy(SecurityHeaders())["form-action"] == ["'self'"]


def test_only_a_site_on_https_asks_browsers_to_stay_there() -> None:
    name = "Strict-Transport-Security"
    assert name not in SecurityHeaders().for_page(nonce=NONCE)
    assert SecurityHeaders(https=True).for_page(nonce=NONCE)[name] == "max-age=31536000"


def test_nonces_have_128_bits_and_do_not_repeat() -> None:
    headers = SecurityHeaders()
    nonces = {headers.new_nonce() for _ in range(500)}
    assert len(nonces) == 500
    assert {len(each) for each in nonces} == {22}


def test_no_header_holds_a_character_that_could_end_its_line() -> None:
    page = SecurityHeaders(https=True).for_page(nonce=SecurityHeaders().new_nonce())
    assert all(value.isascii() and value.isprintable() for value in page.values())


@pytest.mark.parametrize(
    "nonce",
    [
        None,
        7,
        b"A" * 22,
        "",
        "short",
        "A" * 129,
        "A" * 10**6,
        "A" * 22 + "'; script-src *",
        "A" * 22 + "\r\nX: y",
        "A" * 22 + "\n",
        "é" * 22,
        "\ud800" * 22,
        "\0" * 22,
    ],
)
def test_a_nonce_that_is_none_is_refused(nonce: object) -> None:
    with pytest.raises(InvalidInput, match="new_nonce"):
        SecurityHeaders().content_security_policy(nonce)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [None, "yes", 1])
def test_https_is_yes_or_no(wrong: object) -> None:
    with pytest.raises(InvalidInput, match="True or False"):
        SecurityHeaders(https=wrong)  # type: ignore[arg-type]
