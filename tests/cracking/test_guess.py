import hashlib
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import bcrypt
import pytest

from labkit.cracking import Bcrypt, Budget, Limit, Mask, common, crack, listed, rate
from labkit.cracking.engine import plain
from labkit.errors import InvalidInput

RICH = Budget(gpu_seconds=60, at_most_s=20)


def md5(password: str) -> str:
    return hashlib.md5(password.encode()).hexdigest()


def salted(password: str, salt: str) -> str:
    return f"sha1${salt}${hashlib.sha1((salt + password).encode()).hexdigest()}"


def cost_4(password: str) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()


class Ticks:
    """A CPU clock that moves by a step each time it is read."""

    def __init__(self, step_s: float) -> None:
        self.now, self.step_s = 0.0, step_s

    def __call__(self) -> float:
        self.now += self.step_s
        return self.now


FIVE = {"ann": "123456", "bob": "dragon", "cem": "monkey", "dan": "dragon", "eve": "kV8 j#2 pQz"}


def test_without_a_salt_one_guess_is_tried_on_all_rows_at_once():
    report = crack({name: md5(word) for name, word in FIVE.items()}, common(1000), budget=RICH)
    assert dict(report.found) == {name: FIVE[name] for name in ("ann", "bob", "cem", "dan")}
    assert report.guesses == 1000
    assert [row.name for row in report.left] == ["eve"]
    assert report.left[0].limit is Limit.USED_UP


def test_with_a_salt_each_every_row_is_paid_for():
    rows = {name: salted("kV8 j#2 pQz", name) for name in FIVE}
    report = crack(rows, common(1000), budget=RICH)
    assert report.guesses == 5 * 1000
    assert len(report.plans) == 5


def test_one_salt_for_all_rows_saves_nothing():
    rows = {name: salted(word, "constant") for name, word in FIVE.items()}
    report = crack(rows, common(1000), budget=RICH)
    assert report.guesses == 1000
    assert len(report.found) == 4


def test_the_guessing_ends_with_the_last_row_found():
    report = crack({"ann": md5("qwerty")}, common(), budget=RICH)
    assert (report.guesses, report.finds[0].place) == (4, 4)
    assert report.gpu_seconds == pytest.approx(4 / 164.1e9)


def test_the_budget_is_spent_by_price_and_not_by_attempts():
    """One millisecond buys all of the list under MD5, and 368 guesses under bcrypt, cost 4."""
    budget = Budget(gpu_seconds=0.001, at_most_s=20)
    fast = crack({"ann": md5("liverpoo")}, common(1000), budget=budget)
    slow = crack({"ann": cost_4("not in any list")}, common(1000), budget=budget)
    assert fast.guesses <= 1000
    assert slow.guesses == int(0.001 * rate(Bcrypt(4)).per_second) == 368
    assert slow.left[0].limit is Limit.BUDGET
    assert "buy 368 guesses" in slow.left[0].reason


def test_what_the_budget_buys_is_told_for_each_computation():
    rows = {"ann": cost_4("123456"), "bob": md5("123456")}
    report = crack(rows, common(10), budget=Budget(gpu_seconds=0.0010001))
    assert [plan.names for plan in report.plans] == [("bob",), ("ann",)]
    assert str(report.plans[1]) == (
        "bcrypt, cost 4: 368 000 guesses a second on one RTX 4090;"
        " 1 ms buy 368 guesses against one row"
    )


def test_an_empty_budget_buys_nothing():
    report = crack({"ann": md5("123456")}, common(10), budget=Budget(gpu_seconds=0))
    assert not report.found
    assert (report.guesses, report.gpu_seconds) == (0, 0)
    assert report.left[0].limit is Limit.BUDGET


def test_the_budget_is_shared_equally_among_rows_with_their_own_salt():
    rows = {name: cost_4("not in any list") for name in "abcd"}
    report = crack(rows, common(1000), budget=Budget(gpu_seconds=40 / 368_000, at_most_s=20))
    assert [row.tried for row in report.left] == [10, 10, 10, 10]


def test_this_machines_cap_ends_it_and_says_so():
    budget = Budget(gpu_seconds=60, at_most_s=2, timer=Ticks(0.1))
    report = crack({"ann": cost_4("not in any list")}, common(1000), budget=budget)
    assert report.left[0].limit is Limit.MACHINE
    assert 0 < report.guesses < 1000
    assert "this machine stopped at its 2 s" in report.left[0].reason
    assert "of 1 000 guesses that the budget buys" in report.left[0].reason


def test_a_guess_too_dear_for_this_machine_is_not_begun():
    dear = "$2b$31$SQe9knOzepOVKoYXo9xTteNYr6MBwVz4tpriJVe3PNgYufGIsgKcW"
    report = crack({"ann": dear}, common(10), budget=RICH)
    assert report.left[0].limit is Limit.MACHINE
    assert report.guesses == 0


def test_cancelling_keeps_what_was_found():
    asked = iter([False, True])
    rows = {"ann": md5("123456"), "eve": md5("not in any list")}
    report = crack(rows, common(), budget=RICH, cancelled=lambda: next(asked, True))
    assert dict(report.found) == {"ann": "123456"}
    assert report.left[0].limit is Limit.CANCELLED
    assert report.guesses < 30_000


def test_a_cancel_is_heard_while_a_batch_is_still_waiting_for_its_turn():
    done = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(done.wait)
        asked = iter([False] * 6)
        report = crack(
            {"ann": md5("x")},
            ["a"],
            budget=RICH,
            executor=pool,
            cancelled=lambda: next(asked, True),
        )
        done.set()
    assert report.left[0].limit is Limit.CANCELLED
    assert report.guesses == 0


def test_an_engines_own_error_is_not_swallowed():
    def broken(work, targets, guesses):
        raise TimeoutError("the card is gone")

    with pytest.raises(TimeoutError, match="the card is gone"):
        crack({"ann": md5("x")}, ["a"], budget=RICH, engine=broken)


def test_progress_is_told_between_batches():
    told = []
    crack({"eve": md5("not in any list")}, common(), budget=RICH, progress=told.append)
    assert [each.tried for each in told] == sorted({each.tried for each in told})
    assert (told[-1].tried, told[-1].of, told[-1].rows) == (30_000, 30_000, 1)


def test_progress_holds_the_finds_and_grows_over_all_computations():
    told = []
    rows = {"eve": salted("dragon", "ab"), "fay": salted("not in any list", "cd")}
    crack(rows, common(), budget=RICH, progress=told.append)
    assert [find.password for find in told[-1].finds] == ["dragon"]
    assert [each.group for each in told] == sorted(each.group for each in told)
    assert told[-1].groups >= 2
    shares = [each.share for each in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_what_is_readable_is_found_without_a_guess():
    rows = {"ann": "$textbook$$hunter2", "bob": "$textbook$$aHVudGVyMg%3D%3D"}
    report = crack(rows, common(10), budget=Budget(gpu_seconds=0))
    assert dict(report.found) == {"ann": "hunter2", "bob": "hunter2"}
    assert report.guesses == 0


def test_rows_that_cannot_be_read_or_priced_are_reported_and_do_not_stop_the_rest():
    rows = {
        "bad": "$2b$nonsense",
        "sha512": hashlib.sha512(b"x").hexdigest(),
        "empty": "",
        "none": None,
        "ann": md5("123456"),
    }
    report = crack(rows, common(10), budget=RICH)
    assert dict(report.found) == {"ann": "123456"}
    limits = {row.name: row.limit for row in report.left}
    assert limits == {
        "bad": Limit.UNREADABLE,
        "sha512": Limit.NO_RATE,
        "empty": Limit.UNREADABLE,
        "none": Limit.UNREADABLE,
    }


def test_an_unknown_order_of_salt_and_password_is_found_out():
    salt = b"\x01\x02"
    for derived in (b"dragon", salt + b"dragon", b"dragon" + salt):
        rows = {"ann": f"$textbook$0102${hashlib.sha256(derived).hexdigest()}"}
        assert crack(rows, common(100), budget=RICH).found["ann"] == "dragon"


def mixed_rows() -> dict[str, str]:
    return {
        "ann": md5("dragon"),
        "bob": salted("monkey", "s1"),
        "cem": cost_4("shadow"),
        "dan": cost_4("not in any list"),
    }


def test_the_report_is_the_same_whoever_does_the_work():
    rows, words = mixed_rows(), common(40)
    alone = crack(rows, words, budget=RICH)
    with ThreadPoolExecutor(2) as threads:
        threaded = crack(rows, words, budget=RICH, executor=threads)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        elsewhere = crack(rows, words, budget=RICH, executor=processes)
    assert alone == threaded == elsewhere
    assert repr(alone) == repr(threaded) == repr(elsewhere)
    assert len(alone.found) == 3


def test_a_pool_that_was_shut_down_does_not_stop_the_work():
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    report = crack({"ann": md5("dragon")}, common(10), budget=RICH, executor=pool)
    assert report.found == {"ann": "dragon"}


def test_another_engine_can_take_the_plain_ones_place():
    batches = []

    def counting(work, targets, guesses):
        batches.append(len(guesses))
        return plain(work, targets, guesses)

    report = crack({"ann": md5("no")}, common(1000), budget=RICH, engine=counting)
    assert sum(batches) == report.guesses == 1000


def test_candidates_that_come_only_once_serve_every_row():
    rows = {"ann": salted("b", "1"), "bob": salted("b", "2")}
    assert len(crack(rows, iter(["a", "b"]), budget=RICH).found) == 2


def test_a_mask_finds_what_no_list_holds():
    report = crack({"ann": md5("zq7")}, Mask("?l?l?d"), budget=RICH)
    assert report.found == {"ann": "zq7"}


def test_the_report_is_a_table_that_escapes_what_an_attacker_may_write():
    report = crack({"<b>\x1b": md5("<i>x</i>")}, listed(["<i>x</i>"]), budget=RICH)
    assert "\x1b" not in repr(report)
    assert "<b>" not in report.html()
    assert "<i>" not in report.html()
    assert "found: &lt;i&gt;x&lt;/i&gt;" in report.html()


def test_a_long_table_is_cut_for_display_alone():
    rows = {f"user{number}": md5(f"x{number}") for number in range(100)}
    report = crack(rows, ["a"], budget=RICH)
    assert repr(report).endswith("… and 60 rows more")
    assert len(report.left) == 100


def test_the_price_is_marked_as_an_estimate_where_a_rate_is_one():
    argon2 = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AJFIsNZTMKTAewB4+ETN1A"
    assert crack({"ann": argon2}, ["a"], budget=RICH).estimate is True
    assert crack({"ann": md5("b")}, ["a"], budget=RICH).estimate is False


@pytest.mark.parametrize("rows", [None, "rows", [("a", "b")], {1: "x"}, {"\ud800": "x"}])
def test_what_is_no_table_is_refused(rows):
    with pytest.raises(InvalidInput):
        crack(rows, ["a"], budget=RICH)


@pytest.mark.parametrize("candidates", [None, "password", b"password", 5, [1], ["\ud800"], [b"x"]])
def test_what_are_no_candidates_is_refused(candidates):
    with pytest.raises(InvalidInput):
        crack({"ann": md5("x")}, candidates, budget=RICH)


@pytest.mark.parametrize("budget", [None, 60, "60"])
def test_what_is_no_budget_is_refused(budget):
    with pytest.raises(InvalidInput):
        crack({}, ["a"], budget=budget)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Budget(-1),
        lambda: Budget(float("nan")),
        lambda: Budget("60"),
        lambda: Budget(60, gpu="abacus"),
        lambda: Budget(60, at_most_s=-1),
        lambda: Budget(True),
    ],
)
def test_an_impossible_budget_is_refused(make):
    with pytest.raises(InvalidInput):
        make()


def test_an_empty_table_gives_an_empty_report():
    report = crack({}, ["a"], budget=RICH)
    assert (report.finds, report.left, report.guesses) == ((), (), 0)
