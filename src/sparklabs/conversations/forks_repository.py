"""Every query by which a conversation is begun anew from one of its messages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sparklabs.kit.db import Statement


def select_cut(*, conversation_id: UUID, message_id: UUID) -> Statement:
    """The message before which the fork begins, and what the conversation knows by then."""
    return Statement(
        """
        SELECT m.role, m.seq, c.contact_id, c.summary, c.summary_seq, c.context, p.context AS contact_context,
               p.timezone, p.locale,
               (SELECT jsonb_object_agg(k.name, k.content) FROM memories k
                WHERE k.contact_id = p.id AND k.name IS NOT NULL) AS memories
        FROM messages m JOIN conversations c ON c.id = m.conversation_id JOIN contacts p ON p.id = c.contact_id
        WHERE m.conversation_id = %s AND m.id = %s
        """,
        (conversation_id, message_id),
    )


def select_before(*, conversation_id: UUID, seq: int) -> Statement:
    """The messages that were handled before number `seq`, each answer after its question."""
    return Statement(
        """
        SELECT m.id FROM messages m LEFT JOIN runs r ON r.id = m.run_id
        LEFT JOIN inbox q ON q.message_id = CASE m.role WHEN 'user' THEN m.id ELSE r.message_id END
        WHERE m.conversation_id = %(conversation)s AND coalesce(q.seq, m.seq) < %(seq)s
        ORDER BY coalesce(q.seq, m.seq), m.seq
        """,
        {"conversation": conversation_id, "seq": seq},
    )


def copy_messages(*, source_id: UUID, fork_id: UUID, old: Sequence[UUID], new: Sequence[UUID]) -> tuple[Statement, ...]:
    """Copies messages and what became of them; `old` in order, `new` their ids in the fork, numbered from 1.

    A copied answer names its run in `extra`, not in its column: the run answered the other message. A copied question
    keeps its run, so that its tool calls are shown to the model again.
    """
    given: dict[str, Any] = {"source": source_id, "fork": fork_id, "old": list(old), "new": list(new)}
    return (
        Statement(
            """
            INSERT INTO messages (id, tenant_id, conversation_id, seq, role, content, extra, created_at)
            SELECT n.id, m.tenant_id, %(fork)s, n.seq, m.role, m.content,
                   jsonb_build_object('copied', jsonb_build_object('conversation_id', m.conversation_id,
                       'message_id', m.id, 'run_id', coalesce(m.run_id, q.run_id))) || coalesce(m.extra, '{}'),
                   m.created_at
            FROM unnest(%(old)s::uuid[], %(new)s::uuid[]) WITH ORDINALITY AS n (old, id, seq)
            JOIN messages m ON m.id = n.old AND m.conversation_id = %(source)s
            LEFT JOIN inbox q ON q.message_id = m.id
            """,
            given,
        ),
        Statement(
            """
            INSERT INTO inbox (message_id, tenant_id, conversation_id, seq, state, run_id, reply_id, problem,
                               created_at)
            SELECT n.id, q.tenant_id, %(fork)s, n.seq,
                   CASE WHEN q.state IN ('done', 'failed') THEN q.state ELSE 'skipped' END, q.run_id, a.id, q.problem,
                   q.created_at
            FROM unnest(%(old)s::uuid[], %(new)s::uuid[]) WITH ORDINALITY AS n (old, id, seq)
            JOIN inbox q ON q.message_id = n.old AND q.conversation_id = %(source)s
            LEFT JOIN unnest(%(old)s::uuid[], %(new)s::uuid[]) AS a (old, id) ON a.old = q.reply_id
            """,
            given,
        ),
    )


def select_copied_runs(conversation_id: UUID) -> Statement:
    """The runs behind the copied messages of a fork, which belong to the conversations it came from."""
    return Statement(
        "SELECT i.run_id AS id FROM inbox i JOIN runs r ON r.id = i.run_id"
        " WHERE i.conversation_id = %s AND r.conversation_id <> i.conversation_id",
        (conversation_id,),
    )
