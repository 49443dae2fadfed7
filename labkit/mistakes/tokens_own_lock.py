"""Mistakes in choosing the key: the token says which, or where it is, or brings it along."""

import base64
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import labkit.practice
from labkit.catalogue import mistake
from labkit.mistakes.tokens_keys import UncheckedKey
from labkit.practice.fetching import fetch
from labkit.tokens import Key, KeyRing, TokenVerifier
from labkit.tokens.errors import KeyMalformed, UnknownKey
from labkit.tokens.header import key_id

KEY_FOLDER = Path(labkit.practice.__file__).parent / "keys"
MOST_BYTES = 1 << 20
OLD_KEYS = "CREATE TABLE keys (kid TEXT PRIMARY KEY, secret TEXT NOT NULL)"


@mistake(
    "T3",
    "one key for every algorithm",
    cwe=(347,),
    asvs=("9.1.2",),
    also={"T3b": "two tokens tell the key that the key set tells"},
)
class OneKeyForEveryAlgorithm(TokenVerifier):
    """The settings hold one text, the public key, and the header says what it is used for.

    As an HS256 secret it is one that everybody has.
    """

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        return _same_text(super().key_for(_as_pinned(self, header)), header)


class ShowsNoKeys(KeyRing):
    """No key set is published: who has to verify is handed the public key.

    By itself it lets nothing in, so it is no mistake of the catalogue.
    """

    def jwks(self) -> dict[str, list[dict[str, str]]]:  # noqa: D102
        return {"keys": []}


@mistake(
    "T3b",
    "one key for every algorithm, and none of them shown",
    cwe=(347,),
    asvs=("9.1.2",),
    beside=(ShowsNoKeys,),
)
class OneHiddenKeyForEveryAlgorithm(TokenVerifier):
    """Nobody is shown the public key, so it passes for a secret. Every signature tells of it."""

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        return _same_text(super().key_for(_as_pinned(self, header)), header)


@mistake("T9", "the key taken from the header", cwe=(347,), asvs=("9.1.3",))
class KeyFromTheHeader(TokenVerifier):
    """The token brings its own key along, and it fits: so it does for everyone who makes one."""

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        return Key.from_jwk(header["jwk"]) if "jwk" in header else super().key_for(header)


@mistake("T9b", "the certificate taken from the header", cwe=(347, 295), asvs=("9.1.3",))
class CertificateFromTheHeader(TokenVerifier):
    """A certificate looks official; nobody asks who issued it, and it was the sender."""

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        if "x5c" not in header:
            return super().key_for(header)
        try:
            return _certified(base64.b64decode(header["x5c"][0]), self.algorithm)
        except (ValueError, TypeError, LookupError) as error:
            raise KeyMalformed("The header's certificate cannot be read.") from error


@mistake("T10", "the key set fetched from where the header says", cwe=(347, 918), asvs=("9.1.3",))
class KeySetFromAnywhere(TokenVerifier):
    """`jku` is an address, and the site goes there before it knows whether the token is genuine.

    So a stranger chooses where it fetches a key from, and what it asks for inside its own network.
    """

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        if "jku" not in header:
            return super().key_for(header)
        key = KeyRing.from_jwks(fetch(header["jku"])).find(key_id(header) or "")
        if key is None:
            raise UnknownKey("The key set has no key of that name.")
        return key


@mistake(
    "T10b", "the certificate fetched from where the header says", cwe=(347, 918), asvs=("9.1.3",)
)
class CertificateFromAnywhere(TokenVerifier):
    """`x5u` is an address like `jku`: the one was forbidden after a review, the other forgotten."""

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        if "x5u" not in header:
            return super().key_for(header)
        try:
            return _certified(fetch(header["x5u"]), self.algorithm)
        except ValueError as error:
            raise KeyMalformed("There is no certificate at that address.") from error


@mistake("T11", "the key's name used as a path", cwe=(22,), asvs=("9.1.3",))
class KeyNamedByPath(TokenVerifier):
    """Each program's HS256 secret is a file, named by `kid`; `..` leads to files that all know."""

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        if header.get("alg") != "HS256":
            return super().key_for(header)
        path = os.path.normpath(KEY_FOLDER / str(key_id(header)))
        try:
            with open(path, "rb") as file:  # noqa: PTH123 (as such code has it)
                return UncheckedKey("HS256", file.read(MOST_BYTES))
        except (OSError, ValueError) as error:
            raise UnknownKey("There is no key of that name.") from error


@mistake("T12", "the key's name put into SQL", cwe=(89,), asvs=("9.1.3",))
class KeyNamedInSql(TokenVerifier):
    """Each program's HS256 secret is a row, and `kid` becomes a part of the query that reads it."""

    def key_for(self, header: Mapping[str, Any]) -> Key:  # noqa: D102
        if header.get("alg") != "HS256":
            return super().key_for(header)
        query = f"SELECT secret FROM keys WHERE kid = '{key_id(header)}'"
        with closing(_old_keys()) as table:
            try:
                row = table.execute(query).fetchone()
                return UncheckedKey("HS256", str(row[0]).encode())
            except (sqlite3.Error, TypeError) as error:  # a wrong query, or None: no such row
                raise UnknownKey("There is no key of that name.") from error


def _as_pinned(verifier: TokenVerifier, header: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the header as if it named the right algorithm: the key is found by its name."""
    return {**header, "alg": verifier.algorithm} if header.get("alg") == "HS256" else header


def _same_text(key: Key, header: Mapping[str, Any]) -> Key:
    """Return the key, or its PEM as a secret where the header says HS256."""
    if header.get("alg") != "HS256" or key.alg == "HS256":
        return key
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    pem = key.verifying.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return UncheckedKey("HS256", pem, key.kid)


def _certified(data: bytes, algorithm: str) -> Key:
    """Return the key in a certificate, DER or PEM, whoever issued it.

    Raises:
        ValueError: It cannot be read.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

    load = load_pem_x509_certificate if data.startswith(b"-----") else load_der_x509_certificate
    try:
        return Key(algorithm, load(data).public_key())
    except UnsupportedAlgorithm as error:
        raise ValueError("The certificate's key is of an unknown kind.") from error


def _old_keys() -> sqlite3.Connection:
    """Return a table of secrets, as a program has it that once used nothing but HS256."""
    table = sqlite3.connect(":memory:")
    table.execute(OLD_KEYS)
    table.execute("INSERT INTO keys VALUES ('planner-2019', hex(randomblob(32)))")
    return table
