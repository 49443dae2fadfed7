"""The log-in simulator without a browser, its lanes, and its twin in code."""

import threading

import pytest

from labkit.catalogue import Attack, Mistake, breached, held
from labkit.errors import InvalidInput
from labkit.exchange import Exchange, Request, Response
from labkit.guessing import LogInThrottle
from labkit.matrix import Catalogue
from labkit.passwords import ONLY_FOR_TESTS, PasswordHasher
from labkit.widgets import LogInSimulator, simulate
from labkit.widgets.lanes import Gap, Message, lanes
from labkit.widgets.log_in_sides import Run, _runs

PAYLOAD = "<img src=x onerror=alert(1)>"


class Quick(PasswordHasher):
    def parameters(self):
        return ONLY_FOR_TESTS


class NeverWait(LogInThrottle):
    """Counts nothing."""

    def admit(self, keys, now):
        return 0.0


class QuickCatalogue(Catalogue):
    def defences(self, mistake, *, premises_only=False):
        return super().defences(mistake, premises_only=premises_only).having(Quick)


def guess_often(site):
    """Mallory tries one word after another."""
    for word in [f"word {n}" for n in range(9)] + ["penguin"]:
        if site.client("mallory").log_in("alice", word).ok:
            return breached(f"Mallory is in with {PAYLOAD}.", cost="10 guesses")
    return held("Mallory has to wait.")


def look_away(_site):
    return held("Nothing was tried.")


MISTAKES = {
    "G1": Mistake("G1", "no limit", NeverWait),
    "G2": Mistake("G2", "another one", Quick),
}
ATTACKS = {
    "G1": Attack("G1", "Guess on line", "A name", guess_often),
    "G2": Attack("G2", "Look away", "Nothing", look_away),
    "P1": Attack("P1", "Not a log-in", "Nothing", look_away),
}
BOOK = QuickCatalogue(MISTAKES, ATTACKS)


def test_one_attack_meets_two_sites_and_they_part():
    sides = simulate("G1", catalogue=BOOK)
    assert (sides.secure.result.outcome, sides.mistaken.result.outcome) == ("held", "breached")
    assert [str(run) for run in sides.secure.runs] == [
        "mallory: log in as alice, 5 times → 401 Unauthorized",
        "mallory: log in as alice, 5 times → 429 Too Many Requests",
    ]
    assert [run.times for run in sides.mistaken.runs] == [9, 1]


def test_the_other_mistake_does_not_help_this_attack():
    assert simulate("G1", "G2", catalogue=BOOK).mistaken.result.outcome == "held"


def test_every_exchange_can_be_opened_and_what_a_site_says_is_escaped():
    html = simulate("G1", catalogue=BOOK).html()
    assert "20 HTTP exchanges to open" in html
    assert html.count("POST /api/log-in HTTP/1.1") == 20
    assert "&quot;password&quot;: &quot;word 3&quot;" in html
    assert "<img" not in html


def test_the_code_that_differs_is_shown():
    html = simulate("G1", catalogue=BOOK).html()
    assert "The one decision that differs: Throttle.admit" in html
    assert "return 0.0" in html


def test_a_trace_takes_equal_exchanges_together_and_leaves_the_middle_of_a_long_one_out():
    def exchange(name, status):
        request = Request.of_json("POST", "/api/log-in", {"name": name, "password": "x"})
        return Exchange("mallory", request, Response(status, (), b""))

    sent = [exchange(f"user {n}", 401 if n % 2 else 200) for n in range(40)]
    runs = list(_runs([*sent, exchange("a", 401), exchange("b", 401)]))
    assert runs[0] == Run("mallory", "log in as user 0", 200, 1, 1)
    assert str(runs[-1]) == "mallory: log in as 3 names, once each → 401 Unauthorized"


def test_a_batch_of_passwords_and_claimed_addresses_are_told():
    def exchange(number, password):
        body = {"name": "bob", "password": password}
        claimed = {"X-Forwarded-For": f"203.0.113.{number}"}
        request = Request.of_json("POST", "/api/log-in", body, **claimed)
        return Exchange("mallory", request, Response(401, (), b""))

    (batch,) = _runs([exchange(1, ["a", "b"])])
    assert batch.request == "log in as bob with 2 passwords"
    (moved,) = _runs([exchange(n, "a") for n in range(3)])
    assert moved.request == "log in as bob, 3 times, as if from 3 addresses"


@pytest.mark.parametrize("body", [b"", b"[1]", b"{}", b"\xff", b'{"name": 7}', b"[" * 100_000])
def test_a_log_in_without_a_name_is_still_a_log_in(body):
    request = Request("POST", "/api/log-in", {}, body)
    (run,) = _runs([Exchange("mallory", request, Response(999, (), b""))])
    assert run.request in ("log in", "log in as 7")
    assert run.answer == "999"


def test_lanes_say_sender_and_receiver_in_words_and_escape_what_was_sent():
    html = lanes(["A", "B", "C"], [Message(0, 2, PAYLOAD), Message(2, 1, "no", "strong"), Gap("…")])
    assert "A to C: " in html
    assert "C to B: " in html
    assert 'class="lk-msg back strong" style="--at:0.5000;--wide:0.5000"' in html
    assert "<img" not in html


def test_the_widget_shows_what_the_twin_shows(listen, tell):
    widget = LogInSimulator(catalogue=BOOK)
    heard = listen(widget)
    tell(widget, "start")
    assert widget.worker.join()
    assert heard.last("sides") == widget.result.body()
    assert repr(widget.result) == repr(simulate("G1", catalogue=BOOK))
    said = [each["said"] for each in heard if each.get("said")]
    assert said == ["Secure site: held. Site with one mistake: breached."]
    assert heard[-1]["busy"] is False


def test_the_number_of_exchanges_is_told_as_it_grows(listen, tell):
    widget = LogInSimulator(catalogue=BOOK)
    heard = listen(widget)
    tell(widget, "start")
    assert widget.worker.join()
    words = [each["told"] for each in heard if "told" in each]
    assert "The secure site: 3 exchanges" in words
    assert "The site with the mistake: 15 exchanges" in words


def test_a_cancel_ends_the_attack_at_its_next_request_and_nothing_is_shown(listen, tell):
    begun, go_on, sent = threading.Event(), threading.Event(), []

    def patient(site):
        for number in range(1000):
            begun.set()
            assert go_on.wait(10)
            site.client("mallory").get("/api/grades")
            sent.append(number)
        return held("It was never stopped.")

    book = QuickCatalogue(MISTAKES, {"G1": Attack("G1", "Patience", "Time", patient)})
    widget = LogInSimulator(catalogue=book)
    heard = listen(widget)
    tell(widget, "start")
    assert begun.wait(10)
    tell(widget, "cancel")
    go_on.set()
    assert widget.worker.join()
    assert sent == []
    assert heard[-1] == {"told": "Stopped: half an attack proves nothing.", "busy": False}
    assert not any(each.get("show") for each in heard)
    assert widget.error is None


def test_an_attack_that_fails_by_itself_is_told(listen, tell):
    def broken(_site):
        raise ValueError("no")

    book = QuickCatalogue(MISTAKES, {"G1": Attack("G1", "Break", "A bug", broken)})
    widget = LogInSimulator(catalogue=book)
    heard = listen(widget)
    tell(widget, "start")
    assert widget.worker.join()
    assert "ValueError: no" in heard.errors()[0]["cause"]


def test_the_mistake_follows_the_attack_and_can_be_another(listen):
    widget = LogInSimulator(catalogue=BOOK)
    heard = listen(widget)
    assert [each["value"] for each in widget.spec["attacks"]] == ["G1", "G2"]
    widget.attack = "G2"
    assert widget.mistake == "G2"
    widget.mistake = "G1"
    assert widget.attack == "G2"
    assert "Mallory starts with: nothing." in heard[-1]["story"]


@pytest.mark.parametrize("trait", ["attack", "mistake"])
def test_an_id_that_the_catalogue_lacks_is_an_error_in_the_widget(listen, trait):
    widget = LogInSimulator(catalogue=BOOK)
    heard = listen(widget)
    widget.set_state({trait: "Z9"})
    assert len(heard.errors()) == 1
    assert getattr(widget, trait) == "G1"


@pytest.mark.parametrize("bad", ["G1", [], 7, ["Z9"], [7], ["P1"]])
def test_what_is_no_list_of_ids_is_refused(bad):
    with pytest.raises(InvalidInput):
        LogInSimulator(bad, catalogue=BOOK)


@pytest.mark.parametrize("bad", [("Z9", None), (7, None), ("G1", "Z9"), ("", None)])
def test_the_twin_refuses_what_the_catalogue_lacks(bad):
    with pytest.raises(InvalidInput):
        simulate(*bad, catalogue=BOOK)


def test_the_real_catalogue_has_attacks_to_choose_from():
    widget = LogInSimulator()
    assert len(widget.spec["attacks"]) >= 3
    assert widget.attack in Catalogue.load().attacks
