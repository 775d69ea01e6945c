"""Every query of erasing a person: one statement for each table that can hold something of them.

A table with a personal column that no statement here reaches fails the test that walks data_classes.
"""

from collections.abc import Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from sparklabs.kit.db import Row, Statement

_RUNS: LiteralString = "%(runs)s::uuid[]::text[]"


class Traces(NamedTuple):
    """What leads from a contact to everything else: ids only."""

    contact_id: UUID
    conversation_ids: list[UUID]
    run_ids: list[UUID]

    @property
    def params(self) -> dict[str, Any]:
        return {"contact": self.contact_id, "conversations": self.conversation_ids, "runs": self.run_ids}


_BY_CONTACT: LiteralString = "contact_id = %(contact)s OR conversation_id = ANY(%(conversations)s)"
_BY_CONVERSATION: LiteralString = "conversation_id = ANY(%(conversations)s)"
_SUBJECTS: LiteralString = "ARRAY(SELECT 'conversation:' || id FROM unnest(%(conversations)s::uuid[]) AS id)"
# A test that was begun from one of their conversations has copies of what they said, under a stand-in's name.
_THEIRS: LiteralString = (
    "WITH RECURSIVE theirs AS (SELECT id FROM conversations WHERE contact_id = %s"
    " UNION SELECT c.id FROM conversations c JOIN theirs t ON c.forked_from = t.id) "
)

ERASED: dict[str, tuple[str, LiteralString]] = {
    # Runs and their steps stay as figures (what, when, tokens, cost); nothing in them leads to a person any more.
    "steps": (
        "steps",
        "UPDATE steps SET input = NULL, output = NULL, message_id = NULL, call_id = NULL WHERE run_id = ANY(%(runs)s)",
    ),
    "run_checkpoints": ("", "DELETE FROM run_checkpoints WHERE run_id = ANY(%(runs)s)"),
    "runs": (
        "runs",
        "UPDATE runs SET conversation_id = NULL, message_id = NULL, prompt = NULL, problem = NULL,"
        " state = CASE WHEN state IN ('queued', 'running', 'waiting') THEN 'cancelled' ELSE state END,"
        " ended_at = coalesce(ended_at, clock_timestamp()) WHERE id = ANY(%(runs)s)",
    ),
    "records": (
        "records",
        f"DELETE FROM records WHERE split_part(created_call, ':', 1) = ANY({_RUNS})",
    ),
    "tickets": ("tickets", f"DELETE FROM tickets WHERE {_BY_CONTACT}"),
    "outbox_messages": ("outgoing_messages", f"DELETE FROM outbox_messages WHERE {_BY_CONTACT}"),
    "scheduled_actions": ("scheduled_actions", f"DELETE FROM scheduled_actions WHERE {_BY_CONTACT}"),
    "handoffs": ("handoffs", f"DELETE FROM handoffs WHERE {_BY_CONVERSATION}"),
    "memories": (
        "memories",
        "DELETE FROM memories WHERE contact_id = %(contact)s"
        " OR source ->> 'conversation_id' = ANY(%(conversations)s::uuid[]::text[])",
    ),
    "files": ("files", f"DELETE FROM files WHERE {_BY_CONVERSATION}"),
    "socket_tickets": ("", f"DELETE FROM socket_tickets WHERE {_BY_CONVERSATION}"),
    "idempotency_keys": (
        "",
        "DELETE FROM idempotency_keys WHERE (answer ->> 'id') = ANY(%(conversations)s::uuid[]::text[])"
        " OR (answer ->> 'id') = %(contact)s::text OR (answer #>> '{contact,id}') = %(contact)s::text",
    ),
    # What tells of several people's talks stays and leads to the agent.
    "notifications": (
        "",
        f"WITH of_one AS (DELETE FROM notifications WHERE kind = 'handoff_asked' AND subject = ANY({_SUBJECTS}))"
        " UPDATE notifications SET subject = 'agent:' || (data ->> 'agent')"
        f" WHERE kind <> 'handoff_asked' AND subject = ANY({_SUBJECTS})",
    ),
    "inbox": ("", f"DELETE FROM inbox WHERE {_BY_CONVERSATION}"),
    "messages": ("messages", f"DELETE FROM messages WHERE {_BY_CONVERSATION}"),
    # A turn that still runs holds its lease: with the row gone, nothing it says or records is written any more.
    "conversation_leases": ("", f"DELETE FROM conversation_leases WHERE {_BY_CONVERSATION}"),
    "conversations": ("conversations", "DELETE FROM conversations WHERE id = ANY(%(conversations)s)"),
    "visitors": ("", "DELETE FROM visitors WHERE contact_id = %(contact)s"),
    "contact_name_tokens": ("", "DELETE FROM contact_name_tokens WHERE contact_id = %(contact)s"),
    "contact_handles": ("handles", "DELETE FROM contact_handles WHERE contact_id = %(contact)s"),
    "contacts": ("", "DELETE FROM contacts WHERE id = %(contact)s"),
}
"""By table, in the order in which they are emptied: what its rows are called in the answer ('' when not told), how."""


async def lock_contact(conn: Any, contact_id: UUID) -> Row | None:
    """The contact's sealed name, handles and key, held until the transaction ends."""
    cursor = await conn.execute(
        "SELECT id AS contact_id, name_sealed, key_sealed, external_id FROM contacts WHERE id = %s FOR UPDATE",
        (contact_id,),
    )
    return await cursor.fetchone()


async def list_handles(conn: Any, contact_id: UUID) -> list[Row]:
    cursor = await conn.execute("SELECT kind, value_sealed FROM contact_handles WHERE contact_id = %s", (contact_id,))
    return await cursor.fetchall()


async def find_traces(conn: Any, contact_id: UUID) -> tuple[Traces, list[UUID]]:
    """The contact's conversations with the tests begun from them, their runs, and which of these are open.

    All are held, so that nothing is added to them.
    """
    # Leases first: a turn's group locks its lease and then its conversation, and must not wait for us crosswise.
    await conn.execute(
        _THEIRS + "SELECT 1 FROM conversation_leases WHERE conversation_id IN (SELECT id FROM theirs)"
        " ORDER BY conversation_id FOR UPDATE",
        (contact_id,),
    )
    cursor = await conn.execute(
        _THEIRS + "SELECT id FROM conversations WHERE id IN (SELECT id FROM theirs) ORDER BY id FOR UPDATE",
        (contact_id,),
    )
    conversation_ids = [row["id"] for row in await cursor.fetchall()]
    cursor = await conn.execute(
        "SELECT id, state IN ('queued', 'running', 'waiting') AS open FROM runs WHERE conversation_id = ANY(%s)",
        (conversation_ids,),
    )
    runs = await cursor.fetchall()
    traces = Traces(contact_id, conversation_ids, [row["id"] for row in runs])
    return traces, [row["id"] for row in runs if row["open"]]


async def list_stored_files(conn: Any, traces: Traces) -> list[str]:
    """Where the contents of their files lie."""
    cursor = await conn.execute(
        f"SELECT storage_key FROM files WHERE {_BY_CONVERSATION}",
        traces.params,
    )
    return [row["storage_key"] for row in await cursor.fetchall()]


async def list_changed_records(conn: Any, traces: Traces) -> list[Row]:
    """Records of others that a call in one of their conversations changed (a booking of a slot, say)."""
    cursor = await conn.execute(
        "SELECT collection, key, data FROM records"
        f" WHERE split_part(changed_call, ':', 1) = ANY({_RUNS})"
        f" AND (created_call IS NULL OR split_part(created_call, ':', 1) <> ALL({_RUNS})) FOR UPDATE",
        traces.params,
    )
    return await cursor.fetchall()


async def update_record(conn: Any, *, collection: str, key: str, data: dict[str, Any]) -> None:
    await conn.execute(
        "UPDATE records SET data = %s WHERE collection = %s AND key = %s", (Jsonb(data), collection, key)
    )


async def erase(conn: Any, traces: Traces) -> dict[str, int]:
    """Empties every table of the person; how many rows each held, by what they are called in the answer."""
    counts: dict[str, int] = {}
    for told, statement in ERASED.values():
        cursor = await conn.execute(statement, traces.params)
        if told:
            counts[told] = cursor.rowcount
    return counts


# ── reading everything, for the export ───────────────────────────────────────────────────────────────────────────────
EXPORTED: dict[str, LiteralString] = {
    "conversations": (
        "SELECT c.id, a.slug AS agent, c.channel, c.status, c.summary, c.context, c.metadata, c.created_at, c.ended_at"
        " FROM conversations c JOIN agents a ON a.id = c.agent_id WHERE c.id = ANY(%(conversations)s) ORDER BY c.id"
    ),
    "messages": (
        "SELECT conversation_id, seq, role, content, extra, created_at FROM messages"
        " WHERE conversation_id = ANY(%(conversations)s) ORDER BY conversation_id, seq"
    ),
    "steps": (
        "SELECT r.conversation_id, s.kind, s.name, s.input, s.output, s.created_at FROM steps s"
        " JOIN runs r ON r.id = s.run_id WHERE s.run_id = ANY(%(runs)s) ORDER BY s.run_id, s.seq"
    ),
    "memories": (
        "SELECT kind, name, content, source, pinned, created_at, updated_at FROM memories"
        " WHERE contact_id = %(contact)s ORDER BY id"
    ),
    "tickets": (
        f"SELECT number, title, description, priority, status, created_at FROM tickets WHERE {_BY_CONTACT} ORDER BY id"
    ),
    "outgoing_messages": (
        "SELECT id, channel, recipient_sealed, subject, body, state, created_at, sent_at FROM outbox_messages"
        f" WHERE {_BY_CONTACT} ORDER BY id"
    ),
    "scheduled_actions": (
        "SELECT action_type, scheduled_for, payload, status, executed_at, result FROM scheduled_actions"
        f" WHERE {_BY_CONTACT} ORDER BY id"
    ),
    "handoffs": (
        "SELECT conversation_id, reason, department, summary, status, created_at FROM handoffs"
        f" WHERE {_BY_CONVERSATION} ORDER BY id"
    ),
    "files": (
        "SELECT conversation_id, id, name, content_type, size, created_at FROM files"
        f" WHERE {_BY_CONVERSATION} ORDER BY id"
    ),
    "records": (
        "SELECT collection, key, data, created_at FROM records"
        f" WHERE split_part(created_call, ':', 1) = ANY({_RUNS}) ORDER BY collection, key"
    ),
}
"""By the name in the export: how its rows are read."""


def export_statements(traces: Traces) -> Sequence[Statement]:
    return [Statement(sql.SQL(query), traces.params) for query in EXPORTED.values()]


def select_traces(contact_id: UUID) -> Statement:
    """The ids that lead from a contact to everything else, without holding them."""
    return Statement(
        "SELECT coalesce(array_agg(DISTINCT v.id) FILTER (WHERE v.id IS NOT NULL), '{}') AS conversation_ids,"
        " coalesce(array_agg(DISTINCT r.id) FILTER (WHERE r.id IS NOT NULL), '{}') AS run_ids"
        " FROM contacts c LEFT JOIN conversations v ON v.contact_id = c.id LEFT JOIN runs r ON r.conversation_id = v.id"
        " WHERE c.id = %s GROUP BY c.id",
        (contact_id,),
    )
