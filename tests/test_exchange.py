"""Requests and responses as data, and as text that cannot rewrite the screen it is shown on."""

import dataclasses

import pytest

from labkit.exchange import SHOWN_BODY, Exchange, Request, Response

ANSWER = Response(200, (("Content-Type", "text/plain"), ("X-Note", "a")), b"fine")


def test_a_form_is_sent_as_a_browser_sends_it():
    request = Request.form("/log-in", {"name": "a b", "password": "ä&="}, Origin="https://x")
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["Origin"] == "https://x"
    assert request.body == b"name=a+b&password=%C3%A4%26%3D"


def test_json_is_sent_with_its_type():
    request = Request.of_json("PUT", "/x", {"a": [1, None]}, Accept="text/html")
    assert (request.method, request.body) == ("PUT", b'{"a": [1, null]}')
    assert request.headers == {"Content-Type": "application/json", "Accept": "text/html"}


@pytest.mark.parametrize(("status", "ok"), [(199, False), (200, True), (299, True), (303, False)])
def test_a_response_is_ok_from_200_to_299(status, ok):
    assert Response(status, (), b"").ok is ok


def test_a_header_is_found_in_any_case_and_is_empty_where_there_is_none():
    assert ANSWER.header("content-TYPE") == "text/plain"
    assert ANSWER.header("Nothing") == ""


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xff", b"[" * 200_000])
def test_a_body_that_is_no_json_is_none(body):
    assert Response(200, (), body).json() is None


def test_a_body_that_is_no_text_shows_the_replacement_character():
    assert Response(200, (), b"a\xff").text == "a\ufffd"


def test_an_exchange_tells_who_asked_what_and_the_status():
    assert str(Exchange("mallory", Request("GET", "/x"), ANSWER)) == "mallory: GET /x → 200"


def test_the_wire_shows_both_messages():
    request = Request("POST", "/x", {"Accept": "*/*"}, b"one\ntwo")
    assert Exchange("m", request, ANSWER).wire() == (
        "POST /x HTTP/1.1\nAccept: */*\n\none\ntwo\n\n"
        "HTTP/1.1 200\nContent-Type: text/plain\nX-Note: a\n\nfine"
    )


def test_a_long_body_is_cut_and_says_so():
    response = Response(200, (), b"x" * (SHOWN_BODY + 1))
    assert Exchange("m", Request("GET", "/"), response).wire().endswith("x …")
    exact = Response(200, (), b"x" * SHOWN_BODY)
    assert not Exchange("m", Request("GET", "/"), exact).wire().endswith("…")


NASTY = "\x1b[2J\u202e\u2066\0\x07"


def test_nothing_in_an_exchange_can_steer_the_terminal():
    request = Request(f"GET{NASTY}", f"/{NASTY}", {f"X{NASTY}": NASTY}, NASTY.encode())
    response = Response(200, ((f"Y{NASTY}", NASTY),), NASTY.encode())
    exchange = Exchange(f"m{NASTY}", request, response)
    for text in (str(exchange), exchange.wire()):
        assert not set(NASTY) - set("[2J") & set(text)
        assert "\\u202e" in text


def test_a_line_break_in_a_path_or_a_header_starts_no_line():
    request = Request("GET", "/a\r\nX-Forged: 1", {"X": "a\nX-Forged: 2"})
    exchange = Exchange("m\nforged", request, Response(200, (("Y", "a\nforged"),), b""))
    assert "\nX-Forged" not in exchange.wire()
    assert "\nforged" not in exchange.wire()
    assert "\n" not in str(exchange)


@pytest.mark.parametrize("value", [Request("GET", "/"), ANSWER])
def test_messages_are_frozen(value):
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.body = b"x"


def test_a_request_with_more_headers_is_another_request():
    first = Request("GET", "/", {"A": "1", "B": "2"}, b"body")
    assert first.having(B="3", C="4") == Request(
        "GET", "/", {"A": "1", "B": "3", "C": "4"}, b"body"
    )
    assert first.headers == {"A": "1", "B": "2"}


def test_an_address_that_fills_lines_is_cut_in_its_middle_and_whole_on_the_wire():
    path = f"/grades.csv?ticket={'e' * 400}.last"
    exchange = Exchange("mallory", Request("GET", path), ANSWER)
    assert len(str(exchange)) < 130
    assert str(exchange).startswith("mallory: GET /grades.csv?ticket=eee")
    assert str(exchange).endswith("eee.last → 200")
    assert path in exchange.wire()
