"""Families of refresh tokens: who is left in, for how long, and who is told.

Each ending was found by playing the story; what an ending should be follows from RFC 9700 §4.14.2.
"""

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from labkit.comparing.families import FamilyStory
from labkit.comparing.family_stories import simulate_family, with_mistakes
from labkit.comparing.spans import moment, span
from labkit.comparing.stories import STORIES
from labkit.errors import InvalidInput
from labkit.matrix import Catalogue
from labkit.tokens import RefreshTokens

MIN, DAY = 60, 86_400
# Story: (owner in, thief in, minutes of the thief's access, alarms, owner thrown out).
ENDINGS = {
    "as it is": (
        {},
        {
            "thief first": (True, False, 15, 1, 1),
            "owner first": (True, False, 0, 1, 1),
            "owner away": (True, False, 8 * 24 * 60 - 5, 1, 1),
            "owner gone": (False, False, 30 * 24 * 60 - 20, 0, 0),
            "log-out": (False, False, 15, 0, 0),
            "response lost": (True, False, 0, 1, 1),
            "two tabs": (True, False, 0, 1, 1),
            "within the grace": (True, False, 0, 1, 1),
            "nobody steals": (True, False, 0, 0, 0),
        },
    ),
    "without rotation": (
        {"rotate": False},
        {
            "thief first": (True, True, 30, 0, 0),
            "owner first": (True, True, 10, 0, 0),
            "owner away": (True, True, 8 * 24 * 60, 0, 0),
            "owner gone": (False, False, 30 * 24 * 60 - 20, 0, 0),
            "log-out": (False, False, 15, 0, 0),
            "response lost": (True, False, 0, 0, 0),
            "two tabs": (True, False, 0, 0, 0),
            "within the grace": (True, True, 30 - 5 / 60, 0, 0),
            "nobody steals": (True, False, 0, 0, 0),
        },
    ),
    "without detection": (
        {"detect": False},
        {
            "thief first": (True, True, 30, 0, 1),
            "owner first": (True, False, 0, 0, 0),
            "owner away": (True, True, 8 * 24 * 60, 0, 1),
            "owner gone": (False, False, 30 * 24 * 60 - 20, 0, 0),
            "log-out": (False, False, 15, 0, 0),
            "response lost": (True, False, 0, 0, 1),
            "two tabs": (True, False, 0, 0, 1),
            "within the grace": (True, False, 0, 0, 0),
            "nobody steals": (True, False, 0, 0, 0),
        },
    ),
    "with a grace of 10 s": (
        {"grace_s": 10},
        {
            "thief first": (True, False, 15, 1, 1),
            "owner first": (True, False, 0, 1, 1),
            "owner away": (True, False, 8 * 24 * 60 - 5, 1, 1),
            "owner gone": (False, False, 30 * 24 * 60 - 20, 0, 0),
            "log-out": (False, False, 15, 0, 0),
            "response lost": (True, False, 0, 0, 0),
            "two tabs": (True, False, 0, 0, 0),
            "within the grace": (True, False, 20 - 5 / 60, 1, 1),
            "nobody steals": (True, False, 0, 0, 0),
        },
    ),
}
CASES = [
    pytest.param(story, switches, ending, id=f"{name}: {story}")
    for name, (switches, endings) in ENDINGS.items()
    for story, ending in endings.items()
]


def test_every_story_has_an_ending_with_every_switch():
    assert all(endings.keys() == STORIES.keys() for _, endings in ENDINGS.values())


@pytest.mark.parametrize(("story", "switches", "expected"), CASES)
def test_the_ending_of_a_story(story, switches, expected):
    ending = simulate_family(story, **switches).ending
    assert (
        ending.owner_in,
        ending.thief_in,
        ending.thief_access_s / MIN,
        ending.alarms,
        ending.thrown_out,
    ) == expected


@pytest.mark.parametrize("refreshes", [0, 1, 5])
@pytest.mark.parametrize("story", STORIES)
def test_an_ending_does_not_depend_on_the_token_that_is_stolen(story, refreshes):
    ending = simulate_family(story, refreshes=refreshes).ending
    expected = simulate_family(story).ending
    if story == "owner gone":  # the family's end is counted from the log-in
        assert ending.thief_access_s == 30 * DAY - (5 + 15 * refreshes) * MIN
    else:
        assert ending == expected


def test_a_lost_answer_is_a_false_alarm_and_the_grace_takes_it_away():
    for story in ("response lost", "two tabs"):
        assert simulate_family(story).ending.false_alarm
        assert not simulate_family(story, grace_s=10).ending.false_alarm
    assert not simulate_family("owner first").ending.false_alarm


def test_a_grace_that_is_over_before_the_retry_changes_nothing():
    assert simulate_family("response lost", grace_s=3).ending.false_alarm


def test_a_grace_hands_the_thief_the_owners_own_successor_in_silence():
    events = simulate_family("within the grace", grace_s=10).events
    owner, thief = (event for event in events if event.presented == "A2")
    assert (owner.who, owner.received) == ("owner", "A3")
    assert (thief.who, thief.received, thief.refused) == ("thief", "A3", "")


def test_each_token_says_what_it_is_worth_at_the_end():
    worth = {each.name: each.worth for each in simulate_family("thief first").generations}
    assert worth == {
        "A1": "used, revoked",
        "A2": "used, revoked",
        "A3": "revoked",
        "B1": "used",
        "B2": "works",
    }
    assert [each.holders for each in simulate_family("owner first").generations][:3] == [
        ("owner",),
        ("owner", "thief"),
        ("owner",),
    ]


def test_without_rotation_a_family_is_one_token():
    (only,) = simulate_family("thief first", rotate=False).generations
    assert (only.name, only.used, only.worth) == ("A1", False, "works")


def test_the_owner_is_told_of_a_theft_only_by_having_to_log_in_again():
    noticed = {story: dict(simulate_family(story).verdicts).values() for story in STORIES}
    assert "Owner had to log in again" in noticed["thief first"]
    silent = simulate_family("thief first", detect=False)
    assert silent.said == (
        "Thief is still in, after 30 min; Owner had to log in again; Issuer noticed nothing."
    )


def test_an_issuer_with_a_mistake_of_its_own_is_played_and_named():
    class NeverRotates(RefreshTokens):
        def successor(self, record):
            return record.presented

    told = simulate_family("thief first", tokens=NeverRotates)
    assert told.ending == simulate_family("thief first", rotate=False).ending
    assert told.switches == "issuer NeverRotates, no grace"


@pytest.mark.parametrize(("name", "switch"), [("T16", "rotate"), ("T17", "detect")])
def test_a_switch_ends_each_story_as_the_catalogues_mistake_does(name, switch):
    mistake = Catalogue.load().mistakes[name].part
    for story in STORIES:
        ending = simulate_family(story, tokens=mistake).ending
        assert ending == simulate_family(story, **{switch: False}).ending


def test_the_classes_with_a_mistake_differ_in_one_decision_each():
    assert with_mistakes() is RefreshTokens
    assert vars(with_mistakes(rotate=False)).keys() >= {"successor"}
    assert vars(with_mistakes(detect=False)).keys() >= {"on_reuse"}
    assert "on_reuse" not in vars(with_mistakes(rotate=False))


def test_a_story_told_twice_is_the_same_and_names_no_token():
    first, second = repr(simulate_family("owner away")), repr(simulate_family("owner away"))
    assert first == second
    assert max(len(word) for word in first.split()) < 20


@pytest.mark.parametrize("bad", ["", "thief", None, 7, [], "\ud800", "x" * 10**6])
def test_what_is_no_story_is_refused(bad):
    with pytest.raises(InvalidInput, match="There is no story"):
        simulate_family(bad)


@pytest.mark.parametrize(
    "bad",
    [
        {"grace_s": -1},
        {"grace_s": 301},
        {"grace_s": "10"},
        {"refreshes": 6},
        {"refreshes": 1.5},
        {"tokens": RefreshTokens.__name__},
        {"tokens": dict},
        {"tokens": None},
    ],
)
def test_a_figure_out_of_range_is_refused(bad):
    with pytest.raises(InvalidInput):
        simulate_family("thief first", **bad)


@pytest.mark.parametrize("do", ["owner_refreshes", "thief_refreshes", "thief_copies", "log_out"])
def test_who_holds_nothing_can_present_nothing(do):
    with pytest.raises(InvalidInput, match="holds no refresh token"):
        getattr(FamilyStory(), do)()


@pytest.mark.parametrize("bad", [-1, float("nan"), "900", None, 10**20])
def test_time_that_is_none_is_refused(bad):
    for call in (span, FamilyStory().wait, lambda s: FamilyStory(access_s=s)):
        with pytest.raises(InvalidInput):
            call(bad)
    assert moment(0) == "0:00"


class Parties(RuleBasedStateMachine):
    """An owner and a thief in any order: rotation and detection on, no grace."""

    def __init__(self):
        super().__init__()
        self.story = FamilyStory()
        self.presented = set()

    def owns(self):
        return self.story.holds("owner") != ""

    def has_a_copy(self):
        return self.story.holds("thief") != ""

    @precondition(lambda self: not self.owns())
    @rule()
    def log_in(self):
        self.story.log_in()

    @precondition(lambda self: self.owns())
    @rule()
    def copy(self):
        self.story.thief_copies()
        self.presented.clear()

    @precondition(lambda self: self.owns())
    @rule()
    def owner(self):
        self.story.owner_refreshes()
        self.presented.add("owner")

    @precondition(lambda self: self.owns())
    @rule()
    def answer_lost(self):
        self.story.owner_refreshes(lost=True)
        self.presented.add("owner")

    @precondition(lambda self: self.owns())
    @rule()
    def second_tab(self):
        self.story.second_tab_refreshes()
        self.presented.add("owner")

    @precondition(lambda self: self.has_a_copy())
    @rule()
    def thief(self):
        self.story.thief_refreshes()
        self.presented.add("thief")

    @precondition(lambda self: self.owns())
    @rule()
    def log_out(self):
        self.story.log_out()

    @rule()
    def wait(self):
        self.story.wait(7 * DAY)

    @invariant()
    def once_both_have_presented_at_most_one_of_them_is_in(self):
        inside = [who for who in ("owner", "thief") if self.story.is_in(who)]
        if self.presented == {"owner", "thief"}:
            assert len(inside) <= 1
        assert len(inside) <= 1 or self.story.holds("owner") == self.story.holds("thief")

    @invariant()
    def at_most_one_token_of_a_family_works(self):
        working = [each.name[0] for each in self.story.generations() if each.answer == "accepted"]
        assert len(working) == len(set(working))

    @invariant()
    def looking_at_tokens_changes_nothing(self):
        assert self.story.generations() == self.story.generations()


TestParties = Parties.TestCase
TestParties.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
