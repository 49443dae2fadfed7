"""One process that measures, seen from the process that started it."""

import contextlib
import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from labkit.measuring.errors import CannotStart, MeasuringFailed
from labkit.measuring.request import Request
from labkit.passwords.timing import Sample

# -P: a student's json.py beside the notebook is not the standard library's.
COMMAND = (sys.executable or "python", "-P", "-m", "labkit.measuring.child")
START_S = 30.0


class Process:
    """A child that measures one request at a time.

    `kill` may be called from any thread; everything else belongs to the thread that uses it. The
    child ends with this object, and with this process however that ends: its input closes then.

    Args:
        command: What to start.

    Raises:
        CannotStart: This machine starts no processes.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        try:
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise CannotStart(f"No process to measure in: {error}.") from error
        self._end = weakref.finalize(self, _end, self._popen)
        self._waiting = self._killed = False

    @property
    def idle(self) -> bool:
        """Whether it lives and owes no answer."""
        return not self._waiting and not self._killed and self._popen.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._popen.poll()

    def wait_until_ready(self, timeout_s: float = START_S) -> None:
        """Return once it can be asked.

        Raises:
            CannotStart: It ended first, or was not ready in time and is killed.
        """
        guard = threading.Timer(timeout_s, self.kill)
        guard.daemon = True
        guard.start()
        try:
            # Whatever else is printed at the start comes from this Python's own set-up.
            while "ready" not in self._answer():
                pass
        except MeasuringFailed as error:
            raise CannotStart("The process to measure in did not start.") from error
        finally:
            guard.cancel()

    def samples(self, request: Request) -> Iterator[Sample]:
        """Yield samples taken by the child, which rests until each is asked for.

        Raises:
            MeasuringFailed: It refused the request or ended.
        """
        question = request.plain()
        while "sample" in (answer := self._ask(question)):
            yield Sample(**answer["sample"])
            question = {}

    def kill(self) -> None:
        """End it without waiting for it."""
        self._killed = True
        self._popen.kill()

    def close(self) -> None:
        """End it, and return when it has ended."""
        self._end()

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self._waiting = True
        # A child that has ended cannot be written to; reading then tells how it ended.
        with contextlib.suppress(OSError):
            self._write(json.dumps(question))
        answer = self._answer()
        if not answer.keys() & {"sample", "end", "error"}:
            raise MeasuringFailed("The process that measures gave no answer that can be read.")
        self._waiting = False
        if "error" in answer:
            raise MeasuringFailed(**answer["error"])
        return answer

    def _write(self, line: str) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.write(f"{line}\n")
        self._popen.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._popen.stdout is not None
        line = self._popen.stdout.readline()
        if not line:
            code = self._popen.wait()
            raise MeasuringFailed(f"The process that measured ended with code {code}.", code=code)
        with contextlib.suppress(ValueError):
            if isinstance(answer := json.loads(line), dict):
                return answer
        return {}


def _end(popen: "subprocess.Popen[str]") -> None:
    popen.kill()
    # Closing what a dead child has not read is no error of ours.
    for pipe in (popen.stdin, popen.stdout):
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.close()
    popen.wait()
