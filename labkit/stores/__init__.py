"""State behind the defences: a protocol of atomic primitives, in memory and in SQLite.

A defence keeps state only through these primitives, so the same class runs over memory, over a
file that survives a crash, over a proxy to another process, and under a scheduler that tries every
order of two clients' steps. Keys and values are text; the caller prefixes its keys (`totp:alice`).
Every primitive raises `InvalidInput` for a key, value, number or time that it cannot keep, before
anything is written, and `StoreError` where the storage fails.
"""

from labkit.stores.checks import MOST_KEY, MOST_NUMBER, MOST_VALUE
from labkit.stores.memory import MemoryStore
from labkit.stores.protocol import Store
from labkit.stores.sqlite import SqliteStore

__all__ = ["MOST_KEY", "MOST_NUMBER", "MOST_VALUE", "MemoryStore", "SqliteStore", "Store"]
