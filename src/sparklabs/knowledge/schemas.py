"""The shapes of the knowledge room: documents in, passages out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be known: `path` names it inside its collection, `text` is Markdown or plain text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document, small enough to be one passage; `heading` is the path of headings above it."""

    heading: str
    content: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece that answers a question.

    `score` is the fused rank score that orders the answer, `similarity` the cosine to the question (-1 to 1),
    `text_rank` the full-text rank (0 when no word matched).
    """

    id: UUID
    title: str
    source: str
    heading: str
    content: str
    score: float
    similarity: float
    text_rank: float


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, in documents, and how many passages were written."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0


class Embedder(Protocol):
    """Turns texts into vectors of 384 numbers of length one."""

    async def aembed(self, texts: Sequence[str]) -> "NDArray[np.float32]": ...
