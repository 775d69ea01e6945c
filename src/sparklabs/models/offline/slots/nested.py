"""Lists and small objects out of one message; deeper shapes are left to larger models."""

import re
from typing import Any

from sparklabs.models.offline.choosing.cards import Card
from sparklabs.models.offline.slots.filling import Heard, fill
from sparklabs.models.offline.slots.identifiers import find_identifier
from sparklabs.models.offline.slots.kinds import Kind, Parameter, read_parameters
from sparklabs.models.offline.slots.options import find_option
from sparklabs.models.offline.slots.wording import cut_query
from sparklabs.models.schemas import ToolSchema

_BETWEEN = re.compile(r"\s*(?:,|;|\band\b|&)\s*", re.IGNORECASE)
_SHORT_NAME = re.compile(r"[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*){0,2}")


def read_list(parameter: Parameter, heard: Heard, card: Card) -> list[Any]:
    """The items that a message names; free texts only when they were asked for or the list is required."""
    items: dict[str, Any] = parameter.schema.get("items") or {}
    parts = [part for part in _BETWEEN.split(heard.text) if part.strip(" .")]
    if items.get("enum"):
        found = [find_option(part, list(items["enum"]), asked=False) for part in parts]
        return list(dict.fromkeys(one[0] for one in found if one is not None))
    if items.get("pattern"):
        matches = [find_identifier(part, items) for part in parts]
        return [match[0] for match in matches if match is not None]
    if items.get("type", "string") != "string" or not (
        parameter.name in heard.asked or (parameter.required and not heard.asked)
    ):
        return []
    if parameter.name in heard.asked:
        return [part.strip(" .") for part in parts]
    # Unasked, only what looks like a list is one: two or more short names.
    named = [part.strip(" .") for part in _BETWEEN.split(cut_query(heard.text, [], card) or "") if part.strip(" .")]
    return named if len(named) > 1 and all(_SHORT_NAME.fullmatch(part) for part in named) else []


def read_object(parameter: Parameter, heard: Heard, card: Card, *, locale: str | None) -> dict[str, Any]:
    """The parts of a nested object that a message gives in a typed form."""
    tool = ToolSchema(name=card.name, description=parameter.description, parameters=parameter.schema)
    inner = tuple(
        one for one in read_parameters(tool) if one.kind not in (Kind.OBJECT, Kind.LIST, Kind.QUERY, Kind.MESSAGE)
    )
    nested = Card(
        tool, inner, card.task, card.verbs, card.name_verbs, card.nouns, card.examples, card.description, False, False
    )
    asked = frozenset(one.name for one in inner) if parameter.name in heard.asked else frozenset[str]()
    return fill(nested, [Heard(heard.text, heard.now, asked)], locale=locale).values
