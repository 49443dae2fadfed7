"""The secret cracker without a browser, and its twin in code."""

import json
import threading

import pytest

from labkit.cracking import UnreadableStored
from labkit.errors import InvalidInput, LabkitError
from labkit.forging import Forgery, OwnKey
from labkit.widgets import SecretCracker, SecretGuessing, secret_cracker
from labkit.widgets.secret_row import CLAIMS, practice_token

PAYLOAD = "<img src=x onerror=alert(1)>"


def token(secret="changeme", alg="HS256", **claims):
    told = {"sub": "mallory", "role": "student", **claims}
    return str(Forgery.of("").edit_claims(**told).sign_with_secret(secret.encode(), alg))


@pytest.fixture
def cracker():
    return SecretCracker(token(), at_most_s=20)


def test_a_default_is_found_and_forged_with(cracker, listen, tell):
    heard = listen(cracker)
    tell(cracker, "ready")
    assert heard[-2]["next"] == ""
    tell(cracker, "start")
    assert cracker.worker.join()
    assert heard.errors() == []
    assert "Found" in heard.last("rows")
    assert "changeme" in heard.last("rows")
    assert [each["next"] for each in heard if "next" in each][-1] == "Forge with it"
    assert heard.last("after") == ""
    tell(cracker, "next")
    assert "Forged with it" in heard.last("after")
    assert "grace" in heard.last("after")


def test_what_was_forged_stays_for_a_second_view_and_goes_with_another_attack(
    cracker, listen, tell
):
    cracker.start()
    assert cracker.worker.join()
    tell(cracker, "next")
    heard = listen(cracker)
    tell(cracker, "ready")
    assert "Forged with it" in heard.last("after")
    cracker.attack = "mask"
    assert heard.last("after") == ""
    assert "not found yet" in heard.last("rows")


def test_nothing_is_forged_before_the_secret_is_known(cracker, listen, tell):
    heard = listen(cracker)
    tell(cracker, "next")
    assert heard.last("after") == ""
    assert cracker.cracked.forged is None


@pytest.mark.parametrize(
    ("attack", "mask", "secret"),
    [
        ("phrases", "", "this-is-my-super-secret-jwt-key!"),
        ("dictionary", "", "sunshine"),
        ("mask", "?d?d?d?d", "4711"),
        ("brute force", "", "abc"),
    ],
)
def test_each_attack_finds_what_it_is_for(attack, mask, secret, listen, tell):
    cracker = SecretCracker(token(secret))
    heard = listen(cracker)
    cracker.attack = attack
    if mask:
        tell(cracker, "mask", mask=mask)
    tell(cracker, "start")
    assert cracker.worker.join()
    assert heard.errors() == []
    assert cracker.cracked.secret == secret.encode()


def test_it_tells_how_many_how_fast_and_how_long_still(listen, tell, monkeypatch):
    cracker = SecretCracker(token("kQ9-zz"), at_most_s=2)
    cracker.attack, cracker.longest, cracker.budget = "brute force", 8, "1 h"
    heard, progressed, say = listen(cracker), threading.Event(), cracker._tell

    def told(words, **rest):
        say(words, **rest)
        if "a second here" in words:
            progressed.set()

    monkeypatch.setattr(cracker, "_tell", told)
    tell(cracker, "start")
    assert progressed.wait(10)
    tell(cracker, "cancel")
    assert cracker.worker.join(2)
    [words, *_] = [each["told"] for each in heard if "a second here" in each.get("told", "")]
    assert "guesses" in words
    assert "left" in words
    assert heard[-1]["told"] == "Stopped."


def test_the_price_is_an_estimate_and_says_so(cracker, listen, tell):
    heard = listen(cracker)
    tell(cracker, "ready")
    [plan] = [each["plan"] for each in heard if "plan" in each]
    assert "JWT HS256: about 4 200 000 000 guesses a second" in plan["price"]
    assert "the price is an estimate: 0.19 of the SHA-256 rate" in plan["price"]
    assert "257 secrets" in plan["about"]


def test_neither_token_nor_secret_is_a_trait(cracker):
    cracker.start()
    assert cracker.worker.join()
    state = json.dumps({name: str(cracker.get_state()[name]) for name in cracker.get_state()})
    assert "changeme" not in state
    assert token() not in state


def test_without_a_token_it_takes_a_practice_sites():
    own = Forgery.of(practice_token())
    assert (own.claims["sub"], own.header["alg"]) == ("mallory", "HS256")
    assert SecretCracker().guessing == SecretGuessing("defaults")


def test_the_twin_shows_the_find_and_every_byte_of_the_forgery():
    cracked = secret_cracker(token())
    assert cracked.secret == b"changeme"
    assert cracked.forged.claims["role"] == CLAIMS["role"] == "admin"
    assert "changeme" in repr(cracked)
    assert "base64url" in repr(cracked)
    assert "Forged with it" in cracked.html()


def test_the_twin_says_what_was_not_found():
    cracked = secret_cracker(token("kQ9-zz-pQ"))
    assert (cracked.secret, cracked.forged) == (None, None)
    assert "not among 257 candidates" in repr(cracked)
    assert "Forged" not in cracked.html()


def test_it_signs_with_the_tokens_own_hmac_and_the_claims_that_were_asked_for():
    cracked = secret_cracker(token(alg="HS512"), claims={"role": None, "admin": True})
    assert cracked.forged.header["alg"] == "HS512"
    assert cracked.forged.claims == {"sub": "mallory", "admin": True}
    assert len(cracked.forged.signature) == 64


def test_hostile_claims_are_shown_as_text():
    shown = secret_cracker(token(name=PAYLOAD)).html()
    assert PAYLOAD not in shown
    assert "&lt;img" in shown


@pytest.mark.parametrize("bad", ["", "abc", "a.b.c", b"x", 1, "5f4dcc3b5aa765d61d8327deb882cf99"])
def test_what_is_no_token_is_refused(bad):
    for make in (SecretCracker, secret_cracker):
        with pytest.raises(LabkitError):
            make(bad)


def test_a_token_with_a_key_pair_has_no_secret():
    signed = str(Forgery.of("").sign(OwnKey.new("ES256")))
    for make in (SecretCracker, secret_cracker):
        with pytest.raises(UnreadableStored, match="no HMAC"):
            make(signed)


@pytest.mark.parametrize("bad", [None, "role", [1], {1: 2}, {"role": b"x"}])
def test_claims_are_a_mapping_that_json_can_say(bad):
    for make in (SecretCracker, secret_cracker):
        with pytest.raises(InvalidInput):
            make(token(), claims=bad)


@pytest.mark.parametrize("bad", ["sql", None, 1])
def test_there_is_no_other_attack(bad):
    with pytest.raises(InvalidInput):
        secret_cracker(token(), bad)
