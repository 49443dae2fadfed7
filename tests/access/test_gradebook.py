"""A whole policy: what each person of a gradebook with two classes may and may not do."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from labkit.access import Policy, Subject, read_policy

ALICE = Subject("alice", {"student"}, "7a")
BOB = Subject("bob", {"student"}, "7a")
ERIN = Subject("erin", {"student"}, "7b")
CAROL = Subject("carol", {"teacher"}, "7a", {"classes": ["7a"]})
DAN = Subject("dan", {"teacher"}, "7a", {"classes": ["7a"]})
FRANK = Subject("frank", {"teacher"}, "7b", {"classes": ["7b"]})
ROOT = Subject("root", {"admin"})
NOBODY = Subject("nobody")

GRADE = {"student": "alice", "class": "7a", "entered_by": "carol", "points": 54}
OPEN = {"term": "open"}


@pytest.fixture(scope="module")
def policy():
    return Policy(read_policy(Path(__file__).with_name("gradebook.toml")))


def who_may(policy, action, resource, environment=OPEN):
    people = (ALICE, BOB, ERIN, CAROL, DAN, FRANK, ROOT, NOBODY)
    return {each.id for each in people if policy.allows(each, action, resource, environment)}


def test_a_grade_is_read_by_its_owner_and_by_the_teachers_of_its_class(policy):
    assert who_may(policy, "grade:read", GRADE) == {"alice", "carol", "dan"}


def test_a_grade_is_edited_by_the_teachers_of_its_class_alone(policy):
    assert who_may(policy, "grade:edit", GRADE) == {"carol", "dan"}


def test_a_grade_is_approved_by_a_teacher_who_did_not_enter_it(policy):
    assert who_may(policy, "grade:approve", GRADE) == {"dan"}


def test_one_of_several_who_entered_a_grade_does_not_approve_it(policy):
    assert who_may(policy, "grade:approve", {**GRADE, "entered_by": ["carol", "dan"]}) == set()


def test_a_grade_that_nobody_entered_can_be_approved_by_both(policy):
    assert who_may(policy, "grade:approve", {**GRADE, "entered_by": None}) == {"carol", "dan"}


def test_an_approval_is_denied_where_the_record_does_not_say_who_entered_it(policy):
    grade = {"student": "alice", "class": "7a"}
    decision = policy.explain(DAN, "grade:approve", grade)
    assert not decision.allowed
    assert decision.missing == ("resource.entered_by",)


def test_an_admin_manages_the_users_of_every_class_and_no_grades(policy):
    user = {"class": "7b", "student": "erin"}
    assert who_may(policy, "user:edit", user) == {"root"}
    assert not any(policy.could_allow(ROOT, f"grade:{verb}") for verb in ("read", "edit"))


def test_a_teacher_of_both_classes_works_in_the_one_they_are_in(policy):
    both = Subject("gina", {"teacher"}, "7b", {"classes": ["7a", "7b"]})
    assert policy.allows(both, "grade:read", {**GRADE, "class": "7b"})
    assert policy.explain(both, "grade:read", GRADE).rule == "tenants are separate"


def test_members_post_messages_in_their_own_class_only(policy):
    assert who_may(policy, "message:post", {"class": "7a"}) == {"alice", "bob", "carol", "dan"}


def test_a_resource_that_names_no_tenant_belongs_to_no_tenant(policy):
    assert who_may(policy, "message:post", {"text": "hello"}) == set()


def test_nobody_edits_in_a_closed_term(policy):
    assert who_may(policy, "grade:edit", GRADE, {"term": "closed"}) == set()


def test_a_forbid_that_cannot_be_decided_denies_and_says_so(policy):
    decision = policy.explain(CAROL, "grade:edit", GRADE, {})
    assert not decision.allowed
    assert "could not be decided: environment.term == 'closed' (missing)" in decision.why


def test_a_record_may_be_an_object_as_well_as_a_mapping(policy):
    record = SimpleNamespace(**GRADE)
    assert who_may(policy, "grade:approve", record) == {"dan"}


def test_the_whole_matrix_agrees_with_single_questions(policy):
    people, things = (ALICE, CAROL, ROOT), {"hers": GRADE, "other": {**GRADE, "student": "bob"}}
    cells = policy.matrix(people, things, environment=OPEN)
    assert len(cells) == len(people) * len(policy.permissions) * len(things)
    by_id = {each.id: each for each in people}
    for cell in cells:
        asked = (by_id[cell.subject], cell.action, things[cell.resource], OPEN)
        assert cell.decision.allowed is policy.allows(*asked)
        assert cell.decision == policy.explain(*asked)


def test_an_admin_hands_out_roles_and_nobody_else_does(policy):
    assert policy.may_grant(ROOT, "teacher")
    assert not any(policy.may_grant(each, "teacher") for each in (ALICE, CAROL, NOBODY))
    assert not policy.may_grant(ROOT, "admin"), "no role is listed in its granted_by"
