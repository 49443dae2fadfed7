import os
import subprocess
import sys

import pytest

from labkit.claims import Verdict
from labkit.claims.tokens import (
    CONSTANT,
    LIFE_S,
    PHRASE,
    PIN,
    WINTER,
    ZONES,
    constant_secret,
    log_out_and_state,
    no_secrets_inside,
    utcnow_for_expiry,
    which_algorithm,
)
from labkit.comparing import Minting, revocation_delay
from labkit.comparing.dates import mistaken
from labkit.cracking import listed

SUMMER = WINTER + 180 * 86_400
# What a machine there does, without its table of time zones: hours west of UTC (POSIX).
POSIX = {"America/New_York": "EST5", "Europe/Berlin": "CET-1", "UTC": "UTC0"}
NAIVE = (
    "from datetime import datetime, timezone;"
    "naive = datetime.fromtimestamp({at}, timezone.utc).replace(tzinfo=None);"
    "print(int(naive.timestamp()))"
)


def evidence(claim):
    return dict(claim.evidence)


def test_a_date_without_a_zone_is_right_for_pyjwt_and_shifted_by_its_own_timestamp():
    claim = utcnow_for_expiry()
    assert claim.verdict is Verdict.HOLDS
    assert claim.evidence == (
        ("a token for", "15 min"),
        ("datetime handed to PyJWT", "good for 15 min"),
        ("int(utcnow().timestamp()), America/New_York", "good for 5 h 15 min"),
        ("int(utcnow().timestamp()), Europe/Berlin", "dead at birth"),
        ("int(utcnow().timestamp()), UTC", "good for 15 min"),
    )


def test_in_summer_the_shift_is_another():
    found = evidence(utcnow_for_expiry(SUMMER))
    assert found["int(utcnow().timestamp()), America/New_York"] == "good for 4 h 15 min"


@pytest.mark.parametrize("zone", ZONES)
def test_the_shift_is_what_a_machine_in_that_zone_does(zone):
    at = WINTER + LIFE_S
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", NAIVE.format(at=at)],
        env={**os.environ, "TZ": POSIX[zone]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) == mistaken(at, zone)


def test_on_a_server_in_utc_nothing_would_be_seen():
    _, handed, by_itself = utcnow_for_expiry(zones=["UTC"]).evidence
    assert handed[1] == by_itself[1] == "good for 15 min"


def test_the_claim_would_be_false_if_pyjwt_took_it_for_local_time(monkeypatch):
    monkeypatch.setattr("labkit.claims.tokens._exp_by_pyjwt", lambda _: WINTER)
    assert utcnow_for_expiry().verdict is Verdict.FALSE


def test_a_readable_secret_falls_however_long_it_is():
    claim = constant_secret(listed(["secret", CONSTANT, "changeme", PHRASE]))
    assert claim.verdict is Verdict.FALSE
    found = evidence(claim)
    assert len(PHRASE) == 32
    assert [found[f"“{each}”, {len(each)} characters"] for each in (CONSTANT, PHRASE)] == [
        "found",
        "found",
    ]
    assert found["an admin's token signed with it"] == "accepted"
    assert found["32 random bytes in hex"] == "not found"
    assert found["guesses for that"] == "4"


def test_labkit_refuses_both_and_pyjwt_neither():
    said = [value for label, value in constant_secret(listed([PHRASE])).evidence if "said" in label]
    assert said == [
        "PyJWT warns and signs, labkit refuses (KeyTooShort)",
        "PyJWT signs, labkit refuses (GuessableSecret)",
    ]


def test_the_phrases_that_people_type_hold_both_secrets():
    claim = constant_secret()
    assert claim.verdict is Verdict.FALSE
    assert int(evidence(claim)["guesses for that"].replace(" ", "")) > 100_000


@pytest.mark.parametrize("guesses", [["other"], [CONSTANT], [PHRASE]])
def test_a_list_that_lacks_a_secret_proves_nothing(guesses):
    assert constant_secret(listed(guesses)).verdict is Verdict.DEPENDS


def test_a_shared_secret_lets_every_service_mint_and_key_pairs_do_not():
    claim = which_algorithm()
    assert claim.verdict is Verdict.INCOMPLETE
    found = evidence(claim)
    assert found["HS256, 3 services: can mint"] == "the log-in server and 3 services"
    assert found["RS256, 3 services: can mint"] == "the log-in server alone"
    assert found["ES256, 3 services: can mint"] == "the log-in server alone"
    sizes = [found[f"{alg}, bytes of signature"] for alg in ("HS256", "RS256", "ES256")]
    assert sizes == ["32", "256", "64"]


def test_the_claim_would_be_false_if_public_keys_could_mint():
    def all_mint(*, services):
        shared = ("one HS256 secret", "RS256 public keys", "ES256 public keys")
        return Minting(tuple((each, ("log-in server", "service 1")) for each in shared), services)

    assert which_algorithm(all_mint).verdict is Verdict.FALSE


def test_a_session_is_deleted_and_a_token_needs_no_row_until_it_must_be_taken_back():
    claim = log_out_and_state()
    assert claim.verdict is Verdict.HOLDS
    found = evidence(claim)
    after = [value for label, value in claim.evidence if "after log-out" in label]
    assert after == ["not at all", "15 min", "not at all"]
    looks = [value for label, value in claim.evidence if "look-ups" in label]
    assert looks == ["2", "0", "2"]
    assert found["tokens: bytes kept while logged in"] == "0"


@pytest.mark.parametrize(
    "delay",
    [lambda *_: 0.0, lambda *_: 900.0, lambda design, _: 900.0 - revocation_delay(design, "ban")],
)
def test_the_claim_would_be_false_if_log_out_came_out_otherwise(delay):
    assert log_out_and_state(delay).verdict is Verdict.FALSE


def test_what_is_in_a_token_is_read_without_a_key():
    claim = no_secrets_inside()
    assert claim.verdict is Verdict.HOLDS
    assert evidence(claim)["read from it without any key"] == PIN
    assert evidence(claim)["of name, role, password goes into a token here"] == "role"


def test_the_claim_would_be_false_if_nothing_could_be_read(monkeypatch):
    unread = type("Unread", (), {"of": staticmethod(lambda _: type("F", (), {"claims": {}})())})
    monkeypatch.setattr("labkit.claims.tokens.Forgery", unread)
    assert no_secrets_inside().verdict is Verdict.FALSE
