"""Makes agent versions ready to run, once each: prompt, models and tools bound and kept as long as they are in use."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sparklabs.agents.entities import ActiveAgent
from sparklabs.agents.prompt import render_system_prompt
from sparklabs.agents.schema import AgentFile
from sparklabs.agents.service import AgentService
from sparklabs.runtime.schemas import Binding
from sparklabs.tools.binding import AgentBinding, Toolset
from sparklabs.tools.binding import DataField as ToolDataField
from sparklabs.tools.binding import DataTable as ToolDataTable
from sparklabs.tools.records import collection_of
from sparklabs.tools.schemas import ToolDeclaration
from sparklabs.tools.service import Toolbox

MOST_BINDINGS = 500
REMEMBER = "remember"
HANDOFF_TOOL = "transfer_to_human"

SecretNames = Callable[[UUID], Awaitable[frozenset[str]]]
TenantZone = Callable[[UUID], Awaitable[str]]


class AgentBindings:
    """Bindings by version. A change of the tenant's secrets or data shapes drops them, for they decide what works."""

    def __init__(
        self,
        agents: AgentService,
        *,
        toolbox: Toolbox,
        secret_names: SecretNames,
        tenant_zone: TenantZone,
    ) -> None:
        self._agents = agents
        self._toolbox = toolbox
        self._secret_names = secret_names
        self._tenant_zone = tenant_zone
        self._by_version: OrderedDict[UUID, Binding] = OrderedDict()
        self._lock = asyncio.Lock()
        self._generation = 0

    async def current(self, tenant_id: UUID, agent_id: UUID) -> Binding:
        """The version that answers now; raises the agents room's errors for one that does not answer."""
        return await self._bound(tenant_id, await self._agents.active(tenant_id, agent_id))

    async def of_version(self, tenant_id: UUID, version_id: UUID) -> Binding:
        """A given version, whatever is live meanwhile."""
        known = self._by_version.get(version_id)
        if known is not None:
            return known
        return await self._bound(tenant_id, await self._agents.active_version(tenant_id, version_id))

    def forget(self) -> None:
        """Binds everything anew at its next use."""
        self._generation += 1
        self._by_version.clear()

    async def toolset(self, tenant_id: UUID, active: ActiveAgent) -> Toolset:
        """The tools of a version, with what is missing."""
        spec = active.spec
        agent = AgentBinding(
            agent_slug=active.slug,
            tables=tuple(_table(active.slug, table) for table in spec.data),
            collections=(active.slug,),
            secrets=await self._secret_names(tenant_id),
            timezone=await self.zone(tenant_id, active),
        )
        declared = [_declaration(tool) for tool in spec.tools]
        if declared and spec.memory.long_term and all(each.name != REMEMBER for each in declared):
            # An agent that remembers needs a way to; one without tools may stand on a model that knows none.
            declared.append(ToolDeclaration(REMEMBER))
        return await self._toolbox.bind(tenant_id, [*declared, *_implied(spec, declared)], agent=agent)

    async def _bound(self, tenant_id: UUID, active: ActiveAgent) -> Binding:
        known = self._by_version.get(active.version_id)
        if known is not None:
            self._by_version.move_to_end(active.version_id)
            return known
        async with self._lock:
            known = self._by_version.get(active.version_id)
            if known is None:
                generation = self._generation
                known = await self._bind(tenant_id, active)
                # What was forgotten while it was being bound may be bound to what is no more; it serves this turn only.
                if generation == self._generation:
                    self._by_version[active.version_id] = known
                if len(self._by_version) > MOST_BINDINGS:
                    self._by_version.popitem(last=False)
            return known

    async def _bind(self, tenant_id: UUID, active: ActiveAgent) -> Binding:
        spec = active.spec
        toolset = await self.toolset(tenant_id, active)

        def render(values: Mapping[str, str]) -> str:
            return render_system_prompt(spec, variables=values)

        languages = spec.agent.languages
        return Binding(
            agent_id=active.agent_id,
            agent_slug=active.slug,
            agent_name=spec.agent.name,
            version_id=active.version_id,
            version_number=active.version_number,
            content_hash=active.content_hash,
            models=spec.agent.model.chain,
            temperature=spec.agent.model.temperature,
            max_tokens=spec.agent.model.max_tokens,
            timeout_seconds=spec.agent.model.timeout_seconds,
            tool_schemas=toolset.schemas,
            tool_by_name=dict(toolset.tools),
            render_system=render,
            window_messages=spec.memory.window_messages,
            summarises=spec.memory.summary,
            remembers=spec.memory.long_term,
            timezone=await self.zone(tenant_id, active),
            locale=languages[0] if languages else None,
            when_busy=spec.conversation.when_busy,
        )

    async def zone(self, tenant_id: UUID, active: ActiveAgent) -> str:
        """The IANA zone in which the agent says dates."""
        return active.spec.conversation.timezone or await self._tenant_zone(tenant_id)


def _table(slug: str, table: Any) -> ToolDataTable:
    fields = tuple(ToolDataField(each.name, each.type, each.description) for each in table.fields)
    return ToolDataTable(
        name=table.name,
        collection=collection_of(slug, table.name),
        key=table.key,
        description=table.description,
        fields=fields,
    )


def _implied(spec: AgentFile, declared: Sequence[ToolDeclaration]) -> list[ToolDeclaration]:
    """Who says in `behavior` that people take over has the way to them, declared among the tools or not."""
    handoff = spec.behavior.human_handoff
    wanted = handoff.enabled and (handoff.triggers or handoff.departments or handoff.targets)
    if not wanted or any(tool.name == HANDOFF_TOOL for tool in declared):
        return []
    config = {
        "business_hours": handoff.business_hours,
        "overflow_message": handoff.unavailable_message,
        "departments": list(handoff.departments),
    }
    return [ToolDeclaration(name=HANDOFF_TOOL, config={key: value for key, value in config.items() if value})]


def _declaration(tool: Any) -> ToolDeclaration:
    return ToolDeclaration(
        name=tool.name,
        type=tool.type,
        enabled=tool.enabled,
        risk=tool.risk,
        description=tool.description,
        config=dict(tool.config),
        integration=tool.integration,
        parameters=tool.parameters,
        examples=tuple(tool.examples),
        say=tool.say,
    )
