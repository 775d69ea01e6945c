"""The door of the agents room: validates, publishes, lists, compares and moves agents through their life."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sparklabs.agents import publishing, repository
from sparklabs.agents.active import AGENT_CHANGED, ActiveAgents, Announcer, read_spec
from sparklabs.agents.difference import Change, difference
from sparklabs.agents.entities import (
    ANSWERING,
    LEGAL_MOVES,
    ActiveAgent,
    Agent,
    AgentStatus,
    AgentVersion,
    Intent,
    ListedAgent,
    Published,
    VersionSummary,
)
from sparklabs.agents.errors import AgentInvalidError, AgentNotFoundError, AgentStateError, VersionNotFoundError
from sparklabs.agents.publishing import Publication
from sparklabs.agents.reading import Availability, Reading, read_agent
from sparklabs.agents.repository import AGENT_SORT_FIELDS, AGENT_SORTS, EVERY_AGENT, AgentFilter
from sparklabs.agents.suggesting import find_near_slugs
from sparklabs.kit.clock import Clock, SystemClock
from sparklabs.kit.db import Database
from sparklabs.kit.db.pool import Connection
from sparklabs.kit.pagination import order_of, to_page

T = TypeVar("T")


class AvailabilitySource(Protocol):
    """Says what stands ready for a tenant; the wiring makes it from the tools and identity rooms."""

    async def __call__(self, tenant_id: UUID) -> Availability: ...


class AuthorNames(Protocol):
    """Says how the people and keys behind actors (`account:ID`, `api_key:ID`) are called."""

    async def __call__(self, tenant_id: UUID, actors: Collection[str]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None
    total: int | None


class AgentService:
    """Agents of all tenants; every method names its tenant.

    `on_gaps(tenant_id)` is called after a publication that named something the tenant lacks.
    """

    def __init__(
        self,
        db: Database,
        *,
        notices: Announcer,
        availability: AvailabilitySource,
        clock: Clock | None = None,
        on_gaps: Callable[[UUID], None] | None = None,
        names: AuthorNames | None = None,
    ) -> None:
        self.db = db
        self.notices = notices
        self._availability = availability
        self.clock = clock or SystemClock()
        self._on_gaps = on_gaps
        self._names = names
        self._active = ActiveAgents(db, notices)

    # ── Making versions ──────────────────────────────────────────────────────────────────────────────────────────────
    async def validate(self, tenant_id: UUID, source: bytes, *, file: str) -> Reading:
        """Reads a file on all five levels and stores nothing; the faults stand in the answer."""
        return read_agent(source, file=file, availability=await self._availability(tenant_id))

    async def publish(self, tenant_id: UUID, publication: Publication) -> Published:
        """Makes a version; live unless it is a draft. Raises `agent_invalid`, `agent_changed`, `agent_exists`, ..."""
        reading = await self.validate(tenant_id, publication.source, file=publication.file)
        if reading.spec is None:
            count = len(reading.faults)
            raise AgentInvalidError(
                f"{publication.file} has {count} fault{'s' if count > 1 else ''}; nothing was changed.",
                hint="Mend every one of `errors` and send the file again.",
                faults=reading.problems(),
            )
        now = self.clock.now()
        async with self.db.tenant(tenant_id) as conn:
            done = await publishing.publish(conn, publication, reading, reading.spec, tenant_id=tenant_id, now=now)
            if publication.publish and done.outcome != "unchanged":
                await publishing.record_gaps(conn, done.agent, reading.gaps, tenant_id=tenant_id, now=now)
        if done.outcome != "unchanged":
            await self._announce(tenant_id, done.agent)
        if reading.gaps and publication.publish and self._on_gaps is not None:
            self._on_gaps(tenant_id)
        return done

    async def publish_version(
        self, tenant_id: UUID, reference: str | UUID, intent: Intent, *, number: int | None = None
    ) -> Agent:
        """Makes version `number` (left out, the latest) the live one."""
        return await self._point(tenant_id, reference, intent, number=number, action="agent.published")

    async def rollback(self, tenant_id: UUID, reference: str | UUID, intent: Intent, *, number: int) -> Agent:
        """Makes an earlier version the live one again; the version is the same row, who and why go into the audit."""
        return await self._point(tenant_id, reference, intent, number=number, action="agent.rolled_back")

    # ── Moving through its life ──────────────────────────────────────────────────────────────────────────────────────
    async def move(self, tenant_id: UUID, reference: str | UUID, intent: Intent, *, to: AgentStatus) -> Agent:
        """Moves the agent to a state; raises `agent_state` for a move that is not legal.

        Already there, nothing happens. A draft that goes to testing or active takes its latest version with it.
        """
        async with self.db.tenant(tenant_id) as conn:
            agent = await self._lock(conn, reference)
            publishing.check_expected(agent, intent.expected_revisions)
            if agent.status is to:
                return agent
            if to not in LEGAL_MOVES[agent.status]:
                legal = ", ".join(sorted(LEGAL_MOVES[agent.status]))
                raise AgentStateError(
                    f"The agent {agent.slug!r} is {agent.status} and cannot become {to}.",
                    field="status",
                    hint=f"From {agent.status} it can become: {legal}.",
                )
            version_id = agent.active_version_id
            if version_id is None and to in ANSWERING:
                version_id = (await self._version_of(conn, agent, agent.latest_version)).id
            moved = await self._change(
                conn,
                tenant_id,
                agent,
                intent,
                to=_Target(to, version_id),
                action=f"agent.{to}",
                data={"previous": agent.status},
            )
        await self._announce(tenant_id, moved)
        return moved

    async def pause(self, tenant_id: UUID, reference: str | UUID, intent: Intent) -> Agent:
        """New messages are refused with `agent_paused`; running turns finish."""
        return await self.move(tenant_id, reference, intent, to=AgentStatus.PAUSED)

    async def activate(self, tenant_id: UUID, reference: str | UUID, intent: Intent) -> Agent:
        """Live again, or for the first time."""
        return await self.move(tenant_id, reference, intent, to=AgentStatus.ACTIVE)

    async def archive(self, tenant_id: UUID, reference: str | UUID, intent: Intent) -> Agent:
        """Out of use and out of lists; its versions, conversations and slug stay."""
        return await self.move(tenant_id, reference, intent, to=AgentStatus.ARCHIVED)

    async def restore(self, tenant_id: UUID, reference: str | UUID, intent: Intent) -> Agent:
        """Back from the archive: paused, so that a person looks before it answers; never published, a draft."""
        agent = await self.get(tenant_id, reference)
        if agent.status is not AgentStatus.ARCHIVED:
            return agent
        to = AgentStatus.PAUSED if agent.active_version_id else AgentStatus.DRAFT
        return await self.move(tenant_id, reference, intent, to=to)

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────
    async def active(self, tenant_id: UUID, reference: str | UUID) -> ActiveAgent:
        """What a new turn works with, cached; raises `agent_not_found` or `agent_paused` and the like."""
        return await self._active.get(tenant_id, reference)

    async def resolve(self, tenant_id: UUID, reference: str | UUID) -> UUID:
        """The id of an agent that takes conversations; raises as `active` does."""
        return (await self._active.get(tenant_id, reference)).agent_id

    async def active_version(self, tenant_id: UUID, version_id: UUID) -> ActiveAgent:
        """What a run that began with this version goes on with."""
        return await self._active.get_version(tenant_id, version_id)

    async def get(self, tenant_id: UUID, reference: str | UUID) -> Agent:
        """The agent of this slug or id; raises `agent_not_found` with near slugs."""
        async with self.db.tenant(tenant_id) as conn:
            return await self._find(conn, reference)

    async def get_version(
        self, tenant_id: UUID, reference: str | UUID, number: int | None = None
    ) -> tuple[Agent, AgentVersion]:
        """The agent and its version `number`; left out, the live one, else the latest."""
        async with self.db.tenant(tenant_id) as conn:
            agent = await self._find(conn, reference)
            return agent, await self._version_of(conn, agent, number or agent.active_number or agent.latest_version)

    async def list(
        self,
        tenant_id: UUID,
        chosen: AgentFilter = EVERY_AGENT,
        *,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Listing[ListedAgent]:
        """Agents, the archived ones only when asked for by their status."""
        order = order_of(sort, columns=AGENT_SORTS, default="slug")
        async with self.db.tenant(tenant_id) as conn:
            rows, total = await repository.list_agents(conn, chosen, order=order, cursor=cursor, limit=limit)
        field = AGENT_SORT_FIELDS.get(order.name)
        shown, after, counted = to_page(rows, order=order, limit=limit, total=total, sort_field=field)
        return Listing([repository.listed_of(row) for row in shown], after, counted)

    async def versions(
        self,
        tenant_id: UUID,
        reference: str | UUID,
        *,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> tuple[Agent, Listing[VersionSummary]]:
        """The agent and its versions, the newest first."""
        order = order_of(sort, columns={"number": "number"}, default="-number")
        async with self.db.tenant(tenant_id) as conn:
            agent = await self._find(conn, reference)
            rows, total = await repository.list_versions(conn, agent.id, order=order, cursor=cursor, limit=limit)
        shown, after, counted = to_page(rows, order=order, limit=limit, total=total)
        return agent, Listing([repository.summary_of(row) for row in shown], after, counted)

    async def difference(self, tenant_id: UUID, reference: str | UUID, *, old: int, new: int) -> tuple[Change, ...]:
        """Every change in meaning from version `old` to version `new`."""
        async with self.db.tenant(tenant_id) as conn:
            agent = await self._find(conn, reference)
            first, second = await self._version_of(conn, agent, old), await self._version_of(conn, agent, new)
        return difference(read_spec(first), read_spec(second))

    async def author_names(self, tenant_id: UUID, authors: Collection[str]) -> Mapping[str, str]:
        """How the authors of versions are called, as far as that is known."""
        return await self._names(tenant_id, authors) if self._names and authors else {}

    async def gaps(self, tenant_id: UUID) -> "list[repository.GapRow]":
        """What the tenant's agents lack, with the issue that was opened for it."""
        async with self.db.tenant(tenant_id) as conn:
            return await repository.list_gaps(conn)

    # ── Within one transaction ───────────────────────────────────────────────────────────────────────────────────────
    async def _find(self, conn: Connection, reference: str | UUID) -> Agent:
        agent = await repository.find_agent(conn, reference)
        if agent is None:
            raise AgentNotFoundError(str(reference), near=await find_near_slugs(conn, str(reference)))
        return agent

    async def _lock(self, conn: Connection, reference: str | UUID) -> Agent:
        agent = await repository.lock_agent(conn, reference)
        return agent if agent is not None else await self._find(conn, reference)

    async def _version_of(self, conn: Connection, agent: Agent, number: int) -> AgentVersion:
        version = await repository.find_version(conn, agent.id, number) if number else None
        if version is None:
            raise VersionNotFoundError(agent.slug, number or "yet", latest=agent.latest_version)
        return version

    async def _point(
        self, tenant_id: UUID, reference: str | UUID, intent: Intent, *, number: int | None, action: str
    ) -> Agent:
        ready = await self._availability(tenant_id)
        async with self.db.tenant(tenant_id) as conn:
            agent = await self._lock(conn, reference)
            publishing.check_not_archived(agent)
            publishing.check_expected(agent, intent.expected_revisions)
            version = await self._version_of(conn, agent, number or agent.latest_version)
            target = _Target(publishing.status_when_live(agent.status), version.id)
            if version.id == agent.active_version_id and target.status is agent.status:
                return agent
            changed = await self._change(
                conn, tenant_id, agent, intent, to=target, action=action,
                data={"version": version.number, "previous": agent.active_number},
            )  # fmt: skip
            reading = read_agent(version.source.encode(), file=agent.slug, availability=ready)
            await publishing.record_gaps(conn, agent, reading.gaps, tenant_id=tenant_id, now=self.clock.now())
        await self._announce(tenant_id, changed)
        return changed

    async def _change(
        self,
        conn: Connection,
        tenant_id: UUID,
        agent: Agent,
        intent: Intent,
        *,
        to: "_Target",
        action: str,
        data: dict[str, Any],
    ) -> Agent:
        now = self.clock.now()
        name, type_ = agent.name, agent.type
        if to.version_id is not None and to.version_id != agent.active_version_id:
            version = await repository.find_version_by_id(conn, to.version_id)
            if version is not None:
                shown = read_spec(version).agent
                name, type_ = shown.name, shown.kind
        await repository.update_agent(
            conn, agent.id, repository.AgentChange(name, type_, to.status, to.version_id, agent.latest_version), now=now
        )
        changed = await self._find(conn, agent.id)
        await repository.record_change(
            conn, tenant_id=tenant_id, agent=changed, action=action, actor=intent.actor,
            data={**data, "reason": intent.reason}, now=now,
        )  # fmt: skip
        return changed

    async def _announce(self, tenant_id: UUID, agent: Agent) -> None:
        await self.notices.publish(
            AGENT_CHANGED, {"tenant_id": str(tenant_id), "agent_id": str(agent.id), "slug": agent.slug,
                            "revision": agent.revision}
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a change leads: the state, and the version that is live there."""

    status: AgentStatus
    version_id: UUID | None
