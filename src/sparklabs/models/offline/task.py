"""The task in hand, read back from the message list: since when it runs, what is known for it, what comes next."""

import re
from collections.abc import Sequence
from typing import Any

from sparklabs.models.offline.choosing.cards import Card, Deck
from sparklabs.models.offline.decision import Act, Decision, Scene
from sparklabs.models.offline.intents import find_intents
from sparklabs.models.offline.offering import fill_part_of_day, find_finder
from sparklabs.models.offline.phrasing import Awaiting, Pending, ask, confirm, read_pending
from sparklabs.models.offline.reading.window import Turn
from sparklabs.models.offline.rendering.follow_up import find_reference, last_records, point_at
from sparklabs.models.offline.rendering.records import Record, find_records, named_in, title_of
from sparklabs.models.offline.slots import contact
from sparklabs.models.offline.slots.filling import Filling, Heard, fill
from sparklabs.models.offline.slots.identifiers import find_identifier
from sparklabs.models.offline.slots.kinds import CONTACT_KINDS, Kind, Parameter
from sparklabs.models.offline.slots.spoken import read_spoken
from sparklabs.models.offline.slots.validation import find_fault

TURNS_BACK = 12
ID_TURNS_BACK = 6
CALLS_BACK = 4
_FOR_ANOTHER = re.compile(r"\bfor my (?!self)\w+", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:first|second|third|fourth|fifth|last|it|that|this|one|ones|them)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(?:first|second|third|fourth|fifth|last|earliest|latest)\b", re.IGNORECASE)
_MEMORY_KEYS = {
    Kind.EMAIL: ("email", "e-mail", "mail"), Kind.PHONE: ("phone", "mobile", "telephone"),
    Kind.PERSON: ("name", "full name"),
    Kind.COMPANY: ("company", "organisation", "organization"),
}  # fmt: skip


def start_of(scene: Scene, card: Card, last: int) -> int:
    """The index of the turn that raised the task which turn `last` is still about."""
    index = last
    while index > 0 and _pending(scene, index).card is card:
        index -= 1
    return index


def _pending(scene: Scene, index: int) -> Pending:
    return read_pending(scene.window.turns[index].before, scene.deck)


def fill_task(scene: Scene, card: Card, *, last: int, text: str | None = None) -> Filling:
    """What is known for `card` after turn `last`. `text` stands for the part of the first message that raised it."""
    turns = scene.window.turns
    start = start_of(scene, card, last)
    chain: list[Heard] = []
    finder = find_finder(card, scene.deck)
    # Looking up free times is a step of booking one.
    own = {card.name, finder.name if finder else card.name}
    for index in range(start, last + 1):
        turn = turns[index]
        if index > start and turn.calls and not {call.name for call in turn.calls} & own:
            continue
        pending = _pending(scene, index) if index > start else Pending()
        asked = pending.names if pending.card is card else frozenset[str]()
        said = (text or _part_about(scene, card, turn)) if index == start else turn.text
        chain.append(Heard(said, turn.now, asked, pending.choices if asked else ()))
    filling = fill(card, chain, locale=scene.locale)
    _refer(card, chain, filling, turns[: last + 1], scene.deck, start=start)
    if not card.mutating:
        fill_part_of_day(card, filling, chain[-1].text)
    _pick_time(scene, card, filling, start=start, last=last)
    _carry_over(card, filling, turns[: start + 1], scene.deck)
    _remember(scene, card, chain, filling, turns[:start])
    return filling


def _part_about(scene: Scene, card: Card, turn: Turn) -> str:
    return next((one.text for one in find_intents(turn.text, scene.deck) if one.card is card), turn.text)


def advance(card: Card, filling: Filling, *, fresh: bool, confidence: float = 1.0) -> Decision:
    """The next step of a task: ask for what is missing, confirm what is risky, or call."""
    values = filling.complete(card)
    if filling.missing(card):
        text, _ = ask(card, filling, fresh=fresh)
        return Decision(Act.ASK, text, tool=card.name, arguments=values, confidence=confidence)
    wrong = [fault for name, fault in filling.faults.items() if name not in values]
    if wrong and card.mutating:
        first = next(name for name in filling.faults if name not in values)
        text, _ = ask(card, _with_gap(filling, first), again=True)
        return Decision(Act.ASK, text, tool=card.name, arguments=values, confidence=confidence)
    if card.tool.risk == "high":
        return Decision(Act.CONFIRM, confirm(card, values), tool=card.name, arguments=values, confidence=confidence)
    return Decision(Act.CALL, calls=((card.name, values),), tool=card.name, arguments=values, confidence=confidence)


def _with_gap(filling: Filling, name: str) -> Filling:
    return Filling({key: value for key, value in filling.values.items() if key != name}, faults=dict(filling.faults))


def confirmed(scene: Scene, card: Card) -> Decision:
    """The contact said yes: call, provided that what was confirmed is, word for word, what we would do."""
    last = len(scene.window.turns) - 1
    filling = fill_task(scene, card, last=last - 1) if last else fill_task(scene, card, last=last)
    step = advance(card, filling, fresh=False)
    if step.act is not Act.CONFIRM or not scene.window.current.before.endswith(step.text):
        return step
    return Decision(Act.CALL, calls=((card.name, step.arguments),), tool=card.name, arguments=step.arguments)


def asks_for_values(pending: Pending) -> bool:
    """Whether our last message asked for arguments."""
    return pending.awaiting is Awaiting.VALUES and pending.card is not None


def _refer(
    card: Card, chain: Sequence[Heard], filling: Filling, turns: Sequence[Turn], deck: Deck, *, start: int
) -> None:
    """ "it", "the second one": values from the last results, and ids named shortly before."""
    text = chain[0].text
    turns = turns[: start + 1]
    for one in card.parameters:
        known = filling.values.get(one.name)
        loose = one.kind is Kind.QUERY and isinstance(known, str) and bool(_POINTING.search(known))
        wanted = one.required and (known is None or loose)
        if not wanted or one.kind not in (Kind.IDENTIFIER, Kind.QUERY):
            continue
        value = find_reference(text, turns, one.name, deck) if len(turns) > 1 else None
        if value is None and one.kind is Kind.IDENTIFIER and one.schema.get("pattern"):
            value = _recent_identifier(one, turns[-ID_TURNS_BACK - 1 : -1])
        if value is not None and find_fault(one, value) is None:
            filling.values[one.name] = value
            filling.faults.pop(one.name, None)


def _pick_time(scene: Scene, card: Card, filling: Filling, *, start: int, last: int) -> None:
    """ "The first one", or "10:30 then", after free times were shown."""
    finder = find_finder(card, scene.deck)
    turns = scene.window.turns
    if finder is None:
        return
    for index in range(start, last + 1):
        shown = [call for turn in turns[max(0, index - 2) : index] for call in turn.calls if call.name == finder.name]
        records = find_records(shown[-1].outcome.content) if shown and shown[-1].outcome else None
        fitting = _fitting(turns[index].text, records or [], card, filling)
        if len({str(record.get("date")) for record in fitting}) != 1:
            continue
        for one in card.parameters:
            value = fitting[0].get({Kind.DATE: "date", Kind.TIME: "time"}.get(one.kind, ""))
            if one.name not in filling.values and isinstance(value, str) and find_fault(one, value) is None:
                filling.values[one.name] = value
                filling.heard_in_last |= {one.name} if index == last else set()


def _fitting(text: str, records: list[Record], card: Card, filling: Filling) -> list[Record]:
    """The offered times that the message means: by place in the list, else by the time that was said."""
    picked = point_at(text, records) if _ORDINAL.search(text) else None
    at = {str(filling.values.get(one.name))[:5] for one in card.parameters if one.kind is Kind.TIME}
    return [picked] if picked else [record for record in records if str(record.get("time"))[:5] in at]


def _carry_over(card: Card, filling: Filling, turns: Sequence[Turn], deck: Deck) -> None:
    """ "Can I get 30% off?": what a reading tool still needs, from its own last call; ids, from any last call."""
    missing = filling.missing(card)
    wanted = {one.name for one in missing if one.kind is Kind.IDENTIFIER or not card.mutating} - filling.faults.keys()
    for turn in reversed(turns[-CALLS_BACK - 1 : -1]):
        for call in reversed(turn.calls):
            if not wanted or not call.outcome or not call.outcome.ok:
                continue
            same = call.name == card.name and not card.mutating
            for one in card.parameters:
                known = call.arguments.get(one.name)
                if known is None or one.name in filling.values or not (same or one.name in wanted):
                    continue
                if same or one.kind is Kind.IDENTIFIER:
                    filling.values[one.name] = known
            if not filling.missing(card):
                return
    records = last_records(turns, deck)
    # Only where the contact confirms it: "cancel my appointment" after it was shown.
    named = [one for one in filling.missing(card) if one.kind is Kind.IDENTIFIER and card.tool.risk == "high"]
    if len(records) == 1 and named and (value := records[0].get(named[0].name)):
        filling.values[named[0].name] = value
    # "How much for 2 people?" after one test was shown can only mean that one.
    sought = [one for one in filling.missing(card) if one.kind is Kind.QUERY and not card.mutating]
    title = _in_view(turns, deck) if sought and not filling.faults else ""
    if title:
        filling.values[sought[0].name] = title


def _in_view(turns: Sequence[Turn], deck: Deck) -> str:
    """The name of the one thing that the last look-up was about."""
    records = last_records(turns, deck)
    if len(records) <= 1:
        return title_of(records[0]) if records else ""
    calls = [call for turn in turns[-CALLS_BACK - 1 : -1] for call in turn.calls if call.outcome and call.outcome.ok]
    named = named_in(records, " ".join(str(value) for call in calls[-1:] for value in call.arguments.values()))
    return title_of(named) if named else ""


def _recent_identifier(parameter: Parameter, turns: Sequence[Turn]) -> str | None:
    """The one id of this form that the contact or a result named lately; None when there were several."""
    found: set[str] = set()
    for turn in turns:
        match = find_identifier(turn.text, parameter.schema)
        if match:
            found.add(match[0])
        for call in turn.calls:
            content: Any = call.outcome.content if call.outcome and call.outcome.ok else None
            for record in find_records(content) or ([content] if isinstance(content, dict) else []):
                for value in record.values():
                    named = (
                        find_identifier(value, parameter.schema) if isinstance(value, str) and len(value) < 40 else None
                    )
                    if named:
                        found.add(named[0])
    return found.pop() if len(found) == 1 else None


def _remember(scene: Scene, card: Card, chain: Sequence[Heard], filling: Filling, earlier: Sequence[Turn]) -> None:
    """Contact data given earlier in the conversation, or known from the system prompt's memory."""
    for_another = any(_FOR_ANOTHER.search(heard.text) for heard in chain)
    for one in card.parameters:
        if (
            one.kind not in CONTACT_KINDS
            or not one.required
            or one.name in filling.values
            or one.name in filling.faults
        ):
            continue
        if one.kind is Kind.PERSON and for_another:
            continue
        value = _said_earlier(scene, one, earlier) or _known(scene, one)
        if value and find_fault(one, value) is None:
            filling.values[one.name] = value


def _said_earlier(scene: Scene, parameter: Parameter, earlier: Sequence[Turn]) -> str | None:
    for turn in reversed(earlier[-TURNS_BACK:]):
        spoken = read_spoken(turn.text, turn.now, scene.locale)
        found = {
            Kind.EMAIL: spoken.email, Kind.PHONE: spoken.phone, Kind.PERSON: spoken.person,
            Kind.COMPANY: spoken.company,
        }[parameter.kind]  # fmt: skip
        if found is None and parameter.kind is Kind.PERSON:
            pending = read_pending(turn.before, scene.deck)
            if pending.card and any(pending.card.parameter(name).kind is Kind.PERSON for name in pending.names):
                found = contact.read_bare_person(turn.text)
        if found is not None:
            return found.value
    return None


def _known(scene: Scene, parameter: Parameter) -> str | None:
    known = scene.brief.contact
    return next((known[key] for key in _MEMORY_KEYS[parameter.kind] if key in known), None)
