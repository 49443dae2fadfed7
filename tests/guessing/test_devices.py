import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.clock import ManualClock
from labkit.encoding import base64url, from_base64url
from labkit.errors import InvalidInput
from labkit.guessing import DeviceTokens

KEY = bytes(range(32))


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def devices(clock):
    return DeviceTokens(KEY, clock=clock, life_s=100)


def test_a_token_is_valid_for_its_account_and_no_other(devices):
    token = devices.issue("alice")
    assert devices.valid(token, "alice")
    assert devices.valid(token, "ALICE ")
    assert not devices.valid(token, "bob")


def test_a_token_runs_out(devices, clock):
    token = devices.issue("alice")
    clock.advance(99)
    assert devices.valid(token, "alice")
    clock.advance(1)
    assert not devices.valid(token, "alice")


def test_a_token_survives_a_restart_only_with_the_same_key(clock):
    token = DeviceTokens(KEY, clock=clock).issue("alice")
    assert DeviceTokens(KEY, clock=clock).valid(token, "alice")
    assert not DeviceTokens(bytes(32), clock=clock).valid(token, "alice")
    assert not DeviceTokens(clock=clock).valid(token, "alice")


def test_a_token_does_not_show_whose_it_is(devices):
    assert b"alice" not in from_base64url(devices.issue("alice"))


@given(st.integers(0, 39), st.integers(1, 255))
@settings(max_examples=60)
def test_no_changed_byte_passes(place, change):
    devices = DeviceTokens(KEY, clock=ManualClock())
    raw = bytearray(from_base64url(devices.issue("alice")))
    raw[place] ^= change
    assert not devices.valid(base64url(bytes(raw)), "alice")


@pytest.mark.parametrize("token", ["", "x", "A" * 54, "A" * 10_000, "=", None, 5, b"x", "\ud800"])
def test_garbage_is_simply_not_valid(devices, token):
    assert devices.valid(token, "alice") is False


class TestCookies:
    def test_the_token_is_found_among_other_cookies(self, devices):
        token = devices.issue("alice")
        header = f'theme=dark; {devices.cookie_name}={token}; odd; "q"=1'
        assert devices.trusted("alice", {"cookie": header})
        assert not devices.trusted("bob", {"cookie": header})

    def test_a_tossed_cookie_of_the_same_name_does_not_hide_the_token(self, devices):
        pair = f"{devices.cookie_name}={devices.issue('alice')}"
        assert devices.trusted("alice", {"Cookie": f"{devices.cookie_name}=junk; {pair}"})

    def test_only_so_many_are_tried(self, devices):
        junk = f"{devices.cookie_name}=junk; " * 8
        pair = f"{devices.cookie_name}={devices.issue('alice')}"
        assert not devices.trusted("alice", {"Cookie": junk + pair})

    def test_a_cookie_of_another_name_is_not_read(self, devices):
        assert not devices.trusted("alice", {"Cookie": f"device={devices.issue('alice')}"})

    def test_no_cookie_is_no_trust(self, devices):
        assert not devices.trusted("alice", {})


@pytest.mark.parametrize("key", [b"", bytes(31), "k" * 32, 5])
def test_a_short_key_or_none_is_refused(key):
    with pytest.raises(InvalidInput):
        DeviceTokens(key)


@pytest.mark.parametrize("life_s", [0, -1, float("nan"), "long", True])
def test_a_life_that_is_none_is_refused(life_s):
    with pytest.raises(InvalidInput):
        DeviceTokens(life_s=life_s)


@pytest.mark.parametrize("account", [None, "", 5, "\ud800", "a" * 2000])
def test_a_token_is_issued_only_for_a_name(devices, account):
    with pytest.raises(InvalidInput):
        devices.issue(account)


def test_the_repr_hides_the_key():
    secret = b"not to be seen in any notebook.."
    assert "seen" not in repr(DeviceTokens(secret))
    assert "hidden" in repr(DeviceTokens(secret))
