"""What users write is shown as they wrote it and never becomes part of a page."""

import re

import pytest

from labkit.practice import Site
from labkit.practice.decisions.access import NEEDED
from labkit.practice.decisions.passwords import LogLine

PAYLOADS = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "' onfocus=alert(1) autofocus='",
    "</textarea></title><svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "a\u202eb\u2066c",
    "nul\0byte",
    "\x1b[31mred",
    "<!--",
    "&lt;script&gt;",
]
# Pieces that no page may hold in this form, whoever wrote them.
NEVER = [
    "alert(1)</script>",
    "<img src=x",
    "<svg/onload",
    "' onfocus",
    "\u202e",
    "\u2066",
    "\0",
    "\x1b",
    "49{%",
]


@pytest.fixture(scope="module")
def pages(fast):
    """Every page that three kinds of readers can get, after every field was written into."""
    site = Site(fast)
    site.application.extensions["labkit"].gradebook.database.write(
        "UPDATE grades SET course = ?, note = ?", (" ".join(PAYLOADS),) * 2
    )
    for name, password in (("bob", "sunshine"), ("carol", "elephant")):
        writer = site.client(name, peer="192.0.2.1")
        writer.log_in(name, password)
        for payload in PAYLOADS:
            writer.post("/api/messages", {"text": payload})
        joined = " ".join(PAYLOADS)[:200]
        writer.change("PATCH", "/api/me", {"shown_as": joined, "about": joined})
        for payload in PAYLOADS[:4]:
            writer.change("PATCH", "/api/me", {"shown_as": payload, "about": payload})
    found = {}
    grace = "vocal tundra mosaic elbow"
    for name, password in (("bob", "sunshine"), ("carol", "elephant"), ("grace", grace)):
        reader = site.client(name, peer="192.0.2.2")
        reader.log_in(name, password)
        for path, methods in NEEDED.items():
            if "GET" in methods and not path.startswith(("/api/", "/static/", "/.well-known")):
                real = path.replace("<id>", "2").replace("<name>", "bob")
                found[name, path] = reader.get(real).text
    site.close()
    return found


@pytest.mark.parametrize("piece", NEVER, ids=ascii)
def test_no_page_holds_a_piece_that_could_act(pages, piece):
    assert [where for where, page in pages.items() if piece in page] == []


def test_the_pages_do_show_what_was_written(pages):
    board = pages["bob", "/messages"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in board
    assert "{{ 7*7 }}" in board
    assert "a\\u202eb\\u2066c" in board
    assert "&amp;lt;script&amp;gt;" in board
    assert "onload=alert(1)" in pages["carol", "/profile"]
    assert "onload=alert(1)" in pages["grace", "/users/<name>"]
    assert "&lt;script&gt;" in pages["bob", "/grades/<id>"]
    assert "&lt;script&gt;" in pages["carol", "/grades"]


def test_no_page_has_an_inline_script_or_style_or_handler(pages):
    for where, page in pages.items():
        lower = page.lower()
        assert "<script" not in lower, where
        assert "<style" not in lower, where
        assert " style=" not in lower, where


def test_what_a_refusal_repeats_is_escaped(site):
    answer = site.client().get("/grades/<script>alert(1)</script>")
    assert "<script>" not in answer.text
    answer = site.client().get("/log-in?name=<script>")
    assert "<script>" not in answer.text


@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
def test_the_api_returns_exactly_what_was_written_as_json(log_in, payload):
    bob = log_in("bob")
    bob.post("/api/messages", {"text": payload})
    answer = bob.get("/api/messages")
    assert answer.json()["messages"][-1]["text"] == payload
    assert answer.header("Content-Type") == "application/json"
    assert answer.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize(
    "payload", [*PAYLOADS, "a\nevent=log-in", "a status=ok", 'a"b', "x" * 9000]
)
def test_a_name_in_the_log_forges_neither_a_line_nor_a_field(payload):
    event = {"event": "log-in", "name": payload, "status": "refused", "password": "penguin"}
    line = LogLine().render(event | {"user": {"password_hash": "$argon2id$"}})
    assert line.isprintable()
    assert len(line) < 400
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "quoted", line)  # what is left outside quoted values
    assert [word.partition("=")[0] for word in bare.split(" ")] == ["event", "name", "status"]
    assert "penguin" not in line
    assert "argon2id" not in line
