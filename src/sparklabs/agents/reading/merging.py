"""Two mappings made into one: what is new is added, what contradicts keeps its first value and is reported."""

from dataclasses import dataclass, replace

from sparklabs.agents.reading.faults import Path, show_path
from sparklabs.agents.reading.tree import Entry, Listing, Mapping, Mark, Node, Scalar

_IDENTITY_KEYS = ("id", "name", "type", "condition", "text", "action")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two values for one thing; the first was kept."""

    path: str
    first: str
    first_mark: Mark
    second: str
    mark: Mark


def merge_mappings(first: Mapping, second: Mapping, path: Path) -> tuple[Mapping, list[Clash]]:
    """Both mappings in one, and every contradiction between them. Lists are joined by the identity of their items."""
    entries = dict(first.entries)
    clashes: list[Clash] = []
    for key, entry in second.entries.items():
        if key not in entries:
            entries[key] = entry
            continue
        merged, more = _merge(entries[key].value, entry.value, (*path, key))
        entries[key] = Entry(key, entries[key].mark, merged)
        clashes += more
    return replace(first, entries=entries), clashes


def _merge(first: Node, second: Node, path: Path) -> tuple[Node, list[Clash]]:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return merge_mappings(first, second, path)
    if isinstance(first, Listing) and isinstance(second, Listing):
        return _merge_listings(first, second, path)
    if isinstance(first, Scalar) and isinstance(second, Scalar) and first.value == second.value:
        return first, []
    return first, [Clash(show_path(path), _show(first), first.mark, _show(second), second.mark)]


def _merge_listings(first: Listing, second: Listing, path: Path) -> tuple[Listing, list[Clash]]:
    items = list(first.items)
    clashes: list[Clash] = []
    index_by_identity = {_identity(item): index for index, item in reversed(list(enumerate(items)))}
    for item in second.items:
        index = index_by_identity.get(_identity(item))
        if index is None or _identity(item) is None:
            items.append(item)
            continue
        own = items[index]
        if isinstance(own, Mapping) and isinstance(item, Mapping):
            items[index], more = merge_mappings(own, item, (*path, index))
            clashes += more
        elif isinstance(own, Scalar) and isinstance(item, Mapping):
            items[index] = item  # the longer form of the same thing
    return replace(first, items=items), clashes


def _identity(node: Node) -> str | None:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        for key in _IDENTITY_KEYS:
            value = node.find(key)
            if isinstance(value, Scalar):
                return value.text
    return None


def _show(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    return "a list" if isinstance(node, Listing) else "a group of keys"
