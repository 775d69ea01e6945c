"""Every query of conversations themselves: opened, found, read and closed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from sparklabs.conversations.shapes import Opening
from sparklabs.kit.db import Statement
from sparklabs.kit.pagination import PageQuery

OPENED = "EXISTS (SELECT 1 FROM conversations WHERE id = %s AND created_at = %s)"


def select_header(conversation_id: UUID) -> Statement:
    """What never changes of a conversation."""
    return Statement(
        "SELECT c.id, c.tenant_id, c.agent_id, c.contact_id, c.channel, a.slug AS agent_slug,"
        " c.pinned_version_id AS version_id, c.model, c.simulated_channel, c.forked_from"
        " FROM conversations c JOIN agents a ON a.id = c.agent_id WHERE c.id = %s",
        (conversation_id,),
    )


CONVERSATION = sql.SQL(
    """
    SELECT c.id, c.agent_id, a.slug AS agent_slug, a.name AS agent_name, c.channel, c.status,
           c.last_seq AS message_count, v.number AS version, c.model, c.simulated_channel, c.forked_from,
           c.created_at, c.updated_at, c.ended_at, c.metadata, c.contact_id, p.name_sealed, p.key_sealed, p.external_id
           {further}
    FROM {source} c JOIN agents a ON a.id = c.agent_id JOIN contacts p ON p.id = c.contact_id
    LEFT JOIN agent_versions v ON v.id = c.pinned_version_id
    """
)


def select_conversation(conversation_id: UUID) -> Statement:
    query = CONVERSATION.format(further=sql.SQL(""), source=sql.SQL("conversations"))
    return Statement(query + sql.SQL(" WHERE c.id = %s"), (conversation_id,))


def select_messages(conversation_id: UUID, page: PageQuery) -> tuple[Statement, Statement]:
    query = sql.SQL(
        "SELECT m.id, m.conversation_id, m.seq, m.role, m.content, m.run_id, m.extra, m.created_at, i.state,"
        " i.problem->>'code' AS problem_code"
        " FROM messages m LEFT JOIN inbox i ON i.message_id = m.id WHERE m.conversation_id = %s"
    )
    count = Statement("SELECT last_seq AS total FROM conversations WHERE id = %s", (conversation_id,))
    return Statement(query + page.where + page.tail, (conversation_id, *page.params)), count


def insert_conversation(opening: Opening, *, tenant_id: UUID, now: datetime) -> tuple[Statement, Statement]:
    """The conversation and its lease row, unless it is there already."""
    given: dict[str, Any] = {
        "id": opening.id,
        "tenant_id": tenant_id,
        "agent_id": opening.agent_id,
        "contact_id": opening.contact_id,
        "channel": opening.channel,
        "metadata": Jsonb(opening.metadata),
        "pinned_version_id": opening.pins.version_id,
        "model": opening.pins.model,
        "simulated_channel": opening.pins.simulated_channel,
        "forked_from": opening.forked_from,
        "last_seq": opening.last_seq,
        "summary": opening.summary,
        "summary_seq": opening.summary_seq,
        "context": Jsonb(opening.context),
        "created_at": now,
        "updated_at": now,
    }
    columns = sql.SQL(", ").join(map(sql.Identifier, given))
    values = sql.SQL(", ").join(map(sql.Placeholder, given))
    return (
        Statement(
            sql.SQL("INSERT INTO conversations ({}) VALUES ({}) ON CONFLICT (id) DO NOTHING").format(columns, values),
            given,
        ),
        Statement(
            "INSERT INTO conversation_leases (conversation_id, tenant_id) VALUES (%s, %s)"
            " ON CONFLICT (conversation_id) DO NOTHING",
            (opening.id, tenant_id),
        ),
    )


def close_conversation(conversation_id: UUID, *, now: datetime) -> Statement:
    return Statement(
        "UPDATE conversations SET status = 'closed', ended_at = %s, updated_at = %s"
        " WHERE id = %s AND status <> 'closed'",
        (now, now, conversation_id),
    )


def select_latest_open(*, contact_id: UUID, agent_id: UUID) -> Statement:
    return Statement(
        "SELECT id FROM conversations WHERE contact_id = %s AND agent_id = %s AND status <> 'closed'"
        " ORDER BY id DESC LIMIT 1",
        (contact_id, agent_id),
    )
