"""A reader's place in the stream of events, as it stands in `id:` and comes back in Last-Event-ID."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nlargest

from sparklabs.kit.errors import InvalidError

MOST_TOLD = 64
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to `floor` was told, and of what lies above it the numbers in `told`.

    Numbers are committed out of order, so one number alone would lose what commits below it later.
    """

    floor: int
    told: frozenset[int] = field(default_factory=frozenset[int])

    def __str__(self) -> str:
        return encode(self.floor, self.told)


def encode(floor: int, told: Iterable[int]) -> str:
    """`floor.distance.distance...`; of very many only the newest are named, and a resuming reader hears the others
    again, which it knows by their event's id."""
    above = nlargest(MOST_TOLD, (number for number in told if number > floor))
    return ".".join([str(floor), *(str(number - floor) for number in sorted(above))])


def decode(text: str) -> Position:
    """The place that `encode` wrote; a bare number stands for all up to it."""
    parts = text.strip().split(".")
    if len(parts) > MOST_TOLD + 1 or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
        raise _unreadable()
    floor, *distances = map(int, parts)
    told = frozenset(floor + distance for distance in distances)
    if max(told, default=floor) > _LARGEST:
        raise _unreadable()
    return Position(floor, told)


def _unreadable() -> InvalidError:
    return InvalidError(
        "The Last-Event-ID cannot be read.",
        code="event_id_invalid",
        hint="Send back the last `id` of the stream as it came, or none to begin with what happens now.",
    )
