"""Attacks with tokens that are genuine, and meant for another time, place, author or purpose."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from labkit.attacks.bearer import got, raise_own_grade, read_bobs_grade
from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.exchange import Request
from labkit.forging import Forgery
from labkit.practice.surface import Site

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


@attack("T5", "Open a link of last month", start="A link that a teacher posted: good for a day")
def open_an_old_link(site: Site) -> Verdict:
    """Mallory follows a download link thirty days after it was made."""
    return _open_later(site, DAY_S * 30, "thirty days")


@attack(
    "T5b", "Open a link just after its end", start="A link that a teacher posted: good for a day"
)
def open_a_late_link(site: Site) -> Verdict:
    """Mallory follows a download link an hour after its end.

    A clock that is read in the wrong time zone is wrong by a few hours, and a test with an old
    token does not find it.
    """
    return _open_later(site, HOUR_S, "an hour")


@attack(
    "T6", "Use the forum's token here", start="The forum's log: a teacher's token for the forum"
)
def use_the_forums_token(site: Site) -> Verdict:
    """Mallory sends the gradebook a token that a teacher got for the forum."""
    return read_bobs_grade(site, site.leak("forum log")["carol"])


@attack(
    "T6b", "Use a token for a similar name", start="The archive's log: a teacher's token for it"
)
def use_the_archives_token(site: Site) -> Verdict:
    """The archive's name begins with the gradebook's; Mallory sends its token to the gradebook."""
    return read_bobs_grade(site, site.leak("archive log")["carol"])


@attack("T7", "Be a teacher in the sandbox", start="The sandbox, where anyone may be anyone")
def be_a_teacher_in_the_sandbox(site: Site) -> Verdict:
    """Mallory asks the sandbox for a token as Carol, and sends it to the gradebook."""
    return _from_the_sandbox(site)


@attack("T7b", "Be a teacher in an area", start="The sandbox, which has an area for each school")
def be_a_teacher_in_an_area(site: Site) -> Verdict:
    """An area's issuer has a name below the gradebook's own address; Mallory is Carol there."""
    return _from_the_sandbox(site, area="demo")


@attack("T8", "Use a ticket as a token", start="A link to a download that a teacher posted")
def use_a_ticket_as_token(site: Site) -> Verdict:
    """The link lets anybody read for a day. Mallory takes the ticket out of it, and writes."""
    ticket = site.leak("shared link")["carol"].partition("ticket=")[2]
    if raise_own_grade(site, ticket):
        return breached("With a link for reading, Mallory gave herself 100 points as carol.")
    return held("The ticket opens its download, and nothing else.")


@attack("T14", "Read what a token says", start="The forum's log: a teacher's token for the forum")
def read_the_payload(site: Site) -> Verdict:
    """Mallory decodes a token that is of no use to her, and looks for the key of a calendar.

    Nothing is broken for that: base64url hides nothing, and whoever sees a token may read it.
    """
    own, _, own_key = site.as_mallory().get("/api/calendar").json()["address"].rpartition("=")
    address = own.replace("mallory", "carol")
    claims = Forgery.of(site.leak("forum log")["carol"]).claims
    for name, key in _texts(claims):
        if len(key) != len(own_key):
            continue
        answer = site.client("mallory").get(f"{address}={quote(key)}")
        if answer.ok:
            title = answer.text.partition("SUMMARY:")[2].partition("\r\n")[0].replace("\\", "")
            return breached(f"Carol's {name} is in the token, and opens her calendar: {title!r}.")
    return held(f"The token says {', '.join(claims) or 'nothing'}: no secret among them.")


def _open_later(site: Site, late_s: float, told: str) -> Verdict:
    link = site.leak("shared link")["carol"]
    site.later(_life_s(link) + late_s)
    answer = site.client("mallory").get(link)
    rows = csv.DictReader(io.StringIO(answer.text)) if answer.ok else ()
    bobs = [row["points"] for row in rows if row.get("student") == "bob"]
    if bobs:
        return breached(f"The link ended {told} ago, and Mallory read Bob's {bobs[0]} as carol.")
    return held(f"{answer.status}: the link has ended.")


def _life_s(link: str) -> float:
    """Return how long a link's token lives, as it says itself."""
    claims = Forgery.of(link.partition("=")[2]).claims
    dates = claims.get("exp"), claims.get("iat")
    if not all(isinstance(date, int) for date in dates):
        raise SiteBroken("The site's own link does not say how long it is good for.")
    return float(claims["exp"] - claims["iat"])


def _from_the_sandbox(site: Site, **area: str) -> Verdict:
    told = {"name": "carol", "role": "teacher", **area}
    asked = Request.of_json("POST", "/api/token", told)
    token = got(site.client(at="sandbox").send(asked), "access_token")
    return read_bobs_grade(site, token) if token else held("The sandbox gives no token.")


def _texts(claims: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every text in the claims with its name, those inside other claims too."""
    for name, value in claims.items():
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, Mapping):
            yield from _texts(value)
