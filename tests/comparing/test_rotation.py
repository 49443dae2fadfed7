"""Keys in rotation: what an overlap, a lead and a copy of the key set are for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.clock import ManualClock
from labkit.comparing.key_times import KeyTimes, key_times
from labkit.comparing.rotation import Plan, simulate_rotation
from labkit.errors import InvalidInput
from labkit.tokens import KeyRing, TokenIssuer, TokenVerifier
from labkit.tokens.errors import UnknownKey

MIN = 60
few = settings(max_examples=10, deadline=None)
times = st.integers(0, 40).map(lambda minutes: minutes * MIN)
lives = st.integers(5, 30).map(lambda minutes: minutes * MIN)
copies = st.integers(1, 20).map(lambda minutes: minutes * MIN)


def kinds(**settings):
    return [each.kind for each in simulate_rotation(Plan(**settings)).findings]


# Plan, what breaks.
PLANS = [
    ({}, ["nothing"]),
    ({"actions": ()}, ["nothing"]),
    ({"overlap_s": 5 * MIN}, ["overlap"]),
    ({"overlap_s": 0}, ["overlap"]),
    ({"overlap_s": 15 * MIN}, ["nothing"]),
    ({"lead_s": 0}, ["lead"]),
    ({"lead_s": 0, "cache_s": 0}, ["nothing"]),
    ({"lead_s": 0, "asks_again": True}, ["nothing"]),
    ({"lead_s": 5 * MIN}, ["lead"]),
    ({"lead_s": 10 * MIN}, ["nothing"]),
    ({"lead_s": 0, "overlap_s": 0}, ["overlap", "lead"]),
    ({"actions": [(1800, "withdraw")], "cache_s": 0}, ["withdrawn"]),
    ({"actions": [(1800, "withdraw")]}, ["lead", "withdrawn", "stale"]),
    ({"actions": [(1800, "rotate"), (1900, "rotate")]}, ["nothing"]),
]


@pytest.mark.parametrize(("settings", "expected"), PLANS)
def test_what_breaks(settings, expected):
    assert kinds(**settings) == expected


@few
@given(life=lives, spare=times, lead=times)
def test_an_overlap_as_long_as_a_token_lives_refuses_none(life, spare, lead):
    assert "overlap" not in kinds(life_s=life, overlap_s=life + spare, lead_s=lead)


@few
@given(life=lives, short=st.integers(2, 900), lead=times)
def test_an_overlap_that_is_two_seconds_too_short_refuses_good_tokens(life, short, lead):
    overlap = max(life - short, 0)
    assert "overlap" in kinds(life_s=life, overlap_s=overlap, lead_s=lead, until_s=3 * 3600)


@few
@given(cache=copies, spare=times, at=st.integers(0, 60))
def test_a_lead_as_long_as_a_copy_grows_old_leaves_no_key_unknown(cache, spare, at):
    plan = {"cache_s": cache, "lead_s": cache + spare, "actions": [(at * MIN, "rotate")]}
    assert "lead" not in kinds(**plan)


@few
@given(cache=copies, lead=times, overlap=times)
def test_a_verifier_without_a_copy_and_one_that_asks_again_never_miss_a_key(cache, lead, overlap):
    for settings_ in ({"cache_s": 0}, {"cache_s": cache, "asks_again": True}):
        assert "lead" not in kinds(lead_s=lead, overlap_s=overlap, **settings_)


def test_a_stolen_key_works_until_the_copy_is_fetched_anew():
    told = simulate_rotation(Plan(actions=((1800, "withdraw"),), cache_s=900))
    (forged,) = told.forged
    assert (forged.key, forged.from_s, forged.live_until_s) == ("key 1", 1800, 1800)
    assert forged.cached_until_s == 2700
    assert "15 min after its withdrawal" in told.findings[-1].said


def test_a_withdrawal_refuses_good_tokens_too_from_that_moment_on():
    told = simulate_rotation(Plan(actions=((1800, "withdraw"),), cache_s=0))
    refused = [token for token in told.tokens if token.live]
    assert {token.key for token in refused} == {"key 1"}
    assert {each.from_s for token in refused for each in token.live} == {1800}
    assert all(token.exp_s == token.live[0].until_s for token in refused)


def test_a_refusal_says_from_when_until_when_and_why():
    told = simulate_rotation(Plan(lead_s=0))
    refusals = [each for token in told.tokens for each in token.cached]
    assert {(each.until_s, each.error) for each in refusals} == {(2400, "UnknownKey")}


def test_each_key_is_published_signs_is_still_accepted_and_is_gone():
    (first, second) = simulate_rotation().keys
    assert first == KeyTimes("key 1", 0, 0, 2400, 3600)
    assert second == KeyTimes("key 2", 1800, 2400)
    at = (0, 1800, 2400, 3600, 3601)
    assert [first.state(t) for t in at] == ["signs", "signs", *["still accepted"] * 2, "gone"]
    assert [second.state(t) for t in at] == ["not made yet", "published", *["signs"] * 3]
    assert first.spans(7200) == (("signs", 0, 2400), ("still accepted", 2400, 3600))
    assert second.spans(2000) == (("published", 1800, 2000),)


def test_what_a_key_is_called_agrees_with_what_the_ring_does():
    clock = ManualClock(0)
    ring = KeyRing(clock=clock, overlap_s=700)
    for _ in range(4):
        ring.rotate(lead_s=300)
        names = {
            each.key.kid: times
            for each, times in zip(ring.timeline(), key_times(ring), strict=True)
        }
        for _ in range(9):
            now = clock()
            signing = [kid for kid, times in names.items() if times.state(now) == "signs"]
            gone = [kid for kid, times in names.items() if times.state(now) == "gone"]
            assert signing == [ring.signing_key().kid]
            assert {key.kid for key in ring.accepted()} == names.keys() - set(gone)
            clock.advance(100)


@pytest.mark.parametrize(("spare", "refused"), [(0, True), (59, True), (60, False)])
def test_a_leeway_asks_for_an_overlap_that_is_longer_by_as_much(spare, refused):
    clock, names = ManualClock(), {"algorithm": "ES256", "issuer": "https://a", "audience": "b"}
    ring = KeyRing(clock=clock, overlap_s=900 + spare)
    token = TokenIssuer(ring, clock=clock, lifetime_s=900, **names).issue("alice")
    verifier = TokenVerifier(ring, clock=clock, leeway_s=60, **names)
    ring.rotate()
    clock.advance(959.5)  # by a clock that is a minute behind it has not ended yet
    if refused:
        with pytest.raises(UnknownKey):
            verifier.verify(token)
    else:
        assert verifier.verify(token)["sub"] == "alice"


def test_a_withdrawn_key_is_withdrawn_and_its_successor_signs_at_once():
    told = simulate_rotation(Plan(actions=((1800, "withdraw"),)))
    assert told.at(1799) == (("key 1", "signs"), ("key 2", "not made yet"))
    assert told.at(1800) == (("key 1", "withdrawn"), ("key 2", "signs"))


def test_the_text_twin_is_the_same_each_time_and_names_no_key_material():
    assert repr(simulate_rotation(Plan(lead_s=0))) == repr(simulate_rotation(Plan(lead_s=0)))


@pytest.mark.parametrize(
    "bad",
    [
        {"life_s": 0},
        {"life_s": 3601},
        {"life_s": 90.5},
        {"overlap_s": -1},
        {"lead_s": None},
        {"cache_s": 59},
        {"until_s": 10**9},
        {"actions": "rotate"},
        {"actions": None},
        {"actions": [(1800, "burn")]},
        {"actions": [(1800, [])]},
        {"actions": [(-1, "rotate")]},
        {"actions": [(7201, "rotate")]},
        {"actions": ["rotate"]},
        {"actions": [(1, 2, 3)]},
        {"actions": [(60, "rotate")] * 9},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(bad):
    with pytest.raises(InvalidInput):
        Plan(**bad)


@pytest.mark.parametrize("bad", [7, "plan", {}])
def test_what_is_no_plan_and_no_ring_is_refused(bad):
    with pytest.raises(InvalidInput):
        simulate_rotation(bad)
    with pytest.raises(InvalidInput):
        key_times(bad)
