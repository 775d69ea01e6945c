"""What a scenario gives back: measured values beside their targets, and how they were taken."""

from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["ms", "s", "/s", "kB", "MB", "%", ""]
_DIGITS: dict[Unit, int] = {"ms": 1, "s": 2, "/s": 0, "kB": 2, "MB": 0, "%": 1, "": 0}


@dataclass(frozen=True, slots=True)
class Value:
    """One measured number. Without `at_most` and `at_least` it is told for comparison and has no verdict."""

    name: str
    measured: float
    unit: Unit
    at_most: float | None = None
    at_least: float | None = None

    @property
    def target(self) -> str:
        if self.at_most is not None:
            return f"< {self.at_most:g} {self.unit}".rstrip()
        return f"≥ {self.at_least:g} {self.unit}".rstrip() if self.at_least is not None else ""

    @property
    def is_good(self) -> bool | None:
        """None where nothing was promised."""
        if self.at_most is not None:
            return self.measured < self.at_most
        return self.measured >= self.at_least if self.at_least is not None else None

    @property
    def verdict(self) -> str:
        return {True: "good", False: "bad", None: ""}[self.is_good]

    def shown(self) -> str:
        return f"{self.measured:,.{_DIGITS[self.unit]}f} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Figure:
    """The values of one scenario. `how` says how they were taken, `details` are lines shown below the table."""

    title: str
    values: tuple[Value, ...]
    how: str
    details: tuple[str, ...] = field(default=())


def percentile(samples: list[float], percent: float) -> float:
    """By linear interpolation between the two nearest ranks."""
    ordered = sorted(samples)
    place = (len(ordered) - 1) * percent / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median(samples: list[float]) -> float:
    return percentile(samples, 50)
