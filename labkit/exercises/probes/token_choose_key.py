"""A verifier of the kind that trusts its key table: it does whatever the chosen key says.

The key's own `alg` decides how a signature is checked, as in libraries that were built around key
objects. So everything hangs on which key is chosen.
"""

import json
from collections.abc import Callable, Mapping
from importlib.resources import files
from itertools import product
from typing import Any

from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.cracking.params import HMACS
from labkit.encoding import base64url, from_base64url
from labkit.errors import LabkitError
from labkit.exercises.minting import claims_of, ec_key, not_refused, public, token
from labkit.exercises.trial import SmallTarget, WrongType, exactly, expect, told
from labkit.exercises.variants import Variant
from labkit.forging import Forgery, OwnKey, public_text, serve_keys

Keys = dict[str, dict[str, Any]]


class Door(SmallTarget):
    """Asks `choose_key` for the key of each token, and checks the signature with that."""

    def __init__(self, choose_key: Callable[..., Any], own: Variant) -> None:
        super().__init__()
        self._choose_key = choose_key
        self.own = own
        self.signers = [ec_key(own, own.kid(place)) for place in range(2)]

    @property
    def keys(self) -> Keys:
        """The table: public keys by their names."""
        return {key.kid: public(key) for key in self.signers}

    def chosen(self, header: Mapping[str, Any], keys: Keys) -> dict[str, Any] | None:
        """Return the key that the function chooses, or None if it refuses.

        Raises:
            SiteBroken: It stumbled, or returned something else.
        """
        found = not_refused(self._choose_key, dict(header), keys, refusing=(LookupError,))
        try:
            return None if found is None else exactly(dict, found, "choose_key")
        except WrongType as error:
            raise SiteBroken(str(error)) from error

    def opens(self, sent: str, keys: Keys | None = None) -> bool:
        """Return whether a token gets in."""
        key = self.chosen(Forgery.of(sent).header, self.keys if keys is None else keys)
        return key is not None and _signed(key, sent)


def sample(own: Variant) -> tuple[Any, ...]:
    """Return the arguments of an honest call."""
    first, second = (ec_key(own, own.kid(place)) for place in range(2))
    header = {"alg": "ES256", "typ": "at+jwt", "kid": second.kid}
    return (header, {key.kid: public(key) for key in (first, second)})


def _signed(key: Mapping[str, Any], sent: str) -> bool:
    message, _, last = sent.rpartition(".")
    try:
        signature = from_base64url(last)
        match key.get("alg"):
            case "none":
                return signature == b""
            case "HS256" | "HS384" | "HS512" as alg:
                again = Forgery.of(sent).sign_with_secret(_secret(key), alg, as_is=True)
                return again.signature == signature
            case _:
                return _asymmetric(key, message.encode(), signature)
    except (LabkitError, AttributeError, KeyError, TypeError):  # no key that can be used
        return False


def _secret(key: Mapping[str, Any]) -> bytes:
    """What a library takes as the secret: a public key's text, if that is what it is given."""
    if key.get("kty") == "oct":
        return from_base64url(key["k"].rstrip("="))
    return public_text(key, "pem")


def _asymmetric(key: Mapping[str, Any], message: bytes, signature: bytes) -> bool:
    from labkit.tokens import Key

    members = {name: value for name, value in key.items() if type(value) is str}
    return Key.from_jwk(members).accepts(message, signature)


def _each_key(door: Door) -> None:
    for key in door.signers:
        sent = token(key, claims_of(door.own), kid=key.kid)
        expect(door.opens(sent), f"A token signed with {key.kid} is refused.")


def _nobody_else(door: Door) -> None:
    first, second = door.signers
    sent = token(first, claims_of(door.own), kid=second.kid)
    expect(not door.opens(sent), "A token that names the other key is accepted.")


DAY = (
    ("Tokens of both keys that are in use", _each_key),
    ("A token whose signature is by another key than it says", _nobody_else),
)


@attack("path", "Name a file", start="A file that everybody can read")
def name_a_file(door: Door) -> Verdict:
    """Mallory names a file as the key: an empty one, or the site's own style sheet."""
    sheet = files("labkit").joinpath("static/labkit.css")
    content = sheet.read_bytes()
    for kid, secret in {
        "/dev/null": b"",
        "../../../../../../../../dev/null": b"",
        str(sheet): content,
    }.items():
        if door.opens(_by_secret(door, secret, kid)):
            what = "an empty file" if not secret else "the style sheet"
            return breached(f"Mallory signed with what is in {what}, and named it: she is admin.")
    return held("No file that Mallory knows becomes a key.")


@attack("sql", "Name a query", start="How the table of keys might be asked")
def name_a_query(door: Door) -> Verdict:
    """Mallory's kid ends the query early and adds a row of her own to the answer."""
    secret = b"mallory's own secret, 32 bytes ."
    jwk = json.dumps({"kty": "oct", "alg": "HS256", "k": base64url(secret)})
    for columns in (f"'{jwk}'", f"'x', '{jwk}'", f"'{jwk}', 'x'"):
        kid = f"x' UNION SELECT {columns} --"
        if door.opens(_by_secret(door, secret, kid)):
            return breached("The query took Mallory's own row for the key: she is admin.")
    return held("A kid that looks like SQL names nothing.")


@attack("embedded", "Bring your own key", start="A key of Mallory's own")
def bring_a_key(door: Door) -> Verdict:
    """Mallory puts her public key into the header, under a name of her own or a trusted one."""
    for kid in ("mallory", door.signers[0].kid, None):
        plain, own = _admin(door), OwnKey.new("ES256")
        for forged in (plain.embed_key(own, kid=kid), plain.embed_certificate(own, kid=kid)):
            if door.opens(forged.token):
                return breached("The token brought the key that checked it: Mallory is admin.")
    return held("A key in the header is no trusted key.")


@attack("fetched", "Say where the key is", start="A key server of Mallory's own")
def point_to_a_key(door: Door) -> Verdict:
    """Mallory names an address. A visit alone is a gain: she chooses whom the server calls."""
    with serve_keys(OwnKey.new("ES256")) as server:
        for member in ("jku", "x5u"):
            address = getattr(server, member).replace("evil.localhost", "127.0.0.1")
            pointing = _admin(door).edit_header(**{member: address}).sign(server.key, kid="mallory")
            opened = door.opens(pointing.token)
            if server.hits or opened:
                end = "and is admin" if opened else "though the key was not used"
                return breached(f"The server called Mallory's address, {end}.")
    return held("No address in a header is called.")


@attack("algorithm", "Let the header choose how", start="The site's public keys")
def choose_the_algorithm(door: Door) -> Verdict:
    """Mallory names the right key and another algorithm: its public text becomes the secret."""
    for key in door.signers:
        forged = _admin(door).edit_header(kid=key.kid)
        for alg in HMACS:
            if door.opens(forged.confuse(public(key), "pem", alg=alg).token):
                return breached(f"The public key served as the secret of {alg}: Mallory is admin.")
        if door.opens(forged.unsigned("none").token):
            return breached("The key came back with the algorithm none: Mallory is admin.")
    return held("The key brings its own algorithm.")


@attack("withdrawn", "Sign with a key that was withdrawn", start="A private key that leaked")
def use_a_withdrawn_key(door: Door) -> Verdict:
    """The first key leaked; since this morning it is no longer in the table."""
    leaked, good = door.signers
    left = {good.kid: public(good)}
    if door.opens(token(leaked, claims_of(door.own, role="admin"), kid=leaked.kid), left):
        return breached(f"{leaked.kid} is no longer in the table, and Mallory is admin with it.")
    return held("What is not in the table is no key.")


@attack("unknown", "Ask for a key that nobody has", start="Nothing")
def ask_for_nothing(door: Door) -> Verdict:
    """Mallory's token names no key, or one that is not there."""
    kid, keys = door.signers[0].kid, door.keys
    near: tuple[Any, ...] = ("nobody", "", kid[:-1], kid.upper(), f"{kid} ")
    odd = (*near, 0, None, True, [kid], {kid: 1})
    headers = ({"alg": "ES256"}, *({"alg": "ES256", "kid": value} for value in odd))
    for header, table in product(headers, (keys, {kid: keys[kid]})):
        if door.chosen(header, table) is not None:
            asked = f"the kid {told(header['kid'])}" if "kid" in header else "no kid"
            return breached(f"With {asked}, some key was chosen: a withdrawal would not show.")
    return held("Who names no key of the table gets none.")


def _admin(door: Door) -> Forgery:
    return Forgery.of(token(door.signers[0], claims_of(door.own, role="admin")))


def _by_secret(door: Door, secret: bytes, kid: str) -> str:
    return token(secret, claims_of(door.own, role="admin"), kid=kid)
