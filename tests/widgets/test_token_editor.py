"""The token editor without a browser: what it is told, what it shows, and what it never keeps."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.clock import ManualClock, system_clock
from labkit.encoding import base64url
from labkit.errors import InvalidInput
from labkit.tokens import Key, KeyRing, TokenIssuer, TokenVerifier
from labkit.widgets import TokenEditor, read_token, token_editor
from labkit.widgets.token_draft import Draft
from labkit.widgets.token_json import (
    JsonFault,
    check,
    is_json,
    laid_out,
    packed,
    spelled,
    unspelled,
    visible,
)

CANARY = "canary-7f3a-do-not-save"
PAYLOAD = "<img src=x onerror=alert(1)>"
START = 1_800_000_000


class School:
    """A gradebook's issuer and verifier on one virtual clock."""

    def __init__(self, now=START):
        self.clock = ManualClock(now)
        self.ring = KeyRing(clock=self.clock)
        self.names = {
            "algorithm": "ES256",
            "issuer": "https://gradebook.localhost",
            "audience": "gradebook-api",
            "clock": self.clock,
        }
        self.verifier = TokenVerifier(self.ring, **self.names)
        self.token = TokenIssuer(self.ring, **self.names).issue("alice", {"role": "student"})


@pytest.fixture
def school():
    return School()


@pytest.fixture
def editor(school):
    return token_editor(school.token, verifier=school.verifier)


def view(heard):
    return next(each["view"] for each in reversed(heard) if "view" in each)


def fault(heard):
    return heard[-1]["fault"]


def states(heard):
    return {each["name"]: each["told"] for each in view(heard)["checks"]}


def edited(editor, part, old, new):
    return editor._draft.text(part).replace(old, new)


# --- what it begins with ---


def test_without_arguments_it_has_a_token_of_alice_that_its_verifier_accepts():
    editor = token_editor()
    assert editor.reading.examination.accepted
    assert editor.reading.examination.claims["sub"] == "alice"
    assert token_editor().token != editor.token


def test_it_begins_with_the_token_that_it_is_given(editor, school):
    assert editor.token == school.token


def test_with_a_key_alone_it_issues_and_trusts_by_that_key():
    key = Key.generate("EdDSA", kid="june")
    editor = token_editor(key=key)
    assert editor.reading.examination.accepted
    assert editor.reading.examination.inspection.header["kid"] == "june"


def test_with_a_verifier_alone_the_field_is_empty(school):
    assert token_editor(verifier=school.verifier).token == ""


@pytest.mark.parametrize(
    "bad",
    [
        {"token": 7},
        {"token": None},
        {"token": "x" * 65_537},
        {"verifier": "x"},
        {"key": b"k"},
        {"key": Key.generate("ES256").public()},
        {"clock": 7},
    ],
)
def test_what_is_no_token_verifier_key_or_clock_is_refused_at_once(bad):
    with pytest.raises(InvalidInput):
        token_editor(**bad)


# --- what it shows ---


def test_a_view_that_opens_is_shown_everything(editor, listen, tell):
    heard = listen(editor)
    tell(editor, "ready", turn=1)
    shown = view(heard)
    assert shown["token"] == editor.token
    assert json.loads(shown["header"]["text"])["alg"] == "ES256"
    assert '\n  "sub": "alice",\n' in shown["payload"]["text"]
    assert shown["signature"] == "64 bytes, as it came"
    assert (shown["state"], shown["headline"]) == ("held", "Accepted")
    assert shown["now"] == "2027-01-15 08:00:00 UTC"
    assert {"name": "exp", "words": "ends at 08:15:00 UTC, 15 min from now"} in shown["payload"][
        "notes"
    ]


def test_reading_and_verifying_have_each_a_title_and_the_second_names_its_key(editor):
    assert editor.spec["read"] == "Read (anyone can)"
    assert editor.spec["verified"] == "Verified by the key of https://gradebook.localhost"


def test_an_answer_carries_the_turn_of_its_question(editor, listen, tell):
    heard = listen(editor)
    tell(editor, "edit", part="header", text="{", turn=7)
    tell(editor, "token", text="x", turn=8)
    assert [each["turn"] for each in heard] == [7, 8]


# --- edits ---


def test_an_edit_of_the_payload_changes_its_segment_alone(editor, listen, tell):
    heard = listen(editor)
    header, _, signature = editor.token.split(".")
    tell(editor, "edit", part="payload", text=edited(editor, "payload", "student", "admin"))
    now = editor.token.split(".")
    assert (now[0], now[2]) == (header, signature)
    assert '"role":"admin"' in editor.reading.examination.inspection.payload_text
    assert view(heard)["token"] == editor.token


def test_an_edit_never_signs_and_the_old_signature_is_told_not_to_fit(editor, listen, tell):
    heard = listen(editor)
    tell(editor, "edit", part="payload", text=edited(editor, "payload", "student", "admin"))
    assert states(heard)["signature"] == "refused"
    assert states(heard)["exp"] == "not checked"
    assert view(heard)["signature"].endswith("for another payload: your edit signed nothing")


def test_an_edit_that_is_taken_back_brings_the_same_token(editor, listen, tell):
    heard = listen(editor)
    before = editor.token
    text = editor._draft.text("payload")
    tell(editor, "edit", part="payload", text=text.replace("student", "admin"))
    tell(editor, "edit", part="payload", text=text)
    assert editor.token == before
    assert view(heard)["signature"] == "64 bytes, as it came"


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("", 1, 1, "a value is expected"),
        ('{\n  "a": 1\n  "b": 2\n}', 3, 3, "a comma"),
        ("{'a': 1}", 1, 2, "double quotes"),
        ('{"a" 1}', 1, 6, "a colon"),
        ('{"a": 1} x', 1, 10, "nothing may follow"),
        ('{"a": "x', 1, 7, "no end"),
        (r'{"a": "\x"}', 1, 8, "no such escape"),
        (r'{"a": "\u12"}', 1, 9, "four hexadecimal digits"),
        ('{"a": NaN}', 1, 7, "NaN is no JSON value"),
        ('{"NaN": -Infinity}', 1, 9, "-Infinity is no JSON value"),
        ("[" * 10_000, 1, 65, "64 levels"),
        ('{"a": "\n"}', 1, 8, "control character"),
    ],
)
def test_a_fault_is_told_at_its_place_and_the_token_stays(
    editor, listen, tell, text, line, column, says
):
    heard, before = listen(editor), editor.token
    tell(editor, "edit", part="payload", text=text)
    assert editor.token == before
    assert fault(heard)["part"] == "payload"
    assert fault(heard)["words"].startswith(f"Line {line}, column {column}: ")
    assert says in fault(heard)["words"]
    assert not any("view" in each for each in heard)


def test_the_place_is_counted_as_browsers_count():
    with pytest.raises(JsonFault) as found:
        check('{"\U0001f600": x}')
    assert (found.value.column, found.value.at) == (7, 7)


def test_a_fault_shows_the_line_and_a_caret():
    with pytest.raises(JsonFault) as found:
        check('{\n  "a": 1,\n  "b" 2\n}')
    assert str(found.value).splitlines()[1:] == ['  "b" 2', "      ^"]


def test_a_fault_is_said_once_not_at_every_key(editor, listen, tell):
    heard = listen(editor)
    for text in ("{", '{"', '{"a'):
        tell(editor, "edit", part="payload", text=text)
    assert [bool(each["said"]) for each in heard] == [True, False, False]


def test_the_verdict_is_said_when_it_changes(editor, listen, tell):
    heard = listen(editor)
    for offset in (0, 10, 900, 910):
        tell(editor, "move", offset=offset)
    assert heard[0]["said"] == "Accepted: 'alice', for another 15 min."
    assert heard[2]["said"] == "Refused at exp: The token expired 0 s ago."


def test_a_header_is_written_into_a_text_that_has_none(editor, listen, tell):
    listen(editor)
    tell(editor, "token", text="")
    tell(editor, "edit", part="payload", text='{"sub": "x"}')
    assert editor.token == "." + base64url(b'{"sub":"x"}') + "."


def test_what_json_says_twice_may_stand_and_the_verifier_judges_it(editor, listen, tell):
    heard = listen(editor)
    tell(editor, "edit", part="payload", text='{"sub": "alice", "sub": "carol", "n": 1e0}')
    assert editor.reading.examination.inspection.payload_text == (
        '{"sub":"alice","sub":"carol","n":1e0}'
    )
    assert any("twice" in problem for problem in view(heard)["problems"])


# --- signing ---


def test_own_key_signs_what_stands_there_and_nobody_trusts_it(editor, listen, tell):
    heard = listen(editor)
    header, payload, _ = editor.token.split(".")
    tell(editor, "sign", key="own")
    now = editor.token.split(".")
    assert now[:2] == [header, payload]
    assert editor.own_key.accepts(f"{header}.{payload}".encode(), editor._draft.read.signature)
    assert view(heard)["signature"] == "64 bytes, made here with my own key"
    assert states(heard)["signature"] == "refused"


def test_the_issuers_key_is_there_only_where_the_lesson_gave_it(school, editor, listen, tell):
    assert list(editor.spec["signing"]) == ["own"]
    heard = listen(editor)
    tell(editor, "sign", key="issuer")
    assert len(heard.errors()) == 1
    given = token_editor(school.token, verifier=school.verifier, key=school.ring.signing_key())
    assert list(given.spec["signing"]) == ["own", "issuer"]
    assert given.spec["signing"]["issuer"] == "Sign with the issuer’s key (ES256)"


def test_with_the_issuers_key_an_edit_is_accepted_again(school, listen, tell):
    editor = token_editor(school.token, verifier=school.verifier, key=school.ring.signing_key())
    heard = listen(editor)
    tell(editor, "edit", part="payload", text=edited(editor, "payload", "student", "admin"))
    tell(editor, "sign", key="issuer")
    assert view(heard)["headline"] == "Accepted"
    assert editor.reading.examination.claims["role"] == "admin"
    assert view(heard)["signature"] == "64 bytes, made here with the issuer’s key"


def test_after_signing_an_edit_breaks_the_signature_again(editor, listen, tell):
    heard = listen(editor)
    tell(editor, "sign", key="own")
    tell(editor, "edit", part="header", text='{"alg": "none"}')
    assert "for another header" in view(heard)["signature"]


@pytest.mark.parametrize("text", ["", "x", "a.b.c.d.e", "\u0430.b.c"])
def test_what_has_no_two_segments_cannot_be_signed(editor, listen, tell, text):
    heard = listen(editor)
    tell(editor, "token", text=spelled(text))
    tell(editor, "sign", key="own")
    assert fault(heard)["part"] == "signature"
    assert editor.token == text


def test_start_again_brings_back_the_first_token(editor, school, listen, tell):
    listen(editor)
    tell(editor, "token", text="x")
    tell(editor, "restart")
    assert editor.token == school.token


# --- the clock ---


def test_the_clock_is_moved_and_the_token_ends(editor, school, listen, tell):
    heard = listen(editor)
    tell(editor, "move", offset=899)
    assert view(heard)["headline"] == "Accepted"
    tell(editor, "move", offset=900)
    assert view(heard)["headline"] == "Refused at exp"
    assert (view(heard)["now"], view(heard)["away"]) == ("2027-01-15 08:15:00 UTC", "15 min later")
    tell(editor, "move", offset=-10)
    assert view(heard)["headline"] == "Refused at iat"
    assert school.clock() == START - 10


def test_a_clock_of_its_own_leaves_the_verifiers_alone(school, listen, tell):
    clock = ManualClock(START)
    editor = token_editor(school.token, verifier=school.verifier, clock=clock)
    listen(editor)
    tell(editor, "move", offset=900)
    assert (clock(), school.clock(), school.verifier.clock()) == (START + 900, START, START)


def test_a_real_clock_is_looked_at_and_never_moved(school, listen, tell):
    editor = token_editor(school.token, verifier=school.verifier, clock=system_clock)
    assert editor.spec["movable"] is False
    heard = listen(editor)
    tell(editor, "move", offset=1)
    assert len(heard.errors()) == 1
    tell(editor, "look")
    assert "view" in heard[-1]


def test_a_clock_beyond_the_calendar_is_told_in_words(editor, school, listen):
    heard = listen(editor)
    school.clock.now = 1e14
    editor.look()
    assert view(heard)["now"] == "beyond the calendar"
    assert view(heard)["headline"] == "Refused at exp"


@pytest.mark.parametrize("bad", [None, "1", True, float("nan"), float("inf"), 1e300, [1]])
def test_no_number_moves_nothing(editor, school, listen, tell, bad):
    heard = listen(editor)
    tell(editor, "move", offset=bad)
    assert (len(heard.errors()), school.clock()) == (1, START)


# --- what is pasted is hostile ---

HOSTILE = {
    "markup": PAYLOAD,
    "markup in a claim": "e30." + base64url(json.dumps({PAYLOAD: PAYLOAD}).encode()) + ".",
    "bidi in a claim": "e30." + base64url('{"sub":"\u202eeve\u2066"}'.encode()) + ".",
    "bidi": "\u202e.\u2066.\u200b",
    "surrogate": "\ud800",
    "NUL": "a\0.b.c",
    "brackets": "e30." + base64url(b"[" * 10_000) + ".",
    "objects": "e30." + base64url(b'{"a":' * 9_000) + ".",
    "huge number": "e30." + base64url(b'{"exp":' + b"9" * 9_000 + b"}") + ".",
    "dots": "." * 60_000,
    "no UTF-8": "e30." + base64url(b'{"a":"\xff"}') + ".",
    "encrypted": "a.b.c.d.e",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_pasted_is_shown_as_far_as_it_goes(editor, listen, tell, text):
    heard = listen(editor)
    tell(editor, "token", text=spelled(text))
    assert editor.token == text
    assert view(heard)["headline"].startswith("Refused at ")
    assert heard.errors() == []
    sent = json.dumps(heard, ensure_ascii=False)
    sent.encode()
    assert not {"\u202e", "\u2066", "\u200b", "\0"} & set(sent)
    assert not any("html" in each for each in heard)
    html = editor.reading.html()
    assert "<img" not in html
    assert "\u202e" not in html + repr(editor.reading)


@pytest.mark.parametrize("text", ["x" * 65_537, "x" * 100_000, spelled("\u0430" * 65_537)])
def test_too_much_is_told_and_the_token_stays(editor, listen, tell, text):
    heard, before = listen(editor), editor.token
    tell(editor, "token", text=text)
    assert editor.token == before
    assert "65 536" in fault(heard)["words"]
    assert "characters" in fault(heard)["words"]


def test_json_that_would_make_the_token_too_long_is_told_too(editor, listen, tell):
    heard, before = listen(editor), editor.token
    tell(editor, "edit", part="payload", text=json.dumps({"a": "x" * 60_000}))
    assert editor.token == before
    assert fault(heard)["part"] == "payload"


@pytest.mark.parametrize("text", [None, 7, ["x"], {"a": 1}])
def test_what_is_no_text_is_an_error_in_the_widget(editor, listen, tell, text):
    heard = listen(editor)
    tell(editor, "token", text=text)
    assert len(heard.errors()) == 1


@pytest.mark.parametrize("part", [None, "signature", 7, ["header"]])
def test_no_other_part_is_edited(editor, listen, tell, part):
    heard = listen(editor)
    tell(editor, "edit", part=part, text="{}")
    assert len(heard.errors()) == 1


@pytest.mark.parametrize("key", [None, "public", 7, [], ["own"], {}])
def test_no_other_key_signs(editor, listen, tell, key):
    heard = listen(editor)
    tell(editor, "sign", key=key)
    assert [error["cause"] for error in heard.errors()] == ["There is no such key here."]


def test_nothing_pasted_typed_or_signed_is_state(school, listen, tell):
    key = Key.generate("HS256")
    names = school.names | {"algorithm": "HS256"}
    editor = token_editor(CANARY, verifier=TokenVerifier(key, **names), key=key)
    before = json.dumps(editor.get_state(), default=str)
    listen(editor)
    tell(editor, "token", text=f"{CANARY}.{CANARY}.")
    tell(editor, "edit", part="payload", text=json.dumps({"sub": CANARY}))
    tell(editor, "sign", key="issuer")
    tell(editor, "sign", key="own")
    after = json.dumps(editor.get_state(), default=str)
    assert after == before
    for secret in (CANARY, base64url(CANARY.encode()), editor.token, key.material.hex()):
        assert secret not in after + repr(editor)


def test_python_sets_a_token_as_a_paste_does(editor, listen):
    heard = listen(editor)
    editor.token = "a.b.c"
    assert (view(heard)["token"], heard[-1]["source"]) == ("a.b.c", "python")
    with pytest.raises(InvalidInput):
        editor.token = 7


# --- the twin in code ---


def test_the_twin_says_what_the_editor_shows(editor, school):
    twin = read_token(school.token, school.verifier)
    assert repr(twin) == repr(editor.reading)
    assert twin.html() == editor.reading.html()
    assert twin.examination == editor.reading.examination


def test_the_twin_keeps_reading_and_verdict_apart(school):
    html = read_token(school.token, school.verifier).html()
    assert html.index("Read (anyone can)") < html.index("Verified by the key of https://gradebook")
    assert html.count('class="header"') == html.count('class="payload"') == 1


def test_the_twin_names_what_nobody_came_to_in_one_row(school):
    header, _, signature = school.token.split(".")
    edited = ".".join([header, base64url(b'{"sub":"carol"}'), signature])
    html = read_token(edited, school.verifier).html()
    assert "not looked at: payload, exp, " in html
    assert html.count("<li>") == 7  # form to signature, typ with the reason, and all the rest


def test_the_twin_judges_at_the_time_that_it_is_given(school):
    later = read_token(school.token, school.verifier, clock=ManualClock(START + 900))
    assert later.examination.refused_at == "exp"
    assert read_token(school.token, school.verifier).examination.accepted


@pytest.mark.parametrize("bad", [(7, None), ("x", "verifier"), (b"x", 7)])
def test_the_twin_refuses_what_is_no_token_and_no_verifier(bad):
    with pytest.raises(InvalidInput):
        read_token(*bad)


# --- JSON as it is typed ---

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(), each, max_size=4),
    max_leaves=12,
).map(json.dumps)


@settings(max_examples=60)
@given(VALUES)
def test_layout_changes_white_space_alone(text):
    if not is_json(text):
        assert "NaN" in text or "Infinity" in text
        return
    assert packed(laid_out(text)) == packed(text)
    assert laid_out(packed(text)) == laid_out(text) == laid_out(laid_out(text))
    assert json.loads(packed(text)) == json.loads(text)


@settings(max_examples=60)
@given(st.text())
def test_what_is_spelled_for_the_field_comes_back_the_same(text):
    assert unspelled(spelled(text)) == text
    assert spelled(text).isascii()


@settings(max_examples=60)
@given(st.text(max_size=40), st.sampled_from(["header", "payload"]))
def test_any_text_is_edited_or_told_at_its_place(text, part):
    draft, typed = Draft.of("e30.e30.AAAA"), visible(text)
    if is_json(typed):
        assert packed(draft.edit(part, typed).text(part)) == packed(typed)
        return
    with pytest.raises(JsonFault) as found:
        draft.edit(part, typed)
    assert 1 <= found.value.line <= typed.count("\n") + 1
    assert found.value.at <= len(typed) * 2


def test_the_class_takes_what_the_function_takes(school):
    editor = TokenEditor(school.token, verifier=school.verifier)
    assert editor.reading.examination.accepted
