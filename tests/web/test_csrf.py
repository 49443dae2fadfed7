from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.browser import CsrfGuard
from labkit.errors import InvalidInput, LabkitError

KEY = bytes(range(32))
OWN = "https://gradebook.example"


@pytest.fixture(scope="module")
def guard() -> CsrfGuard:
    return CsrfGuard(KEY)


def test_a_token_is_good_for_its_own_session_only(guard: CsrfGuard) -> None:
    token = guard.token_for("alice's session")
    assert guard.token_ok(token, "alice's session")
    assert not guard.token_ok(token, "mallory's session")
    assert not guard.token_ok(token, "alice's session ")


def test_two_tokens_of_one_session_differ_and_both_hold(guard: CsrfGuard) -> None:
    one, two = guard.token_for("s"), guard.token_for("s")
    assert one != two
    assert guard.token_ok(one, "s")
    assert guard.token_ok(two, "s")


def test_servers_that_share_the_key_take_each_others_tokens(guard: CsrfGuard) -> None:
    token = CsrfGuard(KEY).token_for("s")
    assert guard.token_ok(token, "s")
    assert not CsrfGuard(KEY[::-1]).token_ok(token, "s")


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "0",
        "A" * 64,
        "A" * 63,
        "A" * 65,
        "A" * 10**7,
        "é" * 64,
        "\ud800" * 64,
        "\0" * 64,
        7,
        True,
        b"A" * 64,
        [],
        {},
    ],
)
def test_a_missing_or_foreign_token_is_never_ok(guard: CsrfGuard, sent: object) -> None:
    assert guard.token_ok(sent, "s") is False  # type: ignore[arg-type]


@given(st.integers(0, 63), st.sampled_from("ABab01-_="))
def test_a_changed_token_is_never_ok(place: int, other: str) -> None:
    guard = CsrfGuard(KEY)
    token = guard.token_for("s")
    changed = token[:place] + other + token[place + 1 :]
    assert guard.token_ok(changed, "s") == (changed == token)


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_no_two_sessions_share_a_token(one: str, two: str) -> None:
    guard = CsrfGuard(KEY)
    assert guard.token_ok(guard.token_for(one), two) == (one == two)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "get", "", "QUERY"])
@pytest.mark.parametrize("path", ["/grades", "/login", "/"])
def test_whatever_may_change_something_needs_a_check_log_in_too(
    guard: CsrfGuard, method: str, path: str
) -> None:
    assert guard.needs_check(method, path)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_safe_method_needs_none(guard: CsrfGuard, method: str) -> None:
    assert not guard.needs_check(method, "/grades")


@pytest.mark.parametrize(
    ("headers", "ok"),
    [
        ({}, True),
        ({"Origin": OWN, "Sec-Fetch-Site": "same-origin"}, True),
        ({"ORIGIN": OWN, "sec-fetch-site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://forum.gradebook.example"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, False),
        ({"Sec-Fetch-Site": "Same-Origin"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://gradebook.example"}, False),
        ({"Origin": f"{OWN}:8443"}, False),
        ({"Origin": f"{OWN}.evil.example"}, False),
        ({"Origin": OWN.upper()}, False),
        ({"Origin": OWN, "origin": "https://evil.example"}, False),
        ({"Origin": None}, False),
    ],
)
def test_a_request_that_another_origin_caused_is_seen(
    guard: CsrfGuard, headers: Mapping[str, str], ok: bool
) -> None:
    assert guard.origin_ok(headers, OWN) is ok


def test_the_key_is_never_shown(guard: CsrfGuard) -> None:
    assert repr(guard) == "CsrfGuard(key=<hidden>)"


@pytest.mark.parametrize("key", [None, "k" * 32, b"", b"k" * 31, b"k" * 2000])
def test_a_key_is_at_least_32_bytes(key: object) -> None:
    with pytest.raises(InvalidInput, match="CSRF key"):
        CsrfGuard(key)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [None, 7, b"s", "", "\ud800", "x" * 10**6])
def test_a_wrong_session_id_is_a_labkit_error(guard: CsrfGuard, wrong: object) -> None:
    for call in (guard.token_for, lambda session_id: guard.token_ok(None, session_id)):
        with pytest.raises(LabkitError):
            call(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [None, 7, b"GET", "\ud800", "x" * 10**6])
def test_a_wrong_method_path_or_origin_is_a_labkit_error(guard: CsrfGuard, wrong: object) -> None:
    with pytest.raises(LabkitError):
        guard.needs_check(wrong, "/")  # type: ignore[arg-type]
    with pytest.raises(LabkitError):
        guard.needs_check("GET", wrong)  # type: ignore[arg-type]
    with pytest.raises(LabkitError):
        guard.origin_ok({}, wrong)  # type: ignore[arg-type]
    with pytest.raises(LabkitError):
        guard.origin_ok(wrong, OWN)  # type: ignore[arg-type]
