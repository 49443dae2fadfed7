"""Mistakes with what a genuine token says: for when, for whom, from whom, what for, and what else.

Each of these tokens carries a right signature. A verifier that looks at nothing else takes them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from labkit.catalogue import mistake
from labkit.tokens import TokenIssuer, TokenVerifier

SERVER_IN = "America/New_York"


@mistake(
    "T5",
    "a token's end is not looked at",
    cwe=(613,),
    asvs=("9.2.1",),
    also={"T5b": "what is good for ever is good for an hour too long"},
)
class Timeless(TokenVerifier):
    """Whoever turned the check off, for a test with an old token, did not turn it on again."""

    def in_time(self, claims: Mapping[str, Any]) -> bool:  # noqa: ARG002, D102
        return True


@mistake("T5b", "a token's end in the server's local time", cwe=(613,), asvs=("9.2.1",))
class InLocalTime(TokenVerifier):
    """The wall clock in New York read as if it were UTC: every token lives five hours longer.

    In summer four. In Berlin tokens are born dead, so there it is found on the first day; on a
    server that runs in UTC, never.
    """

    def in_time(self, claims: Mapping[str, Any]) -> bool:  # noqa: D102
        exp, wall = claims.get("exp"), datetime.fromtimestamp(self.clock(), ZoneInfo(SERVER_IN))
        return isinstance(exp, int | float) and wall.replace(tzinfo=UTC).timestamp() < exp


@mistake(
    "T6",
    "a token for any service is taken",
    cwe=(345,),
    asvs=("9.2.3",),
    also={"T6b": "where no audience is looked at, a similar one is as good as another"},
)
class AnyAudience(TokenVerifier):
    """PyJWT wants to be told the audience; verify_aud=False makes its complaint go away."""

    def audience_ok(self, claims: Mapping[str, Any]) -> bool:  # noqa: ARG002, D102
        return True


@mistake("T6b", "an audience looked for inside another", cwe=(345,), asvs=("9.2.3",))
class AudienceInside(TokenVerifier):
    """`in` asks a list whether it holds the name, and a text whether it has it as a part."""

    def audience_ok(self, claims: Mapping[str, Any]) -> bool:  # noqa: D102
        return self.audience in (claims.get("aud") or ())


@mistake(
    "T7",
    "a token from anybody with the key is taken",
    cwe=(345,),
    asvs=("9.1.3",),
    also={"T7b": "where no issuer is looked at, a similar one is as good as another"},
)
class AnyIssuer(TokenVerifier):
    """One key serves two environments, and what the tokens of one say of roles is not true here."""

    def issuer_ok(self, claims: Mapping[str, Any]) -> bool:  # noqa: ARG002, D102
        return True


@mistake("T7b", "an issuer known by how its name begins", cwe=(345,), asvs=("9.1.3",))
class IssuerBeginsLike(TokenVerifier):
    """Meant for the tenants below one address, it takes those for the word of the address itself.

    PyJWT 2.10.0 compared the other way: it took any issuer that is a part of the expected name
    (CVE-2024-53861).
    """

    def issuer_ok(self, claims: Mapping[str, Any]) -> bool:  # noqa: D102
        return str(claims.get("iss")).startswith(self.issuer)


@mistake("T8", "a token of any type is taken", cwe=(843,), asvs=("9.2.2",))
class AnyType(TokenVerifier):
    """Tickets, refresh tokens and resets are signed with one key, and only `typ` tells them apart.

    Who posts a link to a download then posts the account.
    """

    def type_ok(self, header: Mapping[str, Any]) -> bool:  # noqa: ARG002, D102
        return True


@mistake("T14", "the whole row in the token", cwe=(312,), asvs=("14.2.6",))
class WholeRowInTheToken(TokenIssuer):
    """It looks encrypted. It is base64url, and every service and every log on the way reads it."""

    def claims_for(self, user: Mapping[str, Any]) -> dict[str, Any]:  # noqa: D102
        return dict(user)
