"""Walks over plain JSON-like values by path; the tree that knows its places stands in `tree.py`."""

from collections.abc import Iterator
from typing import Any, cast

from sparklabs.agents.reading.faults import Path

ABSENT: Any = object()


def value_at(data: Any, path: Path) -> Any:
    """The value at a path, or ABSENT."""
    for part in path:
        if isinstance(data, dict):
            data = cast("dict[Any, Any]", data).get(part, ABSENT)
        elif isinstance(data, list) and isinstance(part, int):
            items = cast("list[Any]", data)
            data = items[part] if part < len(items) else ABSENT
        else:
            return ABSENT
    return data


def walk_values(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every single value with its path."""
    if isinstance(value, dict):
        for key, item in cast("dict[Any, Any]", value).items():
            yield from walk_values(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from walk_values(item, (*path, index))
    else:
        yield path, value
