"""The agents that turns ask for, kept in the process: dropped by a notice, and looked after when no notice came."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from pydantic import ValidationError

from sparklabs.agents import repository
from sparklabs.agents.entities import ANSWERING, ActiveAgent, Agent, AgentVersion
from sparklabs.agents.errors import AgentNotActiveError, AgentNotFoundError, VersionNotFoundError
from sparklabs.agents.reading import read_agent
from sparklabs.agents.schema import AgentFile
from sparklabs.agents.suggesting import find_near_slugs
from sparklabs.kit.db import Database
from sparklabs.kit.errors import UnavailableError

AGENT_CHANGED = "agent_changed"
FRESH_SECONDS = 0.5
MOST_AGENTS = 4096
MOST_VERSIONS = 512

Key = tuple[UUID, str]


class Announcer(Protocol):
    """What this room needs of `kit.notices.Notices`."""

    async def publish(self, kind: str, data: dict[str, Any]) -> None: ...

    def subscribe(self, kind: str, listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]: ...


@dataclass(slots=True)
class _Entry:
    agent: ActiveAgent
    looked_at: float


class ActiveAgents:
    """At most half a second behind the database, even when a notice is lost; with notices, some milliseconds."""

    def __init__(self, db: Database, notices: Announcer, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._monotonic = monotonic
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._versions: OrderedDict[tuple[UUID, UUID], tuple[AgentVersion, AgentFile]] = OrderedDict()
        self._locks: dict[Key, asyncio.Lock] = {}
        self._generation = 0
        notices.subscribe(AGENT_CHANGED, self._drop)
        notices.subscribe("reconnected", self._drop)

    async def get(self, tenant_id: UUID, reference: str | UUID) -> ActiveAgent:
        """The live version of the agent; raises `agent_not_found`, `agent_paused`, `agent_draft`, `agent_archived`."""
        key = (tenant_id, str(reference))
        entry = self._entries.get(key)
        if entry is None or self._monotonic() - entry.looked_at >= FRESH_SECONDS:
            lock = self._locks.setdefault(key, asyncio.Lock())
            try:
                async with lock:
                    entry = await self._look(key)
            finally:
                if not lock.locked():
                    self._locks.pop(key, None)
        agent = entry.agent
        if agent.status not in ANSWERING:
            raise AgentNotActiveError(agent.slug, agent.status)
        return agent

    async def get_version(self, tenant_id: UUID, version_id: UUID) -> ActiveAgent:
        """The version that a run began with, whatever its agent became since; raises `agent_version_not_found`."""
        version, spec = await self._load_version(tenant_id, version_id)
        async with self._db.tenant(tenant_id) as conn:
            agent = await repository.find_agent(conn, version.agent_id)
        if agent is None:
            raise AgentNotFoundError(str(version.agent_id))
        return _compose(agent, version, spec)

    def _drop(self, data: dict[str, Any]) -> None:
        self._generation += 1
        agent_id = data.get("agent_id")
        for entry in self._entries.values():
            if agent_id is None or str(entry.agent.agent_id) == agent_id:
                entry.looked_at = float("-inf")

    async def _look(self, key: Key) -> _Entry:
        known = self._entries.get(key)
        started, generation = self._monotonic(), self._generation
        if known is not None and started - known.looked_at < FRESH_SECONDS:
            return known  # somebody else looked while this caller waited
        head = await repository.find_head(self._db, *key)
        if head is None:
            self._entries.pop(key, None)
            async with self._db.tenant(key[0]) as conn:
                raise AgentNotFoundError(key[1], near=await find_near_slugs(conn, key[1]))
        if known is None or head.revision != known.agent.revision or head.id != known.agent.agent_id:
            if head.active_version_id is None:
                raise AgentNotActiveError(head.slug, head.status)
            version, spec = await self._load_version(key[0], head.active_version_id)
            known = _Entry(_compose(head, version, spec), started)
        known.looked_at = started if generation == self._generation else float("-inf")
        _keep(self._entries, key, known, most=MOST_AGENTS)
        return known

    async def _load_version(self, tenant_id: UUID, version_id: UUID) -> tuple[AgentVersion, AgentFile]:
        found = self._versions.get((tenant_id, version_id))
        if found is None:
            async with self._db.tenant(tenant_id) as conn:
                version = await repository.find_version_by_id(conn, version_id)
            if version is None:
                raise VersionNotFoundError("?", version_id, latest=0)
            found = version, read_spec(version)
        _keep(self._versions, (tenant_id, version_id), found, most=MOST_VERSIONS)
        return found


def read_spec(version: AgentVersion) -> AgentFile:
    """The stored spec; where the schema has moved on since, the stored text is read anew."""
    try:
        return AgentFile.model_validate(version.spec)
    except ValidationError:
        spec = read_agent(version.source.encode(), file=f"version {version.number}").spec
        if spec is not None:
            return spec
    raise UnavailableError(
        f"Version {version.number} was written for another release and cannot be read any more.",
        code="agent_version_unreadable",
        hint="Publish the agent again, or roll back to a version that can be read.",
    )


def _compose(agent: repository.Head | Agent, version: AgentVersion, spec: AgentFile) -> ActiveAgent:
    return ActiveAgent(
        agent_id=agent.id,
        slug=agent.slug,
        name=spec.agent.name,
        status=agent.status,
        revision=agent.revision,
        version_id=version.id,
        version_number=version.number,
        content_hash=version.content_hash,
        spec=spec,
        base_dir=version.base_dir,
        warnings=tuple(version.warnings),
    )


def _keep(cache: "OrderedDict[Any, Any]", key: Any, value: Any, *, most: int) -> None:
    cache[key] = value
    cache.move_to_end(key)
    if len(cache) > most:
        cache.popitem(last=False)
