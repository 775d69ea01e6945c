"""Every query of the figures; each reads one window (periods.py) and never writes.

Bucket 1 is the whole period before; a bucket of the window itself is its position + 2. One pass over a table gives the
buckets and the breakdowns at once (grouping sets), told apart by which of the grouping columns is not null.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from sparklabs.insight.analytics.periods import Window
from sparklabs.kit.db import Statement

FIRST_BUCKET = 2
PLAYGROUND = "playground"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows count: those of a window, of one agent or all; talks in the playground are told apart."""

    window: Window
    agent_id: UUID | None = None
    include_playground: bool = False

    @property
    def params(self) -> dict[str, Any]:
        window = self.window
        return {
            "bounds": [window.previous_start, *window.starts],
            "since": window.previous_start,
            "gap": window.previous_end,
            "start": window.start,
            "end": window.end,
            "agent": self.agent_id,
            "all": self.include_playground,
            "playground": PLAYGROUND,
        }


def roomy() -> Statement:
    """Room to sort a year's rows in memory; compiling such short queries costs more than it saves.

    A plan for just any period looks rows up one by one, which takes many times as long for a quarter: each is planned.
    """
    return Statement(
        "SELECT set_config('work_mem', '48MB', true), set_config('jit', 'off', true),"
        " set_config('plan_cache_mode', 'force_custom_plan', true)"
    )


def select_conversations(scope: Scope) -> Statement:
    """Conversations that were opened, by bucket, agent and channel, and how many of them asked for a person."""
    return _over(
        """
        WITH opened AS (
            SELECT {bucket} AS bucket, c.agent_id, c.channel, {now} AS now, {counted} AS counted,
                   c.channel = %(playground)s AS trying,
                   c.id IN (SELECT conversation_id FROM handoffs WHERE created_at >= %(since)s) AS handed
            FROM conversations c WHERE {within} AND {agent}
        )
        SELECT bucket, agent_id, channel, count(*) FILTER (WHERE counted) AS conversations,
               count(*) FILTER (WHERE counted AND now) AS now_conversations,
               count(*) FILTER (WHERE counted AND handed) AS handed,
               count(*) FILTER (WHERE trying AND now) AS trials
        FROM opened GROUP BY GROUPING SETS ((bucket), (agent_id), (channel))
        """,
        scope,
        at="c.created_at",
        agent="c.agent_id",
    )


def select_messages(scope: Scope) -> Statement:
    """Messages of customers and agents by bucket, and the different people who wrote, by bucket and by period."""
    return _over(
        """
        WITH said AS (
            SELECT m.conversation_id, {bucket} AS bucket, {now} AS now, count(*) AS messages,
                   bool_or(m.role = 'user') AS wrote
            FROM messages m WHERE {within} AND m.role IN ('user', 'assistant') GROUP BY 1, 2, 3
        )
        SELECT bucket, now, sum(messages)::bigint AS messages,
               count(DISTINCT c.contact_id) FILTER (WHERE wrote) AS contacts
        FROM said JOIN conversations c ON c.id = said.conversation_id
        WHERE {agent} AND {counted} GROUP BY GROUPING SETS ((bucket), (now))
        """,
        scope,
        at="m.created_at",
        agent="c.agent_id",
    )


def select_turns(scope: Scope) -> Statement:
    """Turns and what was spent, by bucket, agent and channel, each by currency.

    Spending counts everything: the playground's turns and the summaries of long talks are paid for as well.
    """
    return _over(
        _RUNS
        + """
, added AS MATERIALIZED (
            SELECT bucket, now, trying, agent_id, channel, currency,
                   count(*) FILTER (WHERE counted AND state = 'completed') AS answered,
                   count(*) FILTER (WHERE counted AND state = 'failed') AS failed,
                   count(*) FILTER (WHERE trying AND state = 'completed') AS tried,
                   sum(cost_micros)::bigint AS cost_micros, sum(input_tokens)::bigint AS tokens_in,
                   sum(output_tokens)::bigint AS tokens_out
            FROM spent GROUP BY 1, 2, 3, 4, 5, 6
        )
        SELECT bucket, agent_id, channel, currency, sum(answered)::bigint AS answered, sum(failed)::bigint AS failed,
               coalesce(sum(answered) FILTER (WHERE now), 0)::bigint AS now_answered,
               coalesce(sum(failed) FILTER (WHERE now), 0)::bigint AS now_failed,
               coalesce(sum(tried) FILTER (WHERE now), 0)::bigint AS trials,
               sum(cost_micros)::bigint AS cost_micros,
               coalesce(sum(cost_micros) FILTER (WHERE now), 0)::bigint AS now_cost_micros,
               coalesce(sum(cost_micros) FILTER (WHERE trying AND now), 0)::bigint AS trial_cost_micros,
               sum(tokens_in)::bigint AS tokens_in, sum(tokens_out)::bigint AS tokens_out
        FROM added GROUP BY GROUPING SETS ((bucket, currency), (agent_id, currency), (channel, currency))
        """,
        scope,
        at="r.started_at",
        agent="r.agent_id",
    )


def select_answer_times(scope: Scope) -> Statement:
    """Milliseconds from a turn's beginning to its answer: median, p95 and mean, by bucket and by period."""
    return _over(
        _RUNS
        + """
        SELECT bucket, now, avg(ms)::float AS average,
               percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ms) AS percentiles
        FROM spent WHERE counted AND state = 'completed' AND ms IS NOT NULL
        GROUP BY GROUPING SETS ((bucket), (now))
        """,
        scope,
        at="r.started_at",
        agent="r.agent_id",
    )


def select_handoffs(scope: Scope) -> Statement:
    """How often a person was asked for, by bucket and agent."""
    return _over(
        """
        SELECT {bucket} AS bucket, c.agent_id, count(*) AS handoffs, count(*) FILTER (WHERE {now}) AS now_handoffs
        FROM handoffs h JOIN conversations c ON c.id = h.conversation_id
        WHERE {within} AND {agent} AND {counted}
        GROUP BY GROUPING SETS (({bucket}), (c.agent_id))
        """,
        scope,
        at="h.created_at",
        agent="c.agent_id",
    )


def select_agents() -> Statement:
    """The names behind the ids of a breakdown."""
    return Statement("SELECT id, slug, name FROM agents")


def select_realtime(*, five_minutes_ago: Any, hour_ago: Any) -> Statement:
    """What goes on now and how the last hour went, the playground included: it is the same machinery."""
    return Statement(
        """
        WITH hour AS (
            SELECT state, (extract(epoch FROM ended_at - started_at) * 1000)::int AS ms FROM runs
            WHERE started_at >= %(hour)s AND kind = 'turn'
        )
        SELECT (SELECT count(*) FROM conversations WHERE status = 'open') AS open_conversations,
               (SELECT count(*) FROM conversations WHERE status = 'handed_off') AS handed_off_conversations,
               (SELECT count(*) FROM runs WHERE state IN ('queued', 'running', 'waiting')) AS turns_running,
               (SELECT count(*) FROM inbox WHERE state = 'waiting') AS messages_waiting,
               (SELECT count(*) FROM messages WHERE created_at >= %(five)s) AS messages_last_5_minutes,
               (SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) FROM hour WHERE state = 'completed')
                   AS p95_answer_ms_last_hour,
               (SELECT count(*) FILTER (WHERE state = 'failed')::float
                       / nullif(count(*) FILTER (WHERE state IN ('completed', 'failed')), 0) FROM hour)
                   AS error_rate_last_hour
        """,
        {"five": five_minutes_ago, "hour": hour_ago},
    )


def select_first_steps() -> Statement:
    """How far the workspace has come: the agent to begin with, the newest talk with an agent in the playground."""
    return Statement(
        """
        SELECT begin.id AS agent_id, begin.slug AS agent_slug, begin.name AS agent_name, tried.id AS conversation_id,
               tried.id IS NOT NULL AS asked,
               EXISTS (SELECT 1 FROM runs WHERE conversation_id = tried.id AND state = 'completed') AS answered,
               EXISTS (SELECT 1 FROM agent_versions WHERE author LIKE 'account:%%') AS edited,
               EXISTS (SELECT 1 FROM visitors) AS embedded
        FROM (SELECT 1) AS always
        LEFT JOIN LATERAL (SELECT id, slug, name FROM agents WHERE status IN ('active', 'testing')
                           ORDER BY created_at, slug LIMIT 1) AS begin ON true
        LEFT JOIN LATERAL (SELECT id FROM conversations WHERE channel = %s AND last_seq > 0
                           ORDER BY created_at DESC LIMIT 1) AS tried ON true
        """,
        (PLAYGROUND,),
    )


_RUNS = """
    WITH spent AS (
        SELECT {bucket} AS bucket, {now} AS now, r.agent_id, coalesce(c.channel, '') AS channel, r.currency, r.state,
               r.kind = 'turn' AND {counted} AS counted, c.channel = %(playground)s AND r.kind = 'turn' AS trying,
               r.cost_micros, r.input_tokens, r.output_tokens,
               (extract(epoch FROM r.ended_at - r.started_at) * 1000)::int AS ms
        FROM runs r LEFT JOIN conversations c ON c.id = r.conversation_id WHERE {within} AND {agent}
    )
"""


def _over(query: Any, scope: Scope, *, at: Any, agent: Any) -> Statement:
    """The query over the rows of a scope, whose moment and agent stand in the columns `at` and `agent`."""
    column = sql.SQL(at)
    composed = sql.SQL(query).format(
        bucket=sql.SQL("width_bucket({}, %(bounds)s::timestamptz[])").format(column),
        now=sql.SQL("{} >= %(start)s").format(column),
        within=sql.SQL("{at} >= %(since)s AND {at} < %(end)s AND ({at} < %(gap)s OR {at} >= %(start)s)").format(
            at=column
        ),
        agent=sql.SQL("(%(agent)s::uuid IS NULL OR {} = %(agent)s)").format(sql.SQL(agent)),
        counted=sql.SQL("(%(all)s OR c.channel IS DISTINCT FROM %(playground)s)"),
    )
    return Statement(composed, scope.params)
