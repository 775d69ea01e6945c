"""Reads one of a fixed set out of a sentence: an enum's value, or yes and no."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from sparklabs.models.embeddings import get_embedder
from sparklabs.models.offline.lexicon import STOP_WORDS, humanise, stem, words

YES = re.compile(
    r"^\W*(?:yes|yep|yeah|yup|ya|y|sure|ok|okay|correct|right|exactly|confirm(?:ed)?|go ahead|do it|please "
    r"do|proceed|sounds good|"
    r"that's (?:right|correct|fine|good)|that is (?:right|correct|fine)|absolutely|definitely|of course|"
    r"perfect|great|fine|"
    r"looks good|i confirm|i do|all good|haan)\b",
    re.IGNORECASE,
)
NO = re.compile(
    r"^\W*(?:no|nope|nah|n|not|don't|do not|dont|stop|cancel that|wait|never|wrong|incorrect|hold on|negative|nahi)\b",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(r"\b(?:but|no|not|don't|wait|except|instead|change|actually|however|unless)\b", re.IGNORECASE)
_WEAK_YES = re.compile(r"^\W*(?:ok|okay|sure|fine|great|perfect|right|y|ya)\b", re.IGNORECASE)
_FILLER = frozenset(
    [
        "ok",
        "okay",
        "sure",
        "fine",
        "great",
        "perfect",
        "right",
        "y",
        "ya",
        "yes",
        "yep",
        "yeah",
        "correct",
        "exactly",
        "absolutely",
        "go",
        "ahead",
        "do",
        "it",
        "that",
        "that's",
        "this",
        "is",
        "works",
        "for",
        "me",
        "please",
        "proceed",
        "sounds",
        "looks",
        "good",
        "thanks",
        "thank",
        "you",
        "so",
        "i",
        "would",
        "like",
        "a",
        "an",
        "to",
        "the",
        "let's",
        "then",
        "now",
        "and",
        "all",
        "confirm",
        "book",
        "send",
        "by",
        "means",
        "with",
        "person",
        "human",
        "someone",
        "agent",
        "talk",
    ]
)
_SYNONYMS = {
    "urgent": "asap urgently immediately critical emergency", "high": "important serious", "low": "minor whenever",
    "normal": "medium regular ordinary", "medium": "normal moderate", "small": "little s", "large": "big l",
    "email": "mail e-mail",
    "card": "credit debit visa mastercard", "cash": "notes coins", "invoice": "bill", "cheap": "budget",
}  # fmt: skip
LEAST_PREFIX = 4
LEAST_SIMILARITY = 0.50
LEAST_LEAD = 0.06


def find_option(text: str, values: list[Any], *, asked: bool) -> tuple[Any, tuple[int, int] | None] | None:
    """The one of `values` that the text names: by word, by synonym, by common stem, at last by meaning."""
    exact = [(value, span) for value in values if (span := _span_of(text, str(value))) is not None]
    if exact:
        return max(exact, key=lambda pair: (pair[1][1] - pair[1][0], -pair[1][0]))
    spoken = [word for word in words(text) if word not in STOP_WORDS and len(word) > 2]
    for test in (_same_stem, _common_start):
        near = [
            value
            for value in values
            if any(test(word, part) for word in spoken for part in words(humanise(str(value))))
        ]
        if len(near) == 1:
            return near[0], None
    return _by_meaning(spoken, values, asked=asked)


def _span_of(text: str, value: str) -> tuple[int, int] | None:
    forms = [value, humanise(value), *_SYNONYMS.get(value.lower(), "").split()]
    for form in forms:
        match = re.search(rf"(?<!\w){re.escape(form).replace(chr(92) + '-', '[- ]')}(?!\w)", text, re.IGNORECASE)
        if match:
            return match.span()
    return None


def _same_stem(word: str, part: str) -> bool:
    return stem(word) == stem(part) or word.replace("-", "") == part


def _common_start(word: str, part: str) -> bool:
    """ "dentist" and "dental", "cardiologist" and "cardiology"."""
    length = 0
    for left, right in zip(word, part, strict=False):
        if left != right:
            break
        length += 1
    return length >= LEAST_PREFIX and length >= min(len(word), len(part)) * 0.55


def _by_meaning(spoken: list[str], values: list[Any], *, asked: bool) -> tuple[Any, None] | None:
    pairs = [" ".join(pair) for pair in pairwise(spoken)]
    chunks = [*pairs, *spoken][:12]
    if not chunks or len(values) > 40:
        return None
    options = _vectors(tuple(humanise(str(value)) for value in values))
    likeness = (get_embedder().embed(chunks) @ options.T).max(axis=0)
    order = likeness.argsort()[::-1]
    best = float(likeness[order[0]])
    lead = best - float(likeness[order[1]]) if len(order) > 1 else best
    least = LEAST_SIMILARITY - (0.1 if asked else 0.0)
    return (values[int(order[0])], None) if best >= least and lead >= LEAST_LEAD else None


@lru_cache(maxsize=512)
def _vectors(values: tuple[str, ...]) -> Any:
    return get_embedder().embed(values)


def says_yes(text: str, *, to: str = "") -> bool:
    """An affirmative reply, with nothing in it that takes it back. After a mere "ok" only filler may follow, or the
    words of the deed it is said to: "ok Growth then" agrees to nothing."""
    if not YES.match(text) or _TAKES_BACK.search(text):
        return False
    return not _WEAK_YES.match(text) or set(words(text)) <= _FILLER | set(words(to))


def says_no(text: str) -> bool:
    """A negative reply."""
    return bool(NO.match(text)) and not re.match(r"^\W*no (?:problem|worries|doubt)", text, re.IGNORECASE)
