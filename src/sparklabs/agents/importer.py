"""Brings the folder of agent files into one tenant: only what changed, never a broken file over a good version."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sparklabs.agents import repository
from sparklabs.agents.active import read_spec
from sparklabs.agents.data import DataLoader
from sparklabs.agents.entities import Agent, AgentStatus
from sparklabs.agents.errors import AgentInvalidError
from sparklabs.agents.folder import (
    Signature,
    UnreadableFileError,
    hash_bytes,
    list_files,
    make_fault,
    read_settled,
    sign,
)
from sparklabs.agents.publishing import Import, Publication
from sparklabs.agents.service import AgentService
from sparklabs.agents.watching import watch
from sparklabs.kit.errors import SparkError
from sparklabs.notifications import service as notifications

logger = logging.getLogger(__name__)

AGENT_DATA_CHANGED = "agent_data_changed"
AUTHOR = "folder"
SECOND_LOOK_SECONDS = 0.2

Faults = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `slug` is empty when the file's name cannot be one."""

    file: str
    slug: str
    result: Literal["published", "unchanged", "refused", "removed"]
    version: int | None = None
    faults: Faults = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every file of the folder."""

    outcomes: tuple[Outcome, ...]

    @property
    def refused(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.faults)


class FolderImporter:
    """One folder, one tenant. Any number of processes may look after the same folder; each change comes in once."""

    def __init__(
        self,
        folder: Path,
        tenant_id: UUID,
        *,
        agents: AgentService,
        data: DataLoader,
    ) -> None:
        self.folder = folder.absolute()
        self.tenant_id = tenant_id
        self._agents = agents
        self._db = agents.db
        self._data = data
        self._known: dict[Path, tuple[Signature, str]] = {}
        self._loaded: dict[UUID, object] = {}
        self._data_faults: dict[UUID, Faults] = {}
        self._told: set[str] = set()
        self._loading = asyncio.Lock()

    async def load(self) -> ImportReport:
        """Looks at every file once and brings in what changed since its last import."""
        async with self._loading:
            try:
                listing = await asyncio.to_thread(list_files, self.folder)
            except OSError as error:
                fault = make_fault(str(self.folder), "folder_unreadable", f"The folder cannot be read: {error}.",
                                   "Check SPARKLABS_AGENTS.").as_dict()  # fmt: skip
                self._tell([fault])
                return ImportReport((Outcome(str(self.folder), "", "refused", faults=[fault]),))
            agents = await self._list_known()
            outcomes = [
                await self._import_file(slug, path, agents.get(slug)) for slug, path in listing.file_by_slug.items()
            ]
            for name, fault in listing.fault_by_name.items():
                faults = [fault.as_dict()]
                if name in agents:
                    await self._note(agents[name], faults)
                self._tell(faults)
                outcomes.append(Outcome(fault.file, name if name in agents else "", "refused", faults=faults))
            outcomes += await self._note_removed(agents, set(listing.file_by_slug) | set(listing.fault_by_name))
            return ImportReport(tuple(outcomes))

    async def watch(self) -> None:
        """Loads after every change, until it is cancelled."""
        await watch(self.folder, self.load)

    async def _list_known(self) -> dict[str, Agent]:
        async with self._db.tenant(self.tenant_id) as conn:
            return {agent.slug: agent for agent in await repository.list_folder_agents(conn, str(self.folder))}

    async def _import_file(self, slug: str, path: Path, known: Agent | None) -> Outcome:
        try:
            content_hash = await self._hash(path)
            result: Literal["published", "unchanged"] = "unchanged"
            if known is None or known.imported_hash != content_hash or known.source_file != str(path):
                result = await self._publish(slug, path)
            agent = await self._agents.get(self.tenant_id, slug)
            faults: Faults = await self._load_data(agent)
        except UnreadableFileError as error:
            return await self._refuse(slug, path, [error.fault.as_dict()])
        except AgentInvalidError as error:
            return await self._refuse(slug, path, error.faults)
        except SparkError as error:
            fault = make_fault(path.name, error.code, error.detail, error.hint or "See the server's log.")
            return await self._refuse(slug, path, [fault.as_dict()])
        await self._note(agent, faults, file=path)
        self._tell(faults)
        return Outcome(path.name, slug, result, agent.active_number, faults)

    async def _hash(self, path: Path) -> str:
        known = self._known.get(path)
        if known is not None and known[0] == await asyncio.to_thread(sign, path):
            return known[1]
        content, signature = await read_settled(self.folder, path)
        self._known[path] = signature, hash_bytes(content)
        return self._known[path][1]

    async def _publish(self, slug: str, path: Path) -> Literal["published", "unchanged"]:
        """Reads and publishes under one lock, so that no process brings in an older content after a newer one."""
        async with self._db.tenant(self.tenant_id) as conn:
            await repository.lock_name(conn, f"agent_file:{self.tenant_id}:{slug}")
            content, signature = await read_settled(self.folder, path)
            try:
                done = await self._publish_content(slug, path, content)
            except AgentInvalidError:
                # Some editors write in several steps; what is broken now may be whole in a moment.
                await asyncio.sleep(SECOND_LOOK_SECONDS)
                content, signature = await read_settled(self.folder, path)
                done = await self._publish_content(slug, path, content)
        self._known[path] = signature, hash_bytes(content)
        return done

    async def _publish_content(self, slug: str, path: Path, content: bytes) -> Literal["published", "unchanged"]:
        publication = Publication(
            source=content,
            author=AUTHOR,
            slug=slug,
            file=path.name,
            reason=f"{path.name} changed",
            base_dir=str(self.folder),
            imported=Import(file=str(path), content_hash=hash_bytes(content)),
        )
        done = await self._agents.publish(self.tenant_id, publication)
        return "unchanged" if done.outcome == "unchanged" else "published"

    async def _load_data(self, agent: Agent) -> Faults:
        """Loads what the live version names, when a file of it changed since this process last looked."""
        if agent.active_number is None or agent.status is AgentStatus.ARCHIVED:
            return ()
        _, version = await self._agents.get_version(self.tenant_id, agent.id, agent.active_number)
        spec = read_spec(version)
        state = (agent.active_version_id, await asyncio.to_thread(self._data.sign, spec, self.folder))
        if self._loaded.get(agent.id) == state:
            return self._data_faults.get(agent.id, ())
        async with self._db.tenant(self.tenant_id) as conn:
            await repository.lock_name(conn, f"agent_data:{self.tenant_id}:{agent.slug}")
            loaded = await self._data.load(self.tenant_id, agent.slug, spec, self.folder)
        self._loaded[agent.id] = state
        self._data_faults[agent.id] = [fault.as_dict() for fault in loaded.faults]
        if loaded.changed:
            await self._agents.notices.publish(
                AGENT_DATA_CHANGED, {"tenant_id": str(self.tenant_id), "agent_id": str(agent.id), "slug": agent.slug}
            )
        return self._data_faults[agent.id]

    async def _refuse(self, slug: str, path: Path, faults: Faults) -> Outcome:
        """Keeps what is live and stores what is wrong; an agent that never was becomes a draft that shows it."""
        self._tell(faults)
        async with self._db.tenant(self.tenant_id) as conn:
            await repository.insert_agent(
                conn, tenant_id=self.tenant_id, slug=slug, name=slug, now=self._agents.clock.now()
            )
            agent = await repository.find_agent(conn, slug)
        if agent is None:
            return Outcome(path.name, slug, "refused", faults=faults)
        await self._note(agent, faults, file=path)
        return Outcome(path.name, slug, "refused", agent.active_number, faults)

    async def _note(self, agent: Agent, faults: Faults, *, file: Path | None = None) -> None:
        stored = [dict(fault) for fault in faults] or None
        source = str(file) if file is not None else agent.source_file or ""
        if agent.import_faults == stored and agent.source_file == source:
            return
        async with self._db.tenant(self.tenant_id) as conn:
            locked = await repository.lock_agent(conn, agent.slug)
            await repository.set_import(conn, agent.id, source_file=source, imported_hash=None, faults=stored)
            # Another process that looks after the same folder may have noted and told it meanwhile.
            if stored and locked is not None and locked.import_faults != stored:
                await notifications.tell(
                    conn,
                    tenant_id=self.tenant_id,
                    kind="agent_file_refused",
                    key=str(agent.id),
                    subject=f"agent:{agent.slug}",
                    data={"agent": agent.slug, "code": stored[0]["code"], "faults": len(stored)},
                    at=self._agents.clock.now(),
                )

    async def _note_removed(self, agents: Mapping[str, Agent], present: set[str]) -> list[Outcome]:
        """An agent whose file is gone stays as it is and says so; a draft that only ever held faults goes."""
        outcomes: list[Outcome] = []
        for slug, agent in agents.items():
            if slug in present:
                continue
            name = Path(agent.source_file or slug).name
            if agent.latest_version == 0:
                async with self._db.tenant(self.tenant_id) as conn:
                    await repository.delete_agent(conn, agent.id)
                continue
            fault = make_fault(
                name, "file_removed", f"{name} is gone; the agent goes on with version {agent.active_number}.",
                f"Put the file back, or archive the agent: sparklabs agent archive {slug}.",
            ).as_dict()  # fmt: skip
            await self._note(agent, [fault])
            self._tell([fault])
            outcomes.append(Outcome(name, slug, "removed", agent.active_number, [fault]))
        return outcomes

    def _tell(self, faults: Faults) -> None:
        """Logs each fault once, until it is gone and comes again."""
        for fault in faults:
            line = "{file}:{line}:{column}  {path}  {message}  {cure}".format(**fault)
            if line not in self._told:
                self._told.add(line)
                logger.warning("Agent file: %s", line)
        if len(self._told) > 10_000:
            self._told.clear()
