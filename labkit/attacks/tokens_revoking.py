"""Attacks with tokens that should have ended, and with those that renew them."""

from collections.abc import Callable

from labkit.attacks.bearer import (
    bearer,
    got,
    own_token,
    raise_own_grade,
    read_bobs_grade,
    read_renewed,
    renewed,
    token_for,
)
from labkit.attacks.forged import noting
from labkit.catalogue import SiteBroken, Verdict, attack, breached, held
from labkit.exchange import Request
from labkit.practice.surface import Client, Site

MINUTE_S = 60.0
DAY_S = 86_400.0
HER_NEW_PASSWORD = "ferry under a violet kiosk"
Ending = Callable[[Site, Client, str], object]


@attack(
    "T15", "Keep a token from better days", start="The office had made Mallory a teacher for a day"
)
def keep_a_stale_token(site: Site) -> Verdict:
    """Mallory is a student again and her token says teacher; then she logs out, and so on.

    Each time a token that she got before is sent afterwards, by her or by whoever copied it.
    """
    if _edits_after_demotion(site):
        return breached("A student again, Mallory gave herself 100 points with her old token.")
    for what, end in ENDINGS:
        client = site.as_mallory()
        token = token_for(client)
        end(site, client, token)
        site.later(1)
        if site.client("a copy of mallory's token").get("/api/grades", **bearer(token)).ok:
            return breached(f"After {what} a copy of Mallory's token still opens her grades.")
    return held("With the role, the log-out and the new password, the tokens of before ended.")


@attack(
    "T16", "Renew beside the owner", start="A teacher's refresh token of yesterday, from a backup"
)
def renew_beside_the_owner(site: Site) -> Verdict:
    """Carol's program has renewed its token since; Mallory presents the old one."""
    carol = site.victim("carol")
    copied = carol.backup()
    if not carol.sync():
        raise SiteBroken("The site does not let Carol's own program renew its token.")
    return read_renewed(site, renewed(site, copied))


@attack("T17", "Renew before the owner", start="A teacher's refresh token, copied a moment ago")
def renew_before_the_owner(site: Site) -> Verdict:
    """Mallory is quicker than Carol's program. When it comes with the used token, who is out?"""
    carol = site.victim("carol")
    stolen = got(renewed(site, carol.backup()), "refresh_token")
    if not stolen:
        return held("The copied token renews nothing.")
    owner_in = carol.sync()
    site.later(DAY_S)
    token = got(renewed(site, stolen), "access_token")
    if not token:
        return held("Carol's program came with the used token, and that ended Mallory's as well.")
    owner = "is in as well" if owner_in else "had to log in again"
    told = f"That is a day later; Carol's program {owner}."
    return noting(read_bobs_grade(site, token), told)


@attack(
    "T18",
    "Use another program's token",
    start="A program of Mallory's own, and a teacher's refresh token from another one's backup",
)
def use_another_programs_token(site: Site) -> Verdict:
    """Mallory's newsletter presents, with its own secret, a token that the planner was given."""
    program, secret = site.mallorys_program
    token = site.leak("planner backup")["carol"]
    return read_renewed(site, renewed(site, token, client_id=program, client_secret=secret))


def _edits_after_demotion(site: Site) -> bool:
    grace = site.victim("grace")
    grace.appoint("mallory", "teacher")
    site.later(MINUTE_S)
    token = own_token(site)
    grace.appoint("mallory", "student")
    site.later(MINUTE_S)
    return raise_own_grade(site, token)


def _log_out(site: Site, client: Client, token: str) -> None:  # noqa: ARG001
    # The program that holds the token says good-bye with it: that is what should end.
    site.client("mallory's program").send(
        Request.of_json("POST", "/api/log-out", {}, **bearer(token))
    )


def _new_password(site: Site, client: Client, token: str) -> None:  # noqa: ARG001
    client.post("/api/password", {"current": site.mallory.password, "new": HER_NEW_PASSWORD})


ENDINGS: tuple[tuple[str, Ending], ...] = (
    ("the log-out", _log_out),
    ("a new password", _new_password),
)
