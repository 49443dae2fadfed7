"""What each of the four designs promises, and where they differ."""

import pytest

from labkit.clock import ManualClock
from labkit.comparing import (
    DESIGNS,
    Admitted,
    CannotMint,
    Credential,
    Denylist,
    NoRenewal,
    NotAdmitted,
    Sessions,
    ShortLived,
    Stateless,
    StoreDown,
)
from labkit.errors import InvalidInput, LabkitError
from labkit.tokens.errors import Expired, FamilyRevoked, RefreshReused, Revoked

EACH = pytest.mark.parametrize("kind", DESIGNS.values(), ids=DESIGNS)


@EACH
def test_whoever_logged_in_is_known_to_every_service_with_their_role(kind):
    design = kind(services=3)
    credential = design.log_in("grace", "admin")
    asked = [design.ask(credential, service) for service in design.services]
    assert asked == [Admitted("grace", "admin")] * 3


@EACH
def test_two_people_are_told_apart(kind):
    design = kind()
    alice, bob = design.log_in("alice", "student"), design.log_in("bob", "teacher")
    assert [design.ask(each).user for each in (alice, bob)] == ["alice", "bob"]


@EACH
def test_the_directory_decides_the_role_of_somebody_it_knows(kind):
    design = kind()
    design.log_in("alice", "student")
    assert design.ask(design.log_in("alice", "admin")).role == "student"


@EACH
def test_whoever_is_banned_cannot_log_in_again(kind):
    design = kind()
    design.log_in("mallory", "student")
    design.ban("mallory")
    with pytest.raises(NotAdmitted):
        design.log_in("mallory", "student")


@EACH
def test_a_new_role_counts_after_the_next_log_in(kind):
    clock = ManualClock()
    design = kind(clock=clock)
    design.log_in("grace", "admin")
    design.demote("grace", "student")
    clock.advance(1)  # a denylist refuses every token of that same second
    assert design.ask(design.log_in("grace", "admin")).role == "student"


@EACH
def test_a_made_up_credential_is_refused_everywhere(kind):
    other = kind().log_in("grace", "admin")
    with pytest.raises(LabkitError):
        kind().ask(other)


@EACH
def test_a_log_out_can_be_repeated(kind):
    design = kind()
    credential = design.log_in("grace", "admin")
    design.log_out(credential)
    design.log_out(credential)
    assert design.asked.reads == 0


@EACH
def test_nobody_logs_in_while_the_store_is_down(kind):
    design = kind()
    design.break_store()
    with pytest.raises(StoreDown):
        design.log_in("grace", "admin")


@EACH
@pytest.mark.parametrize("service", ["service 2", "", None, 7, [], "service 1\0"])
def test_a_service_that_is_none_is_refused_by_name(kind, service):
    design = kind()
    with pytest.raises(InvalidInput, match="no such service"):
        design.ask(design.log_in("grace", "admin"), service)


@EACH
@pytest.mark.parametrize("credential", [None, "text", b"", 7, {}])
def test_what_is_no_credential_is_refused(kind, credential):
    design = kind()
    for call in (design.ask, design.log_out, design.header, design.wire_bytes):
        with pytest.raises(InvalidInput, match="Credential"):
            call(credential)


@EACH
@pytest.mark.parametrize("sent", ["", "\0", "é", "a.b.c", "x" * 16_384, "." * 9_000, "{}"])
def test_whatever_is_sent_is_answered_with_a_refusal(kind, sent):
    with pytest.raises(LabkitError):
        kind().ask(Credential(sent))


@pytest.mark.parametrize("part", [None, 7, b"id", "\ud800", "x" * 16_385, ["id"]])
def test_what_no_header_can_carry_is_no_credential(part):
    with pytest.raises(InvalidInput):
        Credential(part)
    with pytest.raises(InvalidInput):
        Credential("id", part)


@EACH
@pytest.mark.parametrize("name", ["", "x" * 257, "\ud800", None, 7, b"ann"])
def test_a_bad_name_or_role_is_refused(kind, name):
    design = kind()
    for call in (design.log_in, design.demote):
        with pytest.raises(InvalidInput):
            call(name, "student")
        with pytest.raises(InvalidInput):
            call("alice", name)
    with pytest.raises(InvalidInput):
        design.ban(name)


@EACH
@pytest.mark.parametrize("services", [0, -1, 1001, 1.5, None, "3", True])
def test_a_bad_number_of_services_is_refused(kind, services):
    with pytest.raises(InvalidInput):
        kind(services=services)


def test_a_credential_does_not_show_what_it_is():
    credential = ShortLived().log_in("grace", "admin")
    assert repr(credential) == "Credential()"


@pytest.mark.parametrize(
    ("kind", "reads", "writes"),
    [(Stateless, 0, 0), (Denylist, 2, 0), (ShortLived, 0, 0), (Sessions, 2, 0)],
)
def test_look_ups_of_one_request_are_counted_at_the_store(kind, reads, writes):
    design = kind()
    credential = design.log_in("grace", "admin")
    design.ask(credential)
    assert (design.asked.reads, design.asked.writes) == (reads, writes)


def test_a_session_in_use_is_written_now_and_then():
    clock = ManualClock()
    design = Sessions(clock=clock)
    credential = design.log_in("grace", "admin")
    for _ in range(10):
        clock.advance(60)
        design.ask(credential)
    assert design.asked.writes == 2


@pytest.mark.parametrize("kind", [Stateless, Denylist, Sessions])
def test_only_a_design_with_refresh_tokens_renews(kind):
    design = kind()
    with pytest.raises(NoRenewal):
        design.renew(design.log_in("grace", "admin"))


def test_a_renewal_brings_the_role_that_the_directory_has_now():
    design = ShortLived()
    credential = design.log_in("grace", "admin")
    design.demote("grace", "student")
    renewed = design.renew(credential)
    assert design.ask(credential).role == "admin"
    assert design.ask(renewed).role == "student"


def test_a_refresh_token_serves_once_and_not_after_log_out_or_ban():
    design = ShortLived()
    credential = design.log_in("grace", "admin")
    renewed = design.renew(credential)
    with pytest.raises(RefreshReused):
        design.renew(credential)
    with pytest.raises(FamilyRevoked):
        design.renew(renewed)
    left = design.log_in("grace", "admin")
    design.log_out(left)
    with pytest.raises(FamilyRevoked):
        design.renew(left)
    banned = design.log_in("grace", "admin")
    design.ban("grace")
    with pytest.raises(FamilyRevoked):
        design.renew(banned)


def test_an_access_token_ends_by_itself():
    clock = ManualClock()
    for kind, life_s in ((Stateless, 900), (ShortLived, 300)):
        design = kind(clock=clock)
        credential = design.log_in("grace", "admin")
        clock.advance(life_s - 1)
        assert design.ask(credential).user == "grace"
        clock.advance(1)
        with pytest.raises(Expired):
            design.ask(credential)


def test_a_denylist_takes_back_one_token_and_leaves_the_other():
    design = Denylist()
    phone, laptop = design.log_in("grace", "admin"), design.log_in("grace", "admin")
    design.log_out(phone)
    with pytest.raises(Revoked):
        design.ask(phone)
    assert design.ask(laptop).user == "grace"


def test_logging_out_with_a_token_that_has_ended_leaves_nothing_behind():
    clock = ManualClock()
    design = Denylist(clock=clock)
    credential = design.log_in("grace", "admin")
    clock.advance(901)
    design.log_out(credential)
    assert design.state_bytes() == 0


def test_every_service_of_a_stateless_design_has_keys_of_its_own():
    design = Stateless(services=2)
    rings = [design._verifiers[name].keys for name in design.services]
    assert rings[0] is not rings[1]
    assert not any(key.private for ring in rings for key in ring.accepted())


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "ES256", "EdDSA"])
def test_tokens_work_with_each_algorithm(algorithm):
    design = Stateless(services=2, algorithm=algorithm)
    assert design.ask(design.log_in("grace", "admin"), "service 2").role == "admin"


@pytest.mark.parametrize("kind", [Stateless, Denylist, ShortLived])
def test_a_service_with_public_keys_cannot_sign(kind):
    with pytest.raises(CannotMint):
        kind().mint("service 1", "grace", "admin")


def test_a_service_that_is_granted_look_ups_only_opens_no_session_and_still_serves():
    clock = ManualClock()
    design = Sessions(clock=clock, grants=True)
    credential = design.log_in("grace", "admin")
    clock.advance(200)  # long enough that "last seen" is written
    assert design.ask(credential).role == "admin"
    assert design.asked.writes == 1
    with pytest.raises(CannotMint):
        design.mint("service 1", "grace", "admin")
    assert design.ask(design.mint("log-in server", "mallory", "admin")).role == "admin"


def test_the_header_is_what_is_counted_on_the_wire():
    design = Sessions()
    credential = design.log_in("grace", "admin")
    name, value = design.header(credential)
    assert name == "Cookie"
    assert value.startswith("__Host-session=")
    assert design.wire_bytes(credential) == len(name) + len(value) + len(": \r\n")


def test_the_bytes_that_are_kept_are_those_of_the_rows():
    design = Sessions()
    before = design.state_bytes()
    design.log_in("grace", "admin")
    [row] = design.database.rows("SELECT * FROM sessions")
    texts = sum(len(each) for each in row if isinstance(each, str))
    numbers = sum(isinstance(each, float) for each in row)
    assert (before, design.state_bytes()) == (0, texts + 8 * numbers)
