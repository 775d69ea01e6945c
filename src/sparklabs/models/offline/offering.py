"""Finds free times for a booking that knows its day and not its time, through the tool that tells free times."""

import re
from typing import Any

from sparklabs.models.offline.choosing.cards import Card, Deck
from sparklabs.models.offline.decision import Act, Decision, Scene
from sparklabs.models.offline.slots.filling import Filling
from sparklabs.models.offline.slots.kinds import Kind

_TELLS_TIMES = re.compile(r"\b(?:free|available|availability|openings?|slots?)\b", re.IGNORECASE)
_ASKS_TIMES = re.compile(
    r"\b(?:what|which|any|when)\b.{0,25}\b(?:times?|slots?|free|available|possible|openings?)\b|\bwhen can\b",
    re.IGNORECASE,
)
_PARTS = (
    (re.compile(r"\bmornings?\b", re.IGNORECASE), "06:00", "11:45"),
    (re.compile(r"\bafternoons?\b", re.IGNORECASE), "12:00", "17:30"),
    (re.compile(r"\b(?:evenings?|after work)\b", re.IGNORECASE), "16:30", "21:30"),
)
_FROM = re.compile(r"\b(?:from|start|after|min|earliest|not before)\b")
_TO = re.compile(r"\b(?:to|end|until|before|max|latest)\b")


def find_finder(card: Card, deck: Deck) -> Card | None:
    """The reading tool that tells the free times of what `card` books; the one that shares most words with it."""
    kinds = {one.kind for one in card.parameters if one.required}
    if not card.mutating or not {Kind.DATE, Kind.TIME} <= kinds:
        return None
    finders = [
        other
        for other in deck.cards
        if not other.mutating
        and other.tool.role == "action"
        and any(one.kind is Kind.DATE for one in other.parameters)
        and _TELLS_TIMES.search(f"{other.tool.name} {other.tool.description}".replace("_", " "))
    ]
    return max(finders, key=lambda other: len(other.nouns & card.nouns), default=None)


def offer_times(scene: Scene, card: Card, filling: Filling, *, since: int) -> Decision | None:
    """A call that looks up free times, when the contact named a day and a part of it, or asked what is free, in the
    messages from turn `since` on."""
    finder = find_finder(card, scene.deck)
    turns = scene.window.turns[since:]
    text = " ".join(turn.text for turn in reversed(turns))
    part = next(((start, end) for pattern, start, end in _PARTS if pattern.search(text)), None)
    if finder is None or not filling.days or filling.times or not (part or _ASKS_TIMES.search(text)):
        return None
    arguments = _arguments(finder, filling, part)
    made = [call.arguments for turn in turns for call in turn.calls if call.name == finder.name]
    if arguments in made or any(one.required and one.name not in arguments for one in finder.parameters):
        return None
    return Decision(Act.CALL, calls=((finder.name, arguments),), tool=finder.name, arguments=arguments)


def fill_part_of_day(card: Card, filling: Filling, text: str) -> None:
    """ "Tomorrow afternoon" for a tool that takes a span of times."""
    part = next(((start, end) for pattern, start, end in _PARTS if pattern.search(text)), None)
    if part is None or filling.times:
        return
    for one in card.parameters:
        if one.kind is Kind.TIME and (_FROM.search(one.words) or _TO.search(one.words)):
            filling.values.setdefault(one.name, part[0] if _FROM.search(one.words) else part[1])


def find_booked(finder: Card, deck: Deck) -> Card | None:
    """What is booked at the times that `finder` tells."""
    return next((card for card in deck.cards if find_finder(card, deck) is finder), None)


def _arguments(finder: Card, filling: Filling, part: tuple[str, str] | None) -> dict[str, Any]:
    days = [one for one in finder.parameters if one.kind is Kind.DATE]
    arguments: dict[str, Any] = {days[0].name: next(iter(filling.days.values())).isoformat()}
    for one in finder.parameters:
        if one.kind is Kind.TIME and part:
            if _FROM.search(one.words):
                arguments[one.name] = part[0]
            elif _TO.search(one.words):
                arguments[one.name] = part[1]
        elif one.kind is Kind.ENUM and one.name in filling.values:
            arguments[one.name] = filling.values[one.name]
    return arguments
