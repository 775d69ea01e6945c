"""The rooms that a turn passes through, over a real database, as one process of the platform has them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sparklabs.agents.publishing import Publication
from sparklabs.agents.reading import Availability
from sparklabs.agents.service import AgentService
from sparklabs.conversations.contacts import ContactNames, ContactService
from sparklabs.conversations.schemas import ContactIn, RunOut
from sparklabs.conversations.service import ConversationService
from sparklabs.conversations.shapes import Header
from sparklabs.conversations.summaries import SummaryService
from sparklabs.conversations.trace import TraceService
from sparklabs.conversations.turns import TurnService
from sparklabs.conversations.work import ConversationWorker
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row, Statement
from sparklabs.kit.notices import Notices
from sparklabs.knowledge.service import Knowledge
from sparklabs.models.service import ChatModels
from sparklabs.models.settings import ProviderSettings
from sparklabs.runtime.bindings import AgentBindings
from sparklabs.runtime.hub import StreamHub
from sparklabs.runtime.service import TurnRunner
from sparklabs.runtime.traces import RunTraces
from sparklabs.tools.building import Rooms
from sparklabs.tools.declared import BUILDERS
from sparklabs.tools.execution import execute
from sparklabs.tools.outbound import Outbound
from sparklabs.tools.registry import ToolRegistry
from sparklabs.tools.service import Toolbox
from tests.conftest import SECRET_KEY
from tests.fakes.word_embedder import WordEmbedder


class House:
    """Opens conversations, says things and reads what came of it. Summaries that a turn asked for wait in `due`."""

    def __init__(self, db: Database, tenant_id: UUID, *, process_id: str = "one", providers: Any = None) -> None:
        self.db = db
        self.tenant_id = tenant_id
        clock = SystemClock()
        sealer = Sealer(SECRET_KEY)
        self.notices = Notices(db.addresses.app, process_id=process_id)
        self.models = ChatModels(providers or ProviderSettings())
        self.contacts = ContactService(db, clock=clock, sealer=sealer)
        self.outbound = Outbound()
        rooms = Rooms(Knowledge(db, embedder=WordEmbedder), self.outbound, sealer, people=self.contacts)
        self.registry = ToolRegistry(rooms)
        self.agents = AgentService(db, notices=self.notices, availability=self._availability)
        self.bindings = AgentBindings(
            self.agents,
            toolbox=Toolbox(self.registry, rooms, db=db),
            secret_names=_no_secrets,
            tenant_zone=_utc,
        )
        self.names = ContactNames(sealer)
        self.due: list[UUID] = []
        self.worker = ConversationWorker(
            db=db,
            clock=clock,
            runner=TurnRunner(db=db, clock=clock, models=self.models, execute=execute, secrets=_no_secret),
            bindings=self.bindings,
            hub=StreamHub(self.notices),
            notices=self.notices,
            names=self.names,
            queue_summary=self._queue_summary,
        )
        self.turns = TurnService(
            db=db,
            clock=clock,
            bindings=self.bindings,
            hub=StreamHub(self.notices),
            notices=self.notices,
            worker=self.worker,
        )
        self.conversations = ConversationService(db, clock=clock, agents=self, contacts=self.contacts, names=self.names)
        self.summaries = SummaryService(db, clock=clock, models=self.models, bindings=self.bindings)
        self.traces = TraceService(
            db, runs=RunTraces(db), bindings=self.bindings, names=self.names, summaries=self.summaries
        )

    async def start(self) -> None:
        await self.notices.start()
        self.registry.discover()

    async def stop(self) -> None:
        await self.worker.stop(seconds=5)
        await self.notices.stop()
        await self.models.aclose()
        await self.outbound.aclose()

    async def resolve(self, tenant_id: UUID, agent: str) -> UUID:
        return (await self.agents.get(tenant_id, agent)).id

    async def publish(self, slug: str = "iris", *, prompt: str = "You are Iris.", more: str = "") -> None:
        source = f'version: "1.0"\nagent:\n  name: Iris\n  system_prompt: "{prompt}"\n{more}'
        await self.agents.publish(self.tenant_id, Publication(source=source.encode(), slug=slug, author="anna"))

    async def open(self, slug: str = "iris", *, contact: str | None = None, name: str | None = None) -> Header:
        opened = await self.conversations.create(
            self.tenant_id, agent=slug, channel="api", contact=ContactIn(external_id=contact, name=name)
        )
        header = await self.conversations.find_header(self.tenant_id, opened.id)
        assert header is not None
        return header

    async def say(self, header: Header, text: str) -> str:
        """The agent's answer."""
        accepted = await self.turns.accept(header, content=text)
        answer = await self.turns.wait(header, accepted, seconds=30)
        assert answer is not None
        assert "message" in answer, answer
        return answer["message"]["content"]

    async def say_all(self, header: Header, texts: Sequence[str]) -> None:
        for text in texts:
            await self.say(header, text)

    async def conversation(self, header: Header) -> Row:
        return (await self.query("SELECT * FROM conversations WHERE id = %s", header.id))[0]

    async def trace(self, header: Header, kind: str) -> list[RunOut]:
        return [run for run in await self.traces.of_conversation(header, limit=100) if run.kind == kind]

    async def query(self, sql: Any, *params: Any) -> list[Row]:
        [rows] = await self.db.run(self.tenant_id, Statement(sql, params))
        return rows

    async def _availability(self, tenant_id: UUID) -> Availability:
        return Availability(known_tools=self.registry.names(), known_tool_types=frozenset(BUILDERS))

    async def _queue_summary(self, tenant_id: UUID, conversation_id: UUID) -> None:
        assert tenant_id == self.tenant_id
        self.due.append(conversation_id)


async def _no_secrets(tenant_id: UUID) -> frozenset[str]:
    return frozenset()


async def _no_secret(tenant_id: UUID, name: str) -> str | None:
    return None


async def _utc(tenant_id: UUID) -> str:
    return "UTC"
