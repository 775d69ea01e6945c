"""Answers from retrieved passages: quotes the sentences that fit the question and names their source, or owns up."""

import re
from dataclasses import dataclass
from typing import Any, cast

from sparklabs.models.embeddings import get_embedder
from sparklabs.models.offline.lexicon import content_stems
from sparklabs.models.offline.phrasing import OFFER_PERSON
from sparklabs.models.offline.reading.window import Call

TEXT_KEYS = ("passage", "text", "content", "snippet", "body", "excerpt", "answer")
TITLE_KEYS = ("title", "heading", "section", "name")
SOURCE_KEYS = ("source", "file", "path", "document", "url")
LEAST_SIMILARITY = 0.36
PASSAGES_READ = 3
SENTENCES_READ = 16
LONGEST_QUOTE = 360
SHORT_QUOTE = 60
NEAR_BEST = 0.15
WORD_WEIGHT = 0.2
HEADING_WEIGHT = 0.1
UNKNOWN = f"I did not find an answer to that in our documents. {OFFER_PERSON}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved piece of text and where it came from."""

    text: str
    title: str
    source: str
    heading: str = ""


def answer(question: str, call: Call) -> str:
    """The best sentence or two, quoted, with their source; "I did not find" when none is near enough to the
    question."""
    passages = read_passages(call)
    sentences = [
        (sentence, passage) for passage in passages[:PASSAGES_READ] for sentence in split_sentences(passage.text)
    ]
    sentences = sentences[:SENTENCES_READ]
    if not sentences:
        return UNKNOWN
    vectors = get_embedder().embed(
        [question, *(f"{passage.heading or passage.title}. {sentence}" for sentence, passage in sentences)]
    )
    asked = content_stems(question)
    # The first sentence under a heading that the question names mostly is the answer.
    firsts = {id(passage): sentence for sentence, passage in reversed(sentences)}
    scores = [
        float(vectors[0] @ vector)
        + WORD_WEIGHT * _overlap(asked, sentence)
        + HEADING_WEIGHT * (1 + (sentence == firsts.get(id(passage)))) * _overlap(asked, passage.heading)
        for vector, (sentence, passage) in zip(vectors[1:], sentences, strict=True)
    ]
    best = max(range(len(scores)), key=scores.__getitem__)
    if (
        float(vectors[0] @ vectors[best + 1]) + 0.05 * bool(asked & content_stems(sentences[best][0]))
        < LEAST_SIMILARITY
    ):
        return UNKNOWN
    passage = sentences[best][1]
    # Of the same passage the next best sentence goes along when it is near enough, in the order of the text.
    others = [index for index, (_, other) in enumerate(sentences) if other is passage and index != best]
    second = max(others, key=scores.__getitem__, default=best)
    chosen: set[int] = {best} | (
        {second} if scores[second] >= max(LEAST_SIMILARITY, scores[best] - NEAR_BEST) else set[int]()
    )
    if len(chosen) == 1 and best + 1 in others and len(sentences[best][0]) < SHORT_QUOTE:
        chosen.add(best + 1)
    if _overlap(asked, passage.heading):
        chosen.add(next(index for index, (sentence, _) in enumerate(sentences) if sentence == firsts[id(passage)]))
    quote = " ".join(sentences[index][0] for index in sorted(chosen))
    quote = quote if len(quote) <= LONGEST_QUOTE else sentences[best][0]
    return f"“{quote[:LONGEST_QUOTE]}”{_name(passage)}"


def _overlap(asked: frozenset[str], sentence: str) -> float:
    """The share of the question's words that stand in the sentence."""
    return len(asked & content_stems(sentence)) / len(asked) if asked else 0.0


def _name(passage: Passage) -> str:
    parts = list(dict.fromkeys(part for part in (passage.title, passage.source) if part))
    return f" (from {', '.join(parts)})" if parts else ""


def read_passages(call: Call) -> list[Passage]:
    """The passages of an outcome, from its content or its citations, best first as given."""
    if call.outcome is None or not call.outcome.ok:
        return []
    content: Any = call.outcome.content
    if isinstance(content, dict):
        fields = cast("dict[str, Any]", content)
        lists = [cast("list[Any]", value) for value in fields.values() if isinstance(value, list)]
        content = lists[0] if lists else [fields]
    if isinstance(content, str):
        return [Passage(content, "", "")] if content.strip() else []
    found = [
        _passage(cast("dict[str, Any]", one))
        for one in (cast("list[Any]", content) if isinstance(content, list) else [])
        if isinstance(one, dict)
    ]
    found += [] if any(found) else [_passage(one) for one in call.outcome.citations]
    return [passage for passage in found if passage is not None]


def _passage(record: dict[str, Any]) -> Passage | None:
    def first(names: tuple[str, ...]) -> str:
        return next((str(record[name]).strip() for name in names if isinstance(record.get(name), str)), "")

    text = first(TEXT_KEYS)
    heading = first(("heading", "section")).rsplit(" > ", 1)[-1]
    return Passage(text, first(TITLE_KEYS), first(SOURCE_KEYS), heading) if text else None


def split_sentences(text: str) -> list[str]:
    """Sentences of Markdown prose: headings and list signs are dropped, list items count as sentences."""
    # List items are marked until wrapped lines are joined.
    lines = [
        re.sub(r"^\s*(?:[-*+]|\d+\.)\s+", "\x02", line).strip()
        for line in text.splitlines()
        if not line.lstrip().startswith("#")
    ]
    joined = re.sub(r"[*_`]{1,2}", "", "\n".join(lines))
    joined = re.sub(r"(?<=[^\s.!?:])\n(?=[^\s\x02])", " ", joined).replace("\x02", "")
    pieces = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9À-Ž“\"])|\n{2,}|\n(?=\S)", joined)
    return [piece.strip() for piece in pieces if len(piece.strip().split()) >= 2]
