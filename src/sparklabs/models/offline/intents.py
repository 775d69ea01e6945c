"""The wishes that one message holds, in order; what to do about them is decided elsewhere."""

from dataclasses import dataclass

from sparklabs.models.offline.choosing.cards import Card, Deck
from sparklabs.models.offline.choosing.choice import Choice, choose
from sparklabs.models.offline.reading.utterance import split_clauses

# A clause must be this sure of its own tool before a message is taken for two wishes.
SURE_ALONE = 0.6
MOST_INTENTS = 4
LONGEST_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Intent:
    """One wish: the tool and the part of the message that speaks of it."""

    card: Card
    text: str
    probability: float


def find_intents(text: str, deck: Deck) -> list[Intent]:
    """The tools that a message asks for, in order; empty when none is."""
    text = text[:LONGEST_CHARACTERS]
    clauses = split_clauses(text)
    whole = choose(text, deck)
    if len(clauses) > 1:
        parts = _group(clauses[: 2 * MOST_INTENTS], deck)
        if len({part.card.name for part in parts}) > 1:
            return parts[:MOST_INTENTS]
        if parts and (whole.card is None or parts[0].probability > whole.probability):
            return [Intent(parts[0].card, text, parts[0].probability)]
    return [Intent(whole.card, text, whole.probability)] if whole.card else []


def find_refusal(text: str, deck: Deck) -> Choice | None:
    """The choice in which the message tells not to do something, when it tells no more than that."""
    choices = [choose(clause, deck) for clause in split_clauses(text[:LONGEST_CHARACTERS])]
    refused = [choice for choice in choices if choice.refused]
    return refused[0] if refused and not any(choice.card for choice in choices) else None


def _group(clauses: list[str], deck: Deck) -> list[Intent]:
    """Clauses with a wish of their own begin a part; the others ("my name is Eva") belong to the part before."""
    parts: list[Intent] = []
    loose: list[str] = []
    for clause in clauses:
        choice = choose(clause, deck)
        # What is said in plain statements after a wish tells more of it; it asks for nothing new.
        telling = (
            bool(parts) and not choice.utterance.question and not choice.utterance.request and choice.probability < 0.9
        )
        if choice.card and choice.probability >= SURE_ALONE and not telling:
            if parts and parts[-1].card is choice.card:
                parts[-1] = Intent(choice.card, f"{parts[-1].text} {clause}", parts[-1].probability)
            else:
                parts.append(Intent(choice.card, " ".join([*loose, clause]), choice.probability))
            loose = []
        elif parts:
            parts[-1] = Intent(parts[-1].card, f"{parts[-1].text} {clause}", parts[-1].probability)
        else:
            loose.append(clause)
    return parts
