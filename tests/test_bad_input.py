"""Doors that are often reached by untrusted or mistaken values, each with one table of bad ones.

A door answers a bad value or refuses it with a `LabkitError` that names the cause; nothing else may
come out of it. `answers` names the values that a door takes for good: everything else is refused.
"""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from labkit.access import (
    Condition,
    DynamicSeparation,
    Policy,
    PolicyDocument,
    Role,
    Rule,
    Subject,
    parse_policy,
    read_policy,
)
from labkit.attacks.tokens_claims import use_a_ticket_as_token
from labkit.clock import ManualClock
from labkit.comparing import DESIGNS
from labkit.comparing.load import loads
from labkit.cracking import cost
from labkit.cracking.params import Argon2
from labkit.encoding import base64url
from labkit.errors import LabkitError
from labkit.exchange import Request
from labkit.forging import Forgery
from labkit.guessing import backoff_s, networks, source_of
from labkit.matrix import Catalogue, run
from labkit.passwords import ONLY_FOR_TESTS, TextbookScheme
from labkit.passwords.timing import Clocks, sampling, time_hash
from labkit.practice import Defences, Site, as_seen_by
from labkit.second_factor import TotpVerifier
from labkit.second_factor.step_up import fresh
from labkit.sessions import SessionManager
from labkit.sessions.session import Session
from labkit.stores import MemoryStore
from labkit.tokens.keyring import thumbprint

BAD = {
    "None": None,
    "True": True,
    "zero": 0,
    "negative": -1,
    "fraction": 1.5,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "complex": 1j,
    "huge int": 10**5000,
    "empty text": "",
    "text": "ann",
    "NUL": "\0",
    "surrogate": "\ud800",
    "huge text": "x" * (1 << 23),
    "bytes": b"ann",
    "no UTF-8": b"\xff\xfe",
    "bytearray": bytearray(b"ann"),
    "empty list": [],
    "list": ["ann"],
    "nested list": [[]],
    "empty dict": {},
    "dict": {"ann": "ann"},
    "unhashable items": [{}],
    "object": object(),
    "class": int,
    "function": len,
}
NUMBERS = frozenset({"zero", "negative", "fraction"})
LOOSE_NUMBERS = NUMBERS | {"True", "NaN", "infinity"}
OCTETS = frozenset({"bytes", "no UTF-8", "bytearray"})
TEXTS = frozenset({"empty text", "text", "NUL"})
JSON = frozenset(BAD) - OCTETS - {"complex", "huge int", "object", "class", "function"}
SIZES = frozenset({"zero", "fraction"})
MAPPINGS = frozenset({"empty dict", "dict"})

ANN = Subject("ann", {"teacher"})
POLICY = Policy(
    PolicyDocument(
        roles={"teacher": Role(["grade:list"])},
        permits=(Rule("own", ["grade:edit"], ["teacher"], ["owns"]),),
        dynamic=(DynamicSeparation("four eyes", ["grade:list"], ["entered_by"]),),
    )
)
SESSIONS = SessionManager(clock=ManualClock(1000))
TOTP = TotpVerifier(MemoryStore(), clock=ManualClock(1000))
SITE = Site(remember_checks=True)
HEADERS = {"X-Forwarded-For": "192.0.2.1"}
OURS = networks(["10.0.0.0/8"])
NO_WORK = {"calls": 1, "shortest_sample_s": 0, "work": lambda: None}


def session(**more: object) -> Session:
    fields = {"seen_at": 1000.0, "created_at": 1000.0, **more}
    return Session("hash", "ann", "full", authenticated_at=None, **fields)  # type: ignore[arg-type]  # what is tested


@dataclass(frozen=True)
class Door:
    """One way in: called with the bad value; the names of the values that it takes for good."""

    name: str
    call: Callable[..., object]
    answers: frozenset[str] = field(default=frozenset())


DOORS = [
    Door("a role asked for", lambda v: POLICY.has_role(ANN, v), TEXTS),
    Door("whose role is asked for", lambda v: POLICY.has_role(v, "teacher")),
    Door("an owner", lambda v: POLICY.owns(v, {"owner": "ann"})),
    Door("what is owned", lambda v: POLICY.owns(ANN, v), frozenset(BAD)),
    Door("who has a tenant", lambda v: POLICY.same_tenant(v, {})),
    Door("what has a tenant", lambda v: POLICY.same_tenant(ANN, v), frozenset(BAD)),
    Door("who took a step", lambda v: POLICY.duties_ok(v, {"entered_by": "bob"})),
    Door("an item", lambda v: POLICY.duties_ok(ANN, v), MAPPINGS),
    Door(
        "who took an earlier step",
        lambda v: POLICY.allows(ANN, "grade:list", {"entered_by": v}),
        frozenset(BAD),
    ),
    Door(
        "a field's value", lambda v: POLICY.allows(ANN, "grade:edit", {"owner": v}), frozenset(BAD)
    ),
    Door("a policy's path", read_policy),
    Door("a policy's text", parse_policy, frozenset({"empty text"})),
    Door("a policy's name", lambda v: parse_policy("", file=v), TEXTS),
    Door(
        "the name of a role",
        lambda v: Policy(PolicyDocument(roles=_keyed(v, Role()))),
        frozenset({"text"}),
    ),
    Door("the definition of a role", lambda v: Policy(PolicyDocument(roles={"teacher": v}))),
    Door("conditions", lambda v: parse_policy("", conditions=v), frozenset({"None", "empty dict"})),
    Door("a condition's name", lambda v: parse_policy(_UNDEFINED, conditions=_keyed(v, len))),
    Door("a condition's text", lambda v: Condition(v, len), TEXTS - {"empty text"}),
    Door("a condition's test", lambda v: Condition("busy", v), frozenset({"class", "function"})),
    Door("a session", lambda v: SESSIONS.expired(v, 1000.0)),
    Door(
        "when a session was used",
        lambda v: SESSIONS.expired(session(seen_at=v), 1000.0),
        LOOSE_NUMBERS,
    ),
    Door(
        "when a session was opened",
        lambda v: SESSIONS.expired(session(created_at=v), 1000.0),
        LOOSE_NUMBERS,
    ),
    Door("the time", lambda v: SESSIONS.expired(session(), v), NUMBERS),
    Door("a clock's time", lambda v: SessionManager(clock=lambda: v).open(), NUMBERS),
    Door("a session's id to hash", SESSIONS.store_key, TEXTS),
    Door("a session's id", SESSIONS.look_up, TEXTS | {"surrogate", "huge text"}),
    Door("whose code it is", lambda v: TOTP.accept(v, 7, MemoryStore()), frozenset({"text"})),
    Door("a step", lambda v: TOTP.accept("ann", v, MemoryStore()), frozenset({"zero"})),
    Door("a store of steps", lambda v: TOTP.accept("ann", 7, v)),
    Door("a proof's time", lambda v: fresh(v, now=9.0, max_age_s=9.0), SIZES | {"None"}),
    Door("the present", lambda v: fresh(9.0, now=v, max_age_s=9.0), SIZES),
    Door("an age", lambda v: fresh(9.0, now=9.0, max_age_s=v), SIZES),
    Door("an age for no proof", lambda v: fresh(None, now=9.0, max_age_s=v), SIZES),
    Door("failures", lambda v: backoff_s(v, free=5), frozenset({"zero"})),
    Door("free failures", lambda v: backoff_s(7, free=v), frozenset({"zero"})),
    Door("a limit", lambda v: backoff_s(7, free=5, limit=v), frozenset({"zero", "infinity"})),
    Door("a peer", lambda v: source_of(v, HEADERS, OURS)),
    Door("headers", lambda v: source_of("10.0.0.1", v, OURS), MAPPINGS),
    Door("a header", lambda v: source_of("10.0.0.1", {"X-Forwarded-For": v}, OURS), TEXTS),
    Door("proxies", lambda v: source_of("10.0.0.1", HEADERS, v), frozenset({"empty list"})),
    Door("a proxy", lambda v: source_of("10.0.0.1", HEADERS, [v])),
    Door("what to time", lambda v: time_hash(v, **NO_WORK)),
    Door("clocks", lambda v: time_hash(ONLY_FOR_TESTS, clocks=v, **NO_WORK), frozenset({"None"})),
    Door("clocks to sample", lambda v: sampling(ONLY_FOR_TESTS, clocks=v), frozenset({"None"})),
    Door("a clock", lambda v: Clocks(cpu=v), frozenset({"class", "function"})),
    Door(
        "work", lambda v: sampling(ONLY_FOR_TESTS, work=v), frozenset({"None", "class", "function"})
    ),
    Door("ceilings", lambda v: sampling(ONLY_FOR_TESTS, ceilings=v), frozenset({"None"})),
    Door("a password to prepare", TextbookScheme().prepare, TEXTS),
    Door("a password to derive", lambda v: TextbookScheme().derive(v, b"s" * 16), OCTETS),
    Door("a salt", lambda v: TextbookScheme().derive(b"ann", v)),
    Door("a clock's start", ManualClock, NUMBERS),
    Door("a clock's way", lambda v: ManualClock(1000).advance(v), NUMBERS),
    Door("bytes to spell", base64url, OCTETS),
    Door("a method", lambda v: Request(v, "/"), TEXTS | {"surrogate"}),
    Door("a path", lambda v: Request("GET", v), TEXTS | {"surrogate"}),
    Door("a request's headers", lambda v: Request("GET", "/", v), MAPPINGS),
    Door("a header to send", lambda v: Request("GET", "/").having(X=v), TEXTS | {"surrogate"}),
    Door("a request's body", lambda v: Request("GET", "/", {}, v), OCTETS - {"bytearray"}),
    Door("a form", lambda v: Request.form("/", v), MAPPINGS),
    Door("a JSON body", lambda v: Request.of_json("POST", "/", v), JSON),
    Door("what is sent", lambda v: SITE.client().send(v)),
    Door("a path to get", lambda v: SITE.client().get(v), frozenset({"empty text", "text"})),
    Door("a path to post to", lambda v: SITE.client().post(v), frozenset({"empty text", "text"})),
    Door("what is posted", lambda v: SITE.client().post("/api/log-in", v), JSON),
    Door("a name to log in with", lambda v: SITE.client().log_in(v, "penguin"), JSON),
    Door("a password to log in with", lambda v: SITE.client().log_in("alice", v), JSON),
    Door("a site to look at", lambda v: as_seen_by(v, "alice")),
    Door("whose screen it is", lambda v: as_seen_by(SITE, v)),
    Door("a site to attack", use_a_ticket_as_token),
    Door("a catalogue", lambda v: run([] if v is None else v)),
    Door("an id of the catalogue", Catalogue.load().only),
    Door("a token to forge", Forgery, TEXTS | {"surrogate", "huge text"}),
    Door("a token in hand", Forgery.of, TEXTS | {"surrogate", "huge text"}),
    Door("a forgery's steps", lambda v: Forgery("", v)),
    Door("a key's thumbprint", thumbprint),
    Door("designs to load", lambda v: loads(v, 1)),
    Door("services to load", lambda v: loads(DESIGNS, v)),
    Door("searches", lambda v: cost.costs(Argon2(19456, 2), v)),
]
_UNDEFINED = """
[roles.teacher]
[[permit]]
name = "x"
permissions = ["grade:edit"]
roles = ["teacher"]
when = ["nobody_defined_this"]
"""


def _keyed(key: object, value: object) -> dict[object, object]:
    try:
        return {key: value}
    except TypeError:  # it cannot be a key at all: another that is no name stands in for it
        return {(): value}


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_a_bad_value_is_refused_by_name_and_a_fair_one_answered(door: Door, value: str) -> None:
    if value in door.answers:
        door.call(BAD[value])
        return
    with pytest.raises(LabkitError) as caught:
        door.call(BAD[value])
    assert len(caught.value.cause) > 10
    assert len(str(caught.value)) < 1000


def test_defences_handed_to_an_attack_are_no_site_and_it_says_what_to_hand_it() -> None:
    with pytest.raises(LabkitError, match=r"Site\(defences\)"):
        use_a_ticket_as_token(Defences())  # type: ignore[arg-type]  # what is tested


def test_an_id_handed_to_the_matrix_is_no_catalogue_and_it_says_how_to_name_a_part() -> None:
    with pytest.raises(LabkitError, match=r'Catalogue\.load\(\)\.only\("T4"\)'):
        run("T4")  # type: ignore[arg-type]  # what is tested


@pytest.mark.parametrize("many", [[1] * 100_000, itertools.repeat(1)], ids=["many", "no end"])
def test_searches_without_bound_are_refused_before_the_first(many: Iterable[int]) -> None:
    with pytest.raises(LabkitError, match="At most 1000"):
        cost.costs(Argon2(19456, 2), many)
