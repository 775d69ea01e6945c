"""The parsed file as nodes that know their place; how bytes become nodes stands in `parsing.py`."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sparklabs.agents.reading.faults import Path


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `text` is how it was written, `plain` that it stood without quotes."""

    value: str | int | float | bool | None
    text: str
    plain: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    items: list["Node"]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Entry:
    """A key, where it stands, and its value."""

    key: str
    mark: Mark
    value: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values; `repeats` holds what was written again under a key that was there already."""

    entries: dict[str, Entry]
    mark: Mark
    repeats: list[Entry] = field(default_factory=list[Entry])

    def find(self, key: str) -> "Node | None":
        """The value under a key."""
        entry = self.entries.get(key)
        return entry.value if entry else None

    def find_mapping(self, key: str) -> "Mapping | None":
        """The value under a key if it is a mapping."""
        value = self.find(key)
        return value if isinstance(value, Mapping) else None

    def without(self, *keys: str) -> "Mapping":
        """A copy that lacks some keys."""
        return replace(self, entries={key: entry for key, entry in self.entries.items() if key not in keys})

    def with_entries(self, *entries: Entry) -> "Mapping":
        """A copy with more entries; a key that is there already keeps its value."""
        merged = dict(self.entries)
        for entry in entries:
            merged.setdefault(entry.key, entry)
        return replace(self, entries=merged)


Node = Scalar | Listing | Mapping


def to_plain(node: Node) -> Any:
    """The node as plain JSON-like Python."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Listing):
        return [to_plain(item) for item in node.items]
    return {key: to_plain(entry.value) for key, entry in node.entries.items()}


def locate(root: Node, path: Path, *, at_key: bool = False) -> Mark:
    """The place of a path; the nearest thing above it when the path itself is not in the file."""
    node, mark = root, root.mark
    for part in path:
        if isinstance(node, Mapping) and isinstance(part, str) and part in node.entries:
            entry = node.entries[part]
            node, mark = entry.value, entry.mark
        elif isinstance(node, Listing) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            mark = node.mark
        else:
            return mark
    return mark if at_key or not isinstance(node, Scalar) else node.mark


def walk_scalars(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """Every single value with its path, in the order of the file."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Listing):
        for index, item in enumerate(node.items):
            yield from walk_scalars(item, (*path, index))
    else:
        for key, entry in node.entries.items():
            yield from walk_scalars(entry.value, (*path, key))
