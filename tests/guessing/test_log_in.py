"""Stories about the two buckets of an account and the bucket of a source."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.clock import ManualClock
from labkit.errors import InvalidInput, LabkitError
from labkit.guessing import DeviceTokens, LogInThrottle
from labkit.guessing.log_in import DAY_S
from labkit.stores import MemoryStore

HOME, STRANGER, SCHOOL = "203.0.113.9", "198.51.100.7", "192.0.2.1"
RIGHT = "correct horse"


class Door:
    """A log-in as a site would write it, over one throttle."""

    def __init__(self, **options):
        self.clock = ManualClock()
        self.store = MemoryStore()
        self.throttle = LogInThrottle(self.store, clock=self.clock, **options)

    def knock(self, account, password="wrong", peer=STRANGER, headers=None):
        keys = self.throttle.keys(account, peer, headers)
        wait = self.throttle.admit(keys, self.clock())
        if wait > 0:
            return wait
        if password != RIGHT:
            return "wrong"
        self.throttle.on_success(account, peer, headers)
        return "in"

    def knock_patiently(self, times, account, **options):
        """Knock so many times that counted, waiting as long as told; stop where it closes."""
        for count in range(times):
            while (answer := self.knock(account, **options)) != "wrong":
                if answer == math.inf:
                    return count
                self.clock.advance(answer)
        return times

    def device(self, account):
        devices = self.throttle.trusted_devices
        return {"Cookie": f"{devices.cookie_name}={devices.issue(account)}"}


@pytest.fixture
def door():
    return Door()


class TestAnAccount:
    def test_is_closed_to_a_guesser_who_waits_after_fifty_failures(self, door):
        assert door.knock_patiently(1000, "alice") == 50
        assert door.knock("alice", RIGHT) == math.inf

    def test_takes_a_hundred_failures_in_a_row_at_most_over_both_buckets(self, door):
        trusted = door.device("alice")
        strangers = door.knock_patiently(1000, "alice")
        own = door.knock_patiently(1000, "alice", headers=trusted)
        assert strangers + own == 100

    def test_changing_the_address_gives_no_further_guesses(self, door):
        answers = [door.knock("alice", peer=f"198.51.100.{n}") for n in range(20)]
        assert answers.count("wrong") == 5

    def test_changing_the_spelling_gives_no_further_guesses(self, door):
        answers = [door.knock(name) for name in ["alice", "Alice", " alice", "ALICE", "ａlice"] * 2]
        assert answers.count("wrong") == 5

    def test_opens_to_the_right_password_which_forgets_the_failures(self, door):
        for _ in range(4):
            door.knock("alice")
        assert door.knock("alice", RIGHT) == "in"
        assert [door.knock("alice") for _ in range(6)].count("wrong") == 5

    def test_that_does_not_exist_is_throttled_alike(self, door):
        # The throttle is never told which names exist.
        assert [door.knock("nobody") for _ in range(6)] == [door.knock("alice") for _ in range(6)]

    def test_is_opened_again_by_a_recovery(self, door):
        door.knock_patiently(1000, "alice")
        door.throttle.reopen("alice")
        assert door.knock("alice", RIGHT) == "in"


class TestATrustedDevice:
    def test_is_not_locked_out_by_a_stranger(self, door):
        trusted = door.device("alice")
        door.knock_patiently(1000, "alice")
        assert door.knock("alice", RIGHT, HOME, trusted) == "in"

    def test_is_not_locked_out_by_a_neighbour_behind_the_same_address(self, door):
        trusted = door.device("alice")
        for n in range(200):
            door.knock(f"name{n}", peer=SCHOOL)
        assert door.knock("bob", RIGHT, SCHOOL) != "in"
        assert door.knock("alice", RIGHT, SCHOOL, trusted) == "in"

    def test_of_one_account_is_a_stranger_to_another(self, door):
        mallory = door.device("mallory")
        answers = [door.knock("alice", headers=mallory) for _ in range(10)]
        assert answers.count("wrong") == 5
        assert door.throttle.keys("alice", HOME, mallory) == door.throttle.keys("alice", HOME)

    def test_has_waits_of_its_own(self, door):
        trusted = door.device("alice")
        answers = [door.knock("alice", headers=trusted) for _ in range(6)]
        assert answers == ["wrong"] * 5 + [30.0]

    def test_success_does_not_open_the_account_to_strangers_again(self, door):
        trusted = door.device("alice")
        for _ in range(5):
            door.knock("alice")
        door.knock("alice", RIGHT, HOME, trusted)
        assert door.knock("alice") == 30.0

    def test_whose_token_ran_out_is_a_stranger(self):
        clock = ManualClock()
        devices = DeviceTokens(clock=clock, life_s=10)
        throttle = LogInThrottle(MemoryStore(), clock=clock, trusted_devices=devices)
        headers = {"Cookie": f"{devices.cookie_name}={devices.issue('alice')}"}
        assert len(throttle.keys("alice", HOME, headers)) == 1
        clock.advance(10)
        assert throttle.keys("alice", HOME, headers) == throttle.keys("alice", HOME)


class TestASource:
    def test_that_tries_one_password_at_many_accounts_is_stopped(self, door):
        answers = [door.knock(f"name{n}") for n in range(200)]
        assert answers.count("wrong") == 50
        assert answers[-1] == 30.0

    def test_is_never_closed_for_good(self, door):
        for n in range(300):
            while (answer := door.knock(f"name{n}")) != "wrong":
                assert answer <= 3600
                door.clock.advance(answer)
        assert door.knock("alice", peer=SCHOOL) == "wrong"

    def test_is_not_reset_by_a_log_in_to_the_guessers_own_account(self, door):
        tried = 0
        for n in range(200):
            tried += door.knock(f"name{n}") == "wrong"
            door.knock("mallory", RIGHT)
        assert tried == 50

    def test_of_a_whole_class_logging_in_is_not_slowed(self, door):
        assert {door.knock(f"pupil{n}", RIGHT, SCHOOL) for n in range(300)} == {"in"}

    def test_is_not_changed_by_a_header_that_anyone_can_send(self, door):
        answers = [
            door.knock(f"name{n}", headers={"X-Forwarded-For": f"10.1.2.{n}"}) for n in range(200)
        ]
        assert answers.count("wrong") == 50

    def test_behind_ones_own_proxy_is_the_client(self):
        door = Door(trusted_proxies=["10.0.0.5"])
        for n in range(50):
            door.knock(f"name{n}", peer="10.0.0.5", headers={"X-Forwarded-For": STRANGER})
        other = {"X-Forwarded-For": HOME}
        lying = {"X-Forwarded-For": f"{HOME}, {STRANGER}"}
        assert door.knock("alice", RIGHT, "10.0.0.5", other) == "in"
        assert door.knock("alice", RIGHT, "10.0.0.5", lying) == 30.0


class TestSuccess:
    def test_of_one_account_leaves_another_accounts_failures(self, door):
        for _ in range(5):
            door.knock("alice")
        door.knock("mallory", RIGHT)
        assert door.knock("alice") == 30.0

    def test_through_the_strangers_bucket_leaves_the_devices(self, door):
        trusted = door.device("alice")
        for _ in range(5):
            door.knock("alice", headers=trusted)
        assert door.knock("alice", RIGHT) == "in"
        assert door.knock("alice", headers=trusted) == 30.0


class TestWhatIsStored:
    def test_shows_no_name_and_grows_with_none(self, door):
        for name in ("alice@example.org", "x" * 1024):
            door.knock(name)
        keys = door.store.keys("")
        assert len(keys) == 3
        assert not any("alice" in key or "xxx" in key for key in keys)
        assert max(map(len, keys)) < 80

    def test_is_swept_when_it_no_longer_matters(self, door):
        for n in range(40):
            door.knock(f"invented{n}")
        door.clock.advance(30 * DAY_S + 1)
        assert door.store.sweep(door.clock()) == 41
        assert door.store.keys("") == []

    @pytest.mark.parametrize("swept", [True, False])
    def test_is_forgotten_after_its_time_swept_or_not(self, door, swept):
        for _ in range(6):
            door.knock("alice")
        door.clock.advance(30 * DAY_S + 1)
        if swept:
            door.store.sweep(door.clock())
        assert [door.knock("alice") for _ in range(6)].count("wrong") == 5

    def test_of_a_closed_account_is_never_forgotten(self, door):
        door.knock_patiently(50, "alice")
        door.clock.advance(3650 * DAY_S)
        door.store.sweep(door.clock())
        assert door.knock("alice") == math.inf


class TestBadInput:
    @pytest.mark.parametrize("account", ["", None, 5, b"alice", "\ud800", "a" * 10_000])
    def test_a_name_that_is_none_is_refused_and_nothing_is_stored(self, door, account):
        with pytest.raises(InvalidInput):
            door.knock(account)
        assert door.store.keys("") == []

    @pytest.mark.parametrize("peer", ["", None, 5, "localhost", "1.2.3.4.5"])
    def test_a_peer_that_is_none_is_refused(self, door, peer):
        with pytest.raises(InvalidInput):
            door.knock("alice", peer=peer)

    @settings(max_examples=60)
    @given(
        st.text(max_size=30),
        st.text(max_size=30),
        st.dictionaries(st.sampled_from(["Cookie", "X-Forwarded-For", "Host"]), st.text()),
    )
    def test_any_text_is_counted_or_refused(self, account, peer, headers):
        door = Door(trusted_proxies=["0.0.0.0/1", "128.0.0.0/1"])
        for source in (peer, HOME):
            try:
                keys = door.throttle.keys(account, source, headers)
            except LabkitError:
                continue
            assert door.throttle.admit(keys, 0) == 0.0
