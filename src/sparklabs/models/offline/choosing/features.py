"""Turns one clause and one tool into numbers that a small log-linear model weighs; the weights stand in
`weights.py`."""

import re
from functools import lru_cache
from typing import Any

from sparklabs.models.embeddings import get_embedder
from sparklabs.models.offline.choosing.cards import Card, Deck
from sparklabs.models.offline.lexicon import POLITE, VERB_FAMILIES, content_stems, stem, verb_families
from sparklabs.models.offline.reading.utterance import REQUEST, Utterance
from sparklabs.models.offline.slots.identifiers import pattern_of
from sparklabs.models.offline.slots.kinds import Kind

NAMES = (
    "example", "description", "lead", "verb", "name_verb", "verb_clash", "nouns", "identifier", "enum",
    "moment", "contact",
    "money", "number", "place", "bare_number", "stray",
    "problem", "problem_near", "no_noun", "action_question", "action_how_to", "action_statement",
    "read_question", "read_how_to", "knowledge",
    "knowledge_near", "knowledge_plain", "knowledge_question", "knowledge_how_to", "knowledge_request",
    "knowledge_entity", "handoff", "handoff_cue",
)  # fmt: skip
HANDOFF_CUE = re.compile(
    r"\b(?:(?:talk|speak|chat|deal|connect|transfer|put|pass|escalate|hand)\w*\b.{0,30}\b(?:to|with|through|"
    r"over)\b|get me|human\b)",
    re.IGNORECASE,
)
PERSON_WORD = re.compile(
    r"\b(?:human|person|people|agent|representative|rep|manager|supervisor|operator|someone|somebody|staff|advisor|colleague|"
    r"team|receptionist|front desk|employee|specialist)\b",
    re.IGNORECASE,
)
TROUBLE = re.compile(
    r"\b(?:broken?|breaks?|not working|n't (?:work|turn|start|load|open|connect|charge|respond|play|print|pair)\w*|"
    r"does not|stopped|stuck|crash\w*|fail\w*|error|leak\w*|noise|problem|issue|damaged?|defective|dead|"
    r"faulty|trouble|dirty|"
    r"complain\w*|too (?:hot|cold|loud|slow)|very hot|freez\w*|keeps)\b",
    re.IGNORECASE,
)
_BECAUSE = re.compile(r"\b(?:because|since|due to)\b", re.IGNORECASE)
VERB_STEMS = frozenset(stem(form) for forms in VERB_FAMILIES.values() for form in forms)
NEAR_ENOUGH = 0.4
LIKE_AN_EXAMPLE = 0.7
TROUBLES = (
    "it is broken", "it does not work any more", "something is wrong with it", "it makes a strange noise",
    "it is leaking",
    "it was stolen", "I lost it", "there is a stain", "it stopped working after the update", "it is too slow",
)  # fmt: skip
ENTITY = re.compile(r"\S+@\S+|\b[A-Z]{1,5}-?\d{2,}\b|\+?\d[\d ()-]{7,}\d", re.IGNORECASE)


def strip_entities(text: str) -> str:
    """The clause without e-mails, numbers and ids: they pull its vector towards nothing in particular."""
    bare = re.sub(r"\s+([,.?!])", r"\1", ENTITY.sub(" ", text))
    return re.sub(r"\s{2,}", " ", bare).strip(" ,:;-") or text


def compute(utterance: Utterance, vector: Any, deck: Deck) -> list[list[float]]:
    """The features of `NAMES`, in that order, for every card of the deck."""
    likeness = [max(float((card.examples @ vector).max()), float(card.description @ vector)) for card in deck.cards]
    said = verb_families([token for token in utterance.tokens if token not in POLITE])
    rows: list[list[float]] = []
    for index, card in enumerate(deck.cards):
        others = [
            value for place, value in enumerate(likeness) if place != index and deck.cards[place].tool.role == "action"
        ]
        values = {
            **_meaning(utterance, vector, card, deck, said),
            **_entities(utterance, card),
            **_form(utterance, card, vector),
            "lead": likeness[index] - max(others, default=0.0),
        }
        acting = card.tool.role in ("action", "memory")
        if not acting:
            values["example"] = _near_example(card, vector)
        kept = ("knowledge", "handoff", "example")
        rows.append([float(values[name]) * (acting or name.startswith(kept)) for name in NAMES])
    return rows


def _near_example(card: Card, vector: Any) -> float:
    """Likeness to the examples that the documents' tool was given, when it is nearly one of them."""
    own = len(card.tool.examples) if card.tool.role == "knowledge" else 0
    likeness = float((card.examples[:own] @ vector).max()) if own else 0.0
    return likeness if likeness >= LIKE_AN_EXAMPLE else 0.0


@lru_cache(maxsize=1)
def _trouble_vectors() -> Any:
    return get_embedder().embed(TROUBLES)


def is_foreign(row: list[float]) -> bool:
    """ "Order a burger" where tow trucks are ordered: the deed is right, and nothing else speaks for the tool."""
    values = dict(zip(NAMES, row, strict=True))
    if not values["no_noun"] or values["problem"] > 0 or max(values["example"], values["description"]) >= NEAR_ENOUGH:
        return False
    return not any(
        values[name] for name in ("identifier", "bare_number", "contact", "money", "number", "moment", "place")
    )


def _meaning(utterance: Utterance, vector: Any, card: Card, deck: Deck, said: frozenset[str]) -> dict[str, float]:
    shared = bool(said & card.verbs)
    return {
        "example": float((card.examples @ vector).max()),
        "description": float(card.description @ vector),
        "verb": shared,
        "name_verb": bool(said & card.name_verbs),
        "verb_clash": bool(said) and not shared and bool(card.verbs),
        "nouns": _noun_share(utterance, card, deck),
        "no_noun": card.mutating and _speaks_of_else(utterance, card),
    }


def _form(utterance: Utterance, card: Card, vector: Any) -> dict[str, float]:
    # The reason for a wish is not the wish: "I want to return it because it's broken" reports nothing.
    wish, _, _ = _BECAUSE.sub("\x00", utterance.text, count=1).partition("\x00")
    trouble = bool(TROUBLE.search(wish if REQUEST.search(wish) else utterance.text))
    # "Can I / could you / I'd like" is a wish in the clothes of a question.
    asking = utterance.question and not utterance.request
    knowledge, handed = card.tool.role == "knowledge", card.tool.role == "handoff"
    return {
        "problem_near": float((_trouble_vectors() @ vector).max()) * card.takes_problems,
        "problem": trouble * (1.0 if card.takes_problems else -1.0),
        "action_question": card.mutating and asking,
        "action_how_to": card.mutating and utterance.how_to,
        "action_statement": card.mutating and not utterance.question and not utterance.request,
        "read_question": not card.mutating and utterance.question,
        "read_how_to": not card.mutating and utterance.how_to,
        "knowledge": knowledge,
        "knowledge_near": float(card.description @ vector) * knowledge,
        "knowledge_plain": knowledge and not utterance.question and not utterance.how_to,
        "knowledge_question": knowledge and asking,
        "knowledge_how_to": knowledge and utterance.how_to,
        "knowledge_request": knowledge and utterance.request and not utterance.how_to,
        "knowledge_entity": knowledge and bool(ENTITY.search(utterance.text)),
        "handoff": float((card.examples @ vector).max()) * handed,
        "handoff_cue": handed and _hands_over(utterance, card),
    }


def _hands_over(utterance: Utterance, card: Card) -> bool:
    who = re.search(r"(?:to|with) (?:a |an |the )?([\w -]{3,30})$", card.tool.description.strip(" ."))
    named = bool(PERSON_WORD.search(utterance.text)) or bool(who and who[1].lower() in utterance.text.lower())
    return named and bool(HANDOFF_CUE.search(utterance.text) or len(utterance.tokens) <= 3)


def _speaks_of_else(utterance: Utterance, card: Card) -> bool:
    """ "Book a taxi" where demos are booked: it names a thing, and nothing that this tool knows of."""
    things = content_stems(strip_entities(utterance.text)) - VERB_STEMS
    return bool(things) and not things & (card.nouns - VERB_STEMS)


def _noun_share(utterance: Utterance, card: Card, deck: Deck) -> float:
    """How much of what is said belongs to this tool, words of few tools weighing more."""
    total = sum(1 / deck.noun_spread[noun] for noun in utterance.stems & card.nouns)
    return min(total, 2.0) / 2


def _entities(utterance: Utterance, card: Card) -> dict[str, float]:
    """Which of the things said have a place among the tool's parameters."""
    text, stems = utterance.text, utterance.stems
    kinds = {one.kind for one in card.parameters}
    patterns = [
        pattern for one in card.parameters if one.kind is Kind.IDENTIFIER and (pattern := pattern_of(one.schema))
    ]
    named = any(pattern.search(text) for pattern in patterns)
    loose = Kind.IDENTIFIER in kinds and not patterns and bool(_BARE_ID.search(text))
    foreign = bool(re.search(r"\b[A-Za-z]{1,4}[- ]?\d{3,8}\b", text))
    values = [str(value).lower() for one in card.parameters if one.kind is Kind.ENUM for value in one.schema["enum"]]
    return {
        "identifier": named,
        "bare_number": loose,
        "enum": any(stem(value) in stems for value in values),
        "moment": bool(kinds & {Kind.DATE, Kind.TIME, Kind.MOMENT}) and bool(_MOMENT.search(text)),
        "contact": bool(kinds & {Kind.EMAIL, Kind.PHONE}) and bool(re.search(r"\S@\S|\d{3}[ -]?\d{3}", text)),
        "money": Kind.MONEY in kinds and bool(_MONEY.search(text)),
        "number": bool(kinds & {Kind.INTEGER, Kind.NUMBER}) and bool(_COUNT.search(text)),
        "place": Kind.PLACE in kinds and bool(_PLACE.search(text)),
        "stray": foreign and not named,
    }


_BARE_ID = re.compile(r"\b(?:number|order|no\.?|#|id|card|code)\s*(?:is |: ?)?#?\d{3,}", re.IGNORECASE)
_MONEY = re.compile(
    r"[$€£₹]\s?\d|\d\s?(?:k\b|dollars?|euros?|pounds?|bucks|quid|rupees?)|\b(?:under|below|budget|up to)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?<![\w-])\d{1,3}(?![\w:-])|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|twenty|thirty|hundred|couple)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|near|at|to|around|from)\s+(?:[A-ZÀ-Ž]\w+|\d+\s+[A-Z])|\b\d+\s+[A-Z]\w+\s+[A-Z]")
_MOMENT = re.compile(
    r"\b(?:today|tonight|tom{1,2}or{1,2}ow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2}(?::\d\d)?\s?(?:am|pm)|\d{1,2}:\d\d|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\s\d|\d\w*\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
