"""Who sends what to whom: lanes with arrows between them, a list for whoever cannot see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from labkit.encoding import escaped


@dataclass(frozen=True)
class Message:
    """One arrow.

    Args:
        sender: The lane that it leaves, from 0.
        receiver: The lane that it reaches.
        text: What is sent.
        kind: "" for plain, "strong" for one to look at, "refused" for a door that stayed shut.
    """

    sender: int
    receiver: int
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Gap:
    """Something left out, told across all lanes."""

    text: str


def lanes(names: Sequence[str], messages: Sequence[Message | Gap]) -> str:
    """Return the lanes as HTML: an ordered list whose items say sender and receiver in words.

    Args:
        names: What the lanes are called, from the left; two or more.
        messages: The arrows, from the top.
    """
    last = len(names) - 1
    heads = " ".join(
        f'<span style="--at:{place / last:.4f}">{escaped(name)}</span>'
        for place, name in enumerate(names)
    )
    lines = "".join(f'<i style="--at:{place / last:.4f}"></i>' for place in range(len(names)))
    items = "".join(_item(names, each, last) for each in messages)
    return (
        f'<div class="lk-lanes"><div class="names" aria-hidden="true">{heads}</div>'
        f'<div class="field"><div aria-hidden="true">{lines}</div><ol>{items}</ol></div></div>'
    )


def _item(names: Sequence[str], each: Message | Gap, last: int) -> str:
    if isinstance(each, Gap):
        return f'<li class="gap">{escaped(each.text)}</li>'
    left, right = sorted((each.sender, each.receiver))
    ends = f"--at:{left / last:.4f};--wide:{(right - left) / last:.4f}"
    back = " back" if each.sender > each.receiver else ""
    unseen = f"{names[each.sender]} to {names[each.receiver]}: "
    return (
        f'<li class="lk-msg{back} {escaped(each.kind)}" style="{ends}">'
        f'<span class="lk-unseen">{escaped(unseen)}</span>{escaped(each.text)}</li>'
    )
