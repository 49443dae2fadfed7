"""What the field's tools try on a token, step by step, and where each step is found here.

Read: jwt_tool 2.3.0 (github.com/ticarpi/jwt_tool: the exploits, the playbook, the two fuzzing scans
and the rest of the options), JWT Editor 2.5 (github.com/DolphFlynn/jwt-editor: the menu "Attack"
and the buttons), Burp Scanner's issues whose name has JWT in it
(portswigger.net/burp/documentation/scanner/vulnerabilities-list), the labs of PortSwigger's
Web Security Academy (portswigger.net/web-security/all-labs), the payloads of jwt-hack 2.6
(github.com/hahwul/jwt-hack), and what libraries once accepted, until October 2026, by the numbers
of their CVEs (cve.org).
"""

from dataclasses import dataclass

from labkit.display import Html, Shown, card, details, printable, table

JWT_TOOL, JWT_EDITOR = "jwt_tool", "JWT Editor"
SCANNER, ACADEMY = "Burp Scanner", "Web Security Academy"
JWT_HACK, ADVISORIES = "jwt-hack", "Libraries' own CVEs"
ENC = "Encrypted tokens are not accepted here."
JSON = "Only the compact form is read here."


@dataclass(frozen=True)
class KnownStep:
    """One step of a tool.

    Args:
        tool: The tool.
        step: The tool's own name for the step.
        families: The corpus's families that hold such tokens.
        ids: The catalogue's mistakes that it exploits.
        note: Where it is done here, or why it is not.
    """

    tool: str
    step: str
    families: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class KnownTools(Shown):
    """The steps as a table, tool by tool."""

    steps: tuple[KnownStep, ...]

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools, in their order."""
        return tuple(dict.fromkeys(step.tool for step in self.steps))

    def of(self, tool: str) -> tuple[KnownStep, ...]:
        """Return one tool's steps."""
        return tuple(step for step in self.steps if step.tool == tool)

    def __repr__(self) -> str:
        lines: list[str] = []
        for tool in self.tools:
            width = max(len(step.step) for step in self.of(tool))
            lines.append(f"{tool}:")
            lines += (f"  {step.step:<{width}}  {_where(step)}" for step in self.of(tool))
        return printable("\n".join(lines))

    def html(self) -> str:
        """Return a table for each tool, folded away."""
        head = ("its step", "in the catalogue", "in the corpus", "")
        body = "".join(
            details(f"{tool}: {len(steps)} steps", table(head, map(_row, steps)))
            for tool in self.tools
            if (steps := self.of(tool))
        )
        return card("What the field's tools try", f"{len(self.steps)} steps", Html(body))


def _step(tool: str, step: str, families: str = "", ids: str = "", note: str = "") -> KnownStep:
    return KnownStep(
        tool, step, tuple(filter(None, families.split("; "))), tuple(ids.split()), note
    )


def _where(step: KnownStep) -> str:
    parts = (", ".join(step.ids), "; ".join(step.families), step.note)
    return " · ".join(part for part in parts if part)


def _row(step: KnownStep) -> tuple[object, ...]:
    return step.step, ", ".join(step.ids), "; ".join(step.families), step.note


_TABLE: dict[str, tuple[tuple[str, ...], ...]] = {
    JWT_TOOL: (
        ("-X a: alg none", "alg none", "T2"),
        ("-X n: null signature", "null signature", "T2b"),
        ("-X b: blank password", "weak secret", "T4b"),
        ("-X p: psychic signature", "ECDSA numbers", "T21"),
        ("-X s: spoof JWKS", "key by address", "T10"),
        ("-X k: key confusion", "confusion", "T3"),
        ("-X i: inline JWKS", "key in the header", "T9"),
        ("-M pb: no token", "form", "", "No token is no forged token; the site answers 401."),
        ("-M pb: broken signature", "broken signature", "T1"),
        ("-M pb: persistence", "", "", "The good token again: the honest user, in every check."),
        ("-M pb: claim processing order", "edited", "T1"),
        ("-M pb: weak HMAC secret", "weak secret", "T4", "guess_secret tries more words."),
        ("-M pb: kid blank", "kid; weak secret", "T11"),
        ("-M pb: kid to /dev/null", "kid", "T11", "Here a file that everybody can read."),
        ("-M pb: kid to no file", "kid", "T11"),
        ("-M pb: kid as a command", "kid", "", "The practice site runs no commands."),
        ("-M pb: kid in SQL", "kid", "T12"),
        ("-M pb: addresses in the header", "key by address; kid", "T10 T10b"),
        ("-M pb: addresses in the claims", "issuer; edited", "T7", "No claim is fetched."),
        ("-M pb: common secrets", "weak secret", "T4"),
        ("-M pb: by hand, expired token", "time", "T5 T5b"),
        ("-M pb: by hand, find the public key", "", "T3 T3b", "recover_key needs two tokens."),
        ("-M er: odd types in the header", "other algorithm; type; kid", "T2 T8"),
        (
            "-M er: odd types in the claims",
            "claim of another type; date of no number; issuer; audience",
            "T22",
        ),
        ("-M cc: common header members", "key by address; key in the header", "T10b"),
        (
            "-M cc: common claims",
            "edited; claim of another type; date of no number; issuer; audience",
            "T1 T22",
        ),
        ("-C: crack", "weak secret", "T4", "guess_secret, through labkit's cracking."),
        ("-C -kf: crack with a key file", "kid", "T11", "guess_secret takes any candidates."),
        ("-T, -I: tamper", "edited", "T1", "Forgery.edit_header and edit_claims."),
        ("-T: timestamps", "time; edited", "T5"),
        ("-S: sign", "other algorithm; confusion", "T19", "Forgery.sign, sign_with_secret."),
        ("-V: verify", "", "", "That is the defence's: labkit.tokens.TokenVerifier."),
    ),
    JWT_HACK: (
        ("payload none", "alg none", "T2", "Without the last dot too."),
        ("payload jku, x5u", "key by address", "T10 T10b"),
        ("payload alg_confusion", "confusion", "T3"),
        ("payload kid_sql", "kid", "T12"),
        ("payload x5c", "key in the header", "T9b"),
        ("payload cty", "packed", "", "No JSON but XML or Java objects: nothing here reads `cty`."),
        ("crack", "weak secret", "T4", "guess_secret, with words, masks and phrases."),
        ("padding oracle of encrypted tokens", "packed", "", "Encrypted tokens are not accepted."),
    ),
    JWT_EDITOR: (
        ("Embedded JWK", "key in the header", "T9"),
        ("'none' signing algorithm", "alg none", "T2"),
        ("HMAC key confusion", "confusion", "T3", "With and without the last newline."),
        (
            "Sign with empty key",
            "weak secret",
            "T4b",
            "64 zeros, which HMAC cannot tell from nothing.",
        ),
        ("Sign with psychic signature", "ECDSA numbers", "T21"),
        ("Embed Collaborator payload", "key by address", "T10 T10b"),
        ("Weak HMAC secret", "weak secret", "T4"),
        ("Sign", "other algorithm", "", "Forgery.sign."),
        ("Verify", "", "", "That is the defence's: labkit.tokens.TokenVerifier."),
        ("Encrypt, Decrypt", "packed", "", "Encrypted tokens are not accepted here."),
        ("Intruder: fuzz a member", "kid; type; crit", "T11 T12 T13"),
        ("Scanner: fuzz a member", "kid; key by address", "T10 T11 T12"),
    ),
    SCANNER: (
        ("JWT signature not verified", "edited; broken signature", "T1"),
        ("JWT none algorithm supported", "alg none", "T2"),
        ("JWT self-signed JWK header supported", "key in the header", "T9"),
        ("JWT weak HMAC secret", "weak secret", "T4"),
        ("JWT arbitrary jku header supported", "key by address", "T10"),
        ("JWT arbitrary x5u header supported", "key by address", "T10b"),
        ("JWT private key disclosed", "", "", "A key set with a private part is refused."),
    ),
    ACADEMY: (
        ("bypass via unverified signature", "edited", "T1"),
        ("bypass via flawed signature verification", "alg none", "T2"),
        ("bypass via weak signing key", "weak secret", "T4"),
        ("bypass via jwk header injection", "key in the header", "T9"),
        ("bypass via jku header injection", "key by address", "T10"),
        ("bypass via kid header path traversal", "kid", "T11"),
        ("bypass via algorithm confusion", "confusion", "T3"),
        (
            "bypass via algorithm confusion with no exposed key",
            "confusion",
            "T3b",
            "The public key is computed from two signatures: recover_key.",
        ),
    ),
    ADVISORIES: (
        ("2015-9235 jsonwebtoken: a public key as HMAC secret", "confusion", "T3"),
        ("2018-0114 node-jose: the key in the header", "key in the header", "T9"),
        ("2019-20933 InfluxDB: the secret is empty", "weak secret", "T4b"),
        ("2022-21449 Java: r = s = 0", "ECDSA numbers", "T21"),
        ("2022-29217 PyJWT: a public key of OpenSSH's as secret", "confusion", "T3"),
        (
            "2022-39227 python-jwt: checked as JSON, read as three segments",
            "wrapping",
            "",
            "Text that is both; the gradebook reads three segments and nothing else.",
        ),
        ("2023-48223 fast-jwt: a public key in PKCS #1 as secret", "confusion", "T3"),
        ("2023-50966 erlang-jose: p2c asks for dear work", "packed", "", ENC),
        ("2023-51774 json-jwt: an encrypted token where a signed one is due", "packed", "", ENC),
        ("2024-33663 python-jose: a public key of OpenSSH's as secret", "confusion", "T3"),
        ("2024-33664 python-jose: a bomb within an encrypted token", "packed", "", ENC),
        ("2024-53861 PyJWT: an issuer that is a part of the name", "issuer", "T7b"),
        ("2025-30144 fast-jwt, 2026-75509 joserfc: a list of issuers", "issuer", "T7"),
        ("2025-30204 golang-jwt: a header of dots", "size and depth", "T23"),
        ("2025-59420 Authlib, 2026-32597 PyJWT: crit passed over", "crit", "T13"),
        ("2026-22817 Hono: the header chooses the algorithm", "confusion", "T3"),
        ("2026-23993 HarbourJwt: an unknown algorithm and no signature", "null signature", "T2b"),
        ("2026-27962 Authlib: the key in the header", "key in the header", "T9"),
        ("2026-29000 pac4j: an unsigned token, encrypted to the public key", "packed", "", ENC),
        ("2026-34950, -107722 fast-jwt: something before the PEM", "confusion", "T3"),
        ("2026-44699 libjwt: an RSA key as empty secret", "weak secret; confusion", "T4b"),
        ("2026-45363 ruby-jwt, 2026-49852 joserfc: an empty secret", "weak secret", "T4b"),
        ("2026-48522, -102267 PyJWT: a key set from file: or a redirect", "key by address", "T10"),
        ("2026-48523 PyJWT: alg says one, the key does another", "other algorithm", "T2"),
        ("2026-48990 joserfc: a payload as it is (b64) of any size", "crit; size and depth", "T13"),
        ("2026-102268 PyJWT: a PEM with other line endings as secret", "confusion", "T3"),
        (
            "2026-102269 PyJWT: a second spelling of the signature",
            "second spelling",
            "T20",
            "A list of refused texts misses it; the gradebook's lists go by `jti`.",
        ),
        ("2026-48526, -102273 PyJWT, -107724 fast-jwt: JWK as secret", "confusion", "T3"),
        ("2026-102946 joserfc, -96760 Authlib: JSON with no signatures", "wrapping", "", JSON),
        ("2026-107720 fast-jwt: no key, so no signature is needed", "null signature", "T2b"),
        ("2026-107723 fast-jwt: claims that are a list", "no JSON", "T20"),
    ),
}
KNOWN_TOOLS: tuple[KnownStep, ...] = tuple(
    _step(tool, *row) for tool, rows in _TABLE.items() for row in rows
)


def known_tools() -> KnownTools:
    """Return the table of what the field's tools try.

    Examples:
        >>> [step.ids for step in known_tools().of("jwt_tool")][:3]
        [('T2',), ('T2b',), ('T4b',)]
    """
    return KnownTools(KNOWN_TOOLS)
