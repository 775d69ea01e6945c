"""Every query of rolling summaries: what is to be summed up, and the moving of the mark."""

from uuid import UUID

from sparklabs.kit.db import Statement

MOST_RESULTS = 40


def select_state(conversation_id: UUID) -> Statement:
    """How far the conversation is, and how far its summary reaches."""
    return Statement(
        "SELECT agent_id, last_seq, summary, summary_seq FROM conversations WHERE id = %s", (conversation_id,)
    )


def select_stretch(*, conversation_id: UUID, after: int, upto: int) -> Statement:
    """The messages after one number up to and with another, in order."""
    return Statement(
        "SELECT seq, role, content FROM messages WHERE conversation_id = %s AND seq > %s AND seq <= %s ORDER BY seq",
        (conversation_id, after, upto),
    )


def select_results(*, conversation_id: UUID, after: int, upto: int) -> Statement:
    """What tools gave in the turns whose answers stand in that stretch, the earliest first."""
    return Statement(
        """
        SELECT s.name, s.output, m.seq FROM messages m JOIN steps s ON s.run_id = m.run_id
        WHERE m.conversation_id = %s AND m.seq > %s AND m.seq <= %s AND m.role = 'assistant'
          AND s.kind = 'tool' AND s.state = 'done'
        ORDER BY m.seq, s.seq LIMIT %s
        """,
        (conversation_id, after, upto, MOST_RESULTS),
    )


def select_earlier_summary(*, conversation_id: UUID, before: UUID) -> Statement:
    """The result of the last summary that was in use when the run `before` began."""
    return Statement(
        """
        SELECT s.output ->> 'summary' AS summary FROM runs r JOIN steps s ON s.run_id = r.id
        WHERE r.conversation_id = %s AND r.kind = 'summary' AND r.state = 'completed' AND r.id < %s
        ORDER BY r.id DESC LIMIT 1
        """,
        (conversation_id, before),
    )


def hold(conversation_id: UUID) -> Statement:
    """Keeps the conversation from being deleted until the transaction ends; no row when it is gone."""
    return Statement("SELECT id FROM conversations WHERE id = %s FOR KEY SHARE", (conversation_id,))


def move(*, conversation_id: UUID, old_seq: int, new_seq: int, summary: str) -> Statement:
    """Puts the summary in place unless another has moved the mark meanwhile; a row tells that it did."""
    return Statement(
        "UPDATE conversations SET summary = %s, summary_seq = %s WHERE id = %s AND summary_seq = %s RETURNING id",
        (summary, new_seq, conversation_id, old_seq),
    )
