"""Roles, hierarchy, separation of duties, and what happens where no rule or no answer exists."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.access import (
    Condition,
    DynamicSeparation,
    Policy,
    PolicyDocument,
    Role,
    Rule,
    StaticSeparation,
    Subject,
)
from labkit.access.errors import (
    ConflictingDuties,
    GrantRefused,
    InvalidCondition,
    InvalidPolicy,
    RoleCycle,
    UnknownPermission,
    UnknownRole,
)
from labkit.errors import InvalidInput, LabkitError


def raises(*_):
    raise ZeroDivisionError("secret detail")


HIERARCHY = PolicyDocument(
    roles={
        "member": Role(["news:read"]),
        "teacher": Role(["grade:list"], inherits=["member"], granted_by=["head"]),
        "head": Role(["report:sign"], inherits=["teacher"], granted_by=["head"]),
        "clerk": Role(["invoice:enter"], inherits=["member"]),
        "auditor": Role(["invoice:audit"]),
    },
    permits=(
        Rule("own notes", ["note:edit"], ["member"], ["owns"]),
        Rule("unsteady", ["odd:do"], ["member"], [Condition("unsteady", raises)]),
    ),
    forbids=(Rule("never on Sunday", ["report:sign"], when=["environment.day == 'Sunday'"]),),
    static=(StaticSeparation("clerks do not audit", ["clerk", "auditor"]),),
    dynamic=(DynamicSeparation("four eyes", ["report:sign"], ["written_by", "checked_by"]),),
)
POLICY = Policy(HIERARCHY)


def subject(*roles, **more):
    return Subject("ann", roles, **more)


# Roles and their hierarchy


def test_a_role_has_its_own_permissions_and_all_that_it_inherits():
    head = subject("head")
    assert POLICY.allows(head, "news:read")
    assert POLICY.allows(head, "grade:list")
    assert not POLICY.allows(subject("member"), "grade:list")


def test_an_inherited_permission_is_explained_by_the_role_that_grants_it():
    decision = POLICY.explain(subject("head"), "news:read")
    assert decision.rule == "role member"
    assert decision.why == "Allowed: the role member (inherited by head) grants news:read to ann."


def test_a_permit_for_a_role_holds_for_the_roles_that_inherit_it():
    assert POLICY.allows(subject("head"), "note:edit", {"owner": "ann"})
    assert not POLICY.allows(subject("head"), "note:edit", {"owner": "bob"})


def test_a_subject_holds_a_role_directly_or_by_inheritance():
    assert POLICY.has_role(subject("head"), "member")
    assert POLICY.has_role(subject("member"), "auditor", "member")
    assert not POLICY.has_role(subject("member"), "head")
    assert not POLICY.has_role(subject("clerk", "auditor"), "member")


def test_a_role_that_inherits_from_itself_is_refused_with_the_whole_circle():
    circle = {"a": Role(inherits=["b"]), "b": Role(inherits=["c"]), "c": Role(inherits=["a"])}
    with pytest.raises(RoleCycle, match=r"circle: (a → b → c → a|b → c → a → b|c → a → b → c)"):
        Policy(PolicyDocument(circle))


def test_a_hierarchy_may_be_as_deep_as_there_are_roles():
    roles = {f"r{n}": Role(inherits=[f"r{n + 1}"]) for n in range(1500)}
    policy = Policy(PolicyDocument({**roles, "r1500": Role(["deep:do"])}))
    assert policy.allows(subject("r0"), "deep:do")


# Deny by default


@pytest.mark.parametrize("roles", [(), ("ghost",), ("member",)])
def test_what_no_rule_allows_is_denied(roles):
    decision = POLICY.explain(subject(*roles), "invoice:audit")
    assert not POLICY.allows(subject(*roles), "invoice:audit")
    assert decision.rule == "deny by default"
    assert decision.missing == ("a role: auditor",)


def test_an_action_that_no_rule_knows_is_denied_and_explained():
    decision = POLICY.explain(subject("head"), "moon:fly")
    assert not POLICY.allows(subject("head"), "moon:fly")
    assert decision.why == "Denied: no rule speaks about moon:fly."


def test_a_policy_without_any_rule_denies():
    assert not Policy(PolicyDocument({})).allows(subject("admin"), "anything:do", {})


def test_a_rule_about_a_resource_denies_where_none_is_given():
    decision = POLICY.explain(subject("member"), "note:edit")
    assert not decision.allowed
    assert decision.missing == ('"own notes" lacks owns (missing)',)
    assert POLICY.could_allow(subject("member"), "note:edit")
    assert not POLICY.could_allow(subject("auditor"), "note:edit")


def test_a_resource_without_an_owner_is_owned_by_nobody():
    for resource in ({}, {"owner": None}, {"owner": ["ann"]}, object()):
        assert not POLICY.allows(subject("member"), "note:edit", resource)


# Conditions that raise


def test_a_condition_that_raises_denies_and_the_reason_names_it_without_its_message():
    decision = POLICY.explain(subject("member"), "odd:do", {})
    assert not decision.allowed
    assert decision.missing == ('"unsteady" lacks unsteady (it raised ZeroDivisionError)',)
    assert "secret detail" not in decision.why


@pytest.mark.parametrize("answer", [1, "yes", None, object()], ids=["1", "yes", "None", "object"])
def test_only_a_bool_is_an_answer(answer):
    rule = Rule("truthy", ["odd:do"], ["member"], [Condition("truthy", lambda *_: answer)])
    policy = Policy(PolicyDocument({"member": Role()}, permits=(rule,)))
    assert not policy.allows(subject("member"), "odd:do", {})


def test_a_condition_that_raises_does_not_spoil_another_way_in():
    permits = (
        Rule("unsteady", ["odd:do"], ["member"], [Condition("unsteady", raises)]),
        Rule("owners", ["odd:do"], ["member"], ["owns"]),
    )
    policy = Policy(PolicyDocument({"member": Role()}, permits=permits))
    assert policy.explain(subject("member"), "odd:do", {"owner": "ann"}).rule == "owners"


def test_the_one_decision_to_fail_open_can_be_replaced():
    class FailsOpen(Policy):
        def on_error(self, exc):
            return isinstance(exc, ZeroDivisionError)

    assert FailsOpen(HIERARCHY).allows(subject("member"), "odd:do", {})
    sunday = {"day": None}
    assert not FailsOpen(HIERARCHY).allows(subject("head"), "report:sign", {}, sunday)


# Separation of duties


def test_who_holds_roles_that_are_kept_apart_is_denied_everything():
    both = subject("clerk", "auditor")
    assert not any(POLICY.allows(both, action) for action in POLICY.permissions)
    assert not any(POLICY.could_allow(both, action) for action in POLICY.permissions)
    assert POLICY.explain(both, "invoice:enter").rule == "clerks do not audit"


def test_no_role_may_inherit_from_two_that_are_kept_apart():
    roles = {**HIERARCHY.roles, "boss": Role(inherits=["clerk", "auditor"])}
    with pytest.raises(ConflictingDuties, match="'boss' inherits"):
        Policy(dataclasses.replace(HIERARCHY, roles=roles))


def test_a_later_step_needs_somebody_who_took_none_of_the_earlier_ones():
    monday = {"day": "Monday"}

    def signs(**item):
        return POLICY.allows(subject("head"), "report:sign", item, monday)

    assert signs(written_by="bob", checked_by=None)
    assert not signs(written_by="ann", checked_by=None)
    assert not signs(written_by="bob", checked_by=["cy", "ann"])
    assert not signs(written_by="bob"), "a record that does not say is no proof"
    assert not POLICY.allows(subject("head"), "report:sign"), "and neither is none"


def test_a_forbid_wins_over_a_role():
    report = {"written_by": "bob", "checked_by": "cy"}
    assert POLICY.allows(subject("head"), "report:sign", report, {"day": "Monday"})
    decision = POLICY.explain(subject("head"), "report:sign", report, {"day": "Sunday"})
    assert (decision.allowed, decision.rule) == (False, "never on Sunday")


# Handing out roles


def test_a_role_is_handed_out_by_whoever_its_definition_names():
    assert POLICY.with_role(subject("head"), {"member"}, "teacher") == {"member", "teacher"}
    with pytest.raises(GrantRefused):
        POLICY.with_role(subject("teacher"), {"teacher"}, "head")


def test_a_subject_cannot_hand_itself_a_role_that_it_may_not_hand_out():
    student = subject("member")
    with pytest.raises(GrantRefused):
        POLICY.with_role(student, student.roles, "head")


def test_roles_that_are_kept_apart_are_not_handed_out_together():
    roles = {**HIERARCHY.roles, "auditor": Role(["invoice:audit"], granted_by=["head"])}
    policy = Policy(dataclasses.replace(HIERARCHY, roles=roles))
    with pytest.raises(ConflictingDuties, match="clerks do not audit"):
        policy.with_role(subject("head"), {"clerk"}, "auditor")
    assert policy.with_role(subject("head"), {"member"}, "auditor") == {"member", "auditor"}


def test_an_unknown_role_is_not_handed_out():
    with pytest.raises(UnknownRole):
        POLICY.with_role(subject("head"), (), "emperor")


# Seams


def test_each_decision_can_be_replaced_by_overriding_one_method():
    def having(**method):
        return type("Mistake", (Policy,), method)(HIERARCHY)

    def yes(self, *_):
        return True

    own = {"written_by": "ann", "checked_by": None}
    assert having(owns=yes).allows(subject("member"), "note:edit", {"owner": "bob"})
    assert having(may_grant=yes).with_role(subject("member"), (), "head") == {"head"}
    assert having(duties_ok=yes).allows(subject("head"), "report:sign", own, {"day": "Monday"})
    assert having(same_tenant=yes).allows(subject("member"), "news:read", {"tenant": "7b"})


# Documents that contradict themselves

MEMBER = {"member": Role(["news:read"])}


@pytest.mark.parametrize(
    ("document", "error", "at"),
    [
        ({"roles": {"a": Role(inherits=["b"])}}, UnknownRole, ("roles", "a", "inherits")),
        ({"roles": {"a": Role(granted_by=["b"])}}, UnknownRole, ("roles", "a", "granted_by")),
        ({"roles": {"a b": Role()}}, InvalidPolicy, ("roles", "a b")),
        ({"roles": {"a": Role("news")}}, InvalidPolicy, ("roles", "a", "permissions")),
        ({"roles": {"a": Role(["news:*"])}}, InvalidPolicy, ("roles", "a", "permissions")),
        ({"roles": {"a": ["news:read"]}}, InvalidPolicy, ("roles", "a")),
        ({"permits": (Rule("x", ["a:b"], ["ghost"]),)}, UnknownRole, ("permit", 0, "roles")),
        ({"permits": (Rule("x", ["a:b"]),)}, InvalidPolicy, ("permit", 0, "roles")),
        ({"forbids": (Rule("x", []),)}, InvalidPolicy, ("forbid", 0, "permissions")),
        ({"permits": (Rule("", ["a:b"], ["member"]),)}, InvalidInput, ("permit", 0, "name")),
        (
            {"permits": (Rule("x", ["a:b"], ["member"], ["own"]),)},
            InvalidCondition,
            ("permit", 0, "when"),
        ),
        (
            {"permits": (Rule("x", ["a:b"], ["member"], "owns"),)},
            InvalidPolicy,
            ("permit", 0, "when"),
        ),
        (
            {"static": (StaticSeparation("x", ["member"]),)},
            InvalidPolicy,
            ("separation", "static", 0, "roles"),
        ),
        (
            {"dynamic": (DynamicSeparation("x", ["a:b"], []),)},
            InvalidPolicy,
            ("separation", "dynamic", 0, "not_by"),
        ),
        (
            {"permissions": ["news:raed"]},
            UnknownPermission,
            ("roles", "member", "permissions"),
        ),
    ],
)
def test_a_document_that_contradicts_itself_is_refused_and_the_place_is_named(document, error, at):
    with pytest.raises(error) as caught:
        Policy(PolicyDocument(**{"roles": MEMBER, **document}))
    assert caught.value.evidence["at"] == at


def test_a_misspelt_name_comes_with_the_nearest_right_one():
    with pytest.raises(UnknownRole, match="Did you mean 'member'"):
        Policy(PolicyDocument({**MEMBER, "b": Role(inherits=["membre"])}))


# Arguments


@pytest.mark.parametrize(
    "question",
    [
        (None, "news:read"),
        ("ann", "news:read"),
        (subject("member"), None),
        (subject("member"), ""),
        (subject("member"), b"news:read"),
        (subject("member"), "x" * 10**6),
        (subject("member"), "\ud800"),
        (subject("member"), ["news:read"]),
        (subject("member"), "news:read", "news-7"),
        (subject("member"), "news:read", 7),
        (subject("member"), "news:read", None, ["day"]),
    ],
    ids=lambda question: repr(question)[:60],
)
def test_a_question_of_the_wrong_type_is_refused(question):
    for ask in (POLICY.allows, POLICY.explain):
        with pytest.raises(InvalidInput):
            ask(*question)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Subject(""),
        lambda: Subject(b"ann"),
        lambda: Subject("x" * 1000),
        lambda: Subject("ann", "teacher"),
        lambda: Subject("ann", [1]),
        lambda: Subject("ann", 7),
        lambda: Subject("ann", (), 7),
        lambda: Subject("ann", (), "\udfff"),
        lambda: Subject("ann", (), None, ["classes"]),
        lambda: Subject("ann", (), None, {"roles": ["admin"]}),
        lambda: Policy(None),
        lambda: POLICY.with_role(None, (), "head"),
        lambda: POLICY.matrix([subject("member")] * 1001, {key: {} for key in range(1001)}),
    ],
)
def test_a_wrong_argument_is_refused_at_once(make):
    with pytest.raises(LabkitError):
        make()


def test_a_subject_cannot_be_changed():
    ann = Subject("ann", {"member"}, None, {"classes": ["7a"]})
    with pytest.raises(dataclasses.FrozenInstanceError):
        ann.roles = frozenset({"head"})
    with pytest.raises(TypeError):
        ann.attributes["classes"] = ["7b"]


# The short way and the long way


@settings(max_examples=100, deadline=None)
@given(
    roles=st.frozensets(st.sampled_from([*sorted(POLICY.roles), "ghost"])),
    action=st.sampled_from([*sorted(POLICY.permissions), "moon:fly"]),
    resource=st.none() | st.fixed_dictionaries({"owner": st.sampled_from(["ann", "bob"])}),
    day=st.sampled_from(["Sunday", "Monday", None]),
)
def test_allows_and_explain_always_agree(roles, action, resource, day):
    asked = (Subject("ann", roles), action, resource, {"day": day})
    decision = POLICY.explain(*asked)
    assert POLICY.allows(*asked) is decision.allowed
    assert decision.why.startswith("Allowed" if decision.allowed else "Denied")
    assert bool(decision.missing) is not decision.allowed


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.integers(0, 7),
        st.tuples(st.frozensets(st.integers(0, 7)), st.frozensets(st.integers(0, 5))),
        max_size=8,
    )
)
def test_closures_equal_a_walk_over_the_hierarchy(graph):
    roles = {
        f"r{n}": Role([f"p:{p}" for p in own], [f"r{m}" for m in up if m < n and m in graph])
        for n, (up, own) in graph.items()
    }
    policy = Policy(PolicyDocument(roles))

    def walk(role):
        return set(roles[role].permissions).union(*map(walk, roles[role].inherits))

    for role in roles:
        held = {action for action in policy.permissions if policy.allows(subject(role), action)}
        assert held == walk(role)
