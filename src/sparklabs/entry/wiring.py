"""Builds every room of a process and ties them together; the only place that knows them all."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sparklabs.agents.authoring import Authoring
from sparklabs.agents.data import AgentData
from sparklabs.agents.entities import ANSWERING
from sparklabs.agents.importer import AGENT_DATA_CHANGED, FolderImporter
from sparklabs.agents.reading import Availability
from sparklabs.agents.service import AgentService
from sparklabs.channels.web.bundle import WidgetBundle
from sparklabs.channels.web.embedding import Embedding
from sparklabs.channels.web.service import WebChat
from sparklabs.conversations.attachments import AttachmentService
from sparklabs.conversations.contacts import ContactNames, ContactService
from sparklabs.conversations.listing import ConversationList
from sparklabs.conversations.people.erasure import ERASED_NOTICE, ErasureService
from sparklabs.conversations.people.export import ExportService
from sparklabs.conversations.people.memories import MemoryService
from sparklabs.conversations.people.service import PeopleService
from sparklabs.conversations.playground import Playground
from sparklabs.conversations.recovery import Reaper, this_process_id
from sparklabs.conversations.service import ConversationService
from sparklabs.conversations.stopping import TurnStops
from sparklabs.conversations.summaries import SummaryService
from sparklabs.conversations.trace import TraceService
from sparklabs.conversations.turns import TurnService
from sparklabs.conversations.work import ConversationWorker
from sparklabs.entry.bridges import AgentDirectory, CardBridge, PolicyBridge, SiteBridge, gap_keeper
from sparklabs.entry.jobs import JOBS, PARTITIONS_AHEAD, SWEEP_AFTER_SECONDS, register_jobs
from sparklabs.identity.accounts import FirstOwner
from sparklabs.identity.service import WORKSPACE_CHANGED_NOTICE, Identity
from sparklabs.identity.tenant_secrets import SECRET_CHANGED_NOTICE
from sparklabs.identity.throttle import FailureBuckets
from sparklabs.insight.analytics.service import AnalyticsService
from sparklabs.jobs.service import JobDesk
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from sparklabs.kit.files import LocalFiles
from sparklabs.kit.idempotency import IdempotencyService
from sparklabs.kit.jobs import JobWorker, defer, make_job_app
from sparklabs.kit.notices import Notices
from sparklabs.kit.settings import Settings, clone_folder
from sparklabs.kit.tasks import end_tasks
from sparklabs.knowledge.service import Knowledge
from sparklabs.models.embeddings import get_embedder
from sparklabs.models.service import ChatModels
from sparklabs.models.settings import ProviderSettings
from sparklabs.notifications.feed.service import EventFeed
from sparklabs.notifications.service import Notifications
from sparklabs.runtime.bindings import AgentBindings
from sparklabs.runtime.hub import StreamHub
from sparklabs.runtime.service import TurnRunner
from sparklabs.runtime.traces import RunTraces
from sparklabs.tools.binding import Toolset
from sparklabs.tools.building import Rooms
from sparklabs.tools.declared import BUILDERS
from sparklabs.tools.execution import execute
from sparklabs.tools.outbound import Outbound
from sparklabs.tools.outbox.service import Outbox
from sparklabs.tools.records import RecordStore
from sparklabs.tools.registry import ToolRegistry
from sparklabs.tools.service import Toolbox
from sparklabs.tools.testing import ToolDesk

logger = logging.getLogger(__name__)

Role = Literal["api", "worker", "all"]

# So many are written at once where turns run too.
MOST_SUMMARIES = 4


class Services:
    """The rooms of one process, wired. `start` opens what needs opening, `stop` ends it within the stop's time."""

    def __init__(self, settings: Settings, addresses: DatabaseAddresses, *, secret_key: bytes, role: Role) -> None:
        self.settings = settings
        self.role = role
        self.started_at = time.monotonic()
        clock = SystemClock()
        self.clock = clock
        self.db = Database(addresses, app_connections=settings.database_connections)
        self.sealer = Sealer(secret_key)
        self.notices = Notices(addresses.app, process_id=this_process_id())
        self.job_app = make_job_app(addresses.app)
        self.hub = StreamHub(self.notices)

        self.identity = Identity(self.db, self.sealer, clock=clock, notices=self.notices)
        self.authenticator = self.socket_tickets = self.identity
        self.idempotency = IdempotencyService(self.db, clock=clock)
        self._make_watching()

        self._wire_agents()
        self._wire_conversations()
        self._wire_edges()
        self.importer: FolderImporter | None = None
        register_jobs(self)
        self._job_worker = JobWorker(self.job_app, note_failure=self.jobs.note_failure)
        self._reaper = Reaper(self.db, notices=self.notices, drain=self.queue_drain)
        self._tasks: list[asyncio.Task[None]] = []
        self._begun: set[asyncio.Task[None]] = set()
        self._summing_up: set[asyncio.Task[None]] = set()
        self._summary_places = asyncio.Semaphore(MOST_SUMMARIES)

    def _wire_agents(self) -> None:
        """What an agent is and may do: models, knowledge, tools, and the agents themselves."""
        self.models = ChatModels(provider_settings(self.settings))
        self.knowledge = Knowledge(self.db)
        self.outbound = Outbound(trusted=frozenset(self.settings.tools_allowed_hosts))
        self.contacts = ContactService(self.db, clock=self.clock, sealer=self.sealer)
        rooms = Rooms(knowledge=self.knowledge, outbound=self.outbound, sealer=self.sealer, people=self.contacts)
        self.registry = ToolRegistry(rooms, folder=self.settings.home / "tools")
        self.toolbox = Toolbox(self.registry, rooms, db=self.db)
        self.records = RecordStore(self.db, clock=self.clock)
        self.agent_data = AgentData(self.records, self.knowledge, clock=self.clock)

        self.gaps = gap_keeper(self.settings, self.db, self.clock)
        self.agents = AgentService(
            self.db,
            notices=self.notices,
            availability=self.availability,
            clock=self.clock,
            on_gaps=self.on_gaps,
            names=self.identity.names_of,
        )
        self.authoring = Authoring(self.availability, self.models.available)
        self.bindings = AgentBindings(
            self.agents, toolbox=self.toolbox, secret_names=self.secret_names, tenant_zone=self.tenant_zone
        )
        for notice in (SECRET_CHANGED_NOTICE, WORKSPACE_CHANGED_NOTICE, AGENT_DATA_CHANGED):
            self.notices.subscribe(notice, lambda _: self.bindings.forget())
        # The listening connection is the first to notice that the server died; the idle ones died with it.
        self.notices.subscribe("reconnected", lambda _: self._begin(self.db.drop_dead_connections()))
        self.tool_desk = ToolDesk(
            self.toolbox,
            db=self.db,
            read_secret=self.identity.resolve_secret,
            find_toolset=self.find_toolset,
            clock=self.clock,
        )

    def _wire_conversations(self) -> None:
        """What is said, and who answers it."""
        self.runner = TurnRunner(
            db=self.db, clock=self.clock, models=self.models, execute=execute, secrets=self.identity.resolve_secret
        )
        names = ContactNames(self.sealer)
        self.worker = ConversationWorker(
            db=self.db,
            clock=self.clock,
            runner=self.runner,
            bindings=self.bindings,
            hub=self.hub,
            notices=self.notices,
            names=names,
            queue_summary=self.queue_summary,
            lease_seconds=self.settings.lease_seconds,
        )
        self.turns = TurnService(
            db=self.db,
            clock=self.clock,
            bindings=self.bindings,
            hub=self.hub,
            notices=self.notices,
            worker=self.worker,
            answer_seconds=self.settings.answer_seconds,
        )
        directory = AgentDirectory(self.agents)
        self.conversations = ConversationService(
            self.db, clock=self.clock, agents=directory, contacts=self.contacts, names=names
        )
        self._wire_conversation_desk(directory)
        self.summaries = SummaryService(self.db, clock=self.clock, models=self.models, bindings=self.bindings)
        self.traces = TraceService(
            self.db, runs=RunTraces(self.db), bindings=self.bindings, names=names, summaries=self.summaries
        )
        store = LocalFiles(self.settings.home / "files")
        self.attachments = AttachmentService(self.db, clock=self.clock, store=store, policies=PolicyBridge(self.agents))
        self._wire_people(directory, store)
        self.analytics = AnalyticsService(
            self.db, clock=self.clock, agents=directory, names=names, tenant_zone=self.tenant_zone
        )

    def _wire_edges(self) -> None:
        """Where conversations come in."""
        self.web_chat = WebChat.over(
            self.db,
            cards=CardBridge(self.agents, self.models),
            conversations=self.conversations,
            contacts=self.contacts,
            tokens=self.identity,
            admissions=FailureBuckets(burst=30, refill_seconds=2),
            clock=self.clock,
        )
        self.embedding = Embedding(self.db, sites=SiteBridge(self.agents), clock=self.clock)
        self.widget_bundle = WidgetBundle(widget_folder())

    def _wire_people(self, directory: AgentDirectory, store: LocalFiles) -> None:
        """Contacts as people work with them."""
        self.people = PeopleService(self.db, clock=self.clock, sealer=self.sealer, agents=directory)
        self.memories = MemoryService(self.db, clock=self.clock)
        self.contact_exports = ExportService(self.db, clock=self.clock, sealer=self.sealer, people=self.people)
        self.erasures = ErasureService(
            self.db,
            clock=self.clock,
            sealer=self.sealer,
            store=store,
            notices=self.notices,
            sweep_later=self.sweep_later,
        )
        self.notices.subscribe(ERASED_NOTICE, lambda data: self.conversations.forget(UUID(data["tenant_id"])))

    def _make_watching(self) -> None:
        """The rooms by which people and programs follow what happens."""
        self.feed = EventFeed(self.db)
        self.notifications = Notifications(self.db, clock=self.clock)
        self.jobs = JobDesk(self.db, clock=self.clock)
        self.outbox = Outbox(self.db, self.sealer)

    def _wire_conversation_desk(self, directory: AgentDirectory) -> None:
        """What people who build and watch agents do with conversations, beside talking."""
        self.conversation_list = ConversationList(
            self.db, agents=directory, contacts=self.contacts, conversations=self.conversations
        )
        self.playground = Playground(
            self.db, agents=directory, models=self.models, contacts=self.contacts, conversations=self.conversations
        )
        self.turn_stops = TurnStops(self.db, worker=self.worker, notices=self.notices)

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def start(self) -> None:
        """Opens connections and begins to work; raises coded errors when the database cannot be reached."""
        await self.db.open()
        await self.job_app.open_async()
        await self.notices.start()
        await self.hub.start()
        await asyncio.to_thread(self.registry.discover)
        if self.models.is_offline(("auto",)):
            # The offline model answers here: its weights are read ahead, so that the first customer need not wait.
            self._warming = asyncio.create_task(asyncio.to_thread(get_embedder().embed, ["warm"]), name="warm-embedder")
        if self.role in ("worker", "all"):
            await self.make_partitions()
            self._job_worker.start()
            self._reaper.start()
            await self._queue(JOBS.index_names)

    def on_ready(self) -> None:
        """What makes the first rush fast and need not be waited for at the start."""
        self._begin(self.db.fill())

    async def ensure_owner(self) -> FirstOwner:
        """The first tenant with its owner, made at the first start."""
        password = self.settings.owner_password
        return await self.identity.ensure_first_tenant(
            self.settings.owner_email, password.get_secret_value() if password else None
        )

    async def start_importing(self, tenant_id: UUID) -> None:
        """Loads the agent folder and watches it."""
        self.importer = FolderImporter(
            self.settings.agents,
            tenant_id,
            agents=self.agents,
            data=self.agent_data,
        )
        await self.importer.load()
        self._tasks.append(asyncio.create_task(self.importer.watch(), name="agent-folder"))

    def begin_stop(self) -> None:
        """Takes no more turns and ends the streams that would go on forever; what is open may still end."""
        self.worker.stopping = True
        self.feed.stopping = True

    async def stop(self) -> None:
        """Ends turns or hands them on, then closes everything; bounded by the stop's time."""
        await self._reaper.stop()
        await self.feed.stop()
        await end_tasks(*self._tasks)
        await asyncio.gather(*self._begun, return_exceptions=True)
        await self.worker.stop(seconds=self.settings.stop_seconds)
        await end_tasks(*self._summing_up)
        await self._job_worker.stop()
        await self.hub.stop()
        await self.notices.stop()
        await self.models.aclose()
        self.identity.close()
        await self.outbound.aclose()
        if self.gaps is not None:
            await self.gaps.aclose()
        await self.job_app.close_async()
        await self.db.close()

    # ── small bridges ────────────────────────────────────────────────────────────────────────────────────────────
    async def availability(self, tenant_id: UUID) -> Availability:
        """What stands ready for a tenant's agent files."""
        return Availability(
            known_tools=self.registry.names(),
            known_tool_types=frozenset(BUILDERS),
            secrets=await self.secret_names(tenant_id),
            integrations=(),
        )

    async def secret_names(self, tenant_id: UUID) -> frozenset[str]:
        return frozenset(row["name"] for row in await self.identity.secrets.list_all(tenant_id))

    async def tenant_zone(self, tenant_id: UUID) -> str:
        [rows] = await self.db.run(tenant_id, Statement("SELECT timezone FROM tenants"))
        return rows[0]["timezone"] if rows else "UTC"

    async def find_toolset(self, tenant_id: UUID, agent: str) -> tuple[UUID, str, str, Toolset]:
        """An agent's own tools, to be tried without a conversation."""
        active = await self.agents.active(tenant_id, agent)
        toolset = await self.bindings.toolset(tenant_id, active)
        return active.agent_id, active.slug, await self.bindings.zone(tenant_id, active), toolset

    def on_gaps(self, tenant_id: UUID) -> None:
        """Has issues opened for what a published agent lacks."""
        if self.gaps is not None:
            self._begin(self._queue(JOBS.gaps, tenant_id=str(tenant_id)))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Work that nobody waits for but the stop."""
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        task.add_done_callback(_log_failure)

    async def queue_drain(self, tenant_id: UUID, conversation_id: UUID) -> None:
        """Has a worker take up an abandoned conversation."""
        await self._queue(JOBS.drain, tenant_id=str(tenant_id), conversation_id=str(conversation_id))

    async def queue_summary(self, tenant_id: UUID, conversation_id: UUID) -> None:
        """Has what left a conversation's window summed up: here when this process works on jobs too, else by a worker.

        A job costs eight statements that protect nothing: whoever moves the mark first wins, and a summary lost with
        its process is asked for again by the next turn.
        """
        if self.role == "all":
            task = asyncio.create_task(self._sum_up(tenant_id, conversation_id))
            self._summing_up.add(task)
            task.add_done_callback(self._summing_up.discard)
            task.add_done_callback(_log_failure)
            return
        lock = f"{JOBS.summarise}:{conversation_id}"
        await defer(
            self.job_app,
            JOBS.summarise,
            queueing_lock=lock,
            lock=lock,
            tenant_id=str(tenant_id),
            conversation_id=str(conversation_id),
        )

    async def _sum_up(self, tenant_id: UUID, conversation_id: UUID) -> None:
        async with self._summary_places:
            header = await self.conversations.find_header(tenant_id, conversation_id)
            if header is not None:
                await self.summaries.summarise(header)

    async def sweep_later(
        self, tenant_id: UUID, *, contact_id: UUID, conversation_ids: list[UUID], run_ids: list[UUID]
    ) -> None:
        """Has a worker look again for what was written about an erased person by a call that was under way."""
        await defer(
            self.job_app,
            JOBS.sweep_erased,
            in_seconds=SWEEP_AFTER_SECONDS,
            tenant_id=str(tenant_id),
            contact_id=str(contact_id),
            conversation_ids=[str(each) for each in conversation_ids],
            run_ids=[str(each) for each in run_ids],
        )

    async def _queue(self, task: str, **arguments: Any) -> None:
        lock = ":".join((task, *arguments.values()))
        await defer(self.job_app, task, queueing_lock=lock, **arguments)

    async def make_partitions(self) -> None:
        """Makes the coming months of the big tables."""
        async with self.db.system() as conn:
            await conn.execute("SELECT ensure_partitions(%s)", (self.clock.now() + PARTITIONS_AHEAD,))

    async def ping_database(self) -> None:
        await self.db.ping()

    async def ping_jobs(self) -> dict[str, Any]:
        """How many jobs wait."""
        async with self.db.system() as conn:
            cursor = await conn.execute("SELECT count(*) AS waiting FROM procrastinate_jobs WHERE status = 'todo'")
            return await cursor.fetchone() or {}

    async def agents_health(self) -> dict[str, Any]:
        """Agents by state, over all tenants."""
        async with self.db.system() as conn:
            cursor = await conn.execute("SELECT status, count(*) AS n FROM agents GROUP BY status")
            counts = {row["status"]: row["n"] for row in await cursor.fetchall()}
        return {"answering": sum(counts.get(status, 0) for status in ANSWERING), "by_status": counts}


def provider_settings(settings: Settings) -> ProviderSettings:
    """The providers' part of the settings."""

    def plain(secret: Any) -> str | None:
        return secret.get_secret_value() if secret is not None else None

    return ProviderSettings(
        openai_api_key=plain(settings.openai_api_key),
        openai_base_url=settings.openai_base_url,
        anthropic_api_key=plain(settings.anthropic_api_key),
        anthropic_base_url=settings.anthropic_base_url,
        google_api_key=plain(settings.google_api_key),
        google_base_url=settings.google_base_url,
        default_model=settings.default_model,
        cache_mode=settings.response_cache,
    )


def widget_folder() -> Path:
    """Where the widget's bundle lies: in the clone, or beside the installed package."""
    clone = clone_folder()
    return clone / "widget" / "dist" if clone else Path(__file__).resolve().parents[1] / "bundles" / "widget"


def _log_failure(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.warning("Work in the background failed.", exc_info=task.exception())
