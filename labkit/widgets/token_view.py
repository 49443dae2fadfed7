"""What the token editor shows, as data: text alone, whose place and colour the browser knows."""

from datetime import UTC, datetime
from typing import Any

from labkit.tokens import Examination
from labkit.tokens.wording import span
from labkit.widgets.token_draft import Draft
from labkit.widgets.token_json import spelled
from labkit.widgets.token_reading import LOOKS, noted


def view(draft: Draft, found: Examination) -> dict[str, Any]:
    """Return everything that the browser shows, as plain text."""
    return {
        "token": spelled(draft.token),
        "header": {"text": draft.text("header"), "notes": noted(found.header)},
        "payload": {"text": draft.text("payload"), "notes": noted(found.payload)},
        "signature": _signature_words(draft, found),
        "problems": list(found.inspection.problems),
        "now": _utc(found.now),
        "state": LOOKS[found.state],
        "headline": found.headline,
        "said": found.said,
        "checks": [
            {"name": each.name, "state": LOOKS[each.state], "told": each.state, "words": each.words}
            for each in found.checks
        ],
    }


def _signature_words(draft: Draft, found: Examination) -> str:
    octets = len(found.inspection.signature)
    if not octets:
        return "empty"
    made = f"{octets} bytes, " + (f"made here with {draft.by}" if draft.by else "as it came")
    if draft.edited:
        return f"{made}, for another {' and '.join(draft.edited)}: your edit signed nothing"
    return made


def _utc(when: float) -> str:
    try:
        return f"{datetime.fromtimestamp(when, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return "beyond the calendar"


def away(seconds: float) -> str:
    """Return how far the clock was moved, in words."""
    if not seconds:
        return "where it began"
    return f"{span(seconds)} {'later' if seconds > 0 else 'earlier'}"
