"""An honest user's day: what must go on working whatever a repair does to the site.

A site that refuses everyone holds against every attack, so no attack's outcome counts before the
journey has been walked to its end.
"""

from collections.abc import Callable, Iterator, Mapping

from pyotp import TOTP  # the phone runs somebody else's program, so this is none of ours

from labkit.catalogue import AttackResult, Outcome, SiteBroken
from labkit.exchange import Request, Response
from labkit.practice.people import PEOPLE
from labkit.practice.site import Site
from labkit.practice.surface import Client

HOME = "192.0.2.10"
NEW_PASSWORD = "quiet lantern over the møør"
Step = tuple[str, Callable[[Site], None]]


def walk(site: Site) -> AttackResult:
    """Walk every step; HELD where all work, BROKEN at the first that does not."""
    before = len(site.exchanges)
    said, outcome = "everything an honest user does still works", Outcome.HELD
    for step, _ in _walked(site):
        if step:
            said, outcome = step, Outcome.BROKEN
    sent = tuple(site.exchanges[before:])
    return AttackResult("journey", "The honest user's day", outcome, said, sent)


def _walked(site: Site) -> Iterator[tuple[str, str]]:
    for sentence, step in STEPS:
        try:
            step(site)
        except SiteBroken as reason:
            yield f"{sentence}: {reason}", sentence
            return
        yield "", sentence


def _person(site: Site, name: str) -> Client:
    client = site.client(name, peer=HOME)
    password = site.person(name).password
    _expect(client.log_in(name, password), 200, f"{name} gives the right password")
    return client


def _expect(response: Response, status: int, what: str) -> Response:
    if response.status != status:
        raise SiteBroken(f"{what}, and the site answers {response.status}, not {status}.")
    return response


def _alice_logs_in(site: Site) -> None:
    alice = _person(site, "alice")
    grades = _expect(alice.get("/api/grades"), 200, "Alice asks for her grades").json()
    courses = {grade["course"] for grade in grades["grades"]}
    if not courses >= {"Algebra", "Geometry"}:
        raise SiteBroken("Alice does not see her own two grades.", courses=courses)


def _alice_mistypes(site: Site) -> None:
    stranger = site.client("alice", peer=HOME)
    typed = f"{site.person('alice').password}?"
    _expect(stranger.log_in("alice", typed), 401, "Alice mistypes her password")
    _expect(stranger.get("/api/grades"), 401, "Nobody is logged in")


def _alice_logs_out(site: Site) -> None:
    alice = _person(site, "alice")
    _expect(alice.post("/api/log-out"), 200, "Alice logs out")
    _expect(alice.get("/api/grades"), 401, "Alice has logged out and asks again")


def _carol_enters_a_grade(site: Site) -> None:
    carol = _person(site, "carol")
    _expect(carol.change("PUT", "/api/grades/2", {"points": 58}), 200, "Carol enters Bob's points")
    told = _expect(carol.get("/api/grades/2"), 200, "Carol reads Bob's grade").json()
    if told["points"] != 58:
        raise SiteBroken("Carol entered 58 points and the site kept another number.")


def _bob_posts_a_message(site: Site) -> None:
    bob = _person(site, "bob")
    text = "Is R&D in chapter 5 < 6? I have 'em both."
    _expect(bob.post("/api/messages", {"text": text}), 201, "Bob posts a message")
    board = _expect(bob.get("/api/messages"), 200, "Bob reads the messages").json()
    if text not in [message["text"] for message in board["messages"]]:
        raise SiteBroken("Bob's message is not on the board as he wrote it.")


def _erin_changes_her_password(site: Site) -> None:
    erin = _person(site, "erin")
    old = site.person("erin").password
    change = {"current": old, "new": NEW_PASSWORD}
    _expect(erin.post("/api/password", change), 200, "Erin changes her password")
    again = site.client("erin", peer=HOME)
    _expect(again.log_in("erin", NEW_PASSWORD), 200, "Erin logs in with her new password")
    _expect(again.log_in("erin", old), 401, "Erin types her old password")


def _alice_uses_the_api(site: Site) -> None:
    alice = _person(site, "alice")
    pair = _expect(alice.post("/api/token"), 200, "Alice asks for a token").json()
    script = site.client("alice's script", peer=HOME)
    answer = script.get("/api/grades", **_bearer(pair))
    _expect(answer, 200, "Alice's script asks with her token")
    site.later(600)
    renewal = Request.of_json(
        "POST", "/api/token/refresh", {"refresh_token": pair["refresh_token"]}
    )
    fresh = _expect(script.send(renewal), 200, "Alice's script renews its token").json()
    site.later(600)
    answer = script.get("/api/grades", **_bearer(fresh))
    _expect(answer, 200, "Alice's script asks with the new token")


def _bob_writes_in_the_forum(site: Site) -> None:
    bob = _person(site, "bob")
    asked = bob.post("/api/token", {"audience": "forum"})
    headers = _bearer(_expect(asked, 200, "Bob asks for a token for the forum").json())
    forum = site.client("bob", peer=HOME, at="forum")
    post = Request.of_json("POST", "/api/threads", {"text": "Chess on Friday?"}, **headers)
    _expect(forum.send(post), 201, "Bob writes in the forum")
    remove = Request("DELETE", "/api/threads/1", headers)
    _expect(forum.send(remove), 403, "Bob removes somebody else's thread")


def _carol_shows_and_downloads(site: Site) -> None:
    carol = _person(site, "carol")
    link = _expect(carol.post("/api/grades/ticket"), 200, "Carol asks for a link").json()["link"]
    sheet = site.client("carol's spreadsheet", peer=HOME).get(link)
    if "bob,Algebra" not in _expect(sheet, 200, "Carol's spreadsheet opens the link").text:
        raise SiteBroken("Carol's link does not lead to the grades of her class.")
    pair = _expect(carol.post("/api/token"), 200, "Carol asks for a token").json()
    asked = Request.of_json("POST", "/api/token", {"title": "Class 7A"}, **_bearer(pair))
    told = _expect(site.client("carol", peer=HOME, at="screens").send(asked), 200, "A screen")
    screen = site.client("the screen", peer=HOME).get("/api/grades/2", **_bearer(told.json()))
    _expect(screen, 200, "The screen shows a grade")


def _bearer(pair: Mapping[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair['access_token']}"}


def _frank_adds_a_second_factor(site: Site) -> None:
    frank = _person(site, "frank")
    began = frank.post("/api/second-factor", {"password": site.person("frank").password})
    shown = _expect(began, 200, "Frank sets up an authenticator").json()["pending"]
    phone = TOTP(shown["secret"])
    code = {"code": phone.at(int(site.clock()))}
    _expect(frank.post("/api/second-factor/confirm", code), 200, "Frank types its first code")
    site.later(60)
    again = _person(site, "frank")
    _expect(again.get("/api/grades"), 401, "Frank has not taken the second step yet")
    code = {"code": phone.at(int(site.clock()))}
    _expect(again.post("/api/log-in/code", code), 200, "Frank takes the second step")
    _expect(again.get("/api/grades"), 200, "Frank asks for his grades")


def _grace_lists_the_people(site: Site) -> None:
    grace = _person(site, "grace")
    people = _expect(grace.get("/api/users"), 200, "Grace lists the people").json()["users"]
    if len(people) != len(PEOPLE):
        raise SiteBroken("Grace does not see all the people.", seen=len(people))


STEPS: tuple[Step, ...] = (
    ("Alice logs in and reads her grades", _alice_logs_in),
    ("Alice mistypes her password and is refused", _alice_mistypes),
    ("Alice logs out", _alice_logs_out),
    ("Carol enters a grade", _carol_enters_a_grade),
    ("Bob posts a message", _bob_posts_a_message),
    ("Erin changes her password", _erin_changes_her_password),
    ("Alice's script uses a token and renews it", _alice_uses_the_api),
    ("Bob writes in the forum", _bob_writes_in_the_forum),
    ("Carol downloads grades and shows them on a screen", _carol_shows_and_downloads),
    ("Frank adds a second factor", _frank_adds_a_second_factor),
    ("Grace lists the people", _grace_lists_the_people),
)
