"""The site's parts, built once and wired to one database, one clock and one set of keys."""

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast

from labkit.access import Policy, Subject, read_policy
from labkit.browser import CookiePolicy, CsrfGuard, Escaper, SecurityHeaders
from labkit.clock import Clock
from labkit.database import Database
from labkit.guessing import CodeThrottle, LogInThrottle
from labkit.passwords import PasswordPolicy
from labkit.passwords.hashing import Hasher
from labkit.practice.decisions.access import Guard, Identity, ProfileForm, Serialiser
from labkit.practice.decisions.guessing import LogIn
from labkit.practice.decisions.passwords import FeedKey, LogLine
from labkit.practice.decisions.second_factor import SecondStep
from labkit.practice.defences import Defences
from labkit.practice.gradebook import Gradebook, Row
from labkit.practice.hashing import PricedHasher, hashing_of
from labkit.practice.meter import Meter
from labkit.practice.people import PEOPLE, Person
from labkit.practice.race import Junction
from labkit.practice.tokens import Tokens
from labkit.second_factor import Enrolment, RecoveryCodes, StepUp, TotpVerifier
from labkit.sessions import SessionManager, SqliteSessionStore
from labkit.stores import SqliteStore, Store

MOST_KEPT = 1000  # lines of the log, crashes
POLICY = Path(__file__).with_name("policy.toml")


@dataclass(frozen=True)
class Parts:
    """Instances of everything that `Defences` names; as safe for threads as each of them is."""

    clock: Clock
    gradebook: Gradebook
    hasher: PricedHasher
    meter: Meter
    password_policy: PasswordPolicy
    log_line: LogLine
    feed_key: FeedKey
    log_in: LogIn
    log_in_throttle: LogInThrottle
    code_throttle: CodeThrottle
    sessions: SessionManager
    cookies: CookiePolicy
    csrf: CsrfGuard
    escaper: Escaper
    headers: SecurityHeaders
    policy: Policy
    identity: Identity
    guard: Guard
    profile_form: ProfileForm
    serialiser: Serialiser
    tokens: Tokens
    second_step: SecondStep
    totp: TotpVerifier
    enrolment: Enrolment
    recovery_codes: RecoveryCodes
    step_up: StepUp
    store: Store
    junction: Junction
    log: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))
    _menus: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    crashes: deque[Exception] = field(default_factory=lambda: deque(maxlen=MOST_KEPT))

    @classmethod
    def build(
        cls,
        defences: Defences,
        *,
        database: Database,
        clock: Clock,
        people: tuple[Person, ...] = PEOPLE,
        remember: bool = False,
    ) -> "Parts":
        """Create the tables where they are missing, fill them, and wire everything."""
        d, junction = defences, Junction(SqliteStore(database))
        store = cast("Store", junction)
        meter = Meter()
        hasher = PricedHasher(d.hasher(), meter, remember=remember)
        feed_key = d.feed_key()
        feed_keys = {person.name: feed_key.new() for person in people}
        hashes = seeded_hashes(hashing_of(d.hasher), people)
        gradebook = Gradebook.seeded(database, hashes, feed_keys)
        cookies = d.cookies()
        totp = d.totp(store, clock=clock)
        return cls(
            clock=clock,
            gradebook=gradebook,
            hasher=hasher,
            meter=meter,
            password_policy=d.password_policy(site="Gradebook"),
            log_line=d.log_line(),
            feed_key=feed_key,
            log_in=d.log_in(hasher, dummy=dummy_hash(hashing_of(d.hasher))),
            log_in_throttle=d.log_in_throttle(store, clock=clock),
            code_throttle=d.code_throttle(store, clock=clock),
            sessions=d.sessions(SqliteSessionStore(database), clock=clock),
            cookies=cookies,
            csrf=d.csrf(secrets.token_bytes(32)),
            escaper=d.escaper(),
            headers=d.headers(),
            policy=d.policy(read_policy(POLICY)),
            identity=d.identity(gradebook.user, cookie=cookies.attributes("session").name),
            guard=d.guard(),
            profile_form=d.profile_form(),
            serialiser=d.serialiser(),
            tokens=Tokens.build(d, store, clock),
            second_step=d.second_step(),
            totp=totp,
            enrolment=d.enrolment(store, totp, issuer="Gradebook", clock=clock),
            recovery_codes=d.recovery_codes(store),
            step_up=d.step_up(),
            store=store,
            junction=junction,
        )

    def sweep(self) -> int:
        """Forget what has expired, and return how many rows that was."""
        return self.store.sweep(self.clock()) + self.sessions.sweep()

    def subject(self, user: str, headers: Mapping[str, str], params: Mapping[str, str]) -> Subject:
        """Return who asks, with the roles and the tenant that the site itself holds of them."""
        roles = self.identity.roles(user, headers)
        return Subject(user, roles=roles, tenant=self.identity.tenant(user, params) or None)

    def menu(self, subject: Subject) -> frozenset[str]:
        """Return the permissions that the subject's roles may have on something."""
        if subject.roles not in self._menus:
            may = frozenset(
                p for p in self.policy.permissions if self.policy.could_allow(subject, p)
            )
            if len(self._menus) > MOST_KEPT:
                self._menus.clear()
            self._menus[subject.roles] = may
        return self._menus[subject.roles]

    def may(self, subject: Subject, permission: str, grade: Row) -> bool:
        """Return whether the subject may do this to a grade."""
        return self.policy.allows(subject, permission, resource(grade))


@lru_cache(maxsize=32)
def seeded_hashes(hasher: type[Hasher], people: tuple[Person, ...]) -> Mapping[str, str]:
    """Return each seeded person's stored password; sites with the same hasher share them."""
    made = hasher()
    return {person.name: made.hash(person.password) for person in people}


@lru_cache(maxsize=32)
def dummy_hash(hasher: type[Hasher]) -> str:
    """Return the stored password of nobody; sites with the same hasher share it."""
    return hasher().hash(secrets.token_urlsafe(12))


def resource(grade: Row) -> Row:
    """Return a grade as the policy sees it: whose it is, and whose class."""
    return grade | {"owner": grade["student"], "tenant": grade["class_id"]}
