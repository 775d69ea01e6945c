"""Jobs as people see them: walls, what may be done in which state, races, and why one failed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from sparklabs.entry.api import make_app
from sparklabs.entry.jobs import JOBS
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from sparklabs.kit.errors import UnavailableError
from sparklabs.kit.jobs import FailedJob, defer, forget_ended
from tests.factories.callers import AsRole, bearer
from tests.factories.platform import make_settings, running_services, until

PATH = "/api/v1/jobs"


@pytest.fixture
async def services(addresses: DatabaseAddresses, tmp_path: Path) -> AsyncIterator[Services]:
    """An api process; its worker starts when a test says so."""
    async with running_services(addresses, make_settings(tmp_path)) as running:
        yield running


@pytest.fixture
async def http(services: Services, tenant_id: UUID, other_tenant_id: UUID) -> AsyncIterator[httpx.AsyncClient]:
    services.authenticator = AsRole(mine=tenant_id, other=other_tenant_id)  # type: ignore[assignment]
    transport = httpx.ASGITransport(make_app(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=bearer("owner")) as client:
        yield client


class Queue:
    """The job queue of a test: jobs of a tenant in any state."""

    def __init__(self, services: Services, db: Database) -> None:
        self._services = services
        self._db = db

    async def put(self, status: str = "todo", *, tenant_id: UUID | None = None, lock: str | None = None) -> int:
        task, arguments = (JOBS.maintain, {"timestamp": 0}) if tenant_id is None else (JOBS.gaps, {})
        if tenant_id is not None:
            arguments = {"tenant_id": str(tenant_id)}
        assert await defer(self._services.job_app, task, queueing_lock=lock, **arguments)
        [row] = await self._system("SELECT max(id) AS id FROM procrastinate_jobs")
        await self._system(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s RETURNING id",
            status,
            row["id"],
        )
        return row["id"]

    async def status(self, job_id: int) -> str | None:
        rows = await self._system("SELECT status::text FROM procrastinate_jobs WHERE id = %s", job_id)
        return rows[0]["status"] if rows else None

    async def age(self, hours: float) -> None:
        await self._system(
            "UPDATE procrastinate_events SET at = at - make_interval(hours => %s) RETURNING 1", round(hours)
        )

    async def _system(self, query: Any, *params: Any) -> list[dict[str, Any]]:
        async with self._db.system() as conn:
            return await (await conn.execute(query, params)).fetchall()


@pytest.fixture
def queue(services: Services, db: Database) -> Queue:
    return Queue(services, db)


async def ids(http: httpx.AsyncClient, caller: str = "owner", **query: Any) -> list[int]:
    answer = await http.get(PATH, params=query, headers=bearer(caller))
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def audit(db: Database, tenant_id: UUID) -> list[str]:
    [rows] = await db.run(tenant_id, Statement("SELECT action FROM audit WHERE action LIKE 'job.%%' ORDER BY id"))
    return [row["action"] for row in rows]


async def test_a_tenant_sees_its_own_jobs_and_only_who_manages_them_sees_the_platforms(
    http: httpx.AsyncClient, queue: Queue, tenant_id: UUID, other_tenant_id: UUID
) -> None:
    mine, theirs = await queue.put(tenant_id=tenant_id), await queue.put(tenant_id=other_tenant_id)
    platform = await queue.put()

    assert (await ids(http), await ids(http, "owner@other")) == ([platform, mine], [platform, theirs])
    assert await ids(http, "developer") == [mine]
    assert (await http.get(PATH, headers=bearer("viewer"))).status_code == 403
    shown = (await http.get(f"{PATH}/{platform}")).json()
    assert (shown["scope"], shown["can_retry"], shown["can_discard"]) == ("platform", False, False)
    for caller, job_id in (("owner", theirs), ("developer", platform)):
        refused(await http.get(f"{PATH}/{job_id}", headers=bearer(caller)), 404, "job_not_found")


async def test_a_job_of_another_tenant_can_neither_be_retried_nor_discarded(
    http: httpx.AsyncClient, queue: Queue, other_tenant_id: UUID
) -> None:
    theirs = await queue.put("failed", tenant_id=other_tenant_id)
    for verb in ("retry", "discard"):
        refused(await http.post(f"{PATH}/{theirs}/{verb}"), 404, "job_not_found")
    assert await queue.status(theirs) == "failed"


@pytest.mark.parametrize(
    ("status", "retried", "discarded"),
    [("todo", 409, 204), ("doing", 409, 409), ("failed", 200, 204), ("aborted", 200, 204), ("cancelled", 409, 204)],
)
async def test_what_can_be_done_depends_on_the_state(
    http: httpx.AsyncClient, queue: Queue, db: Database, tenant_id: UUID, status: str, retried: int, discarded: int
) -> None:
    one, other = await queue.put(status, tenant_id=tenant_id), await queue.put(status, tenant_id=tenant_id)
    shown = (await http.get(f"{PATH}/{one}")).json()
    assert (shown["can_retry"], shown["can_discard"]) == (retried == 200, discarded == 204)

    assert (await http.post(f"{PATH}/{one}/retry")).status_code == retried
    assert (await http.post(f"{PATH}/{other}/discard")).status_code == discarded
    assert await queue.status(one) == ("todo" if retried == 200 else status)
    assert await queue.status(other) == (None if discarded == 204 else status)
    expected = ["job.retried"] * (retried == 200) + ["job.discarded"] * (discarded == 204)
    assert await audit(db, tenant_id) == expected


async def test_jobs_of_the_platform_are_only_looked_at(http: httpx.AsyncClient, queue: Queue) -> None:
    platform = await queue.put("failed")
    for verb in ("retry", "discard"):
        refused(await http.post(f"{PATH}/{platform}/{verb}"), 409, "job_of_platform")


async def test_who_only_reads_jobs_changes_none(http: httpx.AsyncClient, queue: Queue, tenant_id: UUID) -> None:
    job_id = await queue.put("failed", tenant_id=tenant_id)
    for verb in ("retry", "discard"):
        refused(await http.post(f"{PATH}/{job_id}/{verb}", headers=bearer("developer")), 403, "forbidden")


async def test_of_many_who_retry_and_discard_at_once_one_wins(
    http: httpx.AsyncClient, queue: Queue, db: Database, tenant_id: UUID
) -> None:
    job_id = await queue.put("failed", tenant_id=tenant_id)
    answers = await asyncio.gather(*(http.post(f"{PATH}/{job_id}/retry") for _ in range(5)))
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409, 409]
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"job_state"}

    answers = await asyncio.gather(*(http.post(f"{PATH}/{job_id}/discard") for _ in range(5)))
    assert sorted(each.status_code for each in answers) == [204, 404, 404, 404, 404]
    assert await audit(db, tenant_id) == ["job.retried", "job.discarded"]


async def test_a_retry_whose_like_waits_already_is_refused(
    http: httpx.AsyncClient, queue: Queue, db: Database, tenant_id: UUID
) -> None:
    failed = await queue.put("failed", tenant_id=tenant_id, lock="same")
    await queue.put(tenant_id=tenant_id, lock="same")

    refused(await http.post(f"{PATH}/{failed}/retry"), 409, "job_waits_already")
    assert (await queue.status(failed), await audit(db, tenant_id)) == ("failed", [])


async def test_the_list_is_filtered_and_paged(http: httpx.AsyncClient, queue: Queue, tenant_id: UUID) -> None:
    made = [await queue.put("failed" if number % 2 else "todo", tenant_id=tenant_id) for number in range(5)]
    first = (await http.get(PATH, params={"limit": 3})).json()
    assert first["total"] == 5
    assert [each["id"] for each in first["items"]] == made[:1:-1]
    assert await ids(http, limit=3, cursor=first["next_cursor"]) == made[1::-1]
    assert await ids(http, status="failed") == [made[3], made[1]]
    assert await ids(http, task="conversations.drain") == []
    refused(await http.get(PATH, params={"cursor": "nonsense"}), 422, "cursor_invalid")
    assert (await http.get(PATH, params={"status": "happy"})).status_code == 422
    refused(await http.get(f"{PATH}/{2**70}"), 404, "job_not_found")


async def test_a_job_that_fails_stays_listed_with_its_reason_and_people_are_told(
    services: Services, http: httpx.AsyncClient, queue: Queue, tenant_id: UUID
) -> None:
    class Failing:
        async def open_issues(self, tenant_id: UUID) -> None:
            raise UnavailableError(f"ada@example.com of {tenant_id} is not there.", code="github_silent")

        async def aclose(self) -> None: ...

    services.gaps = Failing()  # type: ignore[assignment]
    job_id = await queue.put(tenant_id=tenant_id)
    services._job_worker.start()
    await until(lambda: _has(queue, job_id, "failed"))

    shown = (await http.get(f"{PATH}/{job_id}")).json()
    assert (shown["status"], shown["failure"]["code"], shown["attempts"]) == ("failed", "github_silent", 1)
    assert "ada@example.com" not in str(shown)
    [notification] = (await http.get("/api/v1/notifications")).json()["items"]
    assert (notification["kind"], notification["subject"]) == ("job_failed", f"job:{job_id}")
    events = (await http.get("/api/v1/events", params={"type": "job.*"})).json()["items"]
    assert [each["type"] for each in events] == ["dev.sparklabs.job.failed"]

    services.gaps = None
    assert (await http.post(f"{PATH}/{job_id}/retry")).json()["status"] in ("todo", "doing")
    await until(lambda: _has(queue, job_id, None))
    refused(await http.get(f"{PATH}/{job_id}"), 404, "job_not_found")


async def _has(queue: Queue, job_id: int, status: str | None) -> bool:
    return await queue.status(job_id) == status


async def test_why_a_job_of_the_platform_failed_is_kept_and_no_tenant_is_told(
    services: Services, http: httpx.AsyncClient, queue: Queue
) -> None:
    job_id = await queue.put("failed")
    await services.jobs.note_failure(FailedJob(job_id, JOBS.maintain, {"timestamp": 0}, ValueError("secret")))

    shown = (await http.get(f"{PATH}/{job_id}")).json()
    assert shown["failure"]["code"] == "internal_error"
    assert "secret" not in str(shown)
    assert (await http.get("/api/v1/notifications")).json()["items"] == []


async def test_a_job_whose_worker_died_says_so(
    services: Services, http: httpx.AsyncClient, queue: Queue, tenant_id: UUID
) -> None:
    job_id = await queue.put("failed", tenant_id=tenant_id)
    await services.jobs.note_failure(FailedJob(job_id, JOBS.gaps, {"tenant_id": str(tenant_id)}, None))

    assert (await http.get(f"{PATH}/{job_id}")).json()["failure"]["code"] == "job_worker_died"


async def test_jobs_that_ended_long_ago_are_removed_with_their_reason(
    services: Services, http: httpx.AsyncClient, queue: Queue, tenant_id: UUID
) -> None:
    failed, waiting = await queue.put("failed", tenant_id=tenant_id), await queue.put(tenant_id=tenant_id)
    await services.jobs.note_failure(FailedJob(failed, JOBS.gaps, {"tenant_id": str(tenant_id)}, None))
    await queue.age(24 * 31)
    await forget_ended(services.job_app, after=timedelta(days=30))

    assert await ids(http) == [waiting]
