"""When to ask again, and for what: step-up before sensitive actions, and which factors count."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from labkit.errors import InvalidInput
from labkit.inputs import number, text
from labkit.second_factor.errors import NoFactorEnrolled
from labkit.second_factor.users import checked_user

SECOND_FACTORS = frozenset({"totp", "passkey"})
PHISHING_RESISTANT = frozenset({"passkey"})
KNOWN_METHODS = frozenset({"password", "recovery"}) | SECOND_FACTORS
AHEAD_S = 5.0  # how far another machine's clock may be ahead of ours


def _known(methods: object, what: str) -> frozenset[str]:
    if isinstance(methods, str | bytes) or not isinstance(methods, Collection):
        raise InvalidInput(f"The {what} must be a set of names, not {type(methods).__name__}.")
    found = frozenset(text(method, "method") for method in methods)
    if not found <= KNOWN_METHODS:
        raise InvalidInput(
            f"The {what} hold one that is not known.",
            remedy=f"Choose from {', '.join(sorted(KNOWN_METHODS))}.",
        )
    return found


@dataclass(frozen=True)
class Freshness:
    """How fresh a proof must be, and by which methods.

    Args:
        max_age_s: Seconds since the proof.
        methods: Any one of these counts.
    """

    max_age_s: float
    methods: frozenset[str] = SECOND_FACTORS

    def __post_init__(self) -> None:
        number(self.max_age_s, "greatest age in seconds", at_least=1, at_most=30 * 86400)
        if not _known(self.methods, "methods"):
            raise InvalidInput("A freshness rule needs a method.")


# ASVS 5.0 7.5.1 asks for re-authentication before such changes and leaves the age open: five
# minutes are labkit's choice. An hour is NIST 800-63B-4's inactivity limit for AAL2.
RECENT = Freshness(300.0)
ADMIN = Freshness(3600.0)

_SENSITIVE_ACTIONS = (
    "password:change",
    "email:change",
    "factor:add",
    "factor:remove",
    "recovery_codes:replace",
    "role:grant",
    "account:delete",
)
SENSITIVE: Mapping[str, Freshness] = MappingProxyType(dict.fromkeys(_SENSITIVE_ACTIONS, RECENT))


class StepUp:
    """Says which proof is still owed before an action: admins and sensitive actions always.

    A user who has enrolled no second factor proves the password again. For an admin that is enough
    only to add a factor; everything else waits for it. Holds no state; safe for threads.

    Args:
        table: Action → how fresh which proof must be. Other actions need none.
        admin: What an admin owes before every action that the table does not name.

    Examples:
        >>> rules = StepUp()
        >>> sorted(rules.needs("factor:remove", authenticated_at={"password": 990.0}, now=1000.0))
        ['passkey', 'totp']
        >>> rules.needs("factor:remove", authenticated_at={"totp": 990.0}, now=1000.0)
        frozenset()
    """

    def __init__(
        self, table: Mapping[str, Freshness] = SENSITIVE, *, admin: Freshness = ADMIN
    ) -> None:
        if not isinstance(table, Mapping):
            raise InvalidInput("The table must be a mapping of actions to Freshness.")
        for rule in (admin, *table.values()):
            if not isinstance(rule, Freshness):
                raise InvalidInput(f"A rule is a Freshness, not {type(rule).__name__}.")
        self.table = MappingProxyType({text(a, "action", at_least=1): f for a, f in table.items()})
        self.admin = admin

    def required(self, action: str) -> bool:
        """Return whether the action needs a fresh proof, whoever asks."""
        return text(action, "action", at_least=1) in self.table

    def needs(
        self,
        action: str,
        *,
        authenticated_at: Mapping[str, float],
        now: float,
        admin: bool = False,
        acceptable: Collection[str] = SECOND_FACTORS,
    ) -> frozenset[str]:
        """Return the methods of which one must be used first; empty means go ahead.

        Args:
            action: What is to be done.
            authenticated_at: Method → when it was last proven in this session, seconds since the
                epoch. A method that is absent was never proven.
            now: The time, seconds since the epoch.
            admin: Whether the user administers others.
            acceptable: The second factors that count for this user, from `FactorPolicy`; empty
                for whoever has enrolled none.

        Raises:
            NoFactorEnrolled: An admin without a second factor wants something else than to add one.
            InvalidInput: An argument of the wrong type.
        """
        if not isinstance(authenticated_at, Mapping):
            raise InvalidInput("The times of the proofs must be a mapping of methods to times.")
        rule = self._rule(action, admin=admin)
        if rule is None:
            return frozenset()
        methods = self._methods(action, rule, _known(acceptable, "acceptable methods"), admin=admin)
        proven = any(
            fresh(authenticated_at.get(method), now=now, max_age_s=rule.max_age_s)
            for method in methods
        )
        return frozenset() if proven else methods

    def _rule(self, action: str, *, admin: bool) -> Freshness | None:
        if self.required(action):
            return self.table.get(action, RECENT)
        return self.admin if admin else None

    def _methods(
        self, action: str, rule: Freshness, acceptable: frozenset[str], *, admin: bool
    ) -> frozenset[str]:
        if methods := rule.methods - (SECOND_FACTORS - acceptable):
            return methods
        if admin and action != "factor:add":
            raise NoFactorEnrolled("An admin has no second factor.", action=action)
        return frozenset({"password"})


def fresh(at: float | None, *, now: float, max_age_s: float) -> bool:
    """Return whether a proof made `at` is at most `max_age_s` seconds old.

    A proof that was never made is not fresh, and neither is one from the future.

    Raises:
        InvalidInput: A time or the age is no finite number of zero or more.
    """
    now, longest_s = number(now, "time"), number(max_age_s, "greatest age in seconds")
    if at is None:
        return False
    return -AHEAD_S <= now - number(at, "time of the proof") <= longest_s


class FactorPolicy:
    """Says which factors count for a user.

    A code that a person types can be relayed by a page that looks like ours; a passkey cannot.
    So whoever has a passkey, or must have one, is not let in by less: the attacker would choose
    the weaker way. Holds no state; safe for threads.

    Args:
        enrolled: Called with the user; returns the methods that they have enrolled.
        passkey_only: Users of whom a phishing-resistant factor is demanded.

    Examples:
        >>> FactorPolicy(lambda user: {"totp", "passkey"}).acceptable("alice")
        frozenset({'passkey'})
        >>> FactorPolicy(lambda user: {"totp"}).acceptable("bob")
        frozenset({'totp'})
    """

    def __init__(
        self,
        enrolled: Callable[[str], Iterable[str]],
        *,
        passkey_only: Collection[str] = frozenset(),
    ) -> None:
        if not callable(enrolled):
            raise InvalidInput("A function is needed that says what a user has enrolled.")
        self._enrolled = enrolled
        if isinstance(passkey_only, str) or not isinstance(passkey_only, Collection):
            raise InvalidInput("The users of passkeys only must be a set of names.")
        self._passkey_only = frozenset(map(checked_user, passkey_only))

    def acceptable(self, user: str) -> frozenset[str]:
        """Return the methods that count as this user's second factor; empty if none is enrolled.

        For a user of whom a passkey is demanded it is the passkey, enrolled or not.
        """
        enrolled = self._enrolled(checked_user(user))
        if isinstance(enrolled, str) or not isinstance(enrolled, Iterable):
            raise InvalidInput("What a user has enrolled must be a set of methods.")
        has = SECOND_FACTORS.intersection(enrolled)
        if has & PHISHING_RESISTANT or user in self._passkey_only:
            return PHISHING_RESISTANT
        return has
