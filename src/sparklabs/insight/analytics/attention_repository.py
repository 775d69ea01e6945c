"""Every query of what waits for a person and of what happened."""

from datetime import datetime

from psycopg import sql

from sparklabs.kit.db import Statement
from sparklabs.kit.pagination import PageQuery

MOST_OF_A_KIND = 20


def select_waiting_handoffs() -> Statement:
    """One line a conversation that was handed to a person whom nobody is yet."""
    return Statement(
        """
        SELECT waiting.*, a.slug AS agent_slug, a.name AS agent_name, p.name_sealed, p.key_sealed,
               count(*) OVER () AS of_kind
        FROM (SELECT DISTINCT ON (h.conversation_id) h.id, h.created_at AS at, h.department, h.conversation_id,
                     c.agent_id, c.contact_id
              FROM handoffs h JOIN conversations c ON c.id = h.conversation_id
              WHERE h.status = 'waiting' AND c.status <> 'closed'
              ORDER BY h.conversation_id, h.created_at DESC) AS waiting
        JOIN agents a ON a.id = waiting.agent_id JOIN contacts p ON p.id = waiting.contact_id
        ORDER BY waiting.at DESC LIMIT %s
        """,
        (MOST_OF_A_KIND,),
    )


def select_failed_turns(*, since: datetime, without: str) -> Statement:
    """Talks whose last turn failed, by agent and problem; those of the channel `without` were watched by who tried."""
    return Statement(
        """
        WITH latest AS (
            SELECT DISTINCT ON (r.conversation_id) r.conversation_id, r.agent_id, r.state, r.started_at,
                   coalesce(r.problem->>'code', 'turn_failed') AS code
            FROM runs r JOIN conversations c ON c.id = r.conversation_id
            WHERE r.started_at >= %s AND r.kind = 'turn' AND c.channel <> %s
            ORDER BY r.conversation_id, r.started_at DESC, r.id DESC)
        SELECT a.id, a.slug AS agent_slug, a.name AS agent_name, l.code, count(*) AS count, max(l.started_at) AS at,
               (array_agg(l.conversation_id ORDER BY l.started_at DESC))[1] AS conversation_id,
               count(*) OVER () AS of_kind
        FROM latest l JOIN agents a ON a.id = l.agent_id WHERE l.state = 'failed'
        GROUP BY a.id, l.code ORDER BY at DESC LIMIT %s
        """,
        (since, without, MOST_OF_A_KIND),
    )


def select_file_faults() -> Statement:
    """Agents whose file could not be taken over; the version from before goes on answering."""
    return Statement(
        """
        SELECT id, slug AS agent_slug, name AS agent_name, updated_at AS at, jsonb_array_length(import_faults) AS count,
               ARRAY(SELECT DISTINCT fault->>'code' FROM jsonb_array_elements(import_faults) fault LIMIT 5) AS codes,
               count(*) OVER () AS of_kind
        FROM agents WHERE jsonb_array_length(import_faults) > 0 AND status <> 'archived'
        ORDER BY updated_at DESC LIMIT %s
        """,
        (MOST_OF_A_KIND,),
    )


def select_gaps() -> Statement:
    """Answering agents that name something the workspace has not got, and so run without it."""
    return Statement(
        """
        SELECT a.id, a.slug AS agent_slug, a.name AS agent_name, max(g.updated_at) AS at, count(*) AS count,
               (array_agg(g.name ORDER BY g.kind, g.name))[1:5] AS names, count(*) OVER () AS of_kind
        FROM agent_gaps g JOIN agents a ON a.id = ANY(g.agent_ids)
        WHERE a.status IN ('active', 'testing') GROUP BY a.id ORDER BY at DESC LIMIT %s
        """,
        (MOST_OF_A_KIND,),
    )


def select_paused_with_traffic(*, since: datetime) -> Statement:
    """Paused agents to whom people have written since."""
    return Statement(
        """
        SELECT a.id, a.slug AS agent_slug, a.name AS agent_name, count(*) AS count, max(m.created_at) AS at,
               (array_agg(c.id ORDER BY m.created_at DESC))[1] AS conversation_id, count(*) OVER () AS of_kind
        FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN agents a ON a.id = c.agent_id
        WHERE a.status = 'paused' AND m.role = 'user' AND m.created_at >= greatest(%s, a.updated_at)
        GROUP BY a.id ORDER BY at DESC LIMIT %s
        """,
        (since, MOST_OF_A_KIND),
    )


def select_urgent_tickets() -> Statement:
    """Open tickets of high priority."""
    return Statement(
        """
        SELECT t.id, t.number, t.title, t.priority, t.created_at AS at, t.conversation_id, t.agent_slug,
               a.name AS agent_name, count(*) OVER () AS of_kind
        FROM tickets t LEFT JOIN agents a ON a.slug = t.agent_slug
        WHERE t.status = 'open' AND t.priority IN ('urgent', 'high') ORDER BY t.created_at DESC LIMIT %s
        """,
        (MOST_OF_A_KIND,),
    )


def select_activity(page: PageQuery) -> Statement:
    """Events that tell people something; each message and answer would drown them. Matches the index events_told."""
    chosen = sql.SQL(
        """
        SELECT e.* FROM events e
        WHERE e.type IN ('dev.sparklabs.agent.published', 'dev.sparklabs.agent.version_added',
                         'dev.sparklabs.agent.rolled_back', 'dev.sparklabs.agent.draft',
                         'dev.sparklabs.agent.testing', 'dev.sparklabs.agent.active',
                         'dev.sparklabs.agent.paused', 'dev.sparklabs.agent.archived',
                         'dev.sparklabs.conversation.opened', 'dev.sparklabs.conversation.turn.failed',
                         'dev.sparklabs.conversation.closed')
        """
    )
    chosen = chosen + page.where + page.tail
    return Statement(
        sql.SQL(
            """
            SELECT e.id, e.seq, e.type, e.created_at AS at, a.slug AS agent_slug, a.name AS agent_name,
                   c.id AS conversation_id, c.channel, c.contact_id, p.name_sealed, p.key_sealed,
                   (e.data->>'version')::int AS version
            FROM ({}) AS e
            LEFT JOIN conversations c ON c.id = CASE WHEN e.type LIKE 'dev.sparklabs.conversation.%%'
                                                     THEN e.subject::uuid END
            LEFT JOIN contacts p ON p.id = c.contact_id
            LEFT JOIN agents a ON a.id = CASE WHEN e.type LIKE 'dev.sparklabs.agent.%%'
                                              THEN e.subject::uuid ELSE c.agent_id END
            ORDER BY e.seq DESC
            """
        ).format(chosen),
        page.params or (),
    )
