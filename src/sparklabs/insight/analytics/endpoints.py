"""HTTP of analytics: everything is read, nothing is changed."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from sparklabs.conversations.masking import sees_people
from sparklabs.insight.analytics.periods import Period
from sparklabs.insight.analytics.schemas import (
    ActivityItem,
    AttentionItem,
    DashboardOut,
    DayOut,
    FirstStepsOut,
    RealtimeOut,
)
from sparklabs.insight.analytics.service import AnalyticsService
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import LARGEST_LIMIT, Page
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service

router = APIRouter(prefix="/api/v1/analytics", tags=["analytics"], responses=PROBLEMS, route_class=JsonRoute)

Analytics = Annotated[AnalyticsService, Depends(service(AnalyticsService, "analytics"))]
Reader = Annotated[Principal, require("analytics:read")]
Agent = Annotated[str | None, Query(max_length=64, description="One agent's id or slug; left out, all of them.")]
Timezone = Annotated[
    str | None,
    Query(
        max_length=64,
        pattern=r"^[A-Za-z0-9_+/-]+$",
        description="The IANA zone whose days count; left out, the workspace's.",
        examples=["Europe/London"],
    ),
]


@router.get("/dashboard", summary="Figures of a period beside the period before")
async def get_dashboard(
    principal: Reader,
    analytics: Analytics,
    period: Annotated[Period, Query(description="`24h` counts clock hours, the others days up to today.")] = "7d",
    agent_id: Agent = None,
    timezone: Timezone = None,
    include_playground: Annotated[
        bool, Query(description="Count talks in the playground as well. Their cost is always counted.")
    ] = False,
) -> DashboardOut:
    """Key figures with their trend, series without holes, and breakdowns by agent and channel."""
    return await analytics.dashboard(
        principal.tenant_id, period, agent=agent_id, timezone=timezone, include_playground=include_playground
    )


@router.get("/daily", summary="Figures day by day")
async def list_days(
    principal: Reader,
    analytics: Analytics,
    agent_id: Agent = None,
    start: Annotated[date | None, Query(description="Left out, a month before the end.")] = None,
    end: Annotated[date | None, Query(description="Left out, today.")] = None,
    timezone: Timezone = None,
) -> Page[DayOut]:
    """Every day of the range, also those on which nothing happened; without the playground."""
    return await analytics.daily(principal.tenant_id, agent=agent_id, start=start, end=end, timezone=timezone)


@router.get("/realtime", summary="What goes on at this moment")
async def get_realtime(principal: Reader, analytics: Analytics) -> RealtimeOut:
    """Open conversations, running turns, waiting messages and the last hour's speed and faults."""
    return await analytics.realtime(principal.tenant_id)


@router.get("/attention", summary="What needs a person")
async def list_attention(principal: Reader, analytics: Analytics) -> Page[AttentionItem]:
    """Hand-offs nobody took, failed turns, agents with faults and urgent tickets, the gravest first.

    Contacts' names are masked without contacts:read.
    """
    return await analytics.attention(principal.tenant_id, masked=not sees_people(principal))


@router.get("/activity", summary="What happened last")
async def list_activity(
    principal: Reader,
    analytics: Analytics,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT)] = 20,
) -> Page[ActivityItem]:
    """Conversations that began, ended or failed, and changes of agents, the newest first.

    Contacts' names are masked without contacts:read.
    """
    return await analytics.activity(principal.tenant_id, cursor=cursor, limit=limit, masked=not sees_people(principal))


@router.get("/first-steps", summary="How far the workspace has come")
async def get_first_steps(principal: Reader, analytics: Analytics) -> FirstStepsOut:
    """Facts by which a newcomer's steps tick themselves."""
    return await analytics.first_steps(principal.tenant_id)
