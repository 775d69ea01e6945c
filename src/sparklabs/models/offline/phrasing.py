"""Our own questions: how they are worded, and how to know them again in the message list, where all our state lives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, cast

from sparklabs.models.offline.choosing.cards import Card, Deck
from sparklabs.models.offline.lexicon import humanise
from sparklabs.models.offline.slots.filling import Filling
from sparklabs.models.offline.slots.kinds import Kind, Parameter
from sparklabs.models.offline.slots.validation import example_of

CONFIRM_LEAD = "Please confirm"
CONFIRM_CLOSE = "Shall I go ahead? (yes or no)"
ASK_CLOSE = "please tell me"
ASKED_AT_ONCE = 2
CHOICES_SHOWN = 8
_THERE_ARE = re.compile(r"(?:There are|may be one of): ([^\n]+?)\. ")
OFFER_PERSON = "Would you like to talk to a person?"


class Awaiting(StrEnum):
    """What our last message asked for."""

    NOTHING = "nothing"
    VALUES = "values"
    CONFIRMATION = "confirmation"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Pending:
    """The question that our last message left open."""

    awaiting: Awaiting = Awaiting.NOTHING
    card: Card | None = None
    names: frozenset[str] = frozenset()
    choices: tuple[str, ...] = ()


def noun_phrase(parameter: Parameter, *, half_known: str = "") -> str:
    """What to call the value in a question: "your e-mail address", "the date", "the kind of doctor (dental or
    general)"."""
    if half_known:
        return half_known
    fixed = {
        Kind.EMAIL: "your e-mail address", Kind.PHONE: "your phone number", Kind.COMPANY: "the name of your company",
        Kind.MESSAGE: f"the {parameter.words}", Kind.MOMENT: f"the day and time ({parameter.words})",
    }  # fmt: skip
    if parameter.kind is Kind.MOMENT and re.search(r"\b(time|at|when|date)\b", parameter.words):
        return "the day and time"
    if parameter.kind is Kind.QUERY and parameter.words in ("query", "search", "q"):
        return "what you are looking for"
    if parameter.kind is Kind.PERSON:
        return "your name" if parameter.words in ("name", "full name", "customer name") else f"the {parameter.words}"
    if parameter.kind in fixed:
        return fixed[parameter.kind]
    # What stands in brackets ("YYYY-MM-DD") is for programs.
    return re.sub(r"\s*\([^)]*\)", "", _described(parameter)) + _shape(parameter)


def _described(parameter: Parameter) -> str:
    about = parameter.description
    if about and len(about.split()) <= 6:
        lowered = about[0].lower() + about[1:]
        if re.match(r"(?:its|their|one|any|words)\b", lowered):
            return f"the {parameter.words}"
        if re.match(r"(?:the|a|an|your|what|how|which|who|why|where|when)\b", lowered):
            return lowered
        return f"the {lowered}"
    return f"the {parameter.words}"


def _shape(parameter: Parameter) -> str:
    if parameter.kind is Kind.OBJECT:
        parts: list[str] = list(parameter.schema.get("properties") or ())
        return f" ({', '.join(humanise(part) for part in parts)})" if parts else ""
    if parameter.kind is Kind.ENUM:
        values = [humanise(str(value)) for value in parameter.schema["enum"]]
        shown = ", ".join(values[:CHOICES_SHOWN]) + (" ..." if len(values) > CHOICES_SHOWN else "")
        return f" ({shown})"
    if parameter.kind is Kind.IDENTIFIER and parameter.schema.get("pattern"):
        example = example_of(parameter.schema["pattern"])
        return f" (such as {example})" if example else ""
    return ""


def ask(card: Card, filling: Filling, *, fresh: bool = False, again: bool = False) -> tuple[str, list[str]]:
    """A question for what is missing, one or two things at a time, and the names it asks for.

    What was understood is said once, so that a misreading shows itself: all of it when the task is `fresh`, else what
    the last message brought, and nothing when the question is only put `again`.
    """
    missing = filling.missing(card)[:ASKED_AT_ONCE]
    faults = [fault for name, fault in filling.faults.items() if name in {one.name for one in missing}]
    reason = "".join(f"I am sorry, {fault}. " for fault in faults)
    noted = "" if again or faults else _noted(card, filling, fresh=fresh)
    phrases = [noun_phrase(one, half_known=_half_known(one, filling)) for one in missing]
    question = f"To {card.task}, {ASK_CLOSE} {' and '.join(phrases)}."
    return f"{reason}{noted}{question}", [one.name for one in missing]


def _half_known(parameter: Parameter, filling: Filling) -> str:
    if parameter.kind is not Kind.MOMENT:
        return ""
    if parameter.name in filling.days:
        return f"the time ({parameter.words})"
    return f"the day ({parameter.words})" if parameter.name in filling.times else ""


def _noted(card: Card, filling: Filling, *, fresh: bool) -> str:
    new = filling.heard_in_last
    known = [
        f"{one.words} {show(one, filling.values[one.name])}"
        for one in card.parameters
        if one.name in filling.values and (fresh or one.name in new)
    ]
    known += [_date(day) for name, day in filling.days.items() if name not in filling.values and (fresh or name in new)]
    return f"Noted: {', '.join(known)}. " if known else ""


def confirm(card: Card, values: dict[str, Any]) -> str:
    """The question that must be answered yes before a tool of high risk is called; every argument stands in it."""
    lines = [f"- {one.words}: {show(one, values[one.name])}" for one in card.parameters if one.name in values]
    return "\n".join([f"{CONFIRM_LEAD}: {card.task}?", *lines, CONFIRM_CLOSE])


def show(parameter: Parameter, value: Any) -> str:
    """A value as a person would write it."""
    if parameter.kind is Kind.DATE and isinstance(value, str):
        return _date(date.fromisoformat(value))
    if parameter.kind is Kind.MOMENT and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return f"{_date(moment.date())} at {moment:%H:%M}"
    if parameter.kind is Kind.TIME and isinstance(value, str):
        return f"{time.fromisoformat(value):%H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in cast("list[Any]", value))
    if isinstance(value, dict):
        return ", ".join(f"{humanise(name)} {part}" for name, part in cast("dict[str, Any]", value).items())
    return f"{value:g}" if isinstance(value, float) else str(value)


def _date(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def read_pending(said: str, deck: Deck) -> Pending:
    """The open question in our own last message, known again by its wording; the text is all we have to go by."""
    if said.endswith(OFFER_PERSON):
        return Pending(Awaiting.PERSON)
    for card in deck.cards:
        if f"{CONFIRM_LEAD}: {card.task}?" in said and said.endswith(CONFIRM_CLOSE):
            return Pending(Awaiting.CONFIRMATION, card)
    for card in deck.cards:
        lead = f"To {card.task}, {ASK_CLOSE} "
        if lead in said:
            rest = said.rsplit(lead, 1)[1]
            names = frozenset(one.name for one in card.parameters if _asked_in(one, rest))
            if names:
                return Pending(Awaiting.VALUES, card, names, _choices(said.rsplit(lead, 1)[0]))
    return Pending()


def _choices(said: str) -> tuple[str, ...]:
    """What a refusal before the question said there is."""
    match = _THERE_ARE.search(said)
    return tuple(part.strip() for part in match[1].split(", ")) if match else ()


def _asked_in(parameter: Parameter, text: str) -> bool:
    forms = [noun_phrase(parameter)]
    if parameter.kind is Kind.MOMENT:
        forms += [f"the time ({parameter.words})", f"the day ({parameter.words})"]
    return any(re.search(rf"(?:^|\band ){re.escape(form)}(?: and |\.)", text) for form in forms)


def join_names(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names))
