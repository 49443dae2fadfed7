"""The scoreboard counts what a function refuses and accepts, and no function holds it up."""

import base64
import hmac
import json
import threading
import time
from types import SimpleNamespace

import pytest

from labkit.clock import ManualClock
from labkit.errors import InvalidInput
from labkit.forging.corpus import ALGORITHMS, corpus
from labkit.forging.scoreboard import answering, claims_of, scoreboard
from labkit.forging.scoreboard.answering import MOST_SLOW
from labkit.tokens import Key, TokenVerifier

FEW = ["alg none", "time", "size and depth"]


def read(segment):
    return json.loads(base64.urlsafe_b64decode(segment + "=="))


def naive(token, key, now):
    """Believes the header, and checks nothing but the MAC."""
    first, second, third = token.split(".")
    if read(first)["alg"] == "none":
        return read(second)
    if hmac.digest(key, f"{first}.{second}".encode(), "sha256") != base64.urlsafe_b64decode(
        third + "=="
    ):
        raise ValueError("the MAC is wrong")
    return read(second)


def strict(alg):
    tokens = corpus(alg)
    names = {"issuer": tokens.issuer, "audience": tokens.audience, "algorithm": alg}
    own = TokenVerifier(Key.from_jwk(tokens.key.jwk), **names, clock=ManualClock(tokens.now))
    return lambda token, key, now: own.verify(token)


def endless(token, key, now):
    while True:
        pass


OVER = threading.Event()


def deaf(token, key, now):
    while not OVER.is_set():
        try:
            time.sleep(0.001)
        except BaseException:
            continue


def raising(error):
    def verify(token, key, now):
        raise error

    return verify


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_strict_verifier_gets_full_marks(alg):
    board = scoreboard(strict(alg), algorithm=alg)
    assert board.perfect
    assert (board.held, board.accepted) == (len(corpus(alg).forged), len(corpus(alg).valid))
    assert {score.state for score in board.families} == {"held"}
    assert (board.crashed, board.too_slow) == (0, 0)


def test_a_naive_one_shows_where_it_is_breached_with_an_example_and_why_it_matters():
    board = scoreboard(naive)
    score = board.family("alg none")
    assert not board.perfect
    assert board.accepted == len(corpus().valid)
    assert score.state == "breached"
    assert score.through[0].sample.name == "alg 'none'"
    for shown in (repr(board), board.html()):
        assert "alg none" in shown
        assert score.family.matters in shown
    assert board.family("short MAC").state == "held"


def test_refusing_all_holds_every_attack_and_accepts_no_honest_user():
    board = scoreboard(lambda token, key, now: None)
    assert (board.held, board.accepted) == (board.forged, 0)
    assert not board.perfect
    assert "machine's clock" in repr(board)


@pytest.mark.parametrize("refusal", [None, False])
def test_none_and_false_refuse(refusal):
    board = scoreboard(lambda token, key, now: refusal, families=FEW)
    assert (board.held, board.crashed) == (board.forged, 0)


@pytest.mark.parametrize("value", [True, {}, "", 0, [], {"sub": "alice"}, object()])
def test_anything_else_accepts_a_forged_token_and_is_no_answer_to_a_valid_one(value):
    board = scoreboard(lambda token, key, now: value, families=["alg none"])
    assert (board.held, board.accepted) == (0, 0)


class Equal(dict):
    def __eq__(self, other):
        return True

    __hash__ = None


def test_a_value_that_equals_everything_is_not_the_claims():
    board = scoreboard(lambda token, key, now: Equal(), families=["alg none"])
    assert board.accepted == 0


def test_the_claims_themselves_are():
    board = scoreboard(lambda token, key, now: dict(read(token.split(".")[1])), families=["form"])
    assert board.accepted == len(corpus().valid)
    assert claims_of(corpus().valid[0])["sub"] == "alice"


@pytest.mark.parametrize(
    ("error", "crashed"),
    [
        (ValueError("no"), False),
        (UnicodeError("no"), False),
        (json.JSONDecodeError("no", "", 0), False),
        (PermissionError("no"), False),
        (Exception("no"), False),
        (type("Refused", (Exception,), {})("no"), False),
        (TypeError("no"), True),
        (KeyError("alg"), True),
        (IndexError(), True),
        (AttributeError(), True),
        (AssertionError(), True),
        (RecursionError(), True),
        (MemoryError(), True),
        (OverflowError(), True),
        (NameError(), True),
        (NotImplementedError(), True),
        (SystemExit(), True),
        (KeyboardInterrupt(), True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_an_accident_refuses_but_is_counted_apart(error, crashed):
    board = scoreboard(raising(error), families=["alg none"])
    assert board.held == board.forged
    assert board.crashed == (board.forged if crashed else 0)


@pytest.mark.parametrize("raised", [RuntimeError, SystemExit])
def test_an_exception_whose_text_raises_is_only_named(raised):
    class Broken(Exception):
        def __str__(self):
            raise raised

    board = scoreboard(raising(Broken()), families=["alg none"])
    assert board.family("alg none").answers[0].said == "Broken"


@pytest.fixture
def ends():
    OVER.clear()
    yield
    OVER.set()


@pytest.mark.usefixtures("ends")
@pytest.mark.parametrize("verify", [endless, deaf])
def test_a_function_that_never_answers_is_left_after_a_few_tokens(verify):
    board = scoreboard(verify, limit_s=0.05, families=FEW)
    assert board.too_slow == MOST_SLOW
    assert (board.held, board.accepted) == (0, 0)
    assert {score.state for score in board.families} == {"broken"}


BEGUN = threading.Event()


class Interrupted(threading.Event):
    def wait(self, timeout=None):
        BEGUN.wait(10)
        raise KeyboardInterrupt


def test_who_interrupts_the_board_interrupts_the_function_too(monkeypatch):
    ended = threading.Event()

    def verify(token, key, now):
        try:
            BEGUN.set()
            endless(token, key, now)
        finally:
            ended.set()

    rest = {"Thread": threading.Thread, "Lock": threading.Lock, "Event": Interrupted}
    monkeypatch.setattr(answering, "threading", SimpleNamespace(**rest))
    with pytest.raises(KeyboardInterrupt):
        scoreboard(verify, families=["form"])
    assert ended.wait(10)


def test_one_token_that_is_not_answered_is_told_and_the_others_go_on():
    slow = corpus().family("alg none")[3].token

    def verify(token, key, now):
        return endless(token, key, now) if token == slow else strict("HS256")(token, key, now)

    board = scoreboard(verify, limit_s=1.5, families=["alg none", "time"])
    assert board.too_slow == 1
    assert (board.forged - board.held, board.refused) == (1, ())
    assert "too slow: alg 'nOnE'" in repr(board)


def test_what_a_function_raises_and_what_the_names_hold_is_shown_as_text():
    error = RuntimeError("<script>alert(1)</script>\u202e\x1b[31m")
    board = scoreboard(raising(error), families=["alg none", "form"])
    html, text = board.html(), repr(board)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert not any(hidden in html + text for hidden in "\u202e\x1b\u200b\ufeff")


def test_a_board_of_a_few_families_has_only_these():
    board = scoreboard(naive, families=["time", "alg none"])
    assert {score.family.name for score in board.families} == {"time", "alg none"}
    with pytest.raises(InvalidInput):
        board.family("form")


def test_the_function_gets_the_token_the_key_and_the_time():
    seen = set()

    def verify(token, key, now):
        seen.add((type(token), key, now))

    chosen = corpus("ES256", now=1_900_000_000)
    scoreboard(verify, algorithm="ES256", tokens=chosen, families=["form"])
    assert seen == {(str, chosen.key.pem, 1_900_000_000)}
    seen.clear()
    scoreboard(verify, tokens=chosen, key="other", families=["form"])
    assert seen == {(str, "other", 1_900_000_000)}


@pytest.mark.parametrize(
    "options",
    [
        {"verify": None},
        {"verify": "verify"},
        {"algorithm": "none"},
        {"tokens": []},
        {"families": "alg none"},
        {"families": b""},
        {"families": ["no such"]},
        {"families": [None]},
        {"limit_s": 0},
        {"limit_s": "1"},
    ],
    ids=str,
)
def test_a_wrong_argument_is_told(options):
    with pytest.raises(InvalidInput):
        scoreboard(**{"verify": naive} | options)
