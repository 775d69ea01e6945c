"""The door of the knowledge room: takes documents in and finds the passages that answer a question."""

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from uuid import UUID

from sparklabs.kit.clock import Clock, SystemClock
from sparklabs.kit.db import Database
from sparklabs.knowledge import repository
from sparklabs.knowledge.errors import DocumentInvalidError
from sparklabs.knowledge.passages import split
from sparklabs.knowledge.repository import Prepared
from sparklabs.knowledge.schemas import Document, Embedder, IngestReport, Passage

MOST_DOCUMENT_CHARACTERS = 5_000_000
_BATCH = 64
# Vowel signs of Indian scripts belong to their words, though Python counts them as no letters.
_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0963\u0966-\u0d7f]){2,}")
# Bumped when passages are cut or embedded another way, so that unchanged files are read again.
_METHOD = "1"


def default_embedder() -> Embedder:
    """The platform's own embedding model, loaded on first use."""
    from sparklabs.models.embeddings import get_embedder

    return get_embedder()


class Knowledge:
    """Ingest and search, one collection per agent (its slug), walled by tenant."""

    def __init__(
        self, db: Database, *, embedder: Callable[[], Embedder] = default_embedder, clock: Clock | None = None
    ) -> None:
        self._db = db
        self._embedder = lru_cache(maxsize=1)(embedder)
        self._clock = clock or SystemClock()

    async def ingest(
        self, tenant_id: UUID, collection: str, documents: Sequence[Document], *, remove_others: bool = True
    ) -> IngestReport:
        """Makes the collection hold exactly these documents; unchanged ones cost nothing.

        With `remove_others=False` documents that are not given stay. Raises `document_invalid`.
        """
        known = await repository.find_hashes(self._db, tenant_id, collection)
        hashes = {document.path: _hash(document) for document in documents}
        fresh = [document for document in documents if known.get(document.path) != hashes[document.path]]
        removed = [path for path in known if path not in hashes] if remove_others else []
        prepared = [await self._prepare(document, hashes[document.path]) for document in fresh]
        if prepared or removed:
            await repository.replace_documents(
                self._db, tenant_id, collection, documents=prepared, removed=removed, now=self._clock.now()
            )
        changed = sum(1 for document in fresh if document.path in known)
        return IngestReport(
            added=len(fresh) - changed,
            changed=changed,
            unchanged=len(documents) - len(fresh),
            removed=len(removed),
            passages=sum(len(each.chunks) for each in prepared),
        )

    async def search(self, tenant_id: UUID, collections: Sequence[str], query: str, *, limit: int = 4) -> list[Passage]:
        """The passages that fit the question best, best first; empty for an empty question."""
        if not query.strip() or not collections:
            return []
        vector = (await self._embedder().aembed([query[:2000]]))[0]
        rows = await repository.find_passages(
            self._db, tenant_id, collections, words=_any_word(query), vector=vector, limit=limit
        )
        return [
            Passage(
                row["id"], row["title"], row["path"], row["heading"], row["content"],
                row["score"], row["similarity"], row["text_rank"],
            )
            for row in rows
        ]  # fmt: skip

    async def _prepare(self, document: Document, content_hash: str) -> Prepared:
        if len(document.text) > MOST_DOCUMENT_CHARACTERS or "\x00" in document.text:
            raise DocumentInvalidError(
                f"{document.path} cannot be taken in: it is too long or holds zero bytes.", field=document.path,
                hint="Give Markdown or plain text of at most 5 MB.",
            )  # fmt: skip
        title, chunks = split(document.text, markdown=document.path.lower().endswith((".md", ".markdown")))
        texts = [f"{chunk.heading}\n{chunk.content}" if chunk.heading else chunk.content for chunk in chunks]
        parts = [await self._embedder().aembed(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        # Only who embeds pays for it at the start.
        import numpy as np

        vectors = np.concatenate(parts) if parts else np.zeros((0, 384), np.float32)
        return Prepared(document.path, title or _title_of(document.path), content_hash, chunks, vectors)


def _hash(document: Document) -> str:
    return hashlib.sha256(f"{_METHOD}\n{document.text}".encode()).hexdigest()


def _title_of(path: str) -> str:
    name = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[-_]+", " ", name).strip().capitalize()


def _any_word(query: str) -> str:
    """The question's words as alternatives, each made harmless by keeping letters and digits only."""
    words = dict.fromkeys(word.lower() for word in _WORD.findall(query[:2000]))
    return " | ".join(list(words)[:40])
