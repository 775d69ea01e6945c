"""Liveness, readiness and deep health of a process."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import psycopg
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ConfigDict, Field

from sparklabs import __version__
from sparklabs.kit.errors import SparkError
from sparklabs.kit.telemetry import registry
from sparklabs.kit.web import services

router = APIRouter(tags=["health"])

LEAST_FREE_BYTES = 200 * 1024 * 1024
_CHECK_SECONDS = 3

Status = Literal["ok", "degraded", "down"]


class BreakerOut(BaseModel):
    """How one model of a provider does in this process."""

    breaker: Literal["closed", "half_open", "open"] = Field(description="`open`: not asked just now.")
    failures_in_a_row: int
    retry_in_seconds: float


class ProviderOut(BaseModel):
    """A provider of models."""

    configured: bool
    models: dict[str, BreakerOut]


class CheckOut(BaseModel):
    """One part of the platform; what else it says of itself depends on the part."""

    model_config = ConfigDict(extra="allow")

    status: Status
    reason: str | None = None
    ms: float | None = None


class JobsCheckOut(CheckOut):
    """The job queue."""

    waiting: int | None = None


class StorageCheckOut(CheckOut):
    """The disk under the data folder."""

    free_bytes: int | None = None


class ModelsCheckOut(CheckOut):
    """Providers of models; `degraded` while a model of a configured one is not asked."""

    openai: ProviderOut
    anthropic: ProviderOut
    google: ProviderOut
    offline: ProviderOut


class AgentsCheckOut(CheckOut):
    """Agents of all workspaces."""

    answering: int | None = None
    by_status: dict[str, int] | None = None


class ChecksOut(BaseModel):
    """Every part by name."""

    database: CheckOut
    jobs: JobsCheckOut
    storage: StorageCheckOut
    models: ModelsCheckOut
    agents: AgentsCheckOut


class HealthOut(BaseModel):
    """The state of this process and what it stands on."""

    status: Status
    version: str
    role: str
    uptime_seconds: int
    turns_running: int
    streams_open: int = Field(description="Consoles and programs that follow the events of a workspace.")
    checks: ChecksOut


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process runs and its loop turns."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """The process takes requests: its database answers and it is not stopping."""
    wired = services(request)
    if wired.worker.stopping:
        return JSONResponse({"status": "down", "reason": "stopping"}, 503)
    check = await _timed(wired.ping_database)
    return JSONResponse({"status": check["status"]}, 200 if check["status"] == "ok" else 503)


@router.get("/healthz", responses={200: {"model": HealthOut}, 503: {"model": HealthOut}})
async def healthz(request: Request) -> Response:
    """Every part by name with its state; 503 when one that is needed is down."""
    wired = services(request)
    checks: dict[str, dict[str, Any]] = {
        "database": await _timed(wired.ping_database),
        "jobs": await _timed(wired.ping_jobs),
        "storage": _storage(wired),
        "models": _models(wired),
        "agents": await _timed(wired.agents_health),
    }
    states = {check["status"] for check in checks.values()}
    worst: Status = "down" if checks["database"]["status"] == "down" else "ok" if states == {"ok"} else "degraded"
    told = {
        "status": worst,
        "version": __version__,
        "role": wired.role,
        "uptime_seconds": round(time.monotonic() - wired.started_at),
        "turns_running": wired.worker.turns_running,
        "streams_open": wired.feed.listening,
        "checks": checks,
    }
    return JSONResponse(told, 503 if worst == "down" else 200)


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _timed(check: Callable[[], Awaitable[dict[str, Any] | None]]) -> dict[str, Any]:
    began = time.perf_counter()
    try:
        told = await asyncio.wait_for(check(), _CHECK_SECONDS) or {}
    except (SparkError, psycopg.Error, OSError, TimeoutError) as error:
        reason = error.detail if isinstance(error, SparkError) else type(error).__name__
        return {"status": "down", "reason": reason}
    return {"status": "ok", "ms": round((time.perf_counter() - began) * 1000, 1), **told}


def _storage(wired: Any) -> dict[str, Any]:
    try:
        free = shutil.disk_usage(wired.settings.home).free
    except OSError as error:
        return {"status": "down", "reason": str(error)}
    return {"status": "ok" if free > LEAST_FREE_BYTES else "degraded", "free_bytes": free}


def _models(wired: Any) -> dict[str, Any]:
    """`degraded` while a configured provider's breaker is open; the offline model still answers then."""
    providers: dict[str, Any] = wired.models.health()
    silent = any(
        model["breaker"] != "closed"
        for provider in providers.values()
        if provider["configured"]
        for model in provider["models"].values()
    )
    return {"status": "degraded" if silent else "ok", **providers}
