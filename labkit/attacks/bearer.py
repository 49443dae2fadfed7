"""What attacks with tokens share: a token of one's own, what a token opens, and its renewal."""

from labkit.catalogue import SiteBroken, Verdict, breached, held
from labkit.exchange import Request, Response
from labkit.practice.surface import Client, Site


def bearer(token: str) -> dict[str, str]:
    """Return the header that a token is sent in."""
    return {"Authorization": f"Bearer {token}"}


def own_token(site: Site) -> str:
    """Return an access token of Mallory's own, honestly got.

    Raises:
        SiteBroken: The site gives her none.
    """
    return token_for(site.as_mallory())


def token_for(client: Client) -> str:
    """Return an access token of whoever is logged in there.

    Raises:
        SiteBroken: The site gives none.
    """
    token = got(client.post("/api/token"), "access_token")
    if not token:
        raise SiteBroken("The site gives somebody who is logged in no token.")
    return token


def read_bobs_grade(site: Site, token: str, whose: str = "carol") -> Verdict:
    """Ask with the token for a grade that a teacher may see and Mallory may not."""
    answer = site.client("mallory").get("/api/grades/2", **bearer(token))
    told = answer.json()
    if answer.ok and isinstance(told, dict) and told.get("student") == "bob":
        return breached(f"Mallory read Bob's {told['points']} as {whose}.")
    return held(refused(answer))


def list_people(site: Site, token: str, how: str) -> Verdict:
    """Ask with the token for the list that only the office sees."""
    answer = site.client("mallory").get("/api/users", **bearer(token))
    people = (answer.json() or {}).get("users") if answer.ok else None
    if people:
        return breached(f"{how}, Mallory is an admin and sees all {len(people)} people.")
    return held(refused(answer))


def raise_own_grade(site: Site, token: str) -> bool:
    """Give Mallory full points with the token, and return whether they stand there."""
    client, headers = site.client("mallory"), bearer(token)
    change = Request.of_json("PUT", "/api/grades/3", {"points": 100}, **headers)
    client.send(change)
    told = site.as_mallory().get("/api/grades/3").json() or {}
    return told.get("points") == 100


def renewed(site: Site, refresh_token: str, **program: str) -> Response:
    """Present a refresh token, as the gradebook's own app or as the program that is named."""
    told = {"refresh_token": refresh_token, **program}
    return site.client("mallory").send(Request.of_json("POST", "/api/token/refresh", told))


def read_renewed(site: Site, answer: Response) -> Verdict:
    """Ask for a teacher's grade with the token that a renewal gave, if it gave one."""
    token = got(answer, "access_token")
    return read_bobs_grade(site, token) if token else held(refused(answer))


def got(answer: Response, member: str) -> str:
    """Return a text of the answer's JSON, or "" if it is not there."""
    told = answer.json()
    return str(told.get(member, "")) if answer.ok and isinstance(told, dict) else ""


def refused(answer: Response) -> str:
    """Return the status, and what the site says to it."""
    told = answer.json()
    known = told if isinstance(told, dict) else {}
    said = known.get("error_description") or known.get("error")
    return f"{answer.status}: {said or 'nothing was gained.'}"
