"""Gives the numbers of a message to the parameters they belong to, by unit, by the words beside them, by what
was asked."""

import re
from typing import Any

from sparklabs.models.offline.choosing.cards import Card
from sparklabs.models.offline.lexicon import stem, word_set, words
from sparklabs.models.offline.slots.amounts import NumberHit
from sparklabs.models.offline.slots.kinds import Kind, Parameter
from sparklabs.models.offline.slots.spoken import Spoken

Span = tuple[int, int]
Assigned = dict[str, tuple[Any, Span | None]]
_PEOPLE = frozenset(
    stem(word)
    for word in ("guests", "people", "persons", "adults", "pax", "visitors", "attendees", "party", "group", "for", "us")
)
_COUNT_NAMES = frozenset(
    stem(word) for word in ("quantity", "count", "amount", "units", "pieces", "seats", "copies", "number", "many")
)
_SHARE_NAMES = frozenset(stem(word) for word in ("percent", "percentage", "share"))
_LIMIT_WORDS = word_set("under below max maximum over than to budget about around")


def assign_numbers(card: Card, text: str, spoken: Spoken, taken: list[Span], asked: frozenset[str]) -> Assigned:
    """Values for the numeric parameters of the tool, each with the span of text it used up."""
    wanted = [one for one in card.parameters if one.kind in (Kind.MONEY, Kind.INTEGER, Kind.NUMBER, Kind.DURATION)]
    if not wanted:
        return {}
    free = [hit for hit in spoken.numbers if not any(hit.span[0] < end and start < hit.span[1] for start, end in taken)]
    result: Assigned = {}
    _assign_lengths(wanted, spoken, free, result)
    for test in (_is_money, _is_share, _is_beside, _is_people, _is_count):
        for one in wanted:
            hit = next((hit for hit in free if one.name not in result and test(one, hit)), None)
            if hit is not None:
                _give(one, hit, free, result)
                widen = _with_what_it_counts if test in (_is_share, _is_count) else _with_its_word
                result[one.name] = (result[one.name][0], widen(one, text, hit.span))
    for one in [one for one in wanted if one.name in asked] + [one for one in wanted if one.required]:
        hit = next((hit for hit in free if one.name not in result and _may_be(one, hit, text)), None)
        if hit is not None:
            _give(one, hit, free, result)
    return result


def _assign_lengths(wanted: list[Parameter], spoken: Spoken, free: list[NumberHit], result: Assigned) -> None:
    for one, length in zip([one for one in wanted if one.kind is Kind.DURATION], spoken.lengths, strict=False):
        hours = "hour" in one.words
        result[one.name] = (_typed(one, length.minutes / (60 if hours else 1)), length.span)
    spans = [length.span for length in spoken.lengths]
    free[:] = [hit for hit in free if not any(hit.span[0] < end and start < hit.span[1] for start, end in spans)]


def _give(parameter: Parameter, hit: NumberHit, free: list[NumberHit], result: Assigned) -> None:
    result[parameter.name] = (_typed(parameter, hit.value), hit.span)
    free.remove(hit)


def _is_money(parameter: Parameter, hit: NumberHit) -> bool:
    return parameter.kind is Kind.MONEY and (hit.money or hit.before in _LIMIT_WORDS)


def _is_beside(parameter: Parameter, hit: NumberHit) -> bool:
    """ "room 312" for `room`, "3 weeks" for `weeks`, "two more weeks" likewise."""
    if hit.money or hit.percent:
        return False
    own = parameter.stems - {stem("number"), stem("how")}
    near = [word for word in words(hit.after)[:3] if word not in ("more", "of", "the")][:1]
    return stem(hit.before) in own or any(_alike(stem(word), part) for word in near for part in own)


def _alike(word: str, part: str) -> bool:
    """The same stem, or the beginning of it: "two bed" for bedrooms."""
    return word == part or (len(word) >= 3 and part.startswith(word))


def _with_its_word(parameter: Parameter, text: str, span: Span) -> Span:
    """The number's span with the word that names it: "room 312", "four bags of"."""
    start, end = span
    before = re.search(r"(?:\b(?:to|in|for|at|from) )?\b(\w+) $", text[:start])
    if before and stem(before[1].lower()) in parameter.stems:
        return before.start(), end
    after = re.match(r"\s+(?:more )?([\w-]+)(?: of\b)?", text[end:])
    if after and stem(after[1].lower()) in parameter.stems:
        return start, end + after.end()
    return span


def _is_people(parameter: Parameter, hit: NumberHit) -> bool:
    if not parameter.stems & _PEOPLE or hit.money or hit.percent:
        return False
    near = [stem(word) for word in words(hit.after)[:2]]
    return bool(set(near) & _PEOPLE) or hit.before in ("for", "of", "we're", "are", "us")


def _is_share(parameter: Parameter, hit: NumberHit) -> bool:
    """ "30% off" for a discount in percent."""
    return hit.percent and bool(parameter.stems & _SHARE_NAMES)


def _is_count(parameter: Parameter, hit: NumberHit) -> bool:
    """ "12 seats", "for 25 people", "3 x" for a quantity, which is what stands before a noun."""
    if not parameter.stems & _COUNT_NAMES or hit.money or hit.percent or hit.value != int(hit.value):
        return False
    if hit.in_words and hit.value == 1:  # "the oak one then"
        return False
    return hit.before in ("for", "of", "x", "about") or bool(re.match(r"[^\W\d_]{3,}", hit.after))


def _with_what_it_counts(_parameter: Parameter, text: str, span: Span) -> Span:
    """The number's span with "for" before it and "seats", "people" or "% off" behind it."""
    start, end = span
    before = re.search(r"\b(?:for|of|with|at) $", text[:start])
    after = re.match(r"(?:\s*%)?(?:\s+(?:off|discount|percent|per cent|seats?|users?|people|persons?|"
                     r"licen[cs]es?|units?|pieces?|copies|x|of us)\b)*(?:\s+of\b)?", text[end:])  # fmt: skip
    return (before.start() if before else start), end + (after.end() if after else 0)


def _may_be(parameter: Parameter, hit: NumberHit, text: str) -> bool:
    if (parameter.kind is not Kind.MONEY and hit.money) or (hit.percent and not parameter.stems & _SHARE_NAMES):
        return False
    low, high = parameter.schema.get("minimum"), parameter.schema.get("maximum")
    if parameter.kind is Kind.INTEGER and low is not None and high is not None and low >= 100:
        return low <= hit.value <= high
    return not hit.in_words or hit.value != 1 or bool(parameter.stems & _COUNT_NAMES) or text.strip().lower() == "one"


def _typed(parameter: Parameter, value: float) -> int | float:
    if parameter.schema.get("type") == "integer" or value == int(value):
        return int(value)
    return value
