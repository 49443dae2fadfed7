"""What the cost explorer can turn: sliders with their steps, and presets with their sources."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from labkit.cracking import GPUS
from labkit.cracking.words import count
from labkit.measuring import Scheme
from labkit.passwords import (
    PROFILES,
    Argon2idParams,
    BcryptParams,
    Ceilings,
    Params,
    Pbkdf2Params,
    ScryptParams,
)

LABELS = {
    "md5": "MD5",
    "pbkdf2": "PBKDF2",
    "bcrypt": "bcrypt",
    "scrypt": "scrypt",
    "argon2id": "Argon2id",
}
PRESETS = {
    "OWASP_2026": "OWASP 2026",
    "OWASP_2026_SCRYPT": "OWASP 2026",
    "OWASP_2026_BCRYPT": "OWASP 2026",
    "OWASP_2026_PBKDF2": "OWASP 2026",
    "RFC9106_LOW_MEMORY": "RFC 9106, 64 MiB",
    "RFC9106_HIGH_MEMORY": "RFC 9106, 2 GiB",
}
_ITERATIONS = (1, 2, 5, 10, 20, 50, 100, 210, 310, 600, 1000, 1300, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Knob:
    """One slider.

    Args:
        name: The trait and the parameter that it sets.
        label: What stands beside it.
        values: Where it can stand.
        unit: "KiB" for memory shown in MiB, "rounds" for a binary logarithm, or a plain word.
    """

    name: str
    label: str
    values: tuple[int, ...]
    unit: str = ""

    def text(self, value: int) -> str:
        """Return a value as it stands beside the slider."""
        if self.unit == "KiB":
            return f"{value / 1024:.4g} MiB"
        if self.unit == "rounds":
            return f"{value} (2{_superscript(value)})"
        return count(value)

    def spec(self, most: int | None = None) -> dict[str, Any]:
        """Return the slider as data, up to `most`."""
        values = [value for value in self.values if most is None or value <= most]
        texts = [self.text(value) for value in values]
        return {"name": self.name, "label": self.label, "values": values, "texts": texts}


KNOBS: Mapping[str, tuple[Knob, ...]] = {
    "md5": (),
    "pbkdf2": (Knob("iterations", "Iterations", tuple(1000 * each for each in _ITERATIONS)),),
    "bcrypt": (Knob("cost", "Cost (rounds)", tuple(range(4, 16)), "rounds"),),
    "scrypt": (
        Knob("n", "N", tuple(1 << power for power in range(10, 21))),
        Knob("r", "r, block size", (1, 2, 4, 8, 16, 32)),
        Knob("p", "p, repeats", tuple(range(1, 11))),
    ),
    "argon2id": (
        Knob(
            "memory_kib",
            "Memory",
            tuple(mib << 10 for mib in (1, 2, 4, 7, 9, 12, 19, 32, 46, 64, 128, 256, 512, 1024)),
            "KiB",
        ),
        Knob("passes", "Passes", tuple(range(1, 11))),
        Knob("lanes", "Lanes", (1, 2, 3, 4, 6, 8)),
    ),
}
_BUILD: Mapping[str, Callable[..., Params]] = {
    "pbkdf2": Pbkdf2Params,
    "bcrypt": BcryptParams,
    "scrypt": ScryptParams,
    "argon2id": Argon2idParams,
}


def build(scheme: str, values: Mapping[str, int]) -> Scheme:
    """Return the parameters of `scheme` from the values of its knobs.

    Raises:
        InvalidInput: They make no sense together.
    """
    if scheme == "md5":
        return "MD5"
    return _BUILD[scheme](**{knob.name: values[knob.name] for knob in KNOBS[scheme]})


def settings(params: Params) -> dict[str, int]:
    """Return the values of the knobs that make these parameters."""
    return {knob.name: getattr(params, knob.name) for knob in KNOBS[params.scheme]}


def spec(ceilings: Ceilings) -> dict[str, Any]:
    """Return all controls as data for the browser, as far as the ceilings allow."""
    most = {"memory_kib": ceilings.memory_mib << 10}
    return {
        "schemes": [
            {
                "name": name,
                "label": LABELS[name],
                "knobs": [knob.spec(most.get(knob.name)) for knob in knobs],
                "presets": _presets(name, ceilings),
            }
            for name, knobs in KNOBS.items()
        ],
        "gpus": list(GPUS),
    }


def _presets(scheme: str, ceilings: Ceilings) -> list[dict[str, Any]]:
    found = [(PRESETS[key], params) for key, params in PROFILES.items() if params.scheme == scheme]
    return [
        {"text": text, "values": settings(params)}
        for text, params in found
        if params.memory_bytes <= ceilings.memory_mib << 20
    ]


def _superscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
