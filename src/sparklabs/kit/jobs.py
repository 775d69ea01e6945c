"""Background jobs over procrastinate: deferring, the worker's loop and the clearing of jobs whose worker died."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from sparklabs.kit.tasks import end_tasks

logger = logging.getLogger(__name__)

STALLED_SECONDS = 60
GRACE_SECONDS = 1


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


class JobWorker:
    """Runs jobs until stopped, starting again after a loss of the database."""

    def __init__(self, app: App, *, concurrency: int = 20, name: str = "worker") -> None:
        self._app = app
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
        )

    async def _clear_stalled(self) -> None:
        """A job whose worker died is ended as failed; what it was to do is found again by its owner's own sweep."""
        while True:
            await asyncio.sleep(STALLED_SECONDS / 2)
            for job in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                logger.warning(
                    "A job's worker died; the job is ended.", extra={"task": job.task_name, "job_id": job.id}
                )
                await self._app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
