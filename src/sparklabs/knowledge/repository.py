"""Every query over documents and passages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sparklabs.kit.db import Database, Row, Statement
from sparklabs.kit.ids import new_id
from sparklabs.knowledge.schemas import Chunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Reciprocal rank fusion (Cormack, Clarke, Buettcher 2009), k = 60 as in the paper.
_FUSION = 60
_POOL = 40


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be stored: its passages and one vector each, shape (passages, 384)."""

    path: str
    title: str
    content_hash: str
    chunks: Sequence[Chunk]
    vectors: "NDArray[np.float32]"


async def find_hashes(db: Database, tenant_id: UUID, collection: str) -> dict[str, str]:
    """The content hash of every document of the collection by its path."""
    rows = await db.run(
        tenant_id,
        Statement(
            "SELECT path, content_hash FROM knowledge_documents WHERE tenant_id = %s AND collection = %s",
            (tenant_id, collection),
        ),
    )
    return {row["path"]: row["content_hash"] for row in rows[0]}


async def replace_documents(
    db: Database,
    tenant_id: UUID,
    collection: str,
    *,
    documents: Sequence[Prepared],
    removed: Sequence[str],
    now: datetime,
) -> None:
    """Swaps these documents in and the removed ones out, all in one transaction."""
    gone = [*removed, *(document.path for document in documents)]
    statements = [
        Statement("SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))", (f"{tenant_id}/{collection}",)),
        Statement(
            "DELETE FROM knowledge_documents WHERE tenant_id = %s AND collection = %s AND path = ANY(%s)",
            (tenant_id, collection, gone),
        ),
    ]
    for document in documents:
        statements += _insert(tenant_id, collection, document, now)
    await db.run(tenant_id, *statements)


def _insert(tenant_id: UUID, collection: str, document: Prepared, now: datetime) -> list[Statement]:
    document_id = new_id()
    chunks = document.chunks
    return [
        Statement(
            "INSERT INTO knowledge_documents (id, tenant_id, collection, path, title, content_hash, created_at,"
            " updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (document_id, tenant_id, collection, document.path, document.title, document.content_hash, now, now),
        ),
        Statement(
            "INSERT INTO knowledge_passages (id, tenant_id, document_id, collection, position, heading, content,"
            " embedding) SELECT made.id, %s, %s, %s, made.number, made.heading, made.content, made.embedding::vector"
            " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[])"
            " WITH ORDINALITY AS made (id, heading, content, embedding, number)",
            (
                tenant_id,
                document_id,
                collection,
                [new_id() for _ in chunks],
                [chunk.heading for chunk in chunks],
                [chunk.content for chunk in chunks],
                [_vector(vector) for vector in document.vectors],
            ),
        ),
    ]


async def find_passages(
    db: Database,
    tenant_id: UUID,
    collections: Sequence[str],
    *,
    words: str,
    vector: "NDArray[np.float32]",
    limit: int,
) -> list[Row]:
    """The best passages by full text and by meaning, fused by rank; each with its exact scores.

    `words` is a tsquery of alternatives, empty for none.
    """
    sql = (
        "WITH asked AS (SELECT %s::vector AS vector, to_tsquery('english', %s) AS words),"
        " near AS (SELECT p.id, row_number() OVER (ORDER BY p.embedding <=> asked.vector, p.id) AS place"
        "  FROM knowledge_passages p, asked WHERE p.tenant_id = %s AND p.collection = ANY(%s)"
        "  ORDER BY p.embedding <=> asked.vector, p.id LIMIT %s),"
        " worded AS (SELECT p.id, row_number() OVER (ORDER BY ts_rank_cd(p.search, asked.words, 1) DESC, p.id) AS place"
        "  FROM knowledge_passages p, asked WHERE p.tenant_id = %s AND p.collection = ANY(%s)"
        "  AND p.search @@ asked.words ORDER BY place LIMIT %s),"
        " fused AS (SELECT id, sum(1.0 / (%s + place)) AS score"
        "  FROM (SELECT * FROM near UNION ALL SELECT * FROM worded) AS both_lists GROUP BY id)"
        " SELECT p.id, d.title, d.path, p.heading, p.content, fused.score::float8 AS score,"
        "  (1 - (p.embedding <=> asked.vector))::float8 AS similarity,"
        "  ts_rank_cd(p.search, asked.words, 1)::float8 AS text_rank"
        " FROM fused JOIN knowledge_passages p ON p.id = fused.id JOIN knowledge_documents d ON d.id = p.document_id,"
        " asked ORDER BY fused.score DESC, similarity DESC, p.id LIMIT %s"
    )
    place: tuple[Any, ...] = (tenant_id, list(collections), _POOL)
    rows = await db.run(tenant_id, Statement(sql, (_vector(vector), words, *place, *place, _FUSION, limit)))
    return rows[0]


def _vector(vector: "NDArray[np.float32]") -> str:
    return "[" + ",".join(f"{number:.7g}" for number in vector.tolist()) + "]"
