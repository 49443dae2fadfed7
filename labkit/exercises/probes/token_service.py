"""A second service: the school's library, which trusts the tokens that the gradebook issues."""

from collections.abc import Callable, Iterable
from typing import Any

from labkit.catalogue import Verdict, attack, breached, held
from labkit.cracking.params import HMACS
from labkit.exercises.minting import Claims, claims_of, ec_key, let_in, now_of, public, says, token
from labkit.exercises.trial import SmallTarget, expect, told
from labkit.exercises.variants import Variant
from labkit.forging import FORMS, NONE_SPELLINGS, Forgery, UnusableKey

LIBRARY = "library"


class Library(SmallTarget):
    """Asks `enter` whose a token is; it knows the gradebook's public keys, and no secret."""

    def __init__(self, enter: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._enter = enter
        self.own = own
        self.now = now_of(own)
        self.audience = _audience(own)
        self.signers = _signers(own)

    def claims(self, **changes: Any) -> Claims:
        """Return claims of a token for the library, with changes; None removes a claim."""
        return claims_of(self.own, **({"aud": self.audience} | changes))

    def token(self, claims: Claims, **header: Any) -> str:
        """Return what the gradebook's newest key signs."""
        key = self.signers[-1]
        return token(key, claims, **({"kid": key.kid} | header))

    def enters(self, sent: str) -> Claims | None:
        """Return the claims of who gets in, or None."""
        jwks = _jwks(self.own)
        return let_in(self._enter, sent, jwks, self.own.issuer, self.audience, self.now)


def sample(own: Variant) -> tuple[Any, ...]:
    """Return the arguments of an honest call."""
    key, audience = _signers(own)[-1], _audience(own)
    sent = token(key, claims_of(own, aud=audience), kid=key.kid)
    return (sent, _jwks(own), own.issuer, audience, now_of(own))


def _audience(own: Variant) -> str:
    return f"{LIBRARY}-{own.school}"


def _signers(own: Variant) -> list[Any]:
    return [ec_key(own, own.kid(place)) for place in range(2)]


def _jwks(own: Variant) -> dict[str, Any]:
    return {"keys": [public(key) for key in _signers(own)]}


def _readers(library: Library) -> None:
    for place, key in enumerate(library.signers):
        user = f"{library.own.user} {place}"
        claims = library.claims(sub=user)
        found = library.enters(token(key, claims, kid=key.kid))
        expect(found is not None, f"A reader's token by the key {key.kid} is refused.")
        expect(says(found, claims), "The claims that come back are not the token's.")


def _both_services(library: Library) -> None:
    for aud in ([library.own.audience, library.audience], [library.audience]):
        sent = library.token(library.claims(aud=aud))
        expect(library.enters(sent) is not None, f"A token for {told(aud)} is refused.")


DAY = (
    ("Readers come with tokens for the library", _readers),
    ("A reader's token names several services", _both_services),
)


@attack("audience", "Bring a token for the gradebook", start="A token that the gradebook's app has")
def other_audience(library: Library) -> Verdict:
    """Mallory runs a small program that people log in to: their tokens for it reach her."""
    mine = library.audience
    near = (library.own.audience, f"{mine}-kiosk", f"my-{mine}", mine[:-1], mine.upper(), "", "*")
    odd: tuple[Any, ...] = (
        None,
        [],
        [library.own.audience],
        [f"{mine}-kiosk"],
        [[mine]],
        {mine: 1},
    )
    return _try(
        library,
        ((library.token(library.claims(aud=aud)), f"for {told(aud)}") for aud in (*near, *odd)),
        "was made for somebody else, who may have it, and it opens the library",
    )


@attack("tenant", "Bring another school's token", start="An account at another school")
def other_issuer(library: Library) -> Verdict:
    """One company runs the gradebooks of many schools, with the same keys for all."""
    right = library.own.issuer
    others = (
        "https://gradebook.other.example",
        f"{right}.evil.example",
        f"{right}/",
        None,
        [right],
    )
    return _try(
        library,
        ((library.token(library.claims(iss=iss)), f"by {told(iss)}") for iss in others),
        "is of another school, and its user reads here",
    )


@attack("kind", "Bring an ID token", start="The ID token that the library's own page got")
def other_kind(library: Library) -> Verdict:
    """An ID token names the library as its audience too: it says who logged in, no more."""
    kinds: tuple[Any, ...] = ("JWT", "id+jwt", "rt+jwt", None, ["at+jwt"], 1)
    return _try(
        library,
        (
            (library.token(library.claims(), typ=kind), f"of the kind {told(kind)}")
            for kind in kinds
        ),
        "is no access token",
    )


@attack("stale", "Bring an old role", start="A token from before the demotion")
def stale(library: Library) -> Verdict:
    """Mallory was a librarian last term. Her old token still says so."""
    now = library.now
    over: tuple[Any, ...] = (now - 86_400 * 90, now, None, str(int(now) + 600), True, [])
    cases = [({"exp": exp}, f"with exp {told(exp)}") for exp in over]
    cases += [({"nbf": now + 600}, "that begins in ten minutes")]
    return _try(
        library,
        (
            (library.token(library.claims(role="librarian", **change)), what)
            for change, what in cases
        ),
        "still makes Mallory a librarian",
    )


@attack("confusion", "Sign with the public key", start="The key set, which everybody can fetch")
def confusion(library: Library) -> Verdict:
    """Mallory takes the public key's text for an HMAC secret, in each form that programs keep."""
    return _try(library, _confused(library), "was signed with what everybody can fetch")


@attack("unsigned", "Sign with nothing", start="Nothing")
def unsigned(library: Library) -> Verdict:
    """Mallory says that nothing is signed, breaks the signature, or uses a key of her own."""
    return _try(library, _unsigned(library), "was not signed by the gradebook")


def _confused(library: Library) -> Iterable[tuple[str, str]]:
    key = library.signers[-1]
    plain = Forgery.of(library.token(library.claims(role="librarian")))
    for form in FORMS:
        for alg in HMACS:
            try:
                yield plain.confuse(public(key), form, alg=alg).token, f"under {alg} and its {form}"
            except UnusableKey:  # the older PEM is for RSA only
                continue


def _unsigned(library: Library) -> Iterable[tuple[str, str]]:
    claims = library.claims(role="librarian")
    genuine = Forgery.of(library.token(claims))
    for spelling in NONE_SPELLINGS:
        yield genuine.unsigned(spelling).token, f"under {spelling}"
    yield genuine.drop_signature().token, "without its signature"
    yield genuine.zero_signature().token, "with the signature (0, 0)"
    yield genuine.edit_claims(sub="grace").token, "edited after signing"
    own = ec_key(library.own, "mallory's")
    for kid in (library.signers[-1].kid, "mallory's"):
        yield token(own, claims, kid=kid), "by a key of Mallory's own"
        yield token(own, claims, kid=kid, jwk=own.jwk), "by a key that it brings along"


def _try(library: Library, cases: Iterable[tuple[str, str]], gained: str) -> Verdict:
    count = 0
    for sent, what in cases:
        count += 1
        if library.enters(sent) is not None:
            return breached(f"A token {what} was accepted: it {gained}.")
    return held(f"All {count} are refused.")
