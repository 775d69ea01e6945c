"""Records of a tool's JSON and how one is written in a line; what a result means as a whole is said in `results.py`."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sparklabs.models.offline.lexicon import content_stems, humanise

Record = Mapping[str, Any]
TITLE_KEYS = (
    "name", "title", "label", "subject", "item", "product", "test", "service", "doctor", "display_name", "full_name",
    "summary", "question",
)  # fmt: skip
MONEY_KEY = re.compile(r"(?:^|_)(?:price|cost|amount|total|fee|subtotal|rate|balance|deposit)(?:$|_)")
_HIDDEN_KEY = re.compile(
    r"^(?:tenant_id|created_at|updated_at|created|updated|score|rank|embedding|hash|version|key|slug|metadata|_.*|.*_key|uuid|row|weekday)$"
)
_ID_KEY = re.compile(r"^(?:id|.*_id|sku|code|reference|number)$")
# Fields that say what the price is for ("per seat and month"), what kind of thing it is, and what it is about.
_UNIT_KEY = re.compile(r"^(?:billing|unit|per|price_unit|billed|period)$")
_KIND_KEY = re.compile(r"^(?:category|kind|type)$")
_PROSE_KEY = re.compile(r"^(?:description|about|details?)$")
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥"}
_LATIN = re.compile(r"[A-Za-z]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\ud7af]")
FIELDS_SHOWN = 4
LONGEST_VALUE = 160


def find_records(content: Any) -> list[Record] | None:
    """The records of a result: a list of objects, bare or under the one key that holds such a list; None when it is
    something else."""
    if isinstance(content, list):
        items = cast("list[Any]", content)
        return [cast("Record", item) for item in items] if all(isinstance(item, dict) for item in items) else None
    if isinstance(content, dict):
        fields = cast("dict[str, Any]", content)
        lists = [cast("list[Any]", value) for value in fields.values() if isinstance(value, list)]
        scalars = [name for name, value in fields.items() if not isinstance(value, list | dict) and value is not None]
        if len(lists) == 1 and all(name in _COUNTS for name in scalars):
            return find_records(lists[0])
    return None


_COUNTS = frozenset(
    {
        "total", "count", "next_cursor", "query", "page", "limit", "ok", "currency", "collection", "table", "truncated",
        "hint",
    }
)  # fmt: skip


def title_of(record: Record) -> str:
    """The field that names the record, else its id."""
    for name in TITLE_KEYS:
        value = record.get(name)
        if isinstance(value, str) and value.strip():
            return _clip(value)
    for name, value in record.items():
        if _ID_KEY.match(name) and isinstance(value, str | int):
            return str(value)
    return ""


def named_in(records: Sequence[Record], text: str) -> Record | None:
    """The one record whose whole name stands in the text."""
    said = content_stems(text)
    named = [record for record in records if (own := content_stems(title_of(record))) and own <= said]
    return named[0] if len(named) == 1 else None


def describe(record: Record, *, whole: bool = False) -> str:
    """One record in one line: its name and kind, what it costs, then plain fields; its prose too when `whole`."""
    title = title_of(record)
    parts: list[str] = []
    for name, value in record.items():
        if _is_said_otherwise(name, value, record, title):
            continue
        spoken = show_field(name, value, record)
        if spoken:
            parts.append(spoken)
    # What it costs is asked for first.
    parts.sort(key=lambda part: not part[:1].isdigit() and part[:1] not in "$€£₹¥")
    shown = ", ".join(parts[: FIELDS_SHOWN + 2 * whole])
    kind = next((str(value) for name, value in record.items() if _KIND_KEY.match(name) and value), "")
    titled = f"{title} ({kind})" if title and kind and kind.lower() not in title.lower() else title
    line = f"{titled}: {shown}" if titled and shown else titled or shown
    prose = next((str(value) for name, value in record.items() if _PROSE_KEY.match(name) and value), "")
    return f"{line}. {_clip(prose)}" if prose and (whole or not shown) else line


def _is_said_otherwise(name: str, value: Any, record: Record, title: str) -> bool:
    if value in (None, "", [], {}) or _clip(str(value)) == title or _HIDDEN_KEY.match(name):
        return True
    if _ID_KEY.match(name) and title and len(record) > 2:
        return True
    if title and isinstance(value, str) and (_KIND_KEY.match(name) or _PROSE_KEY.match(name)):
        return True
    if _UNIT_KEY.match(name) and any(MONEY_KEY.search(other) for other in record):
        return True
    # A name in another script beside a Latin one is for other readers.
    other = isinstance(value, str) and bool(_OTHER_SCRIPT.search(value)) and not _LATIN.search(value)
    return other and bool(_LATIN.search(title))


def show_field(name: str, value: Any, record: Record) -> str:
    """`120 EUR per month` for the price, `in stock`, `starts on Friday 13 March 2026 at 10:00`; empty for what has no
    plain form."""
    words = humanise(name)
    if isinstance(value, bool):
        return words if value else f"not {words}"
    if isinstance(value, dict) or name in ("currency", "weekday"):
        return ""
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return (
            f"{words} {', '.join(str(item) for item in items[:5])}"
            if all(isinstance(one, str | int) for one in items)
            else ""
        )
    shown = show_value(name, value, record)
    if name in ("price", "cost", "fee") and isinstance(value, int | float) and not shown[-1:].isdigit():
        return shown
    if name in ("price", "cost", "fee") and shown[:1] in _SIGNS.values():
        return shown
    return f"{words} {shown}"


def show_value(name: str, value: Any, record: Record) -> str:
    """A scalar as a person would write it: money with its currency and unit, days with their names."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) and name.endswith("_micros"):
        return _money(value / 1_000_000, record)
    if isinstance(value, int | float) and MONEY_KEY.search(name):
        unit = next((f" {value}" for key, value in record.items() if _UNIT_KEY.match(key) and value), "")
        return _money(value, record) + (unit if unit.startswith(" per ") and "total" not in name else "")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str):
        return _moment(value) or _clip(value)
    return str(value)


def _money(value: float, record: Record) -> str:
    currency = str(record.get("currency") or "").upper()
    figure = f"{value:,.2f}".removesuffix(".00")
    if currency in _SIGNS:
        return f"{_SIGNS[currency]}{figure}"
    return f"{figure} {currency}".strip()


def _moment(text: str) -> str:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return show_day(text)
    if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return ""
        return f"{show_day(moment.date().isoformat())} at {moment:%H:%M}"
    return ""


def show_day(text: str) -> str:
    """An ISO date as a person writes it; the text itself when there is no such day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day:%A} {day.day} {day:%B %Y}"


def _clip(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3].rsplit(" ", 1)[0] + " ..."
