"""Every query of turns: accepting, leasing, taking up, ending; conversations_repository.py has the talks themselves."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.kit.db import Statement

RUNS_WITH_TOOLS_SHOWN = 3
MOST_MEMORIES = 12
LONGEST_MEMORY_CHARACTERS = 500

STORED = "EXISTS (SELECT 1 FROM inbox WHERE message_id = %s)"
OPEN = "state IN ('waiting', 'running')"


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run about to be opened, by whom and under which lease."""

    id: UUID
    agent_id: UUID
    version_id: UUID
    prompt: dict[str, Any]
    owner: str
    lease_seconds: float
    now: datetime

    @property
    def params(self) -> dict[str, Any]:
        return {
            "run": self.id,
            "agent": self.agent_id,
            "version": self.version_id,
            "prompt": Jsonb(self.prompt),
            "owner": self.owner,
            "seconds": self.lease_seconds,
            "now": self.now,
        }


# ── a turn begins ────────────────────────────────────────────────────────────────────────────────────────────────────
def lock_conversation(conversation_id: UUID) -> Statement:
    """Puts accepting and ending in one line: what comes after it in the group sees all that was committed before.

    Without it an accept would judge by the rows of the moment it began to wait, and an end without a message could
    give the lease back just before an accept that found it taken. `is_watched` tells of watchers whose notice may not
    have come yet.
    """
    return Statement(
        "SELECT coalesce(watched_until > clock_timestamp(), false) AS is_watched FROM conversations WHERE id = %s"
        " FOR NO KEY UPDATE",
        (conversation_id,),
    )


def note_watcher(conversation_id: UUID, *, seconds: float) -> Statement:
    """Whoever begins a turn within `seconds` sends its events to all processes from the first one on."""
    return Statement(
        "UPDATE conversations SET watched_until = clock_timestamp() + make_interval(secs => %s) WHERE id = %s",
        (seconds, conversation_id),
    )


def accept(
    *,
    conversation_id: UUID,
    message_id: UUID,
    content: str,
    extra: dict[str, Any] | None,
    key: str | None,
    body_hash: bytes,
    reject_when_busy: bool,
    run: NewRun,
) -> Statement:
    """Stores the message with its inbox row and, when the conversation is free, takes the lease and opens the run.

    Stands after `lock_conversation`. Gives `seq`, `status` and `token` (none when somebody else is at it); no row when
    the message may not be stored. A lease whose row is locked is being renewed or given back by a group that may wait
    for our conversation row: waiting for it here would be a deadlock, so it counts as held.
    """
    return Statement(
        f"""
        WITH conv AS (
            UPDATE conversations SET last_seq = last_seq + 1, updated_at = %(now)s
            WHERE id = %(conversation)s AND status <> 'closed'
              AND NOT EXISTS (SELECT 1 FROM inbox WHERE conversation_id = %(conversation)s
                              AND idempotency_key = %(key)s::text)
              AND NOT (%(reject)s AND EXISTS (SELECT 1 FROM conversation_leases
                       WHERE conversation_id = %(conversation)s AND owner IS NOT NULL AND until > clock_timestamp()))
            RETURNING tenant_id, last_seq, status
        ), said AS (
            INSERT INTO messages (id, tenant_id, conversation_id, seq, role, content, extra, created_at)
            SELECT %(message)s, tenant_id, %(conversation)s, last_seq, 'user', %(content)s, %(extra)s, %(now)s FROM conv
        ), leased AS (
            UPDATE conversation_leases SET token = token + 1, owner = %(owner)s,
                   until = clock_timestamp() + make_interval(secs => %(seconds)s)
            WHERE conversation_id = (SELECT l.conversation_id FROM conversation_leases l, conv
                                     WHERE l.conversation_id = %(conversation)s AND conv.status <> 'handed_off'
                                       AND (l.owner IS NULL OR l.until < clock_timestamp())
                                     FOR NO KEY UPDATE OF l SKIP LOCKED)
              AND NOT EXISTS (SELECT 1 FROM inbox WHERE conversation_id = %(conversation)s AND {OPEN})
            RETURNING token
        ), queued AS (
            INSERT INTO inbox (message_id, tenant_id, conversation_id, seq, idempotency_key, body_hash, state, attempts,
                               run_id, created_at)
            SELECT %(message)s, tenant_id, %(conversation)s, last_seq, %(key)s, %(hash)s,
                   CASE WHEN status = 'handed_off' THEN 'skipped' WHEN token IS NULL THEN 'waiting' ELSE 'running' END,
                   CASE WHEN token IS NULL THEN 0 ELSE 1 END,
                   CASE WHEN token IS NOT NULL THEN %(run)s::uuid END, %(now)s
            FROM conv LEFT JOIN leased ON true
        ), begun AS (
            INSERT INTO runs
                (id, tenant_id, agent_id, agent_version_id, conversation_id, message_id, state, prompt, started_at)
            SELECT %(run)s, tenant_id, %(agent)s, %(version)s, %(conversation)s, %(message)s, 'running', %(prompt)s,
                   %(now)s
            FROM conv, leased
        )
        SELECT last_seq AS seq, status, token FROM conv LEFT JOIN leased ON true
        """,
        {
            "conversation": conversation_id,
            "message": message_id,
            "content": content,
            "extra": Jsonb(extra) if extra else None,
            "key": key,
            "hash": body_hash,
            "reject": reject_when_busy,
            **run.params,
        },
    )


def take_lease(*, conversation_id: UUID, owner: str, seconds: float) -> Statement:
    """Takes a free or expired lease of a conversation that has open messages."""
    return Statement(
        f"""
        UPDATE conversation_leases SET token = token + 1, owner = %(owner)s,
               until = clock_timestamp() + make_interval(secs => %(seconds)s)
        WHERE conversation_id = %(conversation)s AND (owner IS NULL OR until < clock_timestamp())
          AND EXISTS (SELECT 1 FROM inbox WHERE conversation_id = %(conversation)s AND {OPEN})
        RETURNING token
        """,
        {"conversation": conversation_id, "owner": owner, "seconds": seconds},
    )


def hold_lease(*, conversation_id: UUID, token: int, seconds: float) -> Statement:
    """The fence: aborts the group with SQLSTATE SL001 when the lease is another's, renews it otherwise."""
    return Statement("SELECT hold_lease(%s, %s, %s)", (conversation_id, token, seconds))


def drop_lease(*, conversation_id: UUID, token: int) -> Statement:
    """Gives the lease back at once, for another process to take up what is open."""
    return Statement(
        "UPDATE conversation_leases SET owner = NULL, until = NULL WHERE conversation_id = %s AND token = %s",
        (conversation_id, token),
    )


def start_run(*, message_id: UUID, conversation_id: UUID, run: NewRun) -> Statement:
    """Opens the run of a waiting message whose lease is held by the run's owner; nothing happens otherwise."""
    return Statement(
        """
        WITH mine AS (
            UPDATE inbox SET state = 'running', run_id = %(run)s, attempts = attempts + 1
            WHERE message_id = %(message)s AND state = 'waiting'
              AND EXISTS (SELECT 1 FROM conversation_leases
                          WHERE conversation_id = %(conversation)s AND owner = %(owner)s)
            RETURNING tenant_id
        )
        INSERT INTO runs
            (id, tenant_id, agent_id, agent_version_id, conversation_id, message_id, state, prompt, started_at)
        SELECT %(run)s, tenant_id, %(agent)s, %(version)s, %(conversation)s, %(message)s, 'running', %(prompt)s,
               %(now)s
        FROM mine
        """,
        {"message": message_id, "conversation": conversation_id, **run.params},
    )


def count_attempt(message_id: UUID) -> Statement:
    return Statement("UPDATE inbox SET attempts = attempts + 1 WHERE message_id = %s", (message_id,))


def select_next_open(conversation_id: UUID) -> Statement:
    """The earliest open message of a conversation with its run, if one was begun."""
    return Statement(
        f"""
        SELECT i.message_id, i.seq, i.state, i.run_id, i.attempts, r.agent_version_id, r.cancel_requested
        FROM inbox i LEFT JOIN LATERAL
            (SELECT agent_version_id, cancel_requested FROM runs WHERE id = i.run_id OFFSET 0) r ON true
        WHERE i.conversation_id = %s AND i.{OPEN} ORDER BY i.seq LIMIT 1
        """,
        (conversation_id,),
    )


def select_window(*, conversation_id: UUID, upto: UUID, size: int) -> Statement:
    """The last `size` messages up to and with the message `upto`, oldest first, each answer after its question.

    A message that waited in line was numbered before the answers to those before it; the model must read them in
    the order in which they were handled. `run_id` of a customer's message is the run that handled it. OFFSET 0 keeps
    each look-up one by its key: joined, a planner without statistics reads all runs of the tenant for every message.
    """
    return Statement(
        """
        SELECT m.seq, m.role, m.content, coalesce(m.run_id, q.run_id) AS run_id, m.extra, m.created_at
        FROM (SELECT seq FROM inbox WHERE message_id = %(upto)s) asked
        CROSS JOIN LATERAL (
            SELECT * FROM messages WHERE conversation_id = %(conversation)s
              AND seq > asked.seq - %(size)s AND seq <= asked.seq + %(size)s OFFSET 0) m
        LEFT JOIN LATERAL (
            SELECT seq, run_id FROM inbox WHERE message_id = CASE m.role WHEN 'user' THEN m.id
                ELSE (SELECT message_id FROM runs WHERE id = m.run_id) END OFFSET 0) q ON true
        WHERE m.seq <= asked.seq OR q.seq < asked.seq
        ORDER BY coalesce(q.seq, m.seq), m.seq
        """,
        {"conversation": conversation_id, "upto": upto, "size": size},
    )


def select_recent_calls(*, conversation_id: UUID, upto: UUID) -> Statement:
    """The tool calls of the last few turns, answered or not: an interrupted one may have done something too.

    The bound by time leaves the partitions of earlier months alone, with a day for clocks that disagree.
    """
    return Statement(
        """
        SELECT s.run_id, s.seq, s.name, s.call_id, s.input, s.output, s.state
        FROM (SELECT run_id, created_at FROM inbox WHERE conversation_id = %(conversation)s AND run_id IS NOT NULL
                AND seq < (SELECT seq FROM inbox WHERE message_id = %(upto)s)
              ORDER BY seq DESC LIMIT %(runs)s) recent
        CROSS JOIN LATERAL (
            SELECT * FROM steps WHERE run_id = recent.run_id AND kind = 'tool'
              AND created_at > recent.created_at - interval '1 day' OFFSET 0) s
        ORDER BY s.run_id, s.seq
        """,
        {"conversation": conversation_id, "upto": upto, "runs": RUNS_WITH_TOOLS_SHOWN},
    )


def select_surroundings(conversation_id: UUID, *, remembers: bool) -> Statement:
    """Summary, context and contact of a conversation; what is remembered of the contact when the agent `remembers`."""
    return Statement(
        """
        SELECT c.summary, c.summary_seq, c.context, p.id AS contact_id, p.name_sealed, p.key_sealed,
               p.context AS contact_context, p.timezone, p.locale,
               (SELECT jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name,
                                                    'content', left(m.content, %s))
                                 ORDER BY m.updated_at)
                FROM (SELECT id, name, content, updated_at FROM memories WHERE contact_id = p.id
                      ORDER BY pinned DESC, updated_at DESC LIMIT %s) m) AS memories
        FROM conversations c CROSS JOIN LATERAL (SELECT * FROM contacts WHERE id = c.contact_id OFFSET 0) p
        WHERE c.id = %s
        """,
        (LONGEST_MEMORY_CHARACTERS, MOST_MEMORIES if remembers else 0, conversation_id),
    )


# ── a turn ends ──────────────────────────────────────────────────────────────────────────────────────────────────────
def answer(
    *,
    id: UUID,
    conversation_id: UUID,
    message_id: UUID,
    content: str,
    run_id: UUID,
    extra: dict[str, Any] | None,
    now: datetime,
) -> Statement:
    """The assistant's message, numbered under the conversation's row lock, and the end of the message it answers."""
    return Statement(
        f"""
        WITH conv AS (
            UPDATE conversations SET last_seq = last_seq + 1, updated_at = %(now)s WHERE id = %(conversation)s
            RETURNING tenant_id, last_seq
        ), ended AS (
            UPDATE inbox SET state = 'done', reply_id = %(id)s WHERE message_id = %(message)s AND {OPEN}
        )
        INSERT INTO messages (id, tenant_id, conversation_id, seq, role, content, run_id, extra, created_at)
        SELECT %(id)s, tenant_id, %(conversation)s, last_seq, 'assistant', %(content)s, %(run)s, %(extra)s, %(now)s
        FROM conv RETURNING seq, created_at
        """,
        {
            "id": id,
            "conversation": conversation_id,
            "message": message_id,
            "content": content,
            "run": run_id,
            "extra": Jsonb(extra) if extra else None,
            "now": now,
        },
    )


def request_cancel(conversation_id: UUID) -> Statement:
    """Notes on the running turn that it is to end; no row when none runs."""
    return Statement(
        "UPDATE runs r SET cancel_requested = true FROM inbox i"
        " WHERE i.conversation_id = %s AND i.state = 'running' AND r.id = i.run_id"
        " AND r.state IN ('queued', 'running', 'waiting') RETURNING i.message_id, i.seq, r.id AS run_id",
        (conversation_id,),
    )


def fail_run(*, run_id: UUID, problem: Any, now: datetime) -> Statement:
    return Statement(
        "UPDATE runs SET state = 'failed', problem = %s, ended_at = %s"
        " WHERE id = %s AND state IN ('queued', 'running', 'waiting')",
        (Jsonb(problem), now, run_id),
    )


def fail_message(*, message_id: UUID, problem: Any) -> Statement:
    """Ends a message that gets no answer."""
    return Statement(
        f"UPDATE inbox SET state = 'failed', problem = %s WHERE message_id = %s AND {OPEN}",
        (Jsonb(problem) if problem else None, message_id),
    )


def release_when_done(*, conversation_id: UUID, token: int) -> Statement:
    """Gives the lease back when nothing is open any more; no row means that there is more to do."""
    return Statement(
        f"""
        UPDATE conversation_leases SET owner = NULL, until = NULL
        WHERE conversation_id = %(conversation)s AND token = %(token)s
          AND NOT EXISTS (SELECT 1 FROM inbox WHERE conversation_id = %(conversation)s AND {OPEN})
        RETURNING token
        """,
        {"conversation": conversation_id, "token": token},
    )


# ── look-ups ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def select_delivery(*, conversation_id: UUID, key: str) -> Statement:
    return Statement(
        "SELECT message_id, seq, state, run_id, reply_id, body_hash, problem FROM inbox"
        " WHERE conversation_id = %s AND idempotency_key = %s",
        (conversation_id, key),
    )


def select_progress(message_id: UUID) -> Statement:
    """How far a message is, with its answer when there is one."""
    return Statement(
        """
        SELECT i.conversation_id, i.state, i.run_id, i.problem, i.seq AS asked_seq, m.id AS reply_id, m.seq, m.role,
               m.content, m.extra, m.created_at, r.input_tokens, r.output_tokens, r.cached_tokens, r.cost_micros,
               r.currency,
               (extract(epoch FROM r.ended_at - r.started_at) * 1000)::int AS duration_ms
        FROM inbox i LEFT JOIN messages m ON m.id = i.reply_id
        LEFT JOIN LATERAL (SELECT * FROM runs WHERE id = i.run_id OFFSET 0) r ON true
        WHERE i.message_id = %s
        """,
        (message_id,),
    )


def select_said(message_id: UUID) -> Statement:
    """Number and text of one message."""
    return Statement("SELECT seq, content FROM messages WHERE id = %s", (message_id,))
