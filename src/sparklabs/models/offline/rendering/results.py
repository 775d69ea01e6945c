"""Says a tool's outcome in plain sentences. Its text is shown, never obeyed: nothing here looks for orders in it."""

import re
from typing import Any, cast

from sparklabs.models.offline.choosing.cards import Card
from sparklabs.models.offline.lexicon import humanise
from sparklabs.models.offline.reading.window import Call, Turn
from sparklabs.models.offline.rendering.faults import say_fault
from sparklabs.models.offline.rendering.records import (
    Record,
    describe,
    find_records,
    named_in,
    show_day,
    show_field,
    show_value,
    title_of,
)

BULLETS = 8
_DOUBLED_DAY = re.compile(r"\b((?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day),? (?=\1\b)")
FIELDS_TOLD = 6
_HOLE = re.compile(r"\{([\w.]+)\}")


def say_outcome(call: Call, card: Card | None, turns: tuple[Turn, ...] = ()) -> str:
    """One call's outcome. A `say` template wins, then the tool's own text, then what the JSON plainly holds."""
    outcome = call.outcome
    if outcome is None:
        return "I have no result for that yet."
    if not outcome.ok:
        return say_fault(call, card, turns)
    template = card.tool.say if card else None
    # A sentence about the first of several would hide the others.
    several = bool(template) and ".0." in str(template) and len(find_records(outcome.content) or ()) > 1
    filled = fill_template(template, outcome.content, call.arguments) if template and not several else None
    return filled or outcome.text or _say_content(call, outcome.content, card)


def fill_template(template: str, content: Any, arguments: dict[str, Any]) -> str | None:
    """The template with its `{field}` or `{a.b}` holes filled from the result, then the arguments; None if one
    stays empty."""
    record: Record = cast("Record", content) if isinstance(content, dict) else {}
    missing = False

    def fill(match: re.Match[str]) -> str:
        nonlocal missing
        path = match[1].split(".")
        for source in (record, arguments):
            value: Any = source
            for name in path:
                value = _inside(value, name)
            if value is not None and not isinstance(value, dict | list):
                return show_value(path[-1], value, record)
        missing = True
        return ""

    text = _HOLE.sub(fill, template)
    return None if missing else _DOUBLED_DAY.sub("", text)


def _inside(value: Any, name: str) -> Any:
    if isinstance(value, list) and name.isdigit():
        items = cast("list[Any]", value)
        return items[int(name)] if int(name) < len(items) else None
    return cast("Record", value).get(name) if isinstance(value, dict) else None


def _say_content(call: Call, content: Any, card: Card | None) -> str:
    records = find_records(content)
    if records is not None:
        return _say_records(call, records, card, content)
    if isinstance(content, dict):
        return _say_record(cast("Record", content), card)
    if isinstance(content, list):
        items = cast("list[Any]", content)
        return f"I found: {', '.join(str(item) for item in items[:10])}." if items else _say_nothing(call)
    if content in (None, "", True):
        return "Done."
    return str(content)


def _say_records(call: Call, records: list[Record], card: Card | None, content: Any) -> str:
    if not records:
        return _say_nothing(call, content)
    if len(records) == 1:
        lead = "Done: " if card and card.mutating else ""
        return f"{lead}{describe(records[0], whole=True).rstrip('.')}."
    times = _say_times(records)
    if times:
        return times
    named = named_in(records, " ".join(str(value) for value in call.arguments.values()))
    if named is not None:
        others = [title_of(record) for record in records[:BULLETS] if record is not named]
        return f"{describe(named, whole=True).rstrip('.')}.\nI also found: {', '.join(others)}."
    total = cast("Record", content).get("total") if isinstance(content, dict) else None
    count = total if isinstance(total, int) and total >= len(records) else len(records)
    shown = records[:BULLETS]
    lines = [f"- {describe(record)}" for record in shown]
    more = f"\nThat is {len(shown)} of {count}; tell me more and I narrow it down." if count > len(shown) else ""
    return f"I found {count}:\n" + "\n".join(lines) + more


def _say_times(records: list[Record]) -> str:
    """Free times by day, when the records are nothing but days and times."""
    by_day: dict[str, list[str]] = {}
    for record in records:
        day, at = record.get("date"), record.get("time")
        if title_of(record) or not isinstance(day, str) or not isinstance(at, str):
            return ""
        by_day.setdefault(day, []).append(at[:5])
    lines = [f"{show_day(day)}: {', '.join(times)}" for day, times in by_day.items()]
    return f"Free on {lines[0]}." if len(lines) == 1 else "Free times:\n" + "\n".join(f"- {line}" for line in lines)


def _say_nothing(call: Call, content: Any = None) -> str:
    hint = cast("Record", content).get("hint") if isinstance(content, dict) else None
    if isinstance(hint, str) and hint:
        return hint
    sought = [str(value) for value in call.arguments.values() if isinstance(value, str | int | float)]
    return f"I found nothing for {', '.join(sought)}." if sought else "I found nothing."


def _say_record(record: Record, card: Card | None) -> str:
    if not record:
        return "Done." if card and card.mutating else "I found nothing."
    flat = {name: value for name, value in record.items() if not isinstance(value, dict)}
    for value in record.values():
        if isinstance(value, dict):
            flat = {**cast("dict[str, Any]", value), **flat}
    told = [
        spoken
        for name, value in flat.items()
        if value not in (None, "", []) and (spoken := show_field(name, value, flat))
    ]
    facts = ", ".join(told[:FIELDS_TOLD])
    if card and card.mutating:
        return f"Done: {facts}." if facts else "Done."
    return f"{facts[:1].upper()}{facts[1:]}." if facts else f"Done ({humanise(card.name) if card else 'no result'})."
