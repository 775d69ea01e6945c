"""Answers a question about the last results from the results themselves; what they do not plainly hold is not
answered."""

import re
from collections.abc import Sequence
from typing import Any, cast

from sparklabs.models.offline.choosing.cards import Deck
from sparklabs.models.offline.lexicon import content_stems, humanise, stem, words
from sparklabs.models.offline.reading.window import Turn
from sparklabs.models.offline.rendering.records import Record, find_records, show_value, title_of

TURNS_BACK = 4
# A longer text speaks for itself.
LABELLED_WORDS = 4
_ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "last": -1,
    "earliest": 0,
    "latest": -1,
}
_POINTER = re.compile(r"\b(?:it|its|it's|that|this|that one|this one|the one|they|them|these|those)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|its|that one|this one|the one)\b", re.IGNORECASE)
_ASKS: tuple[tuple[str, str], ...] = (
    (r"\bhow much\b|\bprice\b|\bcosts?\b|\bexpensive\b", r"price|cost|amount|total|fee"),
    (r"\bin stock\b|\bavailable\b|\bavailability\b|\bhow many\b", r"in_stock|stock|available|availability|quantity"),
    (r"\bwhen\b|\bwhat (?:day|date|time)\b|\barrive\b|\beta\b", r"eta|arriv|deliver|date|starts_at|time|due|when"),
    (r"\bwhere\b", r"location|address|place|city|room|where"),
    (r"\bstatus\b|\bready\b", r"status|state|ready"),
    (r"\bcolou?rs?\b", r"colou?rs?"),
    (r"\bwho\b", r"author|doctor|owner|assignee|name|who"),
)


def last_records(turns: Sequence[Turn], deck: Deck | None = None) -> list[Record]:
    """The records of the most recent successful call among the last turns, oldest question excluded; passages of
    documents are none."""
    for turn in reversed(turns[-TURNS_BACK - 1 : -1]):
        for call in reversed(turn.calls):
            card = deck.find(call.name) if deck else None
            if call.outcome is None or not call.outcome.ok or (card and card.tool.role != "action"):
                continue
            content = call.outcome.content
            records = find_records(content)
            if records is None and isinstance(content, dict):
                records = [cast("Record", content)]
            if records:
                return records
    return []


def point_at(text: str, records: list[Record]) -> Record | None:
    """The record that the text means: by its place, by its name, or the only one when it says "it"."""
    if not records:
        return None
    spoken = words(text)
    for word in spoken:
        place = _ORDINALS.get(word)
        if place is not None and place < len(records):
            return records[place]
    said = frozenset(stem(word) for word in spoken)
    named = [(len(content_stems(title_of(record)) & said), record) for record in records]
    most = max(count for count, _ in named)
    best = [record for count, record in named if count == most]
    if most and len(best) == 1:
        return best[0]
    return records[0] if len(records) == 1 and _POINTER.search(text) else None


def answer(text: str, turns: Sequence[Turn], deck: Deck | None = None) -> str | None:
    """The field asked for, in a sentence; None when the question is not about the last results."""
    records = last_records(turns, deck)
    if not records or not _asks(text):
        return None
    record = point_at(text, records) or _pointed_at_before(text, turns, records)
    if record is None:
        return _ask_which(text, records)
    name = find_field(text, record) or _find_by_value(text, record)
    if name is None:
        return None
    title = title_of(record)
    shown = show_value(name, record[name], record)
    if isinstance(record[name], str) and len(shown.split()) > LABELLED_WORDS:
        return f"{title or 'It'}: {shown.rstrip('.')}."
    return f"{title or 'It'}: {humanise(name)} {shown}."


def _pointed_at_before(text: str, turns: Sequence[Turn], records: list[Record]) -> Record | None:
    """ "Is it in stock?" after "how much is the second one?": still the second one."""
    if not _IT.search(text):
        return None
    for turn in reversed(turns[-TURNS_BACK:-1]):
        if turn.calls:
            return None
        record = point_at(turn.text, records)
        if record is not None:
            return record
    return None


def _ask_which(text: str, records: list[Record]) -> str | None:
    if len(records) < 2 or not _IT.search(text) or len(words(text)) > 8 or find_field(text, records[0]) is None:
        return None
    titles = [title for record in records[:5] if (title := title_of(record))]
    return f"Which one do you mean: {', '.join(titles[:-1])} or {titles[-1]}?" if len(titles) > 1 else None


def _asks(text: str) -> bool:
    return "?" in text or bool(
        re.match(r"(?i)\W*(?:and |so |ok |but )?(?:how|what|when|where|who|is|are|does|do|which|has)\b", text)
    )


def find_field(text: str, record: Record) -> str | None:
    """The field of the record that the question asks for: its own name, or what such a question commonly means."""
    plain = {name: value for name, value in record.items() if not isinstance(value, dict | list) and value is not None}
    said = content_stems(text)
    for name in plain:
        own = content_stems(humanise(name))
        if own and own <= said:
            return name
    for pattern, field in _ASKS:
        if re.search(pattern, text, re.IGNORECASE):
            found = next((name for name in plain if re.search(rf"(?:^|_)(?:{field})", name)), None)
            if found:
                return found
    return None


def _find_by_value(text: str, record: Record) -> str | None:
    """ "Do I need to fast for it?": the one field whose text speaks of what is asked."""
    if not _IT.search(text):
        return None
    asked = content_stems(text) - content_stems(title_of(record))
    fitting = [
        name
        for name, value in record.items()
        if isinstance(value, str) and value != title_of(record) and asked & content_stems(value)
    ]
    return fitting[0] if len(fitting) == 1 else None


def find_reference(text: str, turns: Sequence[Turn], name: str, deck: Deck | None = None) -> Any:
    """The value for a parameter that "it" or "the second one" points at in the last results: its own field, or
    the id."""
    record = point_at(text, last_records(turns, deck))
    if record is None:
        return None
    if name in record:
        return record[name]
    if name.endswith(("_id", "id", "number", "code", "sku")):
        return record.get("id") or next(
            (value for key, value in record.items() if key.endswith(("_id", "sku", "code"))), None
        )
    return title_of(record) or None
