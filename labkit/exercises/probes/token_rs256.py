"""RS256 with a key set that changes under way: keys come, overlap, and go."""

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.cracking.params import HMACS
from labkit.exercises.minting import Claims, claims_of, let_in, now_of, public, rsa_key, says, token
from labkit.exercises.trial import SmallTarget, expect
from labkit.exercises.variants import Variant
from labkit.forging import FORMS, Forgery, OwnKey

KeySet = dict[str, Any]


class Verifier(SmallTarget):
    """Asks `verify_rs256`, each time with the key set as it is published at that moment."""

    def __init__(self, verify_rs256: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._verify_rs256 = verify_rs256
        self.own = own
        self.first, self.second, self.letters = _keys(own)

    def token(self, key: OwnKey, *, role: str = "student", **header: Any) -> str:
        """Return a token that the key signed and, unless told otherwise, names."""
        return token(key, claims_of(self.own, role=role), **({"kid": key.kid} | header))

    def accepts(self, sent: str, published: KeySet, after: float = 0.0) -> Claims | None:
        """Return the claims, or None; `after` some seconds."""
        return let_in(self._verify_rs256, sent, published, now_of(self.own) + after)


def sample(own: Variant) -> tuple[Any, ...]:
    """Return the arguments of an honest call."""
    first, second, _ = _keys(own)
    return (token(second, claims_of(own), kid=second.kid), key_set(second, first), now_of(own))


def _keys(own: Variant) -> tuple[OwnKey, OwnKey, OwnKey]:
    first, second, third = (rsa_key(own.kid(place), place) for place in range(3))
    return first, second, third


def key_set(*keys: OwnKey | dict[str, Any]) -> KeySet:
    """Return what is published."""
    return {"keys": [public(key) if isinstance(key, OwnKey) else key for key in keys]}


def _before_the_change(verifier: Verifier) -> None:
    for _ in range(2):
        found = verifier.accepts(verifier.token(verifier.first), key_set(verifier.first))
        expect(found is not None, "The only key signed, and the token is refused.")
        expect(
            says(found, claims_of(verifier.own)), "The claims that come back are not the token's."
        )


def _expired(verifier: Verifier) -> None:
    key, now = verifier.first, int(now_of(verifier.own))
    for exp, what in (
        (now - 3600, "An hour after its end"),
        (now, "At its very end"),
        (None, "Without an end"),
    ):
        sent = token(key, claims_of(verifier.own, exp=exp), kid=key.kid)
        expect(verifier.accepts(sent, key_set(key)) is None, f"{what}, a token is accepted.")


DAY = (
    ("One key is published and signs", _before_the_change),
    ("A token has ended", _expired),
)


@attack("overlap", "A change of keys", start="Nobody attacks: the issuer changes its key")
def overlap(verifier: Verifier) -> Verdict:
    """The new key is published, then signs; tokens by the old one live on for a while."""
    old, new = verifier.first, verifier.second
    for published in (key_set(old, new), key_set(new, old)):
        for key, name in ((old, "old"), (new, "new")):
            if verifier.accepts(verifier.token(key), published) is None:
                raise SiteBroken(f"Both keys are published, and a token by the {name} is refused.")
    if verifier.accepts(verifier.token(new), key_set(new)) is None:
        raise SiteBroken("The old key has gone, and a token by the new one is refused.")
    return held("While both keys are published, both count.")


@attack("neighbours", "A set with strange keys in it", start="Nobody attacks: the set grows")
def neighbours(verifier: Verifier) -> Verdict:
    """The set holds keys of kinds that this verifier does not use; it must look past them."""
    kid = verifier.second.kid
    strange = (
        {"kty": "AKP", "alg": "ML-DSA-65", "kid": "later", "pub": "AAAA"},
        {"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": "AAAA", "y": "AAAA"},
        {"kty": "RSA", "use": "sig", "e": "AQAB"},
        {"kid": "no kind"},
    )
    for published in (key_set(*strange, verifier.second), key_set(verifier.second, *strange)):
        if verifier.accepts(verifier.token(verifier.second), published) is None:
            raise SiteBroken(f"The RSA key {kid} is in the set, and its token is refused.")
    return held("Keys of other kinds are passed over.")


@attack("withdrawn", "Sign with a withdrawn key", start="The old private key, which leaked")
def withdrawn(verifier: Verifier) -> Verdict:
    """The old key leaked and is out of the set since a second ago."""
    old, new = verifier.first, verifier.second
    verifier.accepts(verifier.token(old), key_set(old, new))
    sent = verifier.token(old, role="admin")
    for published in (key_set(new), key_set(), key_set(new, verifier.letters)):
        if verifier.accepts(sent, published) is not None:
            return breached(f"{old.kid} was withdrawn, and Mallory is admin with it.")
    return held("Who is out of the set is out.")


@attack("unknown", "Name no key of the set", start="A token that leaves the choice open")
def unknown(verifier: Verifier) -> Verdict:
    """The signature is right by some key of the set, and the token does not say by which.

    Who tries all keys lets the sender choose, pays for each try, and can never tell by which key
    somebody came in.
    """
    keys = (verifier.first, verifier.second)
    names = ("nobody", "", keys[0].kid.upper(), keys[0].kid + " ", None)
    odd: tuple[Any, ...] = (0, True, [keys[0].kid], {keys[0].kid: 1})
    for key in keys:
        for kid, published in product((*names, *odd), (key_set(*keys), key_set(key))):
            if verifier.accepts(verifier.token(key, kid=kid), published) is not None:
                what = "no kid" if kid is None else f"the kid {kid!r}"
                return breached(f"A token with {what} was accepted: some key was tried.")
    swapped = verifier.token(keys[0], kid=keys[1].kid)
    if verifier.accepts(swapped, key_set(*keys)) is not None:
        return breached("A token that names one key and is signed by another was accepted.")
    return held("A token that names no key of the set is refused.")


@attack("confusion", "Sign with the public key", start="The key set, which everybody can fetch")
def confusion(verifier: Verifier) -> Verdict:
    """Mallory takes the public key's text for an HMAC secret, or says that nothing is signed."""
    published = key_set(verifier.first, verifier.second)
    for key in (verifier.first, verifier.second):
        for sent, what in _forged(verifier, key):
            if verifier.accepts(sent, published) is not None:
                return breached(f"A token {what} was accepted: Mallory is admin.")
    return held("Only RS256 counts, whatever the header says.")


@attack("purpose", "Sign with a key for something else", start="The mail service's private key")
def purpose(verifier: Verifier) -> Verdict:
    """The set also publishes a key to encrypt letters to. Mallory works where its owner is."""
    good, letters = verifier.second, verifier.letters
    sent = verifier.token(letters, role="admin")
    for change, what in (
        ({"use": "enc", "alg": None}, "use enc"),
        ({"use": None, "alg": None, "key_ops": ["encrypt", "wrapKey"]}, "key_ops encrypt"),
        ({"use": None, "alg": "RSA-OAEP-256"}, "alg RSA-OAEP-256"),
    ):
        if verifier.accepts(sent, key_set(good, public(letters, **change))) is not None:
            return breached(f"A key published with {what} signed, and Mallory is admin.")
    return held("A key that is not there for signatures makes none.")


@attack("twice", "Two keys with one name", start="A set merged from two places")
def twice(verifier: Verifier) -> Verdict:
    """Another department's key got into the set under a name that is taken. Which one counts?"""
    good, other = verifier.second, verifier.letters
    same = public(other, kid=good.kid)
    for published in (key_set(good, same), key_set(same, good)):
        if verifier.accepts(verifier.token(other, kid=good.kid, role="admin"), published):
            return breached(
                f"Two keys are called {good.kid}, and the newcomer's signature counted."
            )
    return held("Where a name is not clear, the newcomer's key does not count.")


def _forged(verifier: Verifier, key: OwnKey) -> Iterable[tuple[str, str]]:
    plain = Forgery.of(verifier.token(key, role="admin"))
    for form in FORMS:
        for alg in HMACS:
            yield plain.confuse(public(key), form, alg=alg).token, f"under {alg} and its {form}"
    for spelling in ("none", "None", "NONE", "nOnE"):
        yield plain.unsigned(spelling).token, f"under {spelling}"
    yield plain.drop_signature().token, "without its signature"
