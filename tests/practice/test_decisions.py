"""Each of the site's own decisions by itself."""

import pytest

from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher
from labkit.practice.decisions.access import Identity, ProfileForm, Serialiser
from labkit.practice.decisions.guessing import LogIn
from labkit.practice.decisions.second_factor import SecondStep

USER = {
    "name": "alice",
    "shown_as": "Alice",
    "role": "student",
    "class_id": "7A",
    "email": "a@x",
    "about": "",
    "password_hash": "$x$",
    "active": 1,
}
ROWS = {"alice": USER, "gone": USER | {"name": "gone", "active": 0}}
LIES = {"X-User-Role": "admin", "role": "admin", "class": "7B", "session": "stolen"}


@pytest.fixture
def identity():
    return Identity(ROWS.get, cookie="__Host-session")


def test_the_session_id_comes_from_its_cookie_alone(identity):
    assert identity.session_id({"__Host-session": "a"}, LIES) == "a"
    assert identity.session_id({"session": "a"}, LIES) is None


def test_roles_and_class_come_from_the_sites_own_row_alone(identity):
    assert identity.roles("alice", LIES) == ("student",)
    assert identity.tenant("alice", LIES) == "7A"


def test_nobody_and_who_was_struck_off_have_no_role(identity):
    assert identity.roles("nobody", LIES) == ()
    assert identity.roles("gone", LIES) == ()
    assert identity.tenant("nobody", LIES) == ""


def test_the_profile_form_writes_what_harms_nobody():
    assert ProfileForm().writable() == {"shown_as", "about"}


def test_others_see_a_user_without_address_hash_and_state():
    seen = Serialiser().user(USER, "bob")
    assert set(seen) == {"name", "shown_as", "role", "class_id", "about"}
    assert Serialiser().user(USER, "alice") == seen | {"email": "a@x"}


@pytest.mark.parametrize(
    ("roles", "sees"), [(("teacher",), True), (("student",), False), ((), False)]
)
def test_the_note_goes_to_teachers(roles, sees):
    assert ("note" in Serialiser().grade({"points": 1, "note": "n"}, roles)) is sees


@pytest.fixture(scope="module")
def log_in():
    return LogIn(PasswordHasher(ONLY_FOR_TESTS))


def test_one_password_that_is_text_is_tried_and_nothing_else(log_in):
    assert log_in.passwords_in({"password": "a", "passwords": ["b"]}) == ["a"]
    for other in (None, 5, ["a"], {"a": "b"}, b"a"):
        assert log_in.passwords_in({"password": other}) == []
    assert log_in.passwords_in({}) == []


def test_a_refusal_is_the_same_for_every_name(log_in):
    assert log_in.refusal(True) == log_in.refusal(False)


def test_the_right_password_of_nobody_opens_nothing(log_in):
    stored = log_in.hasher.hash("penguin")
    assert log_in.check({"password_hash": stored}, "penguin")
    assert not log_in.check({"password_hash": stored}, "pinguin")
    assert not log_in.check(None, "penguin")


def test_two_sites_have_different_dummies():
    hasher = PasswordHasher(ONLY_FOR_TESTS)
    assert LogIn(hasher)._dummy != LogIn(hasher)._dummy


@pytest.mark.parametrize(("second_factor", "level"), [(True, "password"), (False, "full")])
def test_with_a_second_factor_the_password_is_half_the_way(log_in, second_factor, level):
    assert log_in.level_after_password({"second_factor": second_factor}) == level


def test_the_code_is_checked_for_the_user_of_the_session():
    assert SecondStep().subject("alice", {"user": "mallory", "name": "mallory"}) == "alice"


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": None}, {"code": 1}, {"code": ["1"]}])
def test_without_a_code_nothing_is_asked_and_nothing_passes(body):
    asked = []
    assert not SecondStep().passed(body, lambda code: asked.append(code) or True)
    assert asked == []


def test_a_code_passes_if_it_is_right():
    step = SecondStep()
    assert step.passed({"code": "123456"}, lambda code: code == "123456")
    assert not step.passed({"code": "123457"}, lambda code: code == "123456")
