"""Types of data fields: guessed from values, read from text, and shown to models as JSON Schema."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sparklabs.tools.binding import DataField, FieldType

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})$")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?$")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}$")
_PHONE = re.compile(r"\+?[\d(][\d\s()./-]{5,20}$")
_CODE = re.compile(r"[A-Za-z]*\d+[A-Za-z\d-]*$")
_TRUE, _FALSE = {"true", "yes"}, {"false", "no"}
_FEW_VALUES = 12
_KIND_BY_WORD: dict[str, FieldType] = {
    "email": "email", "phone": "phone", "mobile": "phone", "date": "date", "time": "time",
}  # fmt: skip

_SCHEMA: dict[FieldType, dict[str, Any]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "datetime": {"type": "string", "format": "date-time"},
    "email": {"type": "string", "format": "email"},
    "phone": {"type": "string", "format": "phone"},
}
_FORM: dict[FieldType, str] = {"date": "a date, YYYY-MM-DD", "time": "a time of day, HH:MM, 24 hours"}


def field_schema(field: DataField, *, description: str | None = None, closed: bool = False) -> dict[str, Any]:
    """The JSON Schema of one argument; `closed` makes the field's few values the only ones allowed."""
    schema = dict(_SCHEMA[field.type])
    words = description or field.description or field.name.replace("_", " ").capitalize()
    form = _FORM.get(field.type)
    schema["description"] = f"{words} ({form})" if form else words
    if field.values and field.type == "string":
        if closed:
            schema["enum"] = list(field.values)
        else:
            schema["examples"] = list(field.values)
    return schema


def infer_fields(rows: Sequence[dict[str, Any]], *, declared: Iterable[DataField] = ()) -> tuple[DataField, ...]:
    """The fields of these rows in their order: the declared ones as declared, sharpened by what the rows hold."""
    known = {field.name: field for field in declared}
    columns: dict[str, list[Any]] = {name: [] for name in known}
    for row in rows:
        for name, value in row.items():
            columns.setdefault(name, []).append(value)
    return tuple(_infer(name, values, known.get(name)) for name, values in columns.items())


def read_value(text: str, kind: FieldType) -> Any:
    """A cell's text as a value of that type; text that does not fit stays text, empty is None."""
    text = text.strip()
    if not text:
        return None
    match kind:
        case "integer" if _INTEGER.match(text):
            return int(text)
        case "number" if _NUMBER.match(text):
            return int(text) if _INTEGER.match(text) else float(text)
        case "boolean" if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        case _:
            return text


def fits(value: str, kind: FieldType) -> bool:
    """Whether this text is a real value of that type: a day that exists, an address with a domain."""
    match kind:
        case "date":
            return bool(_DATE.match(value)) and _parses(date.fromisoformat, value)
        case "time":
            return bool(_TIME.match(value)) and _parses(time.fromisoformat, value)
        case "datetime":
            return bool(_DATETIME.match(value)) and _parses(datetime.fromisoformat, value)
        case "email":
            return bool(_EMAIL.match(value)) and len(value) <= 254
        case "phone":
            return bool(_PHONE.match(value)) and 7 <= sum(map(str.isdigit, value)) <= 15
        case _:
            return True


def to_decimal(value: Any) -> Decimal | None:
    """An exact number out of a JSON number or a text such as "1,299.00" or "₹ 450"; None when there is none."""
    if isinstance(value, bool) or value is None:
        return None
    text = re.sub(r"[^\d.\-]", "", str(value)) if isinstance(value, str) else str(value)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _infer(name: str, values: list[Any], declared: DataField | None) -> DataField:
    present = [value for value in values if value not in (None, "")]
    kind = declared.type if declared and declared.type != "string" else _kind(name, present)
    if declared and declared.type == "string" and kind not in ("email", "phone", "time", "date", "datetime"):
        kind = "string"
    few = declared.values if declared else ()
    return DataField(name, kind, declared.description if declared else None, few or _few(kind, present))


def _kind(name: str, values: list[Any]) -> FieldType:
    if not values:
        return _kind_by_name(name)
    if all(isinstance(value, bool) for value in values):
        return "boolean"
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return "integer"
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "number"
    if not all(isinstance(value, str) for value in values):
        return "string"
    if "phone" in name.lower() or "mobile" in name.lower():
        return "phone"
    kinds: tuple[FieldType, ...] = ("date", "time", "datetime", "email")
    for kind in kinds:
        if all(fits(value, kind) for value in values):
            return kind
    return "string"


def _kind_by_name(name: str) -> FieldType:
    words = set(name.lower().replace("-", "_").split("_"))
    for word, kind in _KIND_BY_WORD.items():
        if word in words:
            return kind
    return "string"


def _few(kind: FieldType, values: list[Any]) -> tuple[str, ...]:
    if kind != "string" or not all(isinstance(value, str) for value in values):
        return ()
    distinct = list(dict.fromkeys(values))
    repeated = len(values) >= 2 * len(distinct)
    short = all(len(value) <= 40 and not _CODE.match(value) for value in distinct)
    return tuple(distinct) if repeated and short and len(distinct) <= _FEW_VALUES else ()


def _parses(reader: Any, value: str) -> bool:
    try:
        reader(value)
    except ValueError:
        return False
    return True


def text_kind(values: Iterable[str]) -> FieldType:
    """The type that every one of these cells reads as; codes with leading zeros and long digit strings stay text."""
    cells = [value.strip() for value in values if value.strip()]
    if not cells:
        return "string"
    if all(_INTEGER.match(cell) for cell in cells):
        return "integer"
    if all(_NUMBER.match(cell) for cell in cells):
        return "number"
    if all(cell.lower() in _TRUE | _FALSE for cell in cells):
        return "boolean"
    return "string"
