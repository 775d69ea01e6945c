"""Every query of contacts as people work with them: lists, profiles, changes and memories."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from sparklabs.kit.db import Row, Statement
from sparklabs.kit.pagination import PageQuery

LAST_CONTACT: LiteralString = (
    "coalesce((SELECT max(v.updated_at) FROM conversations v WHERE v.contact_id = c.id), c.created_at)"
)

_COLUMNS = """
    c.id, c.id AS contact_id, c.external_id, c.name_sealed, c.key_sealed, c.source_channel, c.created_at, c.updated_at,
    coalesce(talks.last_at, c.created_at) AS last_contact_sort, talks.last_at AS last_contact_at,
    least(talks.first_at, c.created_at) AS first_contact_at, talks.count AS conversation_count,
    coalesce(talks.channels, '{}') AS channels,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'kind', h.kind, 'created_at', h.created_at,
                                                  'sealed', encode(h.value_sealed, 'base64')) ORDER BY h.id), '[]')
     FROM contact_handles h WHERE h.contact_id = c.id) AS handles
"""
_TALKS = """
    LEFT JOIN LATERAL (
        SELECT count(*) AS count, min(v.created_at) AS first_at, max(v.updated_at) AS last_at,
               array_agg(DISTINCT v.channel ORDER BY v.channel) AS channels
        FROM conversations v WHERE v.contact_id = c.id
    ) talks ON true
"""
_WHERE = sql.SQL(
    """
    WHERE (%(agent)s::uuid IS NULL OR EXISTS
              (SELECT 1 FROM conversations v WHERE v.contact_id = c.id AND v.agent_id = %(agent)s))
      AND (%(channel)s::text IS NULL OR c.source_channel = %(channel)s OR EXISTS
              (SELECT 1 FROM conversations v WHERE v.contact_id = c.id AND v.channel = %(channel)s))
      AND (NOT %(searching)s OR c.id = %(id)s::uuid OR c.external_id = %(external)s::text
           OR c.id IN (SELECT contact_id FROM contact_handles
                       WHERE (kind, value_hash) IN (SELECT * FROM unnest(%(kinds)s::text[], %(hashes)s::bytea[])))
           OR (%(words)s > 0 AND c.id IN (
               SELECT contact_id FROM contact_name_tokens WHERE token_hash = ANY(%(tokens)s::bytea[])
               GROUP BY contact_id HAVING count(*) = %(words)s)))
    """
)


def select_page(page: PageQuery, filters: dict[str, Any]) -> tuple[Statement, Statement]:
    """A page of contacts, and how many there are in all (counted to 10,001)."""
    where, params = _named(page)
    found = sql.SQL("SELECT ") + sql.SQL(_COLUMNS) + sql.SQL(" FROM contacts c") + sql.SQL(_TALKS) + _WHERE
    count = sql.SQL("SELECT count(*) AS total FROM (SELECT 1 FROM contacts c{} LIMIT 10001) counted").format(_WHERE)
    return Statement(found + where + page.tail, {**filters, **params}), Statement(count, filters)


def _named(page: PageQuery) -> tuple[sql.Composable, dict[str, Any]]:
    """The page's condition with its two placeholders named, as this query names all of its own."""
    text = page.where.as_string(None)
    for name in ("after", "after_id"):
        text = text.replace("%s", f"%({name})s", 1)
    return sql.SQL(text), dict(zip(("after", "after_id"), page.params, strict=False))  # pyright: ignore[reportArgumentType]


def select_handle_kinds() -> Statement:
    """The kinds of handles the tenant has, by hops along the index rather than by reading every handle."""
    return Statement(
        """
        WITH RECURSIVE kinds AS (
            (SELECT kind FROM contact_handles ORDER BY tenant_id, kind LIMIT 1)
            UNION ALL
            SELECT (SELECT h.kind FROM contact_handles h WHERE h.kind > k.kind ORDER BY h.tenant_id, h.kind LIMIT 1)
            FROM kinds k WHERE k.kind IS NOT NULL
        ) SELECT kind FROM kinds WHERE kind IS NOT NULL LIMIT 100
        """
    )


def select_one(contact_id: UUID) -> Statement:
    """A contact with all that is known of it."""
    return Statement(
        f"SELECT {_COLUMNS}, c.timezone, c.locale, c.preferences, c.context,"
        " (SELECT count(*) FROM memories m WHERE m.contact_id = c.id) AS memory_count"
        f" FROM contacts c {_TALKS} WHERE c.id = %s",
        (contact_id,),
    )


async def lock(conn: Any, contact_id: UUID) -> Row | None:
    """The contact's keys and last change, held until the transaction ends."""
    cursor = await conn.execute(
        "SELECT id AS contact_id, name_sealed, key_sealed, external_id, updated_at FROM contacts"
        " WHERE id = %s FOR UPDATE",
        (contact_id,),
    )
    return await cursor.fetchone()


async def set_fields(conn: Any, contact_id: UUID, *, fields: dict[str, Any], now: datetime) -> None:
    """Writes columns of the contact (`name_sealed`, `external_id`, `timezone`, `locale`, `preferences`)."""
    values = {**fields, "updated_at": now}
    if "preferences" in values:
        values["preferences"] = Jsonb(values["preferences"])
    sets = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(n), sql.Placeholder()) for n in values)
    await conn.execute(sql.SQL("UPDATE contacts SET {} WHERE id = %s").format(sets), (*values.values(), contact_id))


async def find_holder(conn: Any, *, kind: str, value_hash: bytes) -> UUID | None:
    """Whose a handle is."""
    cursor = await conn.execute(
        "SELECT contact_id FROM contact_handles WHERE kind = %s AND value_hash = %s", (kind, value_hash)
    )
    row = await cursor.fetchone()
    return row["contact_id"] if row else None


async def find_by_external_id(conn: Any, external_id: str) -> UUID | None:
    """Whose an external id is."""
    cursor = await conn.execute("SELECT id FROM contacts WHERE external_id = %s", (external_id,))
    row = await cursor.fetchone()
    return row["id"] if row else None


async def delete_handles(conn: Any, contact_id: UUID, ids: list[UUID]) -> None:
    await conn.execute("DELETE FROM contact_handles WHERE contact_id = %s AND id = ANY(%s)", (contact_id, ids))


# ── memories ─────────────────────────────────────────────────────────────────────────────────────────────────────────
_MEMORY = """
    SELECT m.id, m.kind, m.name, m.content, m.pinned, m.created_at, m.updated_at, a.slug AS agent_slug,
           a.name AS agent_name, v.id AS conversation_id
    FROM memories m LEFT JOIN agents a ON a.id = m.agent_id
    LEFT JOIN conversations v ON v.id::text = m.source ->> 'conversation_id' AND v.contact_id = m.contact_id
"""


def select_contact_exists(contact_id: UUID) -> Statement:
    return Statement("SELECT 1 FROM contacts WHERE id = %s", (contact_id,))


def select_memories(contact_id: UUID, page: PageQuery) -> tuple[Statement, Statement]:
    query = sql.SQL(_MEMORY) + sql.SQL(" WHERE m.contact_id = %s")
    count = Statement("SELECT count(*) AS total FROM memories WHERE contact_id = %s", (contact_id,))
    return Statement(query + page.where + page.tail, (contact_id, *page.params)), count


def select_memory(contact_id: UUID, memory_id: UUID) -> Statement:
    return Statement(_MEMORY + " WHERE m.contact_id = %s AND m.id = %s", (contact_id, memory_id))


def update_memory(
    contact_id: UUID,
    memory_id: UUID,
    *,
    content: str | None,
    embedding: str | None,
    pinned: bool | None,
    now: datetime,
) -> Statement:
    """Changes what is given; a new text brings its own vector, or none."""
    return Statement(
        "UPDATE memories SET content = coalesce(%(content)s, content), pinned = coalesce(%(pinned)s, pinned),"
        " embedding = CASE WHEN %(content)s::text IS NULL THEN embedding ELSE %(embedding)s::vector END,"
        " updated_at = CASE WHEN %(content)s::text IS NULL THEN updated_at ELSE %(now)s END"
        " WHERE contact_id = %(contact)s AND id = %(id)s RETURNING id",
        {
            "content": content, "embedding": embedding, "pinned": pinned, "now": now, "contact": contact_id,
            "id": memory_id,
        },
    )  # fmt: skip


def delete_memory(contact_id: UUID, memory_id: UUID) -> Statement:
    return Statement("DELETE FROM memories WHERE contact_id = %s AND id = %s RETURNING id", (contact_id, memory_id))
