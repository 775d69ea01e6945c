"""What kind of thing a parameter wants, read off its JSON Schema, its name and its description."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from sparklabs.models.offline.lexicon import humanise, stem, words
from sparklabs.models.schemas import ToolSchema


class Kind(StrEnum):
    """The kinds that can be read out of a sentence."""

    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    MONEY = "money"
    DURATION = "duration"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"
    IDENTIFIER = "identifier"
    PERSON = "person"
    COMPANY = "company"
    PLACE = "place"
    QUERY = "query"
    REASON = "reason"
    MESSAGE = "message"
    OBJECT = "object"
    LIST = "list"


CONTACT_KINDS = frozenset({Kind.EMAIL, Kind.PHONE, Kind.PERSON, Kind.COMPANY})
TEXT_KINDS = frozenset({Kind.QUERY, Kind.REASON, Kind.MESSAGE, Kind.PLACE})

_NAMED: tuple[tuple[str, Kind], ...] = (
    (r"e ?mail( address)?$|\bmail$", Kind.EMAIL),
    (r"\b(phone|mobile|telephone|cell|tel|whatsapp)\b", Kind.PHONE),
    (r"\b(url|website|link)\b", Kind.URL),
    (r"\b(company|organi[sz]ation|employer|business)( name)?$", Kind.COMPANY),
    (r"^((full|first|last|your|customer|contact|patient|guest|visitor|client|user|caller|attendee|person|"
     r"member)s? )?name$",
     Kind.PERSON),
    (r"\b(id|number|no|code|reference|ref|sku|barcode)$", Kind.IDENTIFIER),
    (r"\b(reason|why|cause)\b", Kind.REASON),
    (r"\b(address|location|city|town|place|country|street|destination|venue)\b", Kind.PLACE),
    (r"\b(description|problem|issue|message|details?|text|feedback|comments?|complaint|notes?|summary|body|content|fact)\b",
     Kind.MESSAGE),
)  # fmt: skip
_FORMATS = {
    "email": Kind.EMAIL, "phone": Kind.PHONE, "tel": Kind.PHONE, "date": Kind.DATE, "time": Kind.TIME,
    "date-time": Kind.MOMENT, "uri": Kind.URL, "url": Kind.URL, "uuid": Kind.IDENTIFIER,
}  # fmt: skip
_MONEY = re.compile(r"\b(price|amount|budget|cost|fee|money|total|deposit|salary|payment)\b")
_DURATION = re.compile(r"\b(minutes?|hours?|duration|length)\b")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a tool, as the offline model sees it."""

    name: str
    schema: dict[str, Any]
    kind: Kind
    required: bool
    words: str
    stems: frozenset[str] = field(default_factory=frozenset[str])

    @property
    def description(self) -> str:
        return str(self.schema.get("description") or "").strip().rstrip(".")


def read_parameters(tool: ToolSchema) -> tuple[Parameter, ...]:
    """The tool's parameters in their order; a `const` needs nobody and is left out."""
    required: set[str] = set(tool.parameters.get("required") or ())
    properties: dict[str, dict[str, Any]] = tool.parameters.get("properties") or {}
    return tuple(
        _parameter(name, schema, required=name in required)
        for name, schema in properties.items()
        if "const" not in schema
    )


def _parameter(name: str, schema: dict[str, Any], *, required: bool) -> Parameter:
    schema = _without_broken_pattern(_plain(schema))
    spoken = humanise(name)
    about = f"{spoken} {schema.get('description', '')}".lower()
    stems = frozenset(stem(word) for word in words(about) if len(word) > 2)
    return Parameter(name, schema, _kind(spoken, about, schema), required, spoken, stems)


def _without_broken_pattern(schema: dict[str, Any]) -> dict[str, Any]:
    """A pattern that Python cannot read is left to whoever validates the tool's call."""
    try:
        re.compile(str(schema.get("pattern", "")))
    except re.error:
        return {name: rule for name, rule in schema.items() if name != "pattern"}
    return schema


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """`anyOf` with null, and `type: [string, "null"]`, reduced to what is not null."""
    for key in ("anyOf", "oneOf"):
        options: list[dict[str, Any]] = [one for one in schema.get(key) or () if one.get("type") != "null"]
        if options:
            rest = {name: value for name, value in schema.items() if name != key}
            return {**rest, **options[0]}
    kinds: Any = schema.get("type")
    if isinstance(kinds, list):
        names = [one for one in cast("list[str]", kinds) if one != "null"]
        return {**schema, "type": names[0] if names else "string"}
    return schema


def _kind(spoken: str, about: str, schema: dict[str, Any]) -> Kind:
    declared = schema.get("type", "string")
    if schema.get("enum"):
        return Kind.ENUM
    if declared in ("array", "object", "boolean"):
        return {"array": Kind.LIST, "object": Kind.OBJECT, "boolean": Kind.BOOLEAN}[declared]
    if declared in ("integer", "number"):
        return _numeric_kind(spoken, about, declared)
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return _text_kind(spoken, about, schema)


def _numeric_kind(spoken: str, about: str, declared: str) -> Kind:
    if _MONEY.search(spoken) or (declared == "number" and _MONEY.search(about)):
        return Kind.MONEY
    if _DURATION.search(spoken):
        return Kind.DURATION
    return Kind.INTEGER if declared == "integer" else Kind.NUMBER


def _text_kind(spoken: str, about: str, schema: dict[str, Any]) -> Kind:
    for pattern, kind in _NAMED[:5]:
        if re.search(pattern, spoken):
            return kind
    if schema.get("pattern"):
        return Kind.IDENTIFIER
    if re.search(
        r"\b(date ?time|datetime|starts? at|ends? at|when)$|\biso[- ]?8601\b.*\btime\b|\bdate and time\b", about
    ):
        return Kind.MOMENT
    if re.search(r"\b(date|day)$", spoken):
        return Kind.DATE
    if re.search(r"\btime$", spoken):
        return Kind.TIME
    for pattern, kind in _NAMED[5:]:
        if re.search(pattern, spoken):
            return kind
    if spoken in ("title", "subject", "topic") and re.search(r"\b(?:problem|issue|complaint|happened)\b", about):
        return Kind.MESSAGE
    return Kind.QUERY
