"""Orders the rows of a small table by the words of a question, forgiving typing errors and plurals."""

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from sparklabs.tools.repository import Record

# Python counts the vowel signs of Indian scripts as no letters; without them their words fall to pieces.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0963\u0966-\u0d7f\u200c\u200d])+")
_SHORTEST_FUZZY = 4
_CUTOFF = 80
_SHARE_OF_BEST = 0.45
_STOP = frozenset(
    """
    a about all am an and any are as at available be best by can could do does find for from get give
    got had has have hello help hi how i in is it its list like looking me my need of offer on one or
    our please price prices pricing cost costs much many sell selling service services show some
    something tell that the their them there these they thing things this to us want was we what when
    where which who will with would you your more most than item items product products everything
    anything search buy order cheap cheapest
    की का के है हैं क्या कितने कितना कितनी में से को पर मुझे चाहिए और ka ki ke hai kya kitne kitna kitni mujhe chahiye
    """.split()  # noqa: SIM905
)


def words_of(text: str) -> tuple[str, ...]:
    """The plain words of a text, in order."""
    return tuple(_stem(word) for word in _WORD.findall(text.lower()))


def query_words(query: str) -> tuple[str, ...]:
    """The words of a question that can tell rows apart."""
    plain = [word for word in _WORD.findall(query.lower()) if word not in _STOP and (len(word) > 1 or word.isdigit())]
    return tuple(dict.fromkeys(_stem(word) for word in plain))


def rank(rows: Sequence[Record], words: Sequence[str], *, fields: Sequence[str], limit: int) -> list[Record]:
    """The rows that answer these words, best first; without words the first rows as they come."""
    if not words:
        return list(rows[:limit])
    return [row for _, row in score_rows(rows, words, fields=fields)[:limit]]


def score_rows(rows: Sequence[Record], words: Sequence[str], *, fields: Sequence[str]) -> list[tuple[float, Record]]:
    """Rows with their scores, 0 to 1, best first; earlier fields weigh more, rarer words count more.

    Rows far behind the best are left out; when no row has any of the words the list is empty.
    """
    texts = [[_tokens(_text(row.data.get(field))) for field in fields] for row in rows]
    vocabulary = list({token for row in texts for tokens in row for token in tokens})
    alike = {word: _alike(word, vocabulary) for word in words}
    weights = [1.0 / (1 + 0.35 * place) for place in range(len(fields))]
    best = [{word: _best(row, alike[word], weights) for word in words} for row in texts]
    rarity = {word: _rarity(sum(1 for row in best if row[word] > 0), len(rows)) for word in words}
    whole = sum(rarity.values()) or 1.0
    scored = [
        (sum(rarity[word] * score for word, score in row.items()) / whole, place) for place, row in enumerate(best)
    ]
    top = max((score for score, _ in scored), default=0.0)
    kept = [(score, place) for score, place in scored if score > 0 and score >= top * _SHARE_OF_BEST]
    kept.sort(key=lambda each: (-each[0], each[1]))
    return [(score, rows[place]) for score, place in kept]


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)  # pyright: ignore


@lru_cache(maxsize=8192)
def _tokens(text: str) -> frozenset[str]:
    return frozenset(words_of(text))


def _stem(word: str) -> str:
    """Enough English to meet plurals; codes and short words stay."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _alike(word: str, vocabulary: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    if len(word) >= _SHORTEST_FUZZY and not any(map(str.isdigit, word)):
        for token, score, _ in process.extract(word, vocabulary, scorer=fuzz.ratio, score_cutoff=_CUTOFF, limit=10):
            if len(token) >= _SHORTEST_FUZZY:
                found[token] = score / 100 * 0.85
    for token in vocabulary:
        if token == word:
            found[token] = 1.0
        elif len(word) >= 3 and token.startswith(word):
            found[token] = max(found.get(token, 0.0), 0.9)
    return found


def _best(row: Sequence[frozenset[str]], alike: dict[str, float], weights: Sequence[float]) -> float:
    best = 0.0
    for tokens, weight in zip(row, weights, strict=True):
        for token, score in alike.items():
            if token in tokens and score * weight > best:
                best = score * weight
    return best


def _rarity(rows_with: int, rows: int) -> float:
    return math.log(1 + rows / rows_with) if rows_with else 0.3
