"""Runs one tool by hand, for people who set an agent up: real effects, a fresh call key, no conversation."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from sparklabs.kit.clock import Clock, SystemClock
from sparklabs.kit.db import Database
from sparklabs.kit.ids import new_id
from sparklabs.tools.binding import AgentBinding, Toolset
from sparklabs.tools.errors import ToolNotFoundError
from sparklabs.tools.execution import execute
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult
from sparklabs.tools.service import Toolbox

ReadSecret = Callable[[UUID, str], Awaitable[str | None]]
FindToolset = Callable[[UUID, str], Awaitable[tuple[UUID, str, str, Toolset]]]
"""Gives an agent's id, slug, time zone and tools by its id or slug; raises when there is no such agent."""


class ToolDesk:
    """Lists tools and tries them; the way to agents' own tools is handed in by the wiring."""

    def __init__(
        self,
        toolbox: Toolbox,
        *,
        db: Database,
        read_secret: ReadSecret,
        find_toolset: FindToolset,
        clock: Clock | None = None,
    ) -> None:
        self.registry = toolbox.registry
        self._toolbox = toolbox
        self._db = db
        self._read_secret = read_secret
        self._find_toolset = find_toolset
        self._clock = clock or SystemClock()

    async def try_tool(
        self, tenant_id: UUID, name: str, arguments: Mapping[str, Any], *, agent: str | None
    ) -> tuple[ToolResult, int]:
        """The result and its milliseconds; raises `tool_not_found`."""
        agent_id, slug, timezone, tool = await self._find(tenant_id, name, agent)

        async def secrets(secret: str) -> str | None:
            return await self._read_secret(tenant_id, secret)

        context = ToolContext(
            tenant_id=tenant_id, agent_id=agent_id, agent_slug=slug, conversation_id=None, contact_id=None, run_id=None,
            call_key=f"test:{new_id()}", now=self._clock.now(), timezone=timezone, db=self._db, secrets=secrets,
            emit=_silent,
        )  # fmt: skip
        started = time.perf_counter()
        result = await execute(tool, arguments, context)
        return result, round((time.perf_counter() - started) * 1000)

    async def _find(self, tenant_id: UUID, name: str, agent: str | None) -> tuple[UUID | None, str, str, Tool]:
        if agent is not None:
            agent_id, slug, timezone, toolset = await self._find_toolset(tenant_id, agent)
            return agent_id, slug, timezone, toolset.get(name)
        self.registry.get_spec(name)
        bound = await self._toolbox.bind(tenant_id, [ToolDeclaration(name)], agent=AgentBinding(agent_slug=""))
        tool = bound.find(name)
        if tool is None:
            raise ToolNotFoundError(name, known=self.registry.names())
        return None, "", "UTC", tool


async def _silent(kind: str, data: dict[str, Any]) -> None:
    """Nobody listens to a tool that is tried by hand."""
