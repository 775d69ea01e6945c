"""What changed between two versions of an agent, by meaning: list items are matched by name, prompts line by line."""

import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from sparklabs.agents.schema import AgentFile

_IDENTITY_KEYS = ("name", "id", "type", "condition", "text", "action", "user")
_ABSENT: Any = object()
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `path` names list items by their name (`tools[search_products].risk`), values are JSON."""

    path: str
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any
    summary: str

    def as_dict(self) -> dict[str, Any]:
        """For the API."""
        return asdict(self)


def difference(old: AgentFile, new: AgentFile) -> tuple[Change, ...]:
    """Every change from the old to the new, in the order of the schema; empty when both mean the same."""
    return tuple(_compare("", old.model_dump(mode="json"), new.model_dump(mode="json")))


def render_difference(changes: Sequence[Change]) -> str:
    """The changes for people: one line each, and long texts as a line diff below."""
    if not changes:
        return "No change in meaning."
    lines: list[str] = []
    for change in changes:
        lines.append(change.summary)
        if change.kind == "changed" and isinstance(change.before, str) and _is_long(change.before, change.after):
            lines += [f"    {line}" for line in text_difference(change.before, change.after)]
    return "\n".join(lines)


def text_difference(before: str, after: str) -> list[str]:
    """Removed (`- `) and added (`+ `) lines with one line around them (`  `)."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm="")
    return [f"{line[0]} {line[1:]}" for line in lines if not line.startswith(("---", "+++", "@@"))]


def _compare(path: str, old: Any, new: Any) -> Iterator[Change]:
    if any(value is _ABSENT or value is None for value in (old, new)):
        if old is not new:
            yield _change(path, old, new)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _compare_mappings(path, cast("dict[str, Any]", old), cast("dict[str, Any]", new))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compare_lists(path, cast("list[Any]", old), cast("list[Any]", new))
    elif old != new or isinstance(old, bool) is not isinstance(new, bool):
        yield _change(path, old, new)


def _compare_mappings(path: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        place = f"{path}.{key}" if path else key
        yield from _compare(place, old.get(key, _ABSENT), new.get(key, _ABSENT))


def _compare_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[Change]:
    before, after = _by_identity(old), _by_identity(new)
    if before is None or after is None:
        if old != new:
            yield _change(path, old, new)
        return
    for name in dict.fromkeys((*before, *after)):
        yield from _compare(f"{path}[{name}]", before.get(name, _ABSENT), after.get(name, _ABSENT))
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        yield Change(path, "changed", list(before), list(after), f"~ {path}: put in another order")


def _by_identity(items: list[Any]) -> dict[str, Any] | None:
    """The items by what tells them apart, or None when something else than named groups is among them."""
    found: dict[str, Any] = {}
    for item in items:
        name = _identity(item)
        if name is None:
            return None
        count = sum(1 for known in found if known == name or known.startswith(f"{name} #"))
        found[f"{name} #{count + 1}" if count else name] = item
    return found


def _identity(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    group = cast("dict[str, Any]", item)
    return next((str(group[key]) for key in _IDENTITY_KEYS if isinstance(group.get(key), str)), None)


def _change(path: str, old: Any, new: Any) -> Change:
    before, after = (None if value is _ABSENT else value for value in (old, new))
    if before is None:
        return Change(path, "added", None, after, f"+ {path}: {_show(after)}")
    if after is None:
        return Change(path, "removed", before, None, f"- {path}: {_show(before)}")
    if isinstance(before, str) and _is_long(before, after):
        lines = text_difference(before, str(after))
        added, removed = (sum(line.startswith(sign) for line in lines) for sign in ("+", "-"))
        return Change(path, "changed", before, after, f"~ {path}: {removed} lines out, {added} lines in")
    return Change(path, "changed", before, after, f"~ {path}: {_show(before)} -> {_show(after)}")


def _is_long(before: Any, after: Any) -> bool:
    return isinstance(after, str) and any("\n" in text or len(text) > _SHORT for text in (str(before), after))


def _show(value: Any) -> str:
    if isinstance(value, dict):
        group = cast("dict[str, Any]", value)
        meant = {key: item for key, item in group.items() if item not in (None, [], {}, True)}
        value = meant or group
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else text[: _SHORT - 3] + "..."
