"""What the field's tools try on a token, step by step, and where each step is found here.

Read: jwt_tool 2.3.0 (github.com/ticarpi/jwt_tool: the exploits, the playbook, the two fuzzing scans
and the rest of the options), JWT Editor 2.5 (github.com/DolphFlynn/jwt-editor: the menu "Attack"
and the buttons), Burp Scanner's issues whose name has JWT in it
(portswigger.net/burp/documentation/scanner/vulnerabilities-list), and the labs of PortSwigger's
Web Security Academy (portswigger.net/web-security/all-labs).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labkit.display import Html, Shown, card, details, printable, table

JWT_TOOL, JWT_EDITOR = "jwt_tool", "JWT Editor"
SCANNER, ACADEMY = "Burp Scanner", "Web Security Academy"
_TYPES = ("claim of another type", "date of no number", "issuer", "audience")
Row = tuple[str, tuple[str, ...], tuple[str, ...], str]


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


def _where(step: KnownStep) -> str:
    parts = (", ".join(step.ids), "; ".join(step.families), step.note)
    return " · ".join(part for part in parts if part)


def _row(step: KnownStep) -> tuple[object, ...]:
    return step.step, ", ".join(step.ids), "; ".join(step.families), step.note


def _jwt_tool() -> Iterator[Row]:
    yield "-X a: alg none", ("alg none",), ("T2",), ""
    yield "-X n: null signature", ("null signature",), ("T2b",), ""
    yield "-X b: blank password", ("weak secret",), ("T4b",), ""
    yield "-X p: psychic signature", ("ECDSA numbers",), ("T21",), ""
    yield "-X s: spoof JWKS", ("key by address",), ("T10",), ""
    yield "-X k: key confusion", ("confusion",), ("T3",), ""
    yield "-X i: inline JWKS", ("key in the header",), ("T9",), ""
    yield "-M pb: no token", ("form",), (), "No token is no forged token; the site answers 401."
    yield "-M pb: broken signature", ("broken signature",), ("T1",), ""
    yield "-M pb: persistence", (), (), "The good token again: the honest user, in every check."
    yield "-M pb: claim processing order", ("edited",), ("T1",), ""
    yield "-M pb: weak HMAC secret", ("weak secret",), ("T4",), "guess_secret tries more words."
    yield "-M pb: kid blank", ("kid", "weak secret"), ("T11",), ""
    yield "-M pb: kid to /dev/null", ("kid",), ("T11",), "Here a file that everybody can read."
    yield "-M pb: kid to no file", ("kid",), ("T11",), ""
    yield "-M pb: kid as a command", ("kid",), (), "The practice site runs no commands."
    yield "-M pb: kid in SQL", ("kid",), ("T12",), ""
    yield "-M pb: addresses in the header", ("key by address", "kid"), ("T10", "T10b"), ""
    yield "-M pb: addresses in the claims", ("issuer", "edited"), ("T7",), "No claim is fetched."
    yield "-M pb: common secrets", ("weak secret",), ("T4",), ""
    yield "-M pb: by hand, expired token", ("time",), ("T5", "T5b"), ""
    yield "-M pb: by hand, find the public key", (), ("T3", "T3b"), "recover_key needs two tokens."
    yield "-M er: odd types in the header", ("other algorithm", "type", "kid"), ("T2", "T8"), ""
    yield "-M er: odd types in the claims", _TYPES, ("T22",), ""
    yield "-M cc: common header members", ("key by address", "key in the header"), ("T10b",), ""
    yield "-M cc: common claims", ("edited", *_TYPES), ("T1", "T22"), ""
    yield "-C: crack", ("weak secret",), ("T4",), "guess_secret, through labkit's cracking."
    yield "-C -kf: crack with a key file", ("kid",), ("T11",), "guess_secret takes any candidates."
    yield "-T, -I: tamper", ("edited",), ("T1",), "Forgery.edit_header and edit_claims."
    yield "-T: timestamps", ("time", "edited"), ("T5",), ""
    yield "-S: sign", ("other algorithm", "confusion"), ("T19",), "Forgery.sign, sign_with_secret."
    yield "-V: verify", (), (), "That is the defence's: labkit.tokens.TokenVerifier."


def _jwt_editor() -> Iterator[Row]:
    yield "Embedded JWK", ("key in the header",), ("T9",), ""
    yield "'none' signing algorithm", ("alg none",), ("T2",), ""
    yield "HMAC key confusion", ("confusion",), ("T3",), "With and without the last newline."
    yield (
        "Sign with empty key",
        ("weak secret",),
        ("T4b",),
        "64 zeros, which HMAC cannot tell from nothing.",
    )
    yield "Sign with psychic signature", ("ECDSA numbers",), ("T21",), ""
    yield "Embed Collaborator payload", ("key by address",), ("T10", "T10b"), ""
    yield "Weak HMAC secret", ("weak secret",), ("T4",), ""
    yield "Sign", ("other algorithm",), (), "Forgery.sign."
    yield "Verify", (), (), "That is the defence's: labkit.tokens.TokenVerifier."
    yield "Encrypt, Decrypt", ("packed",), (), "Encrypted tokens are not accepted here."
    yield "Intruder: fuzz a member", ("kid", "type", "crit"), ("T11", "T12", "T13"), ""
    yield "Scanner: fuzz a member", ("kid", "key by address"), ("T10", "T11", "T12"), ""


def _scanner() -> Iterator[Row]:
    yield "JWT signature not verified", ("edited", "broken signature"), ("T1",), ""
    yield "JWT none algorithm supported", ("alg none",), ("T2",), ""
    yield "JWT self-signed JWK header supported", ("key in the header",), ("T9",), ""
    yield "JWT weak HMAC secret", ("weak secret",), ("T4",), ""
    yield "JWT arbitrary jku header supported", ("key by address",), ("T10",), ""
    yield "JWT arbitrary x5u header supported", ("key by address",), ("T10b",), ""
    yield "JWT private key disclosed", (), (), "A key set with a private part is refused."


def _academy() -> Iterator[Row]:
    yield "bypass via unverified signature", ("edited",), ("T1",), ""
    yield "bypass via flawed signature verification", ("alg none",), ("T2",), ""
    yield "bypass via weak signing key", ("weak secret",), ("T4",), ""
    yield "bypass via jwk header injection", ("key in the header",), ("T9",), ""
    yield "bypass via jku header injection", ("key by address",), ("T10",), ""
    yield "bypass via kid header path traversal", ("kid",), ("T11",), ""
    yield "bypass via algorithm confusion", ("confusion",), ("T3",), ""
    recovered = "The public key is computed from two signatures: recover_key."
    yield "bypass via algorithm confusion with no exposed key", ("confusion",), ("T3b",), recovered


_TOOLS = {JWT_TOOL: _jwt_tool, JWT_EDITOR: _jwt_editor, SCANNER: _scanner, ACADEMY: _academy}
KNOWN_TOOLS: tuple[KnownStep, ...] = tuple(
    KnownStep(tool, *row) for tool, rows in _TOOLS.items() for row in rows()
)


def known_tools() -> KnownTools:
    """Return the table of what the field's tools try.

    Examples:
        >>> [step.ids for step in known_tools().of("jwt_tool")][:3]
        [('T2',), ('T2b',), ('T4b',)]
    """
    return KnownTools(KNOWN_TOOLS)
