"""The process that measures: a line in, a line out; it ends with its input."""

import json
import subprocess
import sys
import threading

from labkit.measuring import Request
from labkit.measuring.child import answers, lines_until_the_end
from labkit.measuring.process import COMMAND
from labkit.passwords import BcryptParams, Ceilings

# A hang, not a speed: seven hashes of bcrypt's cost 17 take about a minute.
GUARD_S = 20
CHEAP = BcryptParams(cost=4)
DEAR = BcryptParams(cost=17)


def line(request):
    return json.dumps(request.plain())


def kinds(lines):
    return [next(iter(answer)) for answer in answers(lines)]


def test_it_takes_one_sample_for_each_line_that_asks():
    lines = [line(Request(CHEAP, calls=2)), "{}", "{}"]
    assert kinds(lines) == ["ready", "sample", "sample", "end"]


def test_a_new_request_replaces_the_one_before():
    lines = [line(Request(CHEAP)), line(Request("MD5", calls=1)), "{}"]
    assert kinds(lines) == ["ready", "sample", "sample", "end"]


def test_a_refusal_is_an_answer_with_cause_and_remedy_and_the_next_request_is_served():
    refused = Request(CHEAP, ceilings=Ceilings(bcrypt_cost=3))
    _ready, error, sample = answers([line(refused), line(Request(CHEAP))])
    assert error["error"]["kind"] == "HashTooCostly"
    assert "bcrypt_cost=4" in error["error"]["cause"]
    assert error["error"]["remedy"]
    assert sample["sample"]["cpu_s"] > 0


def test_what_is_no_json_or_no_request_is_an_error():
    assert kinds(["no json", "[1]", '{"scheme": "MD5"}', "7"]) == ["ready"] + ["error"] * 4


def test_it_leaves_when_there_are_no_more_lines():
    left = threading.Event()
    lines = lines_until_the_end(["one"], lambda _code: left.set())
    assert next(lines) == "one"
    assert left.wait(GUARD_S)


def test_when_its_input_ends_it_ends_in_the_middle_of_a_hash():
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert "ready" in child.stdout.readline()
        child.stdin.write(line(Request(DEAR)) + "\n")
        child.stdin.close()
        assert child.wait(GUARD_S) == 0


def test_a_file_of_the_students_does_not_stand_in_for_a_module(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('mine')")
    done = subprocess.run(
        COMMAND, input="", capture_output=True, text=True, cwd=tmp_path, timeout=GUARD_S
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_it_loads_no_jupyter():
    program = "import labkit.measuring.child, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "labkit.measuring.child" in loaded
    assert loaded & {"IPython", "ipykernel", "ipywidgets", "anywidget", "traitlets"} == set()
