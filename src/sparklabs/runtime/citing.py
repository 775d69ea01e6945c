"""Which of the passages that were found an answer really used."""

import re
from collections.abc import Sequence

from sparklabs.tools.schemas import Citation

SHORTEST_QUOTE_CHARACTERS = 24
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_QUOTED = re.compile(r"[“\"«]([^”\"»]+)[”\"»]")


def used(citations: Sequence[Citation], text: str) -> tuple[Citation, ...]:
    """Those that the answer quotes, each once and in order; all when it quotes none, for then it retells them."""
    distinct = tuple(dict.fromkeys(citations))
    answer = _plain(text)
    quotes = [_plain(quote) for quote in _QUOTED.findall(text) if len(quote) >= SHORTEST_QUOTE_CHARACTERS]
    quoted = tuple(each for each in distinct if _is_quoted(_plain(each.passage), answer, quotes, each.passage))
    return quoted or distinct


def _is_quoted(passage: str, answer: str, quotes: Sequence[str], raw: str) -> bool:
    if any(quote in passage for quote in quotes):
        return True
    sentences = (_plain(sentence) for sentence in _SENTENCE_END.split(raw))
    return any(len(sentence) >= SHORTEST_QUOTE_CHARACTERS and sentence in answer for sentence in sentences)


def _plain(text: str) -> str:
    return " ".join(text.replace("*", "").replace("`", "").lower().split())
