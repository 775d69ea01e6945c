"""The schema level: Pydantic's errors told in plain words, and what can still be checked when some values are wrong."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sparklabs.agents.reading.faults import Finding, Path
from sparklabs.agents.reading.plain import ABSENT, value_at
from sparklabs.agents.reading.suggestions import find_similar, suggest_key
from sparklabs.agents.schema import AgentFile

MAX_ROUNDS = 8

_STAND_INS: dict[Path, Any] = {
    ("version",): "1.0",
    ("agent", "name"): "(unread)",
    ("agent", "system_prompt"): "(unread)",
}


@dataclass(slots=True)
class Checked:
    """The file as the schema sees it.

    `spec` is whole only without findings; else it holds what could be read, for the further levels, and `original`
    leads a path in it back to the file.
    """

    spec: AgentFile | None
    findings: list[Finding] = field(default_factory=list[Finding])
    origins: dict[Path, list[int]] = field(default_factory=dict[Path, list[int]])

    def original(self, path: Path) -> Path:
        """A path in `spec` as it stands in the file."""
        found: Path = ()
        here: Path = ()
        for part in path:
            indexes = self.origins.get(here)
            here = (*here, part)
            found = (*found, indexes[part] if indexes and isinstance(part, int) and part < len(indexes) else part)
        return found


Original = Callable[[Path], Path]
"""Leads a path in a spec back to the path in the file."""


class _Dropped:
    """Stands where a wrong list item was, so that its neighbours keep their places."""


_DROPPED = _Dropped()


def check_schema(data: dict[str, Any]) -> Checked:
    """Validates against the schema and, when that fails, again without the wrong parts."""
    try:
        return Checked(AgentFile.model_validate(data))
    except ValidationError as error:
        findings = _explain_all(error, data)
        return _salvage(deepcopy(data), error, findings)


def _salvage(data: dict[str, Any], error: ValidationError, findings: list[Finding]) -> Checked:
    checked = Checked(None, findings)
    for _ in range(MAX_ROUNDS):
        for detail in error.errors(include_url=False, include_context=False):
            _drop(data, checked.original(_in_data(data, detail, checked)))
        checked.origins = {}
        compact = _compact(data, (), checked.origins)
        try:
            checked.spec = AgentFile.model_validate(compact)
        except ValidationError as again:
            error = again
        else:
            return checked
    return checked


def _in_data(data: Any, detail: ErrorDetails, checked: Checked) -> Path:
    """What to drop for an error: the wrong value itself, or the group that lacks a key."""
    path = tuple(detail["loc"])
    if path in _STAND_INS or path == ("agent",):
        return path
    if detail["type"] == "missing":
        return path[:-1]
    while path and not _has(data, checked.original(path)):
        path = path[:-1]
    return path


def _has(data: Any, path: Path) -> bool:
    return value_at(data, path) is not ABSENT


def _drop(data: dict[str, Any], path: Path) -> None:
    if path in _STAND_INS or path == ("agent",):
        _stand_in(data, path)
        return
    parent = value_at(data, path[:-1]) if path else None
    if isinstance(parent, dict):
        cast("dict[Any, Any]", parent).pop(path[-1], None)
    elif isinstance(parent, list) and isinstance(path[-1], int):
        parent[path[-1]] = _DROPPED


def _stand_in(data: Any, path: Path) -> None:
    if path == ("agent",):
        data["agent"] = {key[1]: value for key, value in _STAND_INS.items() if len(key) == 2}
    elif len(path) == 1:
        data[path[0]] = _STAND_INS[path]
    elif isinstance(data.get(path[0]), dict):
        data[path[0]][path[1]] = _STAND_INS[path]


def _compact(data: Any, path: Path, origins: dict[Path, list[int]]) -> Any:
    if isinstance(data, dict):
        entries = cast("dict[str, Any]", data).items()
        return {key: _compact(value, (*path, key), origins) for key, value in entries}
    if not isinstance(data, list):
        return data
    items = cast("list[Any]", data)
    kept = [index for index, item in enumerate(items) if item is not _DROPPED]
    if len(kept) < len(items):
        origins[path] = kept
    return [_compact(items[old], (*path, new), origins) for new, old in enumerate(kept)]


def _explain_all(error: ValidationError, data: dict[str, Any]) -> list[Finding]:
    findings: dict[Path, Finding] = {}
    for detail in error.errors(include_url=False):
        path = tuple(detail["loc"])
        if detail["type"] not in {"missing", "extra_forbidden"}:
            while path and not _has(data, path):  # a union names its branches after the value's own path
                path = path[:-1]
        findings.setdefault(path, _explain(path, detail))
    return list(findings.values())


def _explain(path: Path, detail: ErrorDetails) -> Finding:
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "missing":
        return Finding("schema", "missing_key", path, "This key must be there.", f"Write `{path[-1]}:`.", at_key=True)
    if kind == "extra_forbidden":
        return Finding(
            "schema", "unknown_key", path, f"`{path[-1]}` is not a key here.", suggest_key(path), at_key=True
        )
    if path == ("version",):
        return _explain_version(value)
    if kind in {"literal_error", "enum"}:
        expected = str(context.get("expected", ""))
        near = find_similar(str(value), expected.replace("'", "").replace(" or ", ", ").split(", "))
        cure = f"Did you mean `{near}`?" if near else f"Write one of {expected}."
        return Finding("schema", "wrong_value", path, f"{_show(value)} is not known here.", cure)
    if kind in _TYPE_WORDS:
        cure = f"Put it in quotes: '{value}'." if kind == "string_type" and _is_single(value) else _TYPE_WORDS[kind][1]
        return Finding("schema", "wrong_type", path, f"{_TYPE_WORDS[kind][0]} belongs here, not {_name(value)}.", cure)
    if kind == "string_pattern_mismatch":
        return Finding(
            "schema", "wrong_form", path, f"{_show(value)} has the wrong form.", f"It must match {context['pattern']}"
        )
    return Finding("schema", "out_of_range", path, f"{_show(value)}: {detail['msg'].lower()}.", _limit(kind, context))


_TYPE_WORDS: dict[str, tuple[str, str]] = {
    "string_type": ("Text", "Write text."),
    "int_type": ("A whole number", "Write a whole number without quotes."),
    "int_parsing": ("A whole number", "Write a whole number without quotes."),
    "int_from_float": ("A whole number", "Leave out the part after the point."),
    "float_type": ("A number", "Write a number without quotes."),
    "float_parsing": ("A number", "Write a number without quotes."),
    "finite_number": ("A number", "Write a number without quotes."),
    "bool_type": ("true or false", "Write true or false."),
    "bool_parsing": ("true or false", "Write true or false."),
    "list_type": ("A list", "Begin each item on its own line with `- `."),
    "dict_type": ("A group of keys", "Write `key: value` lines, indented."),
    "model_type": ("A group of keys", "Write `key: value` lines, indented."),
    "model_attributes_type": ("A group of keys", "Write `key: value` lines, indented."),
}


def _explain_version(value: Any) -> Finding:
    if isinstance(value, float | int) and not isinstance(value, bool):
        message, cure = f"The version is the number {value} here, not text.", 'Put it in quotes: version: "1.0".'
    else:
        message, cure = f"The version {_show(value)} is not known.", 'Write version: "1.0".'
    return Finding("schema", "unknown_version", ("version",), message, cure)


def _limit(kind: str, context: dict[str, Any]) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    for key, word in words.items():
        if key in context:
            return f"Write a value of {word} {context[key]}."
    if "min_length" in context:
        return f"Write at least {context['min_length']}."
    if "max_length" in context:
        return f"Write at most {context['max_length']}."
    return f"Mend the value ({kind})."


def _is_single(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _name(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a group of keys"
    return _show(value)


def _show(value: Any) -> str:
    text = str(value)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"
