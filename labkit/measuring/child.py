"""The process that measures: `python -m labkit.measuring.child`.

It reads one line of JSON at a time and answers each with one: a request with its first sample, an
empty object with the next. Nobody asks, nothing runs. When its input ends, because whoever started
it has ended or wants it to, it exits at once, even in the middle of a hash.
"""

import dataclasses
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from labkit.errors import LabkitError
from labkit.measuring.request import Request
from labkit.passwords.timing import Sample

Answer = dict[str, Any]


def answers(lines: Iterable[str]) -> Iterator[Answer]:
    """Yield what this process is, then the answer to each line.

    Examples:
        >>> from labkit.passwords import BcryptParams
        >>> asked = json.dumps(Request(BcryptParams(cost=4), calls=1).plain())
        >>> [list(each) for each in answers([asked, "{}"])]
        [['ready'], ['sample'], ['end']]
    """
    yield {"ready": os.getpid()}
    samples: Iterator[Sample] = iter(())
    for line in lines:
        try:
            if asked := json.loads(line):
                samples = Request.from_plain(asked).samples()
            sample = next(samples, None)
            yield {"sample": dataclasses.asdict(sample)} if sample else {"end": True}
        except Exception as error:
            yield {"error": _told(error)}


def _told(error: Exception) -> Answer:
    if isinstance(error, LabkitError):
        return {"cause": error.cause, "remedy": error.remedy, "kind": type(error).__name__}
    kind = type(error).__name__
    return {"cause": f"{kind} while measuring: {str(error)[:300]}", "remedy": "", "kind": kind}


def lines_until_the_end(source: Iterable[str], leave: Callable[[int], object]) -> Iterator[str]:
    """Yield lines that a thread of its own reads, and leave as soon as there are no more."""
    arrived = queue.SimpleQueue[str]()

    def read() -> None:
        for line in source:
            arrived.put(line)
        leave(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield arrived.get()


def main() -> None:
    """Answer what standard input asks, on standard output."""
    # Jupyter interrupts a kernel's whole process group; what is measured is stopped otherwise.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for answer in answers(lines_until_the_end(sys.stdin, os._exit)):
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
