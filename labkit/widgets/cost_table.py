"""What a guess costs both sides, as an object that shows itself: the explorer without sliders."""

import math
import re
from dataclasses import dataclass

from labkit import cracking
from labkit.cracking.cost import Cost, Costs, costs, log_ins_per_second
from labkit.cracking.rates import DEFAULT_GPU
from labkit.cracking.words import YEAR_S, count
from labkit.display import Shown, card, icon
from labkit.encoding import escaped
from labkit.errors import InvalidInput
from labkit.measuring import Request, Scheme
from labkit.passwords import (
    ONLY_FOR_TESTS,
    OWASP_2026,
    Argon2idParams,
    BcryptParams,
    Params,
    Pbkdf2Params,
    ScryptParams,
)
from labkit.passwords.timing import THIS_THREAD, Sample, Timing, clocks_for, summary
from labkit.widgets.limits import ceilings, cores

TITLE, SMALL = "Cost explorer", "what a guess costs you, and an attacker"
LEGEND = "Filled: under a year on one GPU. Outlined: longer, though ten GPUs need a tenth."
SAMPLES = 7

# The axis: seconds as powers of ten, and what stands at its ticks.
FIRST, LAST = -7, 22
TICKS = (
    (1e-6, "1 µs"),
    (1.0, "1 s"),
    (3600.0, "1 h"),
    (YEAR_S, "1 year"),
    (1e6 * YEAR_S, "10⁶ years"),
    (1e12 * YEAR_S, "10¹² years"),
)


@dataclass(frozen=True)
class CostTable(Shown):
    """One scheme seen from both sides.

    Args:
        scheme: The parameters, or "MD5".
        attack: What the attacker pays, or nothing where no rate is published.
        timing: What one hash costs here, or nothing if it was not measured.
        cores: Cores that the defender has for log-ins.
        unknown: Why `attack` is missing.
    """

    scheme: Scheme
    attack: Costs | None
    timing: Timing | None = None
    cores: int = 1
    unknown: str = ""

    @property
    def log_ins(self) -> float | None:
        """Log-ins that the defender can check in a second, on all those cores."""
        return log_ins_per_second(self.timing.cpu_s * 1e3, self.cores) if self.timing else None

    def __repr__(self) -> str:
        there = repr(self.attack) if self.attack else self.unknown
        if self.timing is None:
            return there
        log_ins = f"{_rounded(self.log_ins)} log-ins a second, {_cores(self.cores)}."
        return f"{self.timing}\n{log_ins}\n{there}"

    def html(self) -> str:
        """Return both sides in a card."""
        name = str(attacker_params(self.scheme))
        return card(name, SMALL, f"{self.here() if self.timing else ''}{self.there()}")

    def here(self) -> str:
        """Return what one log-in costs on this machine."""
        milliseconds = f"{self.timing.cpu_s * 1e3:.3g}" if self.timing else "–"
        return _numbers(
            (milliseconds, "ms, one log-in here"),
            (_rounded(self.log_ins), f"log-ins a second, {_cores(self.cores)}"),
        )

    def measured(self) -> str:
        """Return how the figure was measured, in words."""
        if self.timing is None:
            return ""
        took = self.timing
        return (
            f"Here: median of {took.samples}, spread {took.cpu_spread:.0%}, "
            f"{took.wall_s * 1e3:.3g} ms on the wall. {took.note}"
        )

    def there(self) -> str:
        """Return what the attacker pays, as bars on a log axis with figures beside them."""
        if self.attack is None:
            return f'<p class="lk-note">{escaped(self.unknown)}</p>'
        gpu = escaped(self.attack.each[0].rate.gpu)
        bars = "".join(f"<li>{_bar(cost)}</li>" for cost in self.attack.each)
        ticks = "".join(f'<u style="left:{_at(s):.1f}%">{escaped(t)}</u>' for s, t in TICKS)
        return (
            f'<p class="lk-head">One rented {gpu}, to try every candidate</p>'
            f'<ul class="lk-bars">{bars}</ul><div class="lk-ticks" aria-hidden="true">{ticks}</div>'
            f'<p class="lk-src">{escaped(LEGEND)} {escaped(_unbroken(self.attack.source))}</p>'
        )


def cost(scheme: Scheme = OWASP_2026, *, gpu: str = DEFAULT_GPU, measure: bool = True) -> CostTable:
    """Return what one guess costs the defender, measured here, and an attacker, as published.

    Args:
        scheme: Parameters such as `OWASP_2026` or `BcryptParams(cost=12)`, or "MD5".
        gpu: The attacker's, one of `labkit.cracking.GPUS`.
        measure: Whether to time it on this machine (up to a few seconds).

    Raises:
        InvalidInput: Not parameters, or an unknown GPU.
        HashTooCostly: They ask for more than this machine allows.

    Examples:
        >>> from labkit.passwords import BcryptParams
        >>> print(cost(BcryptParams(cost=12), measure=False))
        30 000 common passwords    21 s ...
    """
    timing = summary_of(scheme, list(request(scheme).samples())) if measure else None
    return table_for(scheme, gpu=gpu, timing=timing)


def table_for(scheme: Scheme, *, gpu: str = DEFAULT_GPU, timing: Timing | None = None) -> CostTable:
    """Return the table for a timing that is known already, or for none."""
    try:
        return CostTable(scheme, costs(attacker_params(scheme), gpu=gpu), timing, cores())
    except cracking.RateUnknown as error:
        return CostTable(scheme, None, timing, cores(), unknown=str(error))


def request(scheme: Scheme, *, calls: int = SAMPLES) -> Request:
    """Return what to measure for a scheme, within what a widget may use of this machine."""
    return Request(scheme, calls=calls, ceilings=ceilings())


def summary_of(scheme: Scheme, taken: list[Sample]) -> Timing:
    """Return the median of some measurements."""
    if isinstance(scheme, Params):
        return summary(scheme, taken, covers=clocks_for(scheme).covers)
    return summary(ONLY_FOR_TESTS, taken, covers=THIS_THREAD.covers)


def attacker_params(scheme: Scheme) -> cracking.Params:
    """Return the same parameters as an attacker reads them from the table.

    Raises:
        InvalidInput: They are no parameters of a scheme known here.
    """
    match scheme:
        case Argon2idParams():
            return cracking.Argon2(scheme.memory_kib, scheme.passes, scheme.lanes)
        case BcryptParams():
            return cracking.Bcrypt(scheme.cost)
        case ScryptParams():
            return cracking.Scrypt(scheme.n, scheme.r, scheme.p)
        case Pbkdf2Params(digest="sha256"):
            return cracking.Pbkdf2(scheme.iterations)
        case "MD5":
            return cracking.Digest("MD5")
    raise InvalidInput(
        "No attacker's figures for these parameters.",
        remedy="Give Argon2id, bcrypt, scrypt or PBKDF2-SHA-256 parameters, or 'MD5'.",
    )


def _numbers(*pairs: tuple[str, str]) -> str:
    each = (f'<p class="lk-num">{escaped(n)} <small>{escaped(t)}</small></p>' for n, t in pairs)
    return f'<div class="lk-nums">{"".join(each)}</div>'


def _rounded(number: float | None) -> str:
    if number is None:
        return "–"
    return f"{number:.2g}" if number < 10 else count(float(f"{number:.2g}"))


def _unbroken(text: str) -> str:
    """Keep groups of digits on one line."""
    return re.sub(r"(?<=\d) (?=\d{3})", "\u00a0", text)


def _cores(number: int) -> str:
    return "one core" if number == 1 else f"{number} cores"


def _at(seconds: float) -> float:
    """Where on the axis so many seconds stand, in percent."""
    if seconds <= 0:
        return 0.0
    share = (math.log10(seconds) - FIRST) / (LAST - FIRST)
    return min(max(share, 0.0), 1.0) * 100


def _bar(cost: Cost) -> str:
    state, word = ("breached", "falls") if cost.seconds < YEAR_S else ("held", "stands")
    wide = max(_at(cost.seconds), 0.8)
    return (
        f'<div class="lk-between"><span>{escaped(cost.guess.name)}</span>'
        f'<span class="{state}">{icon(state)}<span class="lk-unseen">{word} </span>'
        f"<b>{escaped(cost.time)}</b> <small>{escaped(cost.money)}</small></span></div>"
        f'<div class="lk-log {state}"><i style="width:{wide:.1f}%"></i></div>'
    )
