"""What people may know of background jobs and do with them; a tenant has those whose arguments name it."""

import logging
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

from sparklabs.identity import audit
from sparklabs.jobs import repository as rows
from sparklabs.jobs.errors import JobNotFoundError, JobOfPlatformError, JobStateError, JobWaitsAlreadyError
from sparklabs.jobs.schemas import JobFailureOut, JobOut, JobStatus
from sparklabs.kit import events
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Row
from sparklabs.kit.errors import SparkError
from sparklabs.kit.jobs import FailedJob
from sparklabs.kit.pagination import (
    EXACT_TOTAL_LIMIT,
    Order,
    Page,
    check_limit,
    decode_cursor,
    encode_cursor,
    unreadable_cursor,
)
from sparklabs.kit.web import Principal
from sparklabs.notifications import service as notifications

logger = logging.getLogger(__name__)

STATUSES: Final[tuple[JobStatus, ...]] = ("todo", "doing", "failed", "aborted", "cancelled", "succeeded")
RETRIABLE: Final = ("failed", "aborted")
DISCARDABLE: Final = ("todo", "failed", "aborted", "cancelled")
ENDED_KEPT = timedelta(days=30)
WORKER_DIED: Final = "job_worker_died"
_NEWEST_FIRST = Order(name="id", column="j.id", descending=True)
_LARGEST_ID = 2**63 - 1


class JobDesk:
    """One a process."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def list(
        self, principal: Principal, *, status: JobStatus | None, task: str | None, cursor: str | None, limit: int
    ) -> Page[JobOut]:
        """The newest first; whoever manages jobs sees the platform's own as well."""
        before = None if cursor is None else _decode(cursor)
        found, counted = await self._db.run(
            principal.tenant_id,
            *rows.select_jobs(
                statuses=STATUSES if status is None else (status,),
                task=task,
                before=before,
                limit=check_limit(limit),
                platform=_manages(principal),
            ),
        )
        shown, total = found[:limit], counted[0]["total"]
        more = len(found) > limit
        return Page(
            items=[_out(row, manages=_manages(principal)) for row in shown],
            next_cursor=encode_cursor(_NEWEST_FIRST, value=shown[-1]["id"], id="") if more else None,
            total=total if total <= EXACT_TOTAL_LIMIT else None,
        )

    async def get(self, principal: Principal, job_id: int) -> JobOut:
        """One job; raises JobNotFoundError."""
        return _out(await self._find(principal, job_id), manages=_manages(principal))

    async def retry(self, principal: Principal, job_id: int) -> JobOut:
        """Puts a failed or aborted job back into the queue.

        Raises JobNotFoundError, JobOfPlatformError, JobStateError and JobWaitsAlreadyError; of two at once one wins.
        """
        try:
            await self._change(principal, job_id, "retried")
        except psycopg.errors.UniqueViolation as error:
            raise JobWaitsAlreadyError(
                "A job that does the same waits already.", hint="Discard this one, or wait for the other to end."
            ) from error
        return await self.get(principal, job_id)

    async def discard(self, principal: Principal, job_id: int) -> None:
        """Removes a job that waits or has ended; raises JobNotFoundError, JobOfPlatformError and JobStateError."""
        await self._change(principal, job_id, "discarded")

    async def note_failure(self, failed: FailedJob) -> None:
        """Keeps why a job was given up, and tells the people of its workspace."""
        now = self._clock.now()
        code, summary = _reason(failed.error)
        kept = rows.note_failure(failed.id, code=code, summary=summary, at=now)
        tenant_id = _tenant_of(failed.arguments)
        if tenant_id is None:
            async with self._db.system() as conn:
                await conn.execute(kept.sql, kept.params)
            return
        about = {"job_id": failed.id, "task": failed.task, "code": code}
        await self._db.run(
            tenant_id,
            kept,
            events.record(
                tenant_id=tenant_id, type="job.failed", source="/jobs", subject=str(failed.id), data=about, at=now
            ),
            *notifications.record(
                tenant_id=tenant_id, kind="job_failed", key=f"{failed.task}:{code}", subject=f"job:{failed.id}",
                data=about, at=now,
            ),
        )  # fmt: skip

    async def _change(self, principal: Principal, job_id: int, done: str) -> None:
        """One transaction: the change, its audit line and its event."""
        now = self._clock.now()
        act, statuses = (rows.retry, RETRIABLE) if done == "retried" else (rows.discard, DISCARDABLE)
        async with self._db.tenant(principal.tenant_id) as conn:
            changed = await act(conn, job_id, statuses=statuses)
            if changed is not None:
                about = {"job_id": job_id, "task": changed["task"]}
                await audit.record(
                    conn,
                    principal.tenant_id,
                    actor=principal.actor,
                    action=f"job.{done}",
                    subject=f"job:{job_id}",
                    data=about,
                    now=now,
                )
                told = events.record(
                    tenant_id=principal.tenant_id,
                    type=f"job.{done}",
                    source="/jobs",
                    subject=str(job_id),
                    data=about,
                    at=now,
                )
                await conn.execute(told.sql, told.params)
        if changed is None:
            await self._explain(principal, job_id, statuses)

    async def _explain(self, principal: Principal, job_id: int, statuses: tuple[str, ...]) -> None:
        row = await self._find(principal, job_id)
        if _tenant_of(row["args"]) is None:
            raise JobOfPlatformError("This is a job of the platform itself.", hint="It runs again by its timetable.")
        raise JobStateError(
            f"The job is {row['status']} now.", hint=f"This can be done while it is {' or '.join(statuses)}."
        )

    async def _find(self, principal: Principal, job_id: int) -> Row:
        found: list[Row] = []
        if 0 < job_id <= _LARGEST_ID:
            [found] = await self._db.run(principal.tenant_id, rows.select_job(job_id, platform=_manages(principal)))
        if not found:
            raise JobNotFoundError(
                "There is no such job.", hint="It may have succeeded or been discarded; neither is kept."
            )
        return found[0]


def _manages(principal: Principal) -> bool:
    return principal.allows("jobs:manage")


def _out(row: Row, *, manages: bool) -> JobOut:
    mine = _tenant_of(row["args"]) is not None
    failure = None
    if row["code"] is not None and row["status"] != "succeeded":
        failure = JobFailureOut(code=row["code"], summary=row["summary"], at=row["failed_at"])
    return JobOut(
        id=row["id"],
        task=row["task"],
        status=row["status"],
        scope="workspace" if mine else "platform",
        attempts=row["attempts"],
        arguments={name: str(value) for name, value in row["args"].items() if name != "tenant_id"},
        scheduled_at=row["scheduled_at"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        failure=failure,
        can_retry=mine and manages and row["status"] in RETRIABLE,
        can_discard=mine and manages and row["status"] in DISCARDABLE,
    )


def _tenant_of(arguments: dict[str, Any]) -> UUID | None:
    named = arguments.get("tenant_id")
    return UUID(named) if isinstance(named, str) else None


def _reason(error: BaseException | None) -> tuple[str, str]:
    """Code and title; the sentence of an error may quote what a customer said and is not kept."""
    if error is None:
        return WORKER_DIED, "The process that ran it died"
    if isinstance(error, SparkError):
        return error.code, error.title
    return "internal_error", f"An error nobody foresaw ({type(error).__name__}); the server's log has it"


def _decode(cursor: str) -> int:
    value, _ = decode_cursor(cursor, _NEWEST_FIRST)
    if type(value) is not int or not 0 < value <= _LARGEST_ID:
        raise unreadable_cursor()
    return value
