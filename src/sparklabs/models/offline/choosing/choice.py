"""Chooses the tool that one clause asks for, or none; knows nothing of the conversation around it."""

import math
import re
from dataclasses import dataclass

from sparklabs.models.embeddings import get_embedder
from sparklabs.models.offline.choosing import features
from sparklabs.models.offline.choosing.cards import Card, Deck
from sparklabs.models.offline.choosing.weights import LEAST_PROBABILITY, LEAST_PROBABILITY_ACTION, NONE_SCORE, WEIGHTS
from sparklabs.models.offline.lexicon import VERB_FAMILIES, stem
from sparklabs.models.offline.reading.utterance import Utterance, is_negated, read_utterance

SHORT_QUESTION_TOKENS = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """The best tool of a clause with its probability; `refused` is the tool the clause says not to use."""

    utterance: Utterance
    card: Card | None
    probability: float
    refused: Card | None = None
    runner_up: Card | None = None


def choose(text: str, deck: Deck) -> Choice:
    """The tool that `text` asks for. No card when nothing passes the calibrated threshold."""
    utterance = read_utterance(text)
    if not deck.cards or not utterance.tokens:
        return Choice(utterance, None, 0.0)
    vector = get_embedder().embed([features.strip_entities(utterance.text)])[0]
    rows = features.compute(utterance, vector, deck)
    foreign = {card.name for card, row in zip(deck.cards, rows, strict=True) if features.is_foreign(row)}
    scores = [_dot(row) for row in rows]
    ranked = sorted(zip(deck.cards, softmax([*scores, NONE_SCORE]), strict=False), key=lambda pair: -pair[1])
    refused = next((card for card, share in ranked[:3] if share > 0.05 and is_refused(utterance, card)), None)
    if refused is not None and not _turns_elsewhere(utterance, refused):
        return Choice(utterance, None, 0.0, refused=refused)
    ranked = [
        (card, share)
        for card, share in ranked
        if _is_open(utterance, card) and card is not refused and card.name not in foreign
    ]
    if not ranked:
        return Choice(utterance, None, 0.0)
    card, probability = ranked[0]
    least = LEAST_PROBABILITY_ACTION if card.mutating else LEAST_PROBABILITY
    runner_up = ranked[1][0] if len(ranked) > 1 and ranked[1][1] > probability / 2 else None
    return Choice(utterance, card if probability >= least else None, probability, runner_up=runner_up)


def softmax(scores: list[float]) -> list[float]:
    """Scores as shares of one."""
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def is_refused(utterance: Utterance, card: Card) -> bool:
    """Whether the clause tells not to do what this (changing) tool does."""
    if not card.mutating or (card.takes_problems and not utterance.stems & card.nouns):
        return False
    verbs = frozenset(stem(form) for family in card.verbs for form in VERB_FAMILIES[family])
    wants = frozenset(stem(word) for word in ("want", "need", "ask", "asked"))
    return is_negated(utterance, stems=(verbs | card.nouns) - {stem("able")}) or (
        is_negated(utterance, stems=wants) and bool(utterance.stems & (verbs | card.nouns))
    )


def _turns_elsewhere(utterance: Utterance, refused: Card) -> bool:
    """ "I can't come, cancel it" refuses nothing: the negated word is not the deed that is asked for."""
    text = " " + " ".join(utterance.tokens) + " "
    if any(
        cue in text
        for cue in (" can't ", " cannot ", " couldn't ", " unable ", " won't be able ", " hasn't ", " not working ")
    ):
        return True
    return refused.takes_problems and not any(cue in text for cue in (" don't ", " do not ", " no need "))


def _is_open(utterance: Utterance, card: Card) -> bool:
    """Whether the form of the clause allows the tool: what is past wishes for no deed, a statement asks no document."""
    if card.tool.role == "knowledge":
        short = len(utterance.tokens) <= SHORT_QUESTION_TOKENS
        return utterance.question or utterance.how_to or short or bool(_WANTS_TO_KNOW.search(utterance.text))
    return not (utterance.past and card.mutating and not card.takes_problems)


_WANTS_TO_KNOW = re.compile(
    r"\b(?:know|tell me|information|info|explain|about|wonder(?:ing)?|question|curious)\b", re.IGNORECASE
)


def _dot(values: list[float]) -> float:
    return sum(weight * value for weight, value in zip(WEIGHTS, values, strict=True))
