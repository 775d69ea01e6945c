"""Every query of the built-in tools: tickets, held messages, hand-offs, scheduled actions, contexts and memories.

Each writer adds its row once per call key and reads back the row of the first time, in one round trip.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.kit.db import Database, Row, Statement
from sparklabs.kit.ids import new_id
from sparklabs.notifications import service as notifications
from sparklabs.tools.schemas import ToolContext

_FIRST_TICKET = 1001


async def insert_ticket(context: ToolContext, *, title: str, description: str, priority: str) -> Row:
    """The ticket of this call, with the tenant's next number."""
    *_, found = await context.db.run(
        context.tenant_id,
        Statement("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", (f"{context.tenant_id}/tickets",)),
        Statement(
            "INSERT INTO tickets (id, tenant_id, number, conversation_id, contact_id, agent_slug, title, description,"
            " priority, call_key, created_at, updated_at) SELECT %s, %s, coalesce(max(number) + 1, %s), %s, %s, %s, %s,"
            " %s, %s, %s, %s, %s FROM tickets WHERE tenant_id = %s ON CONFLICT (tenant_id, call_key) DO NOTHING",
            (
                new_id(), context.tenant_id, _FIRST_TICKET, context.conversation_id, context.contact_id,
                context.agent_slug, title, description, priority, context.call_key, context.now, context.now,
                context.tenant_id,
            ),
        ),
        Statement(
            "SELECT id, number, title, priority, status FROM tickets WHERE tenant_id = %s AND call_key = %s",
            (context.tenant_id, context.call_key),
        ),
    )  # fmt: skip
    return found[0]


async def insert_held_message(
    context: ToolContext, *, message_id: UUID, channel: str, recipient_sealed: bytes, subject: str, body: str
) -> Row:
    """The message of this call in the local outbox, state `held`."""
    *_, found = await context.db.run(
        context.tenant_id,
        Statement(
            "INSERT INTO outbox_messages (id, tenant_id, conversation_id, contact_id, channel, recipient_sealed,"
            " subject, body, call_key, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (tenant_id, call_key) DO NOTHING",
            (
                message_id, context.tenant_id, context.conversation_id, context.contact_id, channel, recipient_sealed,
                subject, body, context.call_key, context.now,
            ),
        ),
        Statement(
            "SELECT id, channel, state FROM outbox_messages WHERE tenant_id = %s AND call_key = %s",
            (context.tenant_id, context.call_key),
        ),
    )  # fmt: skip
    return found[0]


async def insert_handoff(context: ToolContext, *, reason: str, department: str | None, summary: str) -> Row:
    """The hand-off of this call, waiting for a person, who is told of it."""
    handoff_id = new_id()
    *_, found = await context.db.run(
        context.tenant_id,
        Statement(
            "INSERT INTO handoffs (id, tenant_id, conversation_id, reason, department, summary, call_key, created_at,"
            " updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, call_key) DO NOTHING",
            (
                handoff_id, context.tenant_id, context.conversation_id, reason, department, summary, context.call_key,
                context.now, context.now,
            ),
        ),
        *notifications.record(
            tenant_id=context.tenant_id,
            kind="handoff_asked",
            key=str(context.conversation_id),
            subject=f"conversation:{context.conversation_id}",
            data={"agent": context.agent_slug, "department": department},
            at=context.now,
            condition="EXISTS (SELECT FROM handoffs WHERE id = %s)",
            params=(handoff_id,),
        ),
        Statement(
            "SELECT id, status FROM handoffs WHERE tenant_id = %s AND call_key = %s",
            (context.tenant_id, context.call_key),
        ),
    )  # fmt: skip
    return found[0]


async def insert_scheduled_action(
    context: ToolContext, *, action_type: str, scheduled_for: datetime, payload: Mapping[str, Any]
) -> Row:
    """The action of this call, to be done later."""
    *_, found = await context.db.run(
        context.tenant_id,
        Statement(
            "INSERT INTO scheduled_actions (id, tenant_id, conversation_id, contact_id, action_type, scheduled_for,"
            " payload, call_key, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (tenant_id, call_key) DO NOTHING",
            (
                new_id(), context.tenant_id, context.conversation_id, context.contact_id, action_type, scheduled_for,
                Jsonb(payload), context.call_key, context.now,
            ),
        ),
        Statement(
            "SELECT id, action_type, scheduled_for, status FROM scheduled_actions"
            " WHERE tenant_id = %s AND call_key = %s",
            (context.tenant_id, context.call_key),
        ),
    )  # fmt: skip
    return found[0]


async def read_contexts(db: Database, tenant_id: UUID, *, contact_id: UUID | None, conversation_id: UUID | None) -> Row:
    """The notes on the contact and on the conversation, empty where there is none."""
    rows = await db.run(
        tenant_id,
        Statement(
            "SELECT coalesce((SELECT context FROM contacts WHERE id = %s), '{}') AS contact,"
            " coalesce((SELECT context FROM conversations WHERE id = %s), '{}') AS conversation",
            (contact_id, conversation_id),
        ),
    )
    return rows[0][0]


async def merge_context(
    context: ToolContext, *, of_contact: bool, changes: Mapping[str, Any], removed: list[str], most_bytes: int
) -> dict[str, Any] | None:
    """The notes after the change; None when there is no such row or they would grow beyond the limit."""
    table, row_id = ("contacts", context.contact_id) if of_contact else ("conversations", context.conversation_id)
    rows = await context.db.run(
        context.tenant_id,
        Statement(
            f"UPDATE {table} SET context = (context || %s) - %s::text[], updated_at = %s WHERE id = %s"
            " AND octet_length(((context || %s) - %s::text[])::text) <= %s RETURNING context",
            (Jsonb(changes), removed, context.now, row_id, Jsonb(changes), removed, most_bytes),
        ),
    )
    return rows[0][0]["context"] if rows[0] else None


async def upsert_memory(context: ToolContext, *, name: str, content: str, embedding: Any) -> Row:
    """The named fact about the contact, replacing what was known under that name."""
    rows = await context.db.run(
        context.tenant_id,
        Statement(
            "INSERT INTO memories (id, tenant_id, agent_id, contact_id, kind, name, content, source, embedding,"
            " created_at, updated_at) VALUES (%s, %s, %s, %s, 'fact', %s, %s, %s, %s::vector, %s, %s)"
            " ON CONFLICT (tenant_id, contact_id, name) WHERE name IS NOT NULL"
            " DO UPDATE SET content = excluded.content, source = excluded.source, updated_at = excluded.updated_at,"
            " embedding = excluded.embedding RETURNING id, name, content",
            (
                new_id(), context.tenant_id, context.agent_id, context.contact_id, name, content,
                Jsonb({"tool": "remember", "conversation_id": str(context.conversation_id or "")}),
                _vector(embedding), context.now, context.now,
            ),
        ),
    )  # fmt: skip
    return rows[0][0]


def _vector(values: Any) -> str | None:
    """A vector in pgvector's own notation."""
    return None if values is None else "[" + ",".join(f"{value:.7g}" for value in values) + "]"
