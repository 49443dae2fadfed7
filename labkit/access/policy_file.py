"""Policies from a TOML file; an error names the file, the line and the remedy."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from labkit.access.compiling import compiled
from labkit.access.errors import InvalidPolicy, PolicyFileError
from labkit.access.lines import line_of
from labkit.access.model import (
    DynamicSeparation,
    PolicyDocument,
    Role,
    Rule,
    StaticSeparation,
    Test,
)
from labkit.access.places import Path as Place
from labkit.encoding import brief, printable
from labkit.errors import InvalidInput, LabkitError
from labkit.inputs import text

MOST_CHARACTERS = 1 << 18
# tomllib's time for a key grows with the square of its parts: a.a.a.a… took it minutes.
MOST_DOTS = 200

_T = TypeVar("_T")


def read_policy(
    path: str | Path, *, conditions: Mapping[str, Test] | None = None
) -> PolicyDocument:
    """Read a policy from a TOML file and check it.

    Args:
        path: The file.
        conditions: Name → Python test, for names that the file uses in `when`.

    Raises:
        PolicyFileError: The file cannot be read, is no TOML, or is no sound policy.
    """
    file = printable(str(path)[:500]) if isinstance(path, str | Path) else brief(path)
    try:
        with Path(path).open("rb") as source:
            written = source.read(4 * MOST_CHARACTERS + 1).decode()
    except (OSError, ValueError, TypeError) as error:
        raise PolicyFileError(
            f"{file}: the policy cannot be read: {type(error).__name__}.",
            remedy="Name a file in UTF-8 that this process may read.",
        ) from error
    return parse_policy(written, file=file, conditions=conditions)


def parse_policy(
    written: str, *, file: str = "policy", conditions: Mapping[str, Test] | None = None
) -> PolicyDocument:
    """Read a policy from TOML text and check it.

    Args:
        written: The text.
        file: What errors call it.
        conditions: Name → Python test, for names that the text uses in `when`.

    Raises:
        PolicyFileError: It is no TOML or no sound policy; `evidence["line"]` counts from 1, and
            the cause is the error that building it in Python would have raised.

    Examples:
        >>> parse_policy('''
        ... [roles.teacher]
        ... inherits = ["staff"]
        ... ''')
        Traceback (most recent call last):
        labkit.access.errors.PolicyFileError: policy:3: The role 'staff' is not defined. ...
    """
    text(written, "policy", at_most=MOST_CHARACTERS)
    text(file, "file's name")
    if not isinstance(conditions, Mapping | None):
        raise InvalidInput(f"The conditions must be a mapping, not {type(conditions).__name__}.")
    _refuse_dots(written, file)
    try:
        document = _document(tomllib.loads(written), dict(conditions or {}))
        compiled(document, lambda *_: False)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(error, file, written) from error
    except RecursionError as error:
        raise PolicyFileError(f"{file}: it is nested too deep.", file=file) from error
    except LabkitError as error:
        line = _line(written, error)
        raise PolicyFileError(
            f"{file}:{line}: {error.cause}", remedy=error.remedy, file=file, line=line
        ) from error
    return document


def _refuse_dots(written: str, file: str) -> None:
    for line, content in enumerate(written.split("\n"), start=1):
        if content.count(".") > MOST_DOTS:
            raise PolicyFileError(
                f"{file}:{line}: the line has more than {MOST_DOTS} dots.",
                remedy="Put a long list on several lines.",
                file=file,
                line=line,
            )


def _line(written: str, error: LabkitError) -> int:
    place = error.evidence.get("at")
    return line_of(written, place if isinstance(place, tuple) else (), error.evidence.get("value"))


_KEYS: Mapping[str, frozenset[str]] = {
    "": frozenset(
        {"permissions", "roles", "permit", "forbid", "separation", "tenants", "resource"}
    ),
    "resource": frozenset({"owner", "tenant"}),
    "tenants": frozenset({"across"}),
    "separation": frozenset({"static", "dynamic"}),
    "role": frozenset({"permissions", "inherits", "granted_by"}),
    "rule": frozenset({"name", "permissions", "roles", "when"}),
    "static": frozenset({"name", "roles"}),
    "dynamic": frozenset({"name", "permissions", "not_by"}),
}
_NEEDED: Mapping[str, frozenset[str]] = {
    "rule": frozenset({"name", "permissions"}),
    "static": frozenset({"name", "roles"}),
    "dynamic": frozenset({"name", "permissions", "not_by"}),
}


def _document(data: dict[str, Any], conditions: Mapping[str, Test]) -> PolicyDocument:
    _known((), data, "")
    resource = _table(("resource",), data.get("resource", {}), "resource")
    separation = _table(("separation",), data.get("separation", {}), "separation")
    roles = data.get("roles", {})
    _mapping(("roles",), roles)
    return PolicyDocument(
        roles={
            role: Role(**_table(("roles", role), definition, "role"))
            for role, definition in roles.items()
        },
        permits=_each(("permit",), data, "rule", Rule),
        forbids=_each(("forbid",), data, "rule", Rule),
        static=_each(("separation", "static"), separation, "static", StaticSeparation),
        dynamic=_each(("separation", "dynamic"), separation, "dynamic", DynamicSeparation),
        across_tenants=_table(("tenants",), data.get("tenants", {}), "tenants").get("across", ()),
        permissions=data.get("permissions"),
        owner_field=resource.get("owner", "owner"),
        tenant_field=resource.get("tenant", "tenant"),
        conditions=conditions,
    )


def _each(
    place: Place, data: Mapping[str, Any], kind: str, make: Callable[..., _T]
) -> tuple[_T, ...]:
    tables = data.get(str(place[-1]), [])
    if not isinstance(tables, list):
        raise InvalidPolicy(
            f"There may be several, so {place[-1]!r} is a list of tables.",
            remedy=f"Write [[{'.'.join(map(str, place))}]], with two brackets.",
            at=place,
        )
    return tuple(_one((*place, index), table, kind, make) for index, table in enumerate(tables))


def _one(place: Place, table: object, kind: str, make: Callable[..., _T]) -> _T:
    fields = _table(place, table, kind)
    if absent := sorted(_NEEDED[kind] - fields.keys()):
        raise InvalidPolicy(f"The key {absent[0]!r} is missing.", remedy="Add it.", at=place)
    return make(**fields)


def _table(place: Place, table: object, kind: str) -> dict[str, Any]:
    found = _mapping(place, table)
    _known(place, found, kind)
    return found


def _mapping(place: Place, table: object) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise InvalidPolicy(
            f"{place[-1]!r} must be a table.",
            remedy=f"Write [{'.'.join(map(str, place))}] on a line of its own.",
            at=place,
        )
    return table


def _known(place: Place, table: Mapping[str, object], kind: str) -> None:
    for key in table.keys() - _KEYS[kind]:
        near = difflib.get_close_matches(key, _KEYS[kind], n=1)
        known = f"Use {', '.join(sorted(_KEYS[kind]))}."
        raise InvalidPolicy(
            f"The key {key!r:.80} means nothing here.",
            remedy=f"Did you mean {near[0]!r}?" if near else known,
            at=(*place, key),
        )


def _no_toml(error: tomllib.TOMLDecodeError, file: str, written: str) -> PolicyFileError:
    found = re.search(r"\(at line (\d+), column \d+\)", str(error))
    line = int(found[1]) if found else len(written.splitlines()) or 1
    what = re.sub(r" \(at .*\)$", "", str(error), flags=re.DOTALL)
    return PolicyFileError(
        f"{file}:{line}: this is no TOML: {what}.",
        remedy="Mend the line, or the one before it.",
        file=file,
        line=line,
    )
