"""A request to measure: the same on both sides of the pipe."""

import json

import pytest

from labkit.errors import InvalidInput
from labkit.measuring import Request
from labkit.passwords import (
    OWASP_2026,
    PROFILES,
    BcryptParams,
    Ceilings,
    HashTooCostly,
    Pbkdf2Params,
)


@pytest.mark.parametrize("scheme", [*PROFILES.values(), Pbkdf2Params(digest="sha512"), "MD5"])
def test_a_request_survives_the_way_through_json(scheme):
    asked = Request(scheme, calls=3, shortest_sample_s=0.5, ceilings=Ceilings(memory_mib=64))
    assert Request.from_plain(json.loads(json.dumps(asked.plain()))) == asked


def test_md5_is_timed_too():
    assert len(list(Request("MD5", calls=2, shortest_sample_s=0.0).samples())) == 2


def test_what_is_over_a_ceiling_is_refused_before_any_work():
    with pytest.raises(HashTooCostly):
        Request(OWASP_2026, ceilings=Ceilings(memory_mib=1)).samples()


@pytest.mark.parametrize("bad", [None, 7, b"MD5", "SHA-1", object()])
def test_what_is_no_scheme_is_refused(bad):
    with pytest.raises(InvalidInput):
        Request(bad).samples()


@pytest.mark.parametrize("bad", [0, -1, "3", None, True])
def test_the_number_of_samples_is_checked(bad):
    with pytest.raises(InvalidInput):
        Request(BcryptParams(cost=4), calls=bad).samples()


@pytest.mark.parametrize(
    "change",
    [
        {"params": {"cost": 10, "salt": "x"}},
        {"params": 7},
        {"scheme": "rot13"},
        {"scheme": []},
        {"ceilings": None},
        {"ceilings": {"memory": 3}},
        {"more": 1},
    ],
)
def test_plain_values_that_are_no_request_are_refused(change):
    with pytest.raises(InvalidInput):
        Request.from_plain(Request(BcryptParams(cost=4)).plain() | change)


def test_plain_values_without_ceilings_are_refused():
    with pytest.raises(InvalidInput):
        Request.from_plain({"scheme": "MD5"})
