"""The shipped agents in a tenant of a test database, with their tools bound as the platform binds them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sparklabs.agents.data import AgentData
from sparklabs.agents.importer import FolderImporter
from sparklabs.agents.reading import Availability
from sparklabs.agents.service import AgentService
from sparklabs.kit.db import Database
from sparklabs.kit.notices import Notices
from sparklabs.runtime.bindings import AgentBindings
from sparklabs.tools.binding import Toolset
from sparklabs.tools.building import Rooms
from sparklabs.tools.declared import BUILDERS
from sparklabs.tools.execution import execute
from sparklabs.tools.records import RecordStore
from sparklabs.tools.registry import ToolRegistry
from sparklabs.tools.schemas import ToolResult
from sparklabs.tools.service import Toolbox
from tests.factories.tool_contexts import make_context

SHIPPED = Path(__file__).parents[2] / "agents"
SLUGS = ("acme-sales", "care-clinic", "support-desk")
MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)


class Monday:
    """A clock that stands at a Monday morning."""

    def now(self) -> datetime:
        return MONDAY


@dataclass
class Platform:
    """The shipped agents in a tenant, with their tools bound."""

    db: Database
    tenant_id: UUID
    service: AgentService
    bindings: AgentBindings
    toolsets: dict[str, Toolset]

    async def call(self, slug: str, tool: str, /, **arguments: Any) -> ToolResult:
        active = await self.service.active(self.tenant_id, slug)
        zone = active.spec.conversation.timezone or "UTC"
        context = make_context(self.db, self.tenant_id, agent_slug=slug, now=MONDAY, timezone=zone)
        return await execute(self.toolsets[slug].get(tool), arguments, context)


async def load_shipped(db: Database, tenant_id: UUID, notices: Notices, rooms: Rooms) -> Platform:
    """Imports the folder as the platform does at its start; fails when an agent has a fault."""
    registry = ToolRegistry(rooms)
    registry.discover()
    toolbox = Toolbox(registry, rooms, db=db)

    async def available(tenant_id: UUID) -> Availability:
        return Availability(known_tools=registry.names(), known_tool_types=BUILDERS.keys())

    async def no_secrets(tenant_id: UUID) -> frozenset[str]:
        return frozenset()

    async def utc(tenant_id: UUID) -> str:
        return "UTC"

    service = AgentService(db, notices=notices, availability=available)
    data = AgentData(RecordStore(db), rooms.knowledge, clock=Monday())
    report = await FolderImporter(SHIPPED, tenant_id, agents=service, data=data).load()
    assert [(each.slug, each.result, list(each.faults)) for each in report.outcomes] == [
        (slug, "published", []) for slug in SLUGS
    ]
    bindings = AgentBindings(service, toolbox=toolbox, secret_names=no_secrets, tenant_zone=utc)
    toolsets = {slug: await bindings.toolset(tenant_id, await service.active(tenant_id, slug)) for slug in SLUGS}
    return Platform(db, tenant_id, service, bindings, toolsets)
