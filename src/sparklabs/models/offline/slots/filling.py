"""Fills a tool's arguments from the turns of one task, oldest first, a later word correcting an earlier one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from sparklabs.models.offline.choosing.cards import Card
from sparklabs.models.offline.lexicon import content_stems
from sparklabs.models.offline.slots import contact, wording
from sparklabs.models.offline.slots.identifiers import find_identifier, pattern_of
from sparklabs.models.offline.slots.kinds import Kind, Parameter
from sparklabs.models.offline.slots.numbers import assign_numbers
from sparklabs.models.offline.slots.options import find_option, says_no, says_yes
from sparklabs.models.offline.slots.spoken import Spoken, read_spoken
from sparklabs.models.offline.slots.validation import find_fault, is_complete

_END_NAME = re.compile(r"\b(?:out|end|ends|until|till|to|departure|return|leave|finish)\b")
_CORRECTION = re.compile(
    r"\b(?:no|actually|instead|rather|sorry|i meant|not|wrong|make (?:it|that)|change|should be|correction)\b",
    re.IGNORECASE,
)

_REPLY_EDGES = re.compile(
    r"^\W*(?:(?:ok|okay|well|so|hmm+|oh|ah|yes|then|maybe|rather|i meant|i mean|sorry|let's say)\b[\s,.]*)+"
    r"|[\s,]+(?:then|please|pls|thanks|thank you|i think|i guess|maybe|instead)\W*$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b(?:first|second|third|last)(?= one|\W*$)", re.IGNORECASE)
_PART_OF_DAY = re.compile(r"\b(?:in the )?(?:mornings?|afternoons?|evenings?)\b", re.IGNORECASE)
# A search without these would list everything.
_SOUGHT = frozenset({"query", "q", "search", "keyword", "keywords"})
_INTRODUCTION = re.compile(r"(?:name(?:'s| is|:)?|i'm|i am|this is)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the task: when it was said, which parameters we had just asked for and what we had offered."""

    text: str
    now: datetime
    asked: frozenset[str] = frozenset()
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Filling:
    """What is known so far, what is half known, and why something said was not taken."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    days: dict[str, date] = field(default_factory=dict[str, date])
    times: dict[str, time] = field(default_factory=dict[str, time])
    faults: dict[str, str] = field(default_factory=dict[str, str])
    heard_in_last: set[str] = field(default_factory=set[str])

    def missing(self, card: Card) -> list[Parameter]:
        return [one for one in card.parameters if one.required and one.name not in self.complete(card)]

    def complete(self, card: Card) -> dict[str, Any]:
        """The values that may be handed to the tool: an object waits until its own required parts are there."""
        known = [one for one in card.parameters if one.name in self.values]
        return {one.name: self.values[one.name] for one in known if is_complete(one, self.values[one.name])}


def fill(card: Card, chain: Sequence[Heard], *, locale: str | None) -> Filling:
    """Arguments of `card`'s tool out of `chain`. Values that break the schema are left out, with the reason kept."""
    filling = Filling()
    for heard in chain:
        filling.heard_in_last = set()
        _hear(card, heard, filling, locale)
    _settle_moments(card, filling, chain[-1].now if chain else None)
    return filling


def _hear(card: Card, heard: Heard, filling: Filling, locale: str | None) -> None:
    spoken = read_spoken(heard.text, heard.now, locale)
    taken: list[wording.Span] = []
    _take_identifiers(card, heard, filling, spoken, taken)
    _take_contact(card, heard, filling, spoken, taken)
    _take_moments(card, heard, filling, spoken, taken)
    for name, (value, span) in assign_numbers(card, heard.text, spoken, taken, heard.asked).items():
        _keep(card.parameter(name), value, filling)
        if span:
            taken.append(span)
    _take_options(card, heard, filling, taken)
    _take_texts(card, heard, filling, taken)
    _take_lists(card, heard, filling, locale)


def _keep(parameter: Parameter, value: Any, filling: Filling) -> None:
    fault = find_fault(parameter, value)
    filling.heard_in_last.add(parameter.name)
    if fault is None:
        filling.values[parameter.name] = value
        filling.faults.pop(parameter.name, None)
    else:
        filling.faults[parameter.name] = fault


def _take_identifiers(card: Card, heard: Heard, filling: Filling, spoken: Spoken, taken: list[wording.Span]) -> None:
    # A tool that wants a phone number too takes none for its id.
    phone = [spoken.phone.span] if spoken.phone and any(one.kind is Kind.PHONE for one in card.parameters) else []
    for one in card.parameters:
        if one.kind is not Kind.IDENTIFIER:
            continue
        found = find_identifier(wording.blank(heard.text, [*taken, *phone]), one.schema)
        if found is None and one.name in heard.asked:
            _fault_bare_identifier(one, heard, filling)
        elif found is not None:
            _keep(one, found[0], filling)
            taken.append(_with_its_name(one, heard.text, found[1]))


def _with_its_name(parameter: Parameter, text: str, span: wording.Span) -> wording.Span:
    """The id's span with what introduces it: ", my card number is 1234"."""
    own = "|".join(re.escape(word) for word in {*parameter.words.split(), *parameter.description.lower().split()})
    named = rf"(?:\b(?:{own}|number|no\.?|id)\s?)*(?:'s|\bis|:)?\s*#?$"
    lead = rf"[,;]?\s*(?:\band )?(?:\b(?:my|the|its|for|on|with|of|from) )*{named}"
    before = re.search(lead, text[: span[0]], re.IGNORECASE)
    return (before.start(), span[1]) if before and before[0].strip() else span


def _fault_bare_identifier(parameter: Parameter, heard: Heard, filling: Filling) -> None:
    if pattern_of(parameter.schema) is None:
        bare = heard.text.strip(" .!#")
        code = bool(re.search(r"\d|\w-\w", bare))
        if code and len(bare.split()) == 1 and not parameter.schema.get("format"):
            _keep(parameter, bare, filling)
    elif re.search(r"\d", heard.text):
        filling.faults[parameter.name] = f"that does not look like {_an(parameter.words)}"


def _an(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _take_contact(card: Card, heard: Heard, filling: Filling, spoken: Spoken, taken: list[wording.Span]) -> None:
    found_by_kind = {
        Kind.EMAIL: spoken.email, Kind.PHONE: spoken.phone, Kind.PERSON: spoken.person, Kind.COMPANY: spoken.company,
    }  # fmt: skip
    for one in card.parameters:
        found = found_by_kind.get(one.kind)
        asked = one.name in heard.asked
        if found is None and asked and one.kind is Kind.PERSON:
            found = contact.read_bare_person(_without_moments(heard.text, spoken))
        if found is None and asked and one.kind is Kind.COMPANY and len(heard.text.split()) <= 5:
            found = contact.Found(heard.text.strip(" .!"), (0, len(heard.text)))
        if found is None:
            if asked and one.kind is Kind.EMAIL and "@" in heard.text:
                filling.faults[one.name] = "that is not a complete e-mail address"
            if asked and one.kind is Kind.PHONE and re.search(r"\d{3}", heard.text):
                filling.faults[one.name] = "that is not a complete phone number"
            continue
        settled = one.name in filling.values and one.kind in (Kind.PERSON, Kind.COMPANY)
        if settled and not asked and not _CORRECTION.search(heard.text):
            continue
        _keep(one, _phone_form(one, found.value), filling)
        taken.append(found.span)
    # Contact data is nobody's free text, even where the tool has no parameter for it.
    loose = [found for found in (spoken.email, spoken.phone) if found]
    if spoken.person and _INTRODUCTION.search(heard.text[: spoken.person.span[0]]):
        loose.append(spoken.person)
    taken += [found.span for found in loose if found.span not in taken]


def _without_moments(text: str, spoken: Spoken) -> str:
    """The text with days and times blanked: "ten o'clock" is nobody's name."""
    for hit in (*spoken.days, *spoken.times):
        text = text[: hit.span[0]] + " " * (hit.span[1] - hit.span[0]) + text[hit.span[1] :]
    return text


def _phone_form(parameter: Parameter, value: str) -> str:
    """E.164, unless the schema's own pattern wants bare digits."""
    pattern = parameter.schema.get("pattern")
    if parameter.kind is Kind.PHONE and pattern and not re.search(pattern, value):
        for form in (value.lstrip("+"), value[-10:]):
            if re.search(pattern, form):
                return form
    return value


def _take_moments(card: Card, heard: Heard, filling: Filling, spoken: Spoken, taken: list[wording.Span]) -> None:
    dated = [one for one in card.parameters if one.kind in (Kind.DATE, Kind.MOMENT)]
    timed = [one for one in card.parameters if one.kind in (Kind.TIME, Kind.MOMENT)]
    if dated:
        taken += [hit.span for hit in spoken.days]
    if timed:
        taken += [hit.span for hit in spoken.times]
        taken += [match.span() for match in _PART_OF_DAY.finditer(heard.text)]
    days = [hit.day for hit in spoken.days] or _asked_day(dated, heard, spoken)
    if len(days) > 1 and _CORRECTION.search(heard.text) and len(dated) == 1:
        days = days[-1:]
    for one, day in _pair(dated, days, heard, set(filling.days)):
        filling.days[one.name] = day
        filling.heard_in_last.add(one.name)
    for one, at in _pair(timed, [hit.at for hit in spoken.times], heard, set(filling.times)):
        filling.times[one.name] = at
        filling.heard_in_last.add(one.name)


def _asked_day(dated: list[Parameter], heard: Heard, spoken: Spoken) -> list[date]:
    """dateparser has the last word on a bare reply to a question for a day; it sees days in too much else."""
    from sparklabs.models.offline.slots.moments import parse_day

    asked = any(one.name in heard.asked for one in dated)
    if not asked or spoken.times or not re.search(r"\d|day|week|month", heard.text) or len(heard.text.split()) > 6:
        return []
    day = parse_day(heard.text, heard.now)
    return [day] if day else []


def _pair(parameters: list[Parameter], found: list[Any], heard: Heard, filled: set[str]) -> list[tuple[Parameter, Any]]:
    """Which of the found days or times belongs to which parameter: in order when there are several, else to what was
    asked, else to the first that is empty; an end stands after "until"."""
    if not parameters or not found:
        return []
    if len(found) >= 2 or len(parameters) == 1:
        return list(zip(parameters, found, strict=False))
    asked = [one for one in parameters if one.name in heard.asked]
    until = re.search(r"\b(?:until|till|leaving|out on)\b", heard.text, re.IGNORECASE)
    ends = [one for one in parameters if _END_NAME.search(one.words)]
    if until and ends:
        return [(ends[0], found[0])]
    empty = [one for one in parameters if one.name not in filled]
    return [((asked or empty or parameters)[0], found[0])]


def _settle_moments(card: Card, filling: Filling, now: datetime | None) -> None:
    for one in card.parameters:
        day, at = filling.days.get(one.name), filling.times.get(one.name)
        value: str | None = None
        if one.kind is Kind.DATE and day:
            value = day.isoformat()
        elif one.kind is Kind.TIME and at:
            value = at.strftime("%H:%M")
        elif one.kind is Kind.MOMENT and day and at and now:
            value = datetime.combine(day, at, tzinfo=now.tzinfo).isoformat(timespec="minutes")
        if value is None:
            continue
        if day and now and day < now.date() and one.required and card.mutating:
            filling.faults[one.name] = f"{day:%d %B %Y} lies in the past"
            filling.values.pop(one.name, None)
        else:
            heard_now = one.name in filling.heard_in_last
            _keep(one, value, filling)
            if not heard_now:
                filling.heard_in_last.discard(one.name)


def _take_options(card: Card, heard: Heard, filling: Filling, taken: list[wording.Span]) -> None:
    for one in card.parameters:
        asked = one.name in heard.asked
        if one.kind is Kind.ENUM:
            found = find_option(wording.blank(heard.text, taken), list(one.schema["enum"]), asked=asked)
            if found is not None:
                _keep(one, found[0], filling)
                taken += _with_preposition(heard.text, found[1])
            elif asked and (place := _ORDINAL.search(heard.text)):
                _keep(one, _nth(list(one.schema["enum"]), place[0].lower()), filling)
            elif asked and not filling.heard_in_last:
                filling.faults[one.name] = "that is none of the choices"
        elif one.kind is Kind.BOOLEAN:
            value = _boolean(one, heard.text, asked=asked)
            if value is not None:
                _keep(one, value, filling)


def _nth(values: list[Any], word: str) -> Any:
    return values[min({"first": 0, "second": 1, "third": 2, "last": len(values) - 1}[word], len(values) - 1)]


def _with_preposition(text: str, span: wording.Span | None) -> list[wording.Span]:
    """The span of "for pickup" or "as an audiobook", which no free text wants; a bare "desk" stays part of
    what is sought."""
    if span is None:
        return []
    before = re.search(
        r"\b(?:for|as|in|from|by|on|with|to|at|near) (?:an? |my |the )?$", text[: span[0]], re.IGNORECASE
    )
    return [(before.start(), span[1])] if before else []


def _boolean(parameter: Parameter, text: str, *, asked: bool) -> bool | None:
    if asked and (says_yes(text) or says_no(text)):
        return says_yes(text)
    spoken = re.escape(re.sub(r"^(?:is|has|with|include|needs?|wants?) ", "", parameter.words))
    match = re.search(
        rf"\b(?:(?P<no>without|no|not|don't (?:need|want))|with)?\s*(?:an? |any )?{spoken}\b", text, re.IGNORECASE
    )
    return None if match is None else match["no"] is None


def _take_texts(card: Card, heard: Heard, filling: Filling, taken: list[wording.Span]) -> None:
    # Places first: an address is no part of what is sought or reported.
    for one in sorted(card.parameters, key=lambda one: one.kind is not Kind.PLACE):
        known, asked = one.name in filling.values, one.name in heard.asked
        if known and not asked and not _CORRECTION.search(heard.text):
            continue
        value = _TEXT_READERS[one.kind](one, heard, filling, taken) if one.kind in _TEXT_READERS else None
        if value:
            _keep(one, value, filling)
    queries = [one for one in card.parameters if one.kind is Kind.QUERY]
    if queries:
        _take_queries(card, queries, heard, filling, taken)


def _read_reason(one: Parameter, heard: Heard, _filling: Filling, _taken: list[wording.Span]) -> str | None:
    return wording.find_reason(heard.text) or (_bare(heard.text) if one.name in heard.asked else None)


def _read_message(one: Parameter, heard: Heard, filling: Filling, taken: list[wording.Span]) -> str | None:
    asked = one.name in heard.asked
    if not asked and (heard.asked or not one.required or one.name in filling.values):
        return None
    return wording.cut_message(heard.text, taken, bare=asked)


def _read_place(one: Parameter, heard: Heard, _filling: Filling, taken: list[wording.Span]) -> str | None:
    held = [span for span in taken if _digits_only(heard.text, span)]
    place = wording.find_place(wording.blank(heard.text, held), one)
    if place is None:
        return _bare(heard.text) if one.name in heard.asked else None
    taken += _with_preposition(heard.text, place[1]) or [place[1]]
    return place[0]


def _read_url(_one: Parameter, heard: Heard, _filling: Filling, _taken: list[wording.Span]) -> str | None:
    match = re.search(r"https?://\S+|\b[\w-]+\.(?:com|org|net|io|co|eu|hu|de|in)\b\S*", heard.text)
    return match[0].rstrip(".,") if match else None


_TEXT_READERS = {Kind.REASON: _read_reason, Kind.MESSAGE: _read_message, Kind.PLACE: _read_place, Kind.URL: _read_url}


def _digits_only(text: str, span: wording.Span) -> bool:
    return "@" in text[span[0] : span[1]] or bool(re.search(r"\d", text[span[0] : span[1]]))


def _take_queries(
    card: Card, queries: list[Parameter], heard: Heard, filling: Filling, taken: list[wording.Span]
) -> None:
    asked = [one for one in queries if one.name in heard.asked]
    if asked:
        heard = replace(heard, text=_REPLY_EDGES.sub(lambda match: " " * len(match[0]), heard.text))
    if asked and not (set(heard.asked) - {one.name for one in asked}) & filling.heard_in_last:
        bare = wording.cut_query(heard.text, taken, card) or _bare(wording.blank(heard.text, taken).replace("@", ""))
        choice = _find_choice(heard)
        if choice or (bare and content_stems(bare) and not says_yes(heard.text) and not says_no(heard.text)):
            bare = choice or bare
            _keep(asked[0], bare, filling)
        return
    if heard.asked and not asked:
        return
    required = [one for one in queries if one.required]
    text = heard.text
    if len(queries) > 1:
        author = re.search(r"^(?P<title>.*?)\s+by\s+(?P<by>[A-ZÀ-Ž][^,.;!?]*)", wording.blank(text, taken))
        second = next((one for one in queries if one not in required[:1]), None)
        if author and second and second.stems & {"author", "artist", "writ", "maker", "brand", "writer"}:
            _keep(second, author["by"].strip(" @"), filling)
            text, taken = author["title"], [span for span in taken if span[1] <= len(author["title"])]
    first = (required or [one for one in queries if one.name in _SOUGHT])[:1]
    for one in first:
        if one.name not in filling.values or _CORRECTION.search(heard.text):
            value = wording.cut_query(text, taken, card)
            told = bool(value) and (one.name not in filling.values or bool(content_stems(_CORRECTION.sub(" ", value))))
            if value and told and (one.name not in filling.values or not heard.asked):
                _keep(one, value, filling)


def _find_choice(heard: Heard) -> str | None:
    """The one of the offered choices that the reply names, whatever stands around it."""
    said = content_stems(heard.text)
    fitting = [choice for choice in heard.choices if content_stems(choice) & said]
    whole = [choice for choice in fitting if content_stems(choice) <= said]
    return (whole or fitting)[0] if len(whole) == 1 or len(fitting) == 1 else None


def _bare(text: str) -> str | None:
    text = text.strip(" .!,")
    return text or None


def _take_lists(card: Card, heard: Heard, filling: Filling, locale: str | None) -> None:
    """A list is what was said between commas and "and"; an object is filled from its own parameters, one level deep."""
    from sparklabs.models.offline.slots.nested import read_list, read_object

    for one in card.parameters:
        if one.kind is Kind.LIST:
            values = read_list(one, heard, card)
            if values:
                _keep(one, values, filling)
        elif one.kind is Kind.OBJECT:
            inner = read_object(one, heard, card, locale=locale)
            if inner:
                _keep(one, {**filling.values.get(one.name, {}), **inner}, filling)
