"""REST of background jobs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from sparklabs.jobs.schemas import JobOut, JobStatus
from sparklabs.jobs.service import JobDesk
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import DEFAULT_LIMIT, Page
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"], responses=PROBLEMS, route_class=JsonRoute)

Desk = Annotated[JobDesk, Depends(service(JobDesk, "jobs"))]
Reader = Annotated[Principal, require("jobs:read")]
Manager = Annotated[Principal, require("jobs:manage")]


@router.get("")
async def list_jobs(
    principal: Reader,
    jobs: Desk,
    status: JobStatus | None = None,
    task: Annotated[str | None, Query(max_length=128, examples=["conversations.drain"])] = None,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = DEFAULT_LIMIT,
) -> Page[JobOut]:
    """The workspace's background jobs, the newest first; those that succeeded are not kept, other ended ones for 30
    days. Whoever manages jobs sees the platform's own as well."""
    return await jobs.list(principal, status=status, task=task, cursor=cursor, limit=limit)


@router.get("/{job_id}")
async def get_job(job_id: int, principal: Reader, jobs: Desk) -> JobOut:
    """One job."""
    return await jobs.get(principal, job_id)


@router.post("/{job_id}/retry")
async def retry_job(job_id: int, principal: Manager, jobs: Desk) -> JobOut:
    """Has a failed or aborted job run again, within seconds. 409 for any other, and when its like waits already."""
    return await jobs.retry(principal, job_id)


@router.post("/{job_id}/discard", status_code=204)
async def discard_job(job_id: int, principal: Manager, jobs: Desk) -> None:
    """Removes a job that waits or has ended. 409 for one that runs."""
    await jobs.discard(principal, job_id)
