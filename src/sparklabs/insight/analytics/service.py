"""The door of analytics: the dashboard, days, this moment, what needs a person and what happened. It only reads."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sparklabs.conversations.masking import mask_name
from sparklabs.insight.analytics import attention, repository
from sparklabs.insight.analytics.attention import ActivityReader
from sparklabs.insight.analytics.figures import Reading, Rows, spent
from sparklabs.insight.analytics.periods import Period, Window, window_of, window_of_days, zone_of
from sparklabs.insight.analytics.repository import Scope
from sparklabs.insight.analytics.schemas import (
    ActivityItem,
    AttentionItem,
    BeginningAgent,
    DashboardOut,
    DayOut,
    FirstStepsOut,
    RealtimeOut,
    Span,
)
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Row
from sparklabs.kit.pagination import Page

DAYS_SHOWN = 30


class AgentDirectory(Protocol):
    """Finds agents by what people call them."""

    async def identify(self, tenant_id: UUID, agent: str) -> UUID:
        """The id behind an id or slug of any agent, whatever its state; raises coded errors."""
        ...


class ContactNames(Protocol):
    """Opens the sealed names of contacts."""

    def open_name(self, tenant_id: UUID, row: Row) -> str | None:
        """The name in a row with contact_id, key_sealed and name_sealed."""
        ...


class MaskedNames:
    """Names for those who may know that a contact exists and not who it is."""

    def __init__(self, names: ContactNames) -> None:
        self._names = names

    def open_name(self, tenant_id: UUID, row: Row) -> str | None:
        return mask_name(self._names.open_name(tenant_id, row))


class AnalyticsService:
    """Figures of one tenant at a time; `tenant_zone` gives the zone whose calendar its days follow."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        agents: AgentDirectory,
        names: ContactNames,
        tenant_zone: Callable[[UUID], Awaitable[str]],
    ) -> None:
        self._db = db
        self._clock = clock
        self._agents = agents
        self._names = names
        self._tenant_zone = tenant_zone

    async def dashboard(
        self, tenant_id: UUID, period: Period, *, agent: str | None, timezone: str | None, include_playground: bool
    ) -> DashboardOut:
        """Figures and series of a period beside the one before.

        Raises TimezoneInvalidError and the agents room's errors. Talks in the playground are no business and are left
        out of the figures of talks unless asked for; what they cost is money all the same and always counts.
        """
        zone = await self._zone(tenant_id, timezone)
        window = window_of(period, now=self._clock.now(), zone=zone)
        scope = Scope(window, await self._agent_id(tenant_id, agent), include_playground)
        reading = Reading(await self._read(tenant_id, scope), size=len(window.starts))
        return DashboardOut(
            period=period,
            timezone=zone.key,
            bucket="hour" if period == "24h" else "day",
            start=window.start,
            end=window.end,
            compared_to=Span(start=window.previous_start, end=window.previous_end),
            include_playground=include_playground,
            figures=reading.figures(),
            series=reading.buckets(window.starts),
            by_agent=reading.by_agent(),
            by_channel=reading.by_channel(),
            playground=reading.playground(),
        )

    async def daily(
        self, tenant_id: UUID, *, agent: str | None, start: date | None, end: date | None, timezone: str | None
    ) -> Page[DayOut]:
        """Each day from `start` to `end` (today, and the month up to it), the first first; raises RangeInvalidError."""
        zone = await self._zone(tenant_id, timezone)
        last = end or self._clock.now().astimezone(zone).date()
        first = start or date.fromordinal(max(1, last.toordinal() - DAYS_SHOWN + 1))
        window = window_of_days(first, last, zone=zone)
        scope = Scope(window, await self._agent_id(tenant_id, agent))
        days = _days(await self._read(tenant_id, scope), window, first)
        return Page(items=days, total=len(days))

    async def realtime(self, tenant_id: UUID) -> RealtimeOut:
        """This moment and the last hour."""
        now = self._clock.now()
        asked = repository.select_realtime(
            five_minutes_ago=now - timedelta(minutes=5), hour_ago=now - timedelta(hours=1)
        )
        [[row]] = await self._db.run(tenant_id, asked)
        return RealtimeOut(at=now, **row)

    async def attention(self, tenant_id: UUID, *, masked: bool = False) -> Page[AttentionItem]:
        """What waits for a person, the gravest and newest first; see attention.py."""
        return await attention.read(self._db, tenant_id, names=self._named(masked), now=self._clock.now())

    async def activity(
        self, tenant_id: UUID, *, cursor: str | None, limit: int, masked: bool = False
    ) -> Page[ActivityItem]:
        """What happened, the newest first."""
        return await ActivityReader(self._db, self._named(masked)).read(tenant_id, cursor=cursor, limit=limit)

    def _named(self, masked: bool) -> ContactNames:
        return MaskedNames(self._names) if masked else self._names

    async def first_steps(self, tenant_id: UUID) -> FirstStepsOut:
        """How far the workspace has come with its first agent."""
        [[row]] = await self._db.run(tenant_id, repository.select_first_steps())
        known = row["agent_id"] is not None
        agent = BeginningAgent(id=row["agent_id"], slug=row["agent_slug"], name=row["agent_name"]) if known else None
        told = {name: row[name] for name in ("conversation_id", "asked", "answered", "edited", "embedded")}
        return FirstStepsOut(agent=agent, **told)

    async def _zone(self, tenant_id: UUID, name: str | None) -> ZoneInfo:
        return zone_of(name or await self._tenant_zone(tenant_id))

    async def _agent_id(self, tenant_id: UUID, agent: str | None) -> UUID | None:
        return await self._agents.identify(tenant_id, agent) if agent else None

    async def _read(self, tenant_id: UUID, scope: Scope) -> Rows:
        _, *found = await self._db.run(
            tenant_id,
            repository.roomy(),
            repository.select_conversations(scope),
            repository.select_messages(scope),
            repository.select_turns(scope),
            repository.select_answer_times(scope),
            repository.select_handoffs(scope),
            repository.select_agents(),
        )
        return Rows(*found)


def _days(rows: Rows, window: Window, first: date) -> list[DayOut]:
    """One line a day; the day's own percentiles and people, which do not add up from anything smaller."""
    size = len(window.starts)
    reading = Reading(rows, size=size)
    figures = reading.figures()
    average = reading.track(rows.times, "average", missing=None).buckets
    cost = reading.cost()
    return [
        DayOut(
            date=first + timedelta(days=number),
            total_conversations=int(figures.conversations.series[number] or 0),
            total_messages=int(figures.messages.series[number] or 0),
            unique_customers=int(figures.contacts.series[number] or 0),
            human_handoffs=int(figures.handoffs.series[number] or 0),
            avg_response_time_ms=average[number],
            p95_response_time_ms=_whole(figures.p95_answer_ms.series[number]),
            error_rate=_error_rate(figures.success_rate.series[number]),
            cost=spent({currency: track.buckets[number] for currency, track in cost.items()}),
        )
        for number in range(size)
    ]


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _error_rate(success_rate: float | None) -> float | None:
    return None if success_rate is None else 1 - success_rate
