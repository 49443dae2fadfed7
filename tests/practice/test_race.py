"""Clients at the same moment: every order, the same each time, then the site as before."""

import threading

import pytest

from labkit.catalogue import SiteBroken
from labkit.errors import InvalidInput, StoreError
from labkit.guessing import LogInThrottle
from labkit.practice import Defences, Site
from labkit.practice.race import Junction
from labkit.stores import MemoryStore

ELSEWHERE = "198.51.100.8"


def guess(client):
    return client.log_in("alice", "walrus").status


def two(site):
    return (site.client(), guess), (site.client(peer=ELSEWHERE), guess)


def spend(site, guesses):
    client = site.client(peer="198.51.100.9")
    for _ in range(guesses):
        client.log_in("alice", "walrus")


def test_two_guesses_at_one_account_meet_in_six_orders(site):
    assert [run.order for run in site.race(*two(site))] == [
        "AABB",
        "ABABBB",
        "ABBAAA",
        "BAABBB",
        "BABAAA",
        "BBAA",
    ]


def test_of_two_guesses_for_the_last_free_attempt_one_is_tried_in_every_order(site):
    spend(site, 4)
    assert all(sorted(run.results) == [401, 429] for run in site.race(*two(site)))


class LooksThenCounts(LogInThrottle):
    def admit(self, keys, now):
        counts = {key: int(self.store.get(key) or 0) for key in keys}
        if any(count >= 5 for count in counts.values()):
            return 30.0
        for key, count in counts.items():
            self.store.put(key, str(count + 1))
        return 0.0


def test_a_count_after_the_look_is_passed_in_the_orders_where_both_look_first(fast):
    site = Site(fast.having(LooksThenCounts))
    spend(site, 4)
    found = {run.order: run.results for run in site.race(*two(site))}
    assert found == {
        "AAB": (401, 429),
        "ABAB": (401, 401),
        "ABBA": (401, 401),
        "BAAB": (401, 401),
        "BABA": (401, 401),
        "BBA": (429, 401),
    }


def test_from_one_address_the_count_of_the_address_is_raced_for_too(site):
    orders = {run.order for run in site.race((site.client(), guess), (site.client(), guess))}
    assert len(orders) > 6
    assert {"AAAABBBB", "BBBBAAAA"} <= orders


def test_guesses_at_two_accounts_from_two_addresses_have_nothing_to_race_for(site):
    def other(client):
        return client.log_in("bob", "walrus").status

    runs = site.race((site.client(), guess), (site.client(peer=ELSEWHERE), other))
    assert [(run.order, run.results) for run in runs] == [("", (401, 401))]


def test_a_race_comes_out_the_same_when_it_is_run_again(site):
    assert site.race(*two(site)) == site.race(*two(site))


def test_after_a_race_the_site_and_the_clients_are_as_they_were(site):
    client = site.client()
    client.get("/api/session")
    cookies, token = dict(client.cookies), client.csrf_token

    def get_in(each):
        return each.log_in("alice", "penguin").status

    runs = site.race((client, get_in), (site.client(peer=ELSEWHERE), guess))
    assert {run.results for run in runs} == {(200, 401)}
    assert (client.cookies, client.csrf_token) == (cookies, token)
    assert client.get("/api/session").json()["level"] == "anonymous"
    spend(site, 5)
    assert site.client().log_in("alice", "penguin").status == 429


def test_each_order_is_on_record(site):
    before = len(site.exchanges)
    runs = site.race(*two(site))
    log_ins = [each for each in site.exchanges[before:] if each.request.path == "/api/log-in"]
    assert len(log_ins) == 2 * len(runs)


def test_three_clients_are_raced_too(site):
    spend(site, 4)
    third = (site.client(peer="198.51.100.10"), guess)
    runs = site.race(*two(site), third)
    assert {tuple(sorted(run.results)) for run in runs} == {(401, 429, 429)}


@pytest.mark.parametrize("number", [0, 1, 9])
def test_it_takes_two_to_eight(site, number):
    with pytest.raises(InvalidInput):
        site.race(*[(site.client(), guess)] * number)


class CrashesInTheMiddle(LogInThrottle):
    def admit(self, keys, now):
        raise ZeroDivisionError


def test_a_crash_in_a_race_is_no_defence(fast):
    site = Site(fast.having(CrashesInTheMiddle))
    with pytest.raises(SiteBroken):
        site.race(*two(site))


def test_a_site_in_a_file_is_not_raced(fast, tmp_path):
    site = Site(fast, database=tmp_path / "gradebook.db")
    with pytest.raises(StoreError):
        site.race(*two(site))
    site.close()


def test_a_race_leaves_no_thread_behind(site):
    before = threading.active_count()
    site.race(*two(site))
    assert threading.active_count() == before


def test_a_way_counts_for_the_thread_that_took_it_and_for_no_longer_than_it_says():
    main, side = MemoryStore(), MemoryStore()
    junction = Junction(main)
    with junction.leading_to(side):
        junction.put("k", "aside")
        other = threading.Thread(target=lambda: junction.put("k", "straight"))
        other.start()
        other.join()
    assert (main.get("k"), side.get("k"), junction.get("k")) == ("straight", "aside", "straight")


def test_the_parts_of_a_site_share_one_junction():
    parts = Site(Defences()).application.extensions["labkit"]
    assert parts.log_in_throttle.store is parts.code_throttle.store is parts.store
    assert isinstance(parts.store, Junction)
