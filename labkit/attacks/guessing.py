"""Attacks on the log-in itself, over HTTP. Each has a small, fixed number of guesses."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice

from labkit.catalogue import Verdict, attack, breached, held
from labkit.cracking import common
from labkit.exchange import Request, Response
from labkit.practice.surface import Client, Site

GUESSES = 100  # the commonest passwords of eight characters or more: sites ask for eight
FREE = 5  # wrong passwords that an account usually has before one has to wait
OWN_LOG_IN_EVERY = 10
DENIALS = 15  # wrong passwords that keep an account waiting for some four hours
MOST_WITHOUT_LIMIT = 60
SECOND_ADDRESS = "198.51.100.8"  # RFC 5737: a documentation address
WRONG = "not this one either"
INVENTED = "mallorys-imaginary-friend"
TRIED_NAMES = ("carol", "dave", "heidi", "ivan")


@attack("G1", "Guess the teacher's password", start="The teacher's name")
def guess_one_account(site: Site) -> Verdict:
    """Mallory tries a hundred common passwords at one account, one after the other."""
    mallory = site.client()
    answers = ((word, mallory.log_in("carol", word)) for word in _likely())
    return _until_stopped(mallory, "carol", answers)


@attack("G2", "Come from another address at each guess", start="The teacher's name")
def rotate_header(site: Site) -> Verdict:
    """Mallory writes another address into X-Forwarded-For with each guess."""
    mallory = site.client()
    answers = (
        (word, _log_in(mallory, "carol", word, **{"X-Forwarded-For": f"203.0.113.{number}"}))
        for number, word in enumerate(_likely(), 1)
    )
    return _until_stopped(mallory, "carol", answers)


@attack(
    "G3",
    "Log in to your own account in between",
    start="Names and passwords that leaked from a forum, and an own account",
)
def interleave(site: Site) -> Verdict:
    """Mallory tries each leaked pair, and logs in as herself after every ten."""
    return _stuff(site, own_log_ins=True)


@attack("G4", "Try what leaked elsewhere", start="Names and passwords that leaked from a forum")
def stuff_credentials(site: Site) -> Verdict:
    """Mallory tries each leaked pair once: no account sees more than one attempt."""
    return _stuff(site, own_log_ins=False)


@attack("G5", "Send a hundred passwords at once", start="A name")
def send_a_batch(site: Site) -> Verdict:
    """Mallory puts a list where a password belongs."""
    mallory = site.client()
    answer = mallory.post("/api/log-in", {"name": "bob", "password": list(_likely())})
    if _inside(mallory, "bob"):
        return breached(f"One request with {GUESSES} passwords, and Mallory is logged in as bob.")
    return held(f"{answer.status}: a list is no password.", cost="one request")


@attack("G6", "Lock the owner out", start="A name")
def lock_out(site: Site) -> Verdict:
    """Mallory fails on purpose, waits as told and fails again; then Alice wants to log in."""
    alice = site.victim("alice")
    waited_s = sum(_fail(site, "alice") for _ in range(DENIALS))
    cost = f"{DENIALS} wrong passwords in {waited_s / 3600:.1f} hours"
    if alice.log_in():
        return held("Alice gets in from the browser that she always uses.", cost=cost)
    return breached(
        "Alice gave the right password, in the browser that she always uses, and was refused.",
        cost=cost,
    )


@attack("G7", "Ask who has an account", start="An own account")
def tell_names_apart(site: Site) -> Verdict:
    """Mallory compares what a wrong password gets at her own name and at an invented one."""
    return _told_apart(lambda name: _said(site.client().log_in(name, WRONG)), "is told")


@attack("G8", "Measure who has an account", start="An own account")
def weigh_names(site: Site) -> Verdict:
    """Mallory compares what a wrong password costs at her own name and at an invented one."""
    return _told_apart(lambda name: site.cost(_request(name, WRONG)), "costs")


@attack("G9", "Guess what people choose", start="A name, while its owner changes the password")
def guess_a_new_password(site: Site) -> Verdict:
    """Erin looks for an easy password that the site takes; Mallory makes five guesses."""
    taken = site.victim("erin").take_easy_password()
    mallory = site.client()
    for word in _likely()[:FREE]:
        mallory.log_in("erin", word)
        if _inside(mallory, "erin"):
            return breached(f"Erin chose {word!r}, and Mallory guessed it.")
    return held(f"{FREE} guesses, and none is what Erin {'chose' if taken else 'was left with'}.")


@attack("G10", "Guess twice at the same moment", start="An own account to measure the limit at")
def race_the_limit(site: Site) -> Verdict:
    """Mallory leaves one guess of the limit, then makes two at once: in every order there is."""
    limit = _limit(site, "mallory")
    if limit == MOST_WITHOUT_LIMIT:
        return breached(f"{limit} guesses in a row, and there is no limit to race for.")
    # A limit as high as that counts by address, and then both guesses have to come from one.
    addresses = [site.client().peer, SECOND_ADDRESS if limit <= FREE else site.client().peer]
    spent = site.client()
    for _ in range(limit - 1):
        spent.log_in("dave", WRONG)
    runs = site.race(*(_guesser(site, peer) for peer in addresses))
    both = [run.order for run in runs if all(status != 429 for status in run.results)]
    if not both:
        return held(f"One guess was left, and one was tried, in each of {len(runs)} orders.")
    return breached(
        f"One guess was left, and two were tried, in {len(both)} of {len(runs)} orders of the"
        f" steps at the store: in {both[0] or 'any'}, for one."
    )


@lru_cache(maxsize=1)
def _likely() -> tuple[str, ...]:
    return tuple(islice((word for word in common() if len(word) >= 8), GUESSES))


def _request(name: str, password: str) -> Request:
    return Request.of_json("POST", "/api/log-in", {"name": name, "password": password})


def _log_in(client: Client, name: str, password: str, **headers: str) -> Response:
    return client.post("/api/log-in", {"name": name, "password": password}, **headers)


def _inside(client: Client, name: str) -> bool:
    told = client.get("/api/me").json()
    return isinstance(told, dict) and told.get("name") == name


def _until_stopped(client: Client, name: str, answers: Iterable[tuple[str, Response]]) -> Verdict:
    tried = 0
    for word, answer in answers:
        if answer.status == 429:
            return held(f"After {tried} guesses Mallory has to wait.", cost=_number(tried))
        tried += 1
        if answer.ok and _inside(client, name):
            said = f"Mallory logged in as {name} with the password {word!r}."
            return breached(said, cost=_number(tried))
    return held(f"None of {tried} guesses opens the account.", cost=_number(tried))


def _number(tried: int) -> str:
    return f"{tried} guess" + ("es" if tried != 1 else "")


def _stuff(site: Site, *, own_log_ins: bool) -> Verdict:
    """Try each leaked pair from one address; the first that opens an account ends it."""
    tried, client = 0, site.client()
    for name, word in site.leaked_elsewhere.items():
        if own_log_ins and tried % OWN_LOG_IN_EVERY == OWN_LOG_IN_EVERY - 1:
            site.as_mallory()
        answer = client.log_in(name, word)
        if answer.status == 429:
            return held(f"After {tried} pairs Mallory's address has to wait.")
        tried += 1
        if answer.ok and _inside(client, name):
            return breached(f"Pair {tried}: Mallory logged in as {name}, whose password leaked.")
    return held(f"None of {tried} leaked pairs opens an account.")


def _fail(site: Site, name: str) -> float:
    """Give a wrong password, waiting first as long as the site asks for; return that in seconds."""
    answer = site.client().log_in(name, WRONG)
    told = answer.header("Retry-After")
    if answer.status != 429 or not told.isdecimal():
        return 0.0
    site.later(float(told))
    site.client().log_in(name, WRONG)
    return float(told)


def _said(answer: Response) -> tuple[int, str, tuple[str, ...]]:
    return answer.status, answer.text, tuple(sorted(name.lower() for name, _ in answer.headers))


def _told_apart(learn: Callable[[str], object], what: str) -> Verdict:
    """Calibrate with a name that is known and one that is not, then sort the others by it."""
    known, unknown = learn("mallory"), learn(INVENTED)
    if known == unknown:
        return held(f"An invented name {what} the same as Mallory's own.")
    found = [name for name in TRIED_NAMES if learn(name) == known]
    if not found:
        return held(f"An invented name {what} something else, but nobody could be told by it.")
    return breached(f"{', '.join(found)} have accounts here: of {len(TRIED_NAMES)} names tried.")


def _limit(site: Site, name: str) -> int:
    """Return how many wrong passwords in a row are tried before one has to wait."""
    client = site.client(peer=SECOND_ADDRESS)
    for number in range(MOST_WITHOUT_LIMIT):
        if client.log_in(name, WRONG).status == 429:
            return number
    return MOST_WITHOUT_LIMIT


def _guesser(site: Site, peer: str) -> tuple[Client, Callable[[Client], int]]:
    client = site.client(peer=peer)
    client.get("/api/session")
    return client, lambda each: each.log_in("dave", WRONG).status
