"""Says why a tool refused, in words for the contact; what a fault advises the agent to do is not read out."""

import re

from sparklabs.models.offline.choosing.cards import Card
from sparklabs.models.offline.lexicon import humanise
from sparklabs.models.offline.phrasing import OFFER_PERSON, ask
from sparklabs.models.offline.reading.window import Call, Outcome, Turn
from sparklabs.models.offline.rendering.records import show_day
from sparklabs.models.offline.slots.filling import Filling

# Faults of these kinds are meant for the contact; of others we say that something did not work.
_PLAIN = re.compile(r"^(?:record|slot|discount|booking)_")
# Hints that tell the agent what to do begin with an order.
_FACT = re.compile(r"^(?:There (?:is|are)|Free|Nothing is|It |Did you mean|Only|Bookings|Open|We |Try )")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?")
_QUOTED = re.compile(r"'([^']+)'")
_PERSON = re.compile(r"\b(?:human|colleague|hand over)\b", re.IGNORECASE)
MOST_TRIES = 2


def say_fault(call: Call, card: Card | None, turns: tuple[Turn, ...]) -> str:
    """What went wrong and the next step: a question for the value that was refused, else the offer of a person."""
    outcome = call.outcome
    assert outcome is not None  # noqa: S101 - only asked of calls that came back
    refused = _refused(outcome, call, card)
    told = _sentence(outcome, call, refused)
    if card is None or not refused or _tries(card, turns) > MOST_TRIES or _PERSON.search(outcome.hint):
        return f"{told} {OFFER_PERSON}"
    kept = {name: value for name, value in call.arguments.items() if name not in refused}
    question, asked = ask(card, Filling(kept), again=True)
    return f"{told} {question}" if asked else f"{told} {OFFER_PERSON}"


def _refused(outcome: Outcome, call: Call, card: Card | None) -> list[str]:
    """The arguments to ask for anew: the one that the fault names, or all that were to find one record."""
    if card is None:
        return []
    required = [one.name for one in card.parameters if one.required]
    if outcome.code == "record_not_found" and not _FACT.match(outcome.hint):
        return [name for name in required if name in call.arguments]
    return [outcome.field] if outcome.field in required else []


def _sentence(outcome: Outcome, call: Call, refused: list[str]) -> str:
    message = outcome.message.strip().rstrip(".")
    fact = f" {outcome.hint.strip()}" if _FACT.match(outcome.hint.strip()) else ""
    if outcome.code == "record_not_found" and refused and not fact:
        named = " and ".join(f"{humanise(name)} {call.arguments[name]}" for name in refused)
        return f"I am sorry, I find nothing with the {named}."
    if not _PLAIN.match(outcome.code):
        return f"I am sorry, that did not work: {_spoken(message)}.{_spoken(fact)}"
    return f"{_spoken(message)}.{_spoken(fact)}"


def _spoken(text: str) -> str:
    """Days as people say them, and proper quotes."""
    return _QUOTED.sub(r"“\1”", _MOMENT.sub(_day, text))


def _day(match: re.Match[str]) -> str:
    day = show_day(match[1])
    return f"{day} at {match[2]}" if match[2] else day


def _tries(card: Card, turns: tuple[Turn, ...]) -> int:
    """How often the tool failed in a row, in this turn and those just before."""
    count = 0
    for turn in reversed(turns):
        failed = [call for call in turn.calls if call.name == card.name and call.outcome and not call.outcome.ok]
        if turn.calls and not failed:
            break
        count += len(failed)
    return count
