"""The hash lab: type a password, switch the salt, look at what two users leave in the table."""

import threading
from collections.abc import Iterator, Mapping
from typing import ClassVar

import traitlets

from labkit import inputs
from labkit.passwords import Params
from labkit.passwords.lab import INVENTED, SchemeResult, every_scheme
from labkit.widgets.base import Panel
from labkit.widgets.hash_table import HashTable, affordable
from labkit.widgets.limits import ceilings
from labkit.widgets.worker import Report, Worker

SETTLE_S = 0.15
LONGEST = 200


class HashLab(Panel, script_name="hashes"):
    """One password through MD5, PBKDF2, bcrypt, scrypt and Argon2id, for two users who share it.

    What is typed comes as a message, and what is made of it goes back as one: neither is a trait,
    so a saved notebook holds nothing of it, not even a hash. `hash_lab` is the same in code.

    A lock guards the results, which the worker's thread and the kernel's both touch.

    Args:
        parameters: Cost parameters by the scheme's name; OWASP's, as far as this machine's memory
            limit allows, without it.
    """

    about: ClassVar[str] = (
        "one password through every scheme, salt on and off. Run this cell to use it."
    )

    invented = traitlets.Unicode(INVENTED, read_only=True).tag(sync=True)

    def __init__(self, parameters: Mapping[str, Params] | None = None) -> None:
        self._parameters = affordable() if parameters is None else parameters
        every_scheme(parameters=self._parameters, ceilings=ceilings())  # refused now, not later
        self._lock = threading.Lock()
        self._results = {name: SchemeResult(name, True, ()) for name in ("MD5", *self._parameters)}
        self.worker = Worker(self.fail)
        super().__init__()

    def do_hash(self, message: Mapping[str, object]) -> None:
        """Hash what was typed, once nothing more is typed for a moment."""
        password = inputs.text(message.get("password"), "password", at_least=1, at_most=LONGEST)
        salt = message.get("salt") is not False
        self.worker.start(lambda: self._hash(password, salt), after_s=SETTLE_S)

    def _hash(self, password: str, salt: bool) -> Iterator[Report]:
        waiting = set(self._results)
        yield lambda: self._show(waiting, salt)
        found = every_scheme(password, salt=salt, parameters=self._parameters, ceilings=ceilings())
        for result in found:
            waiting.discard(result.scheme)
            with self._lock:
                self._results[result.scheme] = result
            yield lambda: self._show(waiting, salt)

    def _show(self, waiting: set[str], salt: bool) -> None:
        with self._lock:
            table = HashTable(tuple(self._results.values()), frozenset(waiting), salt)
        self.show("results", table.table(), said="" if waiting else _said(table))


def _said(table: HashTable) -> str:
    equal = [result.scheme for result in table.results if result.equal]
    return f"Equal rows under {', '.join(equal)}." if equal else "No two rows are equal."
