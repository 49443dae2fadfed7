"""How far a student has come: one small JSON file of their own, which they may delete."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from labkit.errors import StoreError

PLACE = "LABKIT_PROGRESS"  # the environment variable that names another file


def path() -> Path:
    """Return where progress is kept: `~/.labkit/progress.json`, or what LABKIT_PROGRESS names."""
    return Path(os.environ.get(PLACE) or Path.home() / ".labkit" / "progress.json")


def read(exercise: str) -> dict[str, Any]:
    """Return what is known of one exercise: `solved`, `checks`, `hints`.

    Raises:
        StoreError: The file is there and no JSON object.
    """
    entry = _all().get(exercise, {})
    return {"solved": False, "checks": 0, "hints": 0} | (entry if isinstance(entry, dict) else {})


def write(exercise: str, **values: object) -> None:
    """Change what is known of one exercise; the file is replaced whole or not at all.

    Raises:
        StoreError: The file cannot be read or written.
    """
    everything = _all()
    everything[exercise] = read(exercise) | values
    _replace(json.dumps(everything, indent=1, sort_keys=True) + "\n")


def forget(exercise: str) -> None:
    """Forget one exercise."""
    everything = _all()
    if everything.pop(exercise, None) is not None:
        _replace(json.dumps(everything, indent=1, sort_keys=True) + "\n")


def _all() -> dict[str, Any]:
    try:
        found = json.loads(path().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unreadable() from error
    if not isinstance(found, dict):
        raise _unreadable()
    return found


def _unreadable() -> StoreError:
    return StoreError(
        f"Your progress in {path()} cannot be read.",
        remedy="Move the file away to start anew; your notebooks are not touched.",
    )


def _replace(text: str) -> None:
    target = path()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".progress-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(target)
    except OSError as error:
        raise StoreError(
            f"Your progress cannot be written to {target}: {error.strerror}.",
            remedy=f"Name another file in the environment variable {PLACE}.",
        ) from error
