"""The forge bench without a browser, the token that it shows, and its twin in code."""

import json
import threading

import pytest

from labkit.catalogue import Attack, Mistake, breached, held
from labkit.errors import InvalidInput
from labkit.exchange import Exchange, Request, Response
from labkit.forging import Forgery, OwnKey
from labkit.matrix import Catalogue
from labkit.mistakes.tokens_unverified import BelievesNone
from labkit.widgets import ForgeBench, forge_bench
from labkit.widgets.forged_sides import OTHER, UNCHANGED, ForgedSides, sent

PAYLOAD = "<img src=x onerror=alert(1)>"
KEY = OwnKey.new("ES256")


def token(name="mallory", **claims):
    return str(Forgery.of("").edit_claims(sub=name, jti=name, **claims).sign(KEY))


OWN = token()


def issued(*tokens):
    body = json.dumps({"access_token": tokens[0]}).encode()
    return Exchange("mallory", Request("POST", "/api/token"), Response(200, (), body))


def presented(text, status=401, path="/api/users"):
    headers = {"Authorization": f"Bearer {text}"}
    return Exchange("mallory", Request("GET", path, headers), Response(status, (), b"{}"))


def none_at_all(site):
    """Mallory says that nothing is signed."""
    own = site.as_mallory().post("/api/token").json()["access_token"]
    forged = Forgery.of(own).edit_claims(sub="grace", role="admin").unsigned()
    answer = site.client("mallory").get("/api/users", Authorization=f"Bearer {forged}")
    return breached("She is in.") if answer.ok else held(PAYLOAD)


@pytest.fixture(scope="module")
def book():
    attack = Attack("T2", "Say nothing", "Mallory's account", none_at_all)
    other = Attack("G1", "Guess", "Nothing", lambda site: held("no"))
    wrong = Mistake("T2", f"believes {PAYLOAD}", BelievesNone)
    return Catalogue(
        {"T2": wrong, "G1": Mistake("G1", "guesses", BelievesNone)}, {"T2": attack, "G1": other}
    )


@pytest.fixture(scope="module")
def bench(book):
    return forge_bench("T2", catalogue=book)


def test_the_twin_shows_each_byte_that_changed_and_both_outcomes(bench):
    assert [step.part for step in bench.forged.steps] == ["header", "payload", "signature"]
    assert bench.forged.header["alg"] == bench.strict.header["alg"] == "none"
    assert bench.sides.said == "Secure site: held. Site with one mistake: breached."
    for shown in ("alg set", "base64url", '"role":"admin"', "^^^^", "breached: She is in."):
        assert shown in repr(bench)


def test_the_card_marks_changes_by_tags_and_says_whose_token_it_is(bench):
    html = bench.html()
    assert "<ins>none</ins>" in html
    assert "<del>ES256</del>" in html
    assert OTHER in html
    assert html.index("header: alg set") < html.index("payload: sub, role set")


def test_what_a_site_or_a_mistake_says_is_shown_as_text(bench):
    assert PAYLOAD not in bench.html()
    assert "&lt;img" in bench.html()


def test_only_the_answer_that_let_her_in_stands_out(bench):
    assert "lk-msg back strong" not in bench.sides.secure.html()
    assert bench.sides.mistaken.html().count("lk-msg back strong") == 1


def test_the_two_sites_have_keys_of_their_own(bench):
    assert bench.forged.header["kid"] != bench.strict.header["kid"]


@pytest.mark.parametrize("attack", ["T99", "", None, 1])
def test_only_attacks_of_the_catalogue_can_be_picked(attack):
    with pytest.raises(InvalidInput):
        forge_bench(attack)


# --- which token an attack is about ---


def test_of_several_tries_the_one_that_got_in_is_shown():
    tries = [token(role=role) for role in ("a", "b", "c")]
    exchanges = [issued(OWN), *(presented(each) for each in tries[:1])]
    exchanges += [presented(tries[1], 200), presented(tries[2])]
    assert sent(exchanges).claims["role"] == "b"


def test_without_one_that_got_in_it_is_the_last():
    assert (
        sent([issued(OWN), presented(token(role="a")), presented(token(role="b"))]).claims["role"]
        == "b"
    )


def test_of_several_own_tokens_it_was_made_from_the_one_with_its_jti():
    other = token("other")
    forged = sent([issued(OWN), issued(other), presented(str(Forgery.of(OWN).drop_signature()))])
    assert [step.part for step in forged.steps] == ["signature"]


def test_a_genuine_token_of_elsewhere_has_no_steps():
    bench = sent([presented(token("carol"), 200)])
    assert bench.steps == ()
    assert bench.claims["sub"] == "carol"


def test_a_token_in_a_link_counts_too():
    exchange = Exchange("mallory", Request("GET", f"/x.csv?ticket={OWN}"), Response(200, (), b""))
    assert sent([exchange]).token == OWN


@pytest.mark.parametrize("odd", [[], [issued("")], [presented("", 200)]])
def test_where_no_token_was_sent_there_is_none_to_show(odd):
    assert sent(odd) is None


def test_answers_that_are_no_json_objects_are_passed_over():
    for body in (b"", b"[]", b"{", b'{"access_token": 1}', b'{"access_token": "a.b"}'):
        odd = Exchange("mallory", Request("GET", "/"), Response(200, (), body))
        assert sent([odd, presented("a.b.c")]).token == "a.b.c"


def test_all_attacks_of_the_bench_show_a_token_and_differ_at_the_two_sites():
    bench = ForgeBench()
    ids = [each["value"] for each in bench.spec["attacks"]]
    assert {"T1", "T2", "T3", "T9", "T10", "T11", "T12", "T21"} <= set(ids)
    assert not any(name.startswith(("P", "G", "A")) for name in ids)
    for name in ("T3", "T9", "T10", "T12", "T20", "T21"):
        shown = forge_bench(name)
        assert shown.sides.said == "Secure site: held. Site with one mistake: breached."
        assert any(step.part == "signature" for step in shown.forged.steps)


def test_a_genuine_token_used_elsewhere_says_that_nothing_was_changed():
    shown = forge_bench("T6")
    assert shown.forged.steps == ()
    assert UNCHANGED in shown.html()
    assert UNCHANGED in repr(shown)


# --- the widget ---


@pytest.fixture
def widget(book):
    return ForgeBench(catalogue=book)


def test_it_offers_attacks_with_tokens_only(widget):
    assert [each["value"] for each in widget.spec["attacks"]] == ["T2"]
    assert widget.spec["title"] == "Forge bench"


def test_it_forges_sends_and_shows(widget, listen, tell):
    heard = listen(widget)
    tell(widget, "ready")
    assert "Mallory starts with: Mallory's account." in heard[-1]["story"]
    tell(widget, "start")
    assert widget.worker.join()
    assert heard.errors() == []
    assert "<ins>none</ins>" in heard.last("sides")
    assert heard.last("sides") == widget.forged.body()
    assert isinstance(widget.forged, ForgedSides)
    assert any("Secure site: held" in each.get("said", "") for each in heard)


def test_it_shows_again_to_a_second_view(widget, listen, tell):
    assert widget.forged is None
    widget.start()
    assert widget.worker.join()
    heard = listen(widget)
    tell(widget, "ready")
    assert "<ins>none</ins>" in heard.last("sides")


def test_cancel_ends_it_with_the_next_request(book, listen, tell):
    begun, may_go_on = threading.Event(), threading.Event()

    def endless(site):
        """Mallory tries for ever."""
        while True:
            site.client("mallory").get("/api/session")
            begun.set()
            may_go_on.wait(5)

    slow = Catalogue(book.mistakes, {"T2": Attack("T2", "Try", "Nothing", endless)})
    widget = ForgeBench(["T2"], catalogue=slow)
    heard = listen(widget)
    tell(widget, "start")
    assert begun.wait(10)
    tell(widget, "cancel")
    may_go_on.set()
    assert widget.worker.join()
    assert heard[-1] == {"told": "Stopped: half an attack proves nothing.", "busy": False}
    assert widget.forged is None


@pytest.mark.parametrize("bad", [[], "T2", ["T99"], [None], {"T2": 1}])
def test_wrong_attacks_are_refused(bad, book):
    with pytest.raises(InvalidInput):
        ForgeBench(bad, catalogue=book)
