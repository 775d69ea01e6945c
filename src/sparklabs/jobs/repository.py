"""Every query on the job queue's tables for people; how jobs are run is the queue's own matter.

The queue's tables have no wall, for they carry ids only. Arguments name the tenant, and the conditions below stand in
for the wall.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from psycopg import sql

from sparklabs.kit.db import Row, Statement
from sparklabs.kit.db.pool import Connection
from sparklabs.kit.pagination import EXACT_TOTAL_LIMIT

_OF_TENANT: LiteralString = "j.args->>'tenant_id' = current_setting('app.tenant_id')"
_OF_PLATFORM: LiteralString = "NOT j.args ? 'tenant_id'"
_JOB: LiteralString = (
    "SELECT j.id, j.task_name AS task, j.status::text, j.attempts, j.args, j.scheduled_at, f.code, f.summary,"
    " f.failed_at, (SELECT min(at) FROM procrastinate_events e WHERE e.job_id = j.id) AS created_at,"
    # The queue dates its note of a plan by the moment that is planned.
    " (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type <> 'scheduled') AS changed_at"
    " FROM procrastinate_jobs j LEFT JOIN job_failures f ON f.job_id = j.id WHERE "
)


def _seen(*, platform: bool) -> LiteralString:
    return f"({_OF_TENANT} OR {_OF_PLATFORM})" if platform else _OF_TENANT


def select_jobs(
    *, statuses: Sequence[str], task: str | None, before: int | None, limit: int, platform: bool
) -> tuple[Statement, Statement]:
    """One page (and one more), the newest first, and how many there are."""
    where = sql.SQL(_seen(platform=platform) + " AND j.status::text = ANY(%s)")
    params: list[object] = [list(statuses)]
    if task is not None:
        where += sql.SQL(" AND j.task_name = %s")
        params.append(task)
    counted = sql.SQL("SELECT count(*) AS total FROM (SELECT FROM procrastinate_jobs j WHERE {} LIMIT {}) AS counted")
    after = sql.SQL("" if before is None else " AND j.id < %s")
    tail = sql.SQL(" ORDER BY j.id DESC LIMIT {}").format(sql.Literal(limit + 1))
    return (
        Statement(sql.SQL(_JOB) + where + after + tail, (*params, *(() if before is None else (before,)))),
        Statement(counted.format(where, sql.Literal(EXACT_TOTAL_LIMIT + 1)), tuple(params)),
    )


def select_job(job_id: int, *, platform: bool) -> Statement:
    return Statement(_JOB + "j.id = %s AND " + _seen(platform=platform), (job_id,))


async def retry(conn: Connection, job_id: int, *, statuses: Sequence[str]) -> Row | None:
    """Puts the job back into the queue if it is in one of these states; raises UniqueViolation for a waiting twin."""
    return await _changed(
        conn,
        "UPDATE procrastinate_jobs j SET status = 'todo', abort_requested = false, scheduled_at = NULL,"
        " worker_id = NULL WHERE j.id = %s AND j.status::text = ANY(%s) AND " + _OF_TENANT
        + " RETURNING j.task_name AS task",
        job_id,
        statuses,
    )  # fmt: skip


async def discard(conn: Connection, job_id: int, *, statuses: Sequence[str]) -> Row | None:
    """Removes the job if it is in one of these states."""
    return await _changed(
        conn,
        "DELETE FROM procrastinate_jobs j WHERE j.id = %s AND j.status::text = ANY(%s) AND " + _OF_TENANT
        + " RETURNING j.task_name AS task",
        job_id,
        statuses,
    )  # fmt: skip


async def _changed(conn: Connection, query: LiteralString, job_id: int, statuses: Sequence[str]) -> Row | None:
    return await (await conn.execute(query, (job_id, list(statuses)))).fetchone()


def note_failure(job_id: int, *, code: str, summary: str, at: datetime) -> Statement:
    """Why the job failed, in the place of the time before; nothing for a job that was discarded meanwhile."""
    return Statement(
        "INSERT INTO job_failures (job_id, code, summary, failed_at)"
        " SELECT id, %s, %s, %s FROM procrastinate_jobs WHERE id = %s"
        " ON CONFLICT (job_id) DO UPDATE SET code = excluded.code, summary = excluded.summary,"
        " failed_at = excluded.failed_at",
        (code, summary, at, job_id),
    )
