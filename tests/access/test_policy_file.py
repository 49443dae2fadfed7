"""Policies in TOML: what they mean, and that an error points at the file and the line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.access import Policy, Subject, parse_policy, read_policy
from labkit.access.errors import PolicyFileError, UnknownRole
from labkit.errors import LabkitError

SOUND = Path(__file__).with_name("gradebook.toml").read_text("utf-8")


def refused(written):
    with pytest.raises(PolicyFileError) as caught:
        parse_policy(written, file="rules.toml")
    assert str(caught.value).startswith(f"rules.toml:{caught.value.evidence['line']}: ")
    return caught.value


def broken(right, wrong):
    """The sound policy with one spelling changed, and the line that it is on."""
    assert SOUND.count(right) == 1, right
    return SOUND.replace(right, wrong), SOUND[: SOUND.index(right)].count("\n") + 1


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ('roles = ["student"]', 'roles = ["studnet"]', "Did you mean 'student'?"),
        ('permissions = ["grade:read"]', 'permissions = ["grade:raed"]', "'grade:read'?"),
        ('when = ["owns"]', 'when = ["own"]', "Did you mean 'owns'?"),
        ('when = ["owns"]', 'when = "owns"', "must be a list"),
        ('when = ["owns"]', 'wenn = ["owns"]', "Did you mean 'when'?"),
        ("resource.class in subject.classes", "resource.class in classes", "is no value"),
        ("term == 'closed'", "term = 'closed'", "is no condition"),
        ('not_by = ["entered_by"]', "not_by = []", "separates nothing"),
        ('across = ["user:read", ', 'across = ["user:*", ', "no wildcards"),
        ('roles = ["teacher", "admin"]', 'roles = ["teacher"]', "fewer than two"),
        ('owner = "student"', 'ownr = "student"', "Did you mean 'owner'?"),
        ("[roles.admin]", "[roles.admin]\ninherits = 'member'\n[roles.x]", "list of names"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_remedy(right, wrong, says):
    written, line = broken(right, wrong)
    error = refused(written)
    assert says in str(error)
    assert error.evidence["line"] == line + wrong.count("inherits")  # it stands one line below


def test_a_name_in_a_list_over_several_lines_is_told_at_its_own_line():
    error = refused(
        '[roles.a]\n[[permit]]\nname = "x"\npermissions = ["p:q"]\nroles = [\n  "a",\n  "b",\n]'
    )
    assert error.evidence["line"] == 7


def test_the_error_that_python_would_have_raised_is_the_cause():
    error = refused('[roles.a]\ninherits = ["b"]')
    assert isinstance(error.__cause__, UnknownRole)


def test_a_circle_is_told_at_a_line_that_is_part_of_it():
    error = refused('[roles.a]\ninherits = ["b"]\n\n[roles.b]\ninherits = ["a"]')
    assert error.evidence["line"] in {2, 5}


def test_a_header_in_a_text_or_in_a_comment_is_not_mistaken_for_a_real_one():
    listed = '[roles.b]\npermissions = [\n{},\n]\n[roles.a]\ninherits = ["z"]'
    in_text = listed.format('"""\n[roles.a]\ninherits = 1"""')
    in_comment = listed.format('"p:q" # """\n# [roles.a]\n')
    for written in (in_text, in_comment):
        last = written.count("\n") + 1
        assert refused(written).evidence["line"] == last


def test_a_quoted_header_is_found():
    assert refused('[roles.a]\n[roles."b"]\ninherits = ["z"]').evidence["line"] == 3


def test_a_value_in_an_unusual_spelling_is_told_at_its_table():
    assert refused('[roles]\na = {}\nb.inherits = ["z"]').evidence["line"] in {1, 3}


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("[roles.a]\npermissions = [", 2),
        ("[roles.a]\nx = 1\nx = 2", 3),
        ("[roles.a\n", 1),
        ("=", 1),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(written, line):
    assert refused(written).evidence["line"] == line


def test_toml_that_is_nested_without_end_is_refused():
    with pytest.raises(PolicyFileError, match=r"rules\.toml"):
        parse_policy("a = " + "[" * 5000, file="rules.toml")


@pytest.mark.parametrize(
    "written",
    [
        "roles = 3",
        "roles = ['a']",
        "[roles]\na = 3",
        "permit = 3",
        "[permit]\nname = 'x'",
        "permit = [3]",
        "[[permit]]\nname = 'x'",
        "[[permit]]\nname = 3\npermissions = ['p:q']",
        "permissions = 'p:q'",
        "permissions = [[]]",
        "resource = 3",
        "resource.owner = 3",
        "tenants.across = 3",
        "separation.static = 3",
        "separation = []",
        "surprise = 1",
        "[[separation.static]]\nname = 'x'\nroles = 3",
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_line(written):
    assert refused(written).evidence["line"] >= 1


def test_conditions_in_python_are_used_by_their_names():
    rule = 'name = "x"\nroles = ["a"]\npermissions = ["p:q"]\nwhen = ["daytime"]'
    written = f"[roles.a]\n[[permit]]\n{rule}"
    conditions = {"daytime": lambda _subject, _resource, environment: environment["hour"] < 18}
    policy = Policy(parse_policy(written, conditions=conditions))
    assert policy.allows(Subject("ann", {"a"}), "p:q", {}, {"hour": 9})
    assert not policy.allows(Subject("ann", {"a"}), "p:q", {}, {"hour": 19})
    assert "'daytime' is not defined" in str(refused(written))


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"roles = 1"])
def test_a_file_that_cannot_be_used_is_named(tmp_path, content):
    path = tmp_path / "policy.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PolicyFileError, match=r"policy\.toml"):
        read_policy(path)


@pytest.mark.parametrize("path", [None, 7, "\0", "\ud800", "x" * 10_000])
def test_a_path_that_names_no_file_is_refused(path):
    with pytest.raises(PolicyFileError):
        read_policy(path)


@pytest.mark.parametrize("written", [None, b"", 7, "x" * (1 << 19), "\ud800"])
def test_text_of_the_wrong_type_or_size_is_refused(written):
    with pytest.raises(LabkitError):
        parse_policy(written)


LINES = st.sampled_from(
    [*SOUND.splitlines(), "x = 1", "[roles.x]", "'''", '"""', "]", "[[permit]]"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=30).map("\n".join) | st.text(max_size=80))
def test_any_text_is_a_policy_or_an_error_that_names_a_line_of_it(written):
    try:
        Policy(parse_policy(written))
    except PolicyFileError as error:
        line = error.evidence.get("line", 1)
        assert 1 <= line <= max(1, len(written.splitlines()) + 1)


@pytest.mark.parametrize(
    "written",
    ["a." * 60_000 + "b = 1", "[roles.x]\n" + "a." * 300 + "b = 1"],
    ids=["long", "short"],
)
def test_a_key_of_endless_parts_is_refused_before_it_is_parsed(written):
    with pytest.raises(PolicyFileError, match="more than 200 dots"):
        parse_policy(written)


def test_a_hierarchy_too_deep_to_close_is_refused():
    chain = "".join(f'[roles.r{n}]\ninherits = ["r{n + 1}"]\n' for n in range(3000))
    with pytest.raises(PolicyFileError, match="too deep"):
        parse_policy(chain + "[roles.r3000]")
