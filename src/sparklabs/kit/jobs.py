"""Background jobs over procrastinate: deferring, the worker's loop and the clearing of jobs whose worker died."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status

from sparklabs.kit.errors import SparkError
from sparklabs.kit.tasks import end_tasks

logger = logging.getLogger(__name__)

STALLED_SECONDS = 60
GRACE_SECONDS = 1


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that was given up; `error` is None when its worker died."""

    id: int
    task: str
    arguments: dict[str, Any]
    error: Exception | None

    @classmethod
    def of(cls, job: Job, error: Exception | None) -> "FailedJob":
        return cls(job.id or 0, job.task_name, job.task_kwargs, error)


NoteFailure = Callable[[FailedJob], Awaitable[None]]


def make_job_app(address: str) -> App:
    """One a process. Arguments carry ids only; what they stand for is read behind the tenant's wall."""
    return App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=4, timeout=10))


async def defer(
    app: App,
    task: str,
    *,
    queueing_lock: str | None = None,
    lock: str | None = None,
    in_seconds: int = 0,
    **arguments: Any,
) -> bool:
    """Queues a job; False when one with the same queueing lock already waits. Jobs of one `lock` run one by one."""
    later = {"seconds": in_seconds} if in_seconds else None
    try:
        job = app.configure_task(task, queueing_lock=queueing_lock, lock=lock, schedule_in=later)
        await job.defer_async(**arguments)
    except AlreadyEnqueued:
        return False
    return True


async def forget_ended(app: App, *, after: timedelta) -> None:
    """Removes jobs that ended so long ago, in whatever way."""
    await app.job_manager.delete_old_jobs(
        int(after.total_seconds() // 3600), include_failed=True, include_cancelled=True, include_aborted=True
    )


class JobWorker:
    """Runs jobs until stopped, starting again after a loss of the database."""

    def __init__(
        self, app: App, *, concurrency: int = 20, name: str = "worker", note_failure: NoteFailure | None = None
    ) -> None:
        self._app = app
        self._note_failure = note_failure
        self._concurrency = concurrency
        self._name = name
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._forever(self._work), name="job-worker"),
            asyncio.create_task(self._forever(self._clear_stalled), name="job-reaper"),
        ]

    async def stop(self) -> None:
        if not self._tasks:
            return
        for task in self._tasks:
            task.cancel()
        # Not cancelled again before this: running jobs have their seconds to end.
        _, late = await asyncio.wait(self._tasks, timeout=GRACE_SECONDS + 1)
        if late:
            # They wait for a database that does not answer; a closed pool lets them go at once.
            await self._app.close_async()
        await end_tasks(*self._tasks)

    async def _forever(self, work: Callable[[], Any]) -> None:
        while True:
            try:
                await work()
            except (ConnectorException, psycopg.Error, OSError) as error:
                logger.warning("The job queue lost the database; trying again.", extra={"why": str(error)})
            await asyncio.sleep(1)

    async def _work(self) -> None:
        await self._app.run_worker_async(
            concurrency=self._concurrency,
            name=self._name,
            install_signal_handlers=False,
            listen_notify=True,
            fetch_job_polling_interval=5,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",
            worker_middleware=[self._watch],
        )

    async def _watch(self, call_next: Callable[[], Awaitable[Any]], context: Any, worker: Any) -> Any:
        """Notes why a job is given up; the queue itself keeps no reason."""
        del worker
        try:
            return await call_next()
        except Exception as error:
            if context.task.get_retry_exception(exception=error, job=context.job) is None:
                await self._note(FailedJob.of(context.job, error))
            raise

    async def _note(self, failed: FailedJob) -> None:
        if self._note_failure is None:
            return
        try:
            await self._note_failure(failed)
        except (SparkError, psycopg.Error) as error:
            logger.warning("Why a job failed could not be noted.", extra={"job_id": failed.id, "why": str(error)})

    async def _clear_stalled(self) -> None:
        """A job whose worker died is ended as failed; what it was to do is found again by its owner's own sweep."""
        while True:
            await asyncio.sleep(STALLED_SECONDS / 2)
            for job in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                logger.warning(
                    "A job's worker died; the job is ended.", extra={"task": job.task_name, "job_id": job.id}
                )
                await self._app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
                await self._note(FailedJob.of(job, None))
