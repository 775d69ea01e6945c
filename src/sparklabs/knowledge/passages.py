"""Cuts Markdown and plain text into passages along its headings and paragraphs; nothing is stored here."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from sparklabs.knowledge.schemas import Chunk

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MOST_CHARACTERS = 900
"""A passage longer than this is cut at a paragraph, then at a sentence: the embedding model reads 256 tokens."""
_SENTENCE = re.compile(r"(?<=[.!?।])\s+")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


def split(text: str, *, markdown: bool) -> tuple[str | None, list[Chunk]]:
    """The title, when the text names one, and its passages in order."""
    text = _FRONT_MATTER.sub("", text.replace("\r\n", "\n"))
    blocks = list(_markdown_blocks(text) if markdown else _plain_blocks(text))
    title = next((heading[0] for heading, _ in blocks if heading), None)
    return title, list(_pack(blocks))


def _markdown_blocks(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Top-level blocks as they were written, each with the headings above it."""
    lines = text.split("\n")
    headings: list[tuple[int, str]] = []
    tokens = _parser().parse(text)
    for place, token in enumerate(tokens):
        if token.level != 0 or token.map is None or token.nesting == -1:
            continue
        if token.type == "heading_open":
            level = int(token.tag[1:])
            headings = [each for each in headings if each[0] < level]
            headings.append((level, _inline_text(tokens[place + 1])))
            yield tuple(name for _, name in headings), ""
            continue
        content = "\n".join(lines[token.map[0] : token.map[1]]).strip()
        if content and token.type not in ("hr", "html_block"):
            yield tuple(name for _, name in headings), content


def _inline_text(token: "Token") -> str:
    return "".join(child.content for child in token.children or [] if child.type in ("text", "code_inline")).strip()


def _plain_blocks(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    for paragraph in re.split(r"\n\s*\n", text):
        if paragraph.strip():
            yield (), paragraph.strip()


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable("table")


def _pack(blocks: list[tuple[tuple[str, ...], str]]) -> Iterator[Chunk]:
    """Joins blocks under one heading up to the size of a passage."""
    heading: tuple[str, ...] = ()
    held: list[str] = []
    size = 0
    for above, content in [*blocks, ((), "")]:
        pieces = list(_pieces(content)) if content else [""]
        for piece in pieces:
            ends = above != heading or not piece
            if held and (ends or size + len(piece) > MOST_CHARACTERS):
                yield Chunk(" > ".join(heading), "\n\n".join(held))
                held, size = [], 0
            heading = above
            if piece:
                held.append(piece)
                size += len(piece)


def _pieces(content: str) -> Iterator[str]:
    """One block, cut at lines and sentences when it alone is longer than a passage."""
    if len(content) <= MOST_CHARACTERS:
        yield content
        return
    parts = content.split("\n") if content.count("\n") > 2 else _SENTENCE.split(content)
    held = ""
    for part in parts:
        for start in range(0, max(len(part), 1), MOST_CHARACTERS):
            bit = part[start : start + MOST_CHARACTERS]
            if held and len(held) + len(bit) > MOST_CHARACTERS:
                yield held.strip()
                held = ""
            held = f"{held}\n{bit}" if held else bit
    if held.strip():
        yield held.strip()
