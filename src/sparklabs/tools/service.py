"""The door of the tools room: binds an agent's declarations to tools that work, and says what is missing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from sparklabs.kit.db import Database
from sparklabs.tools.binding import AgentBinding, Toolset
from sparklabs.tools.building import Rooms
from sparklabs.tools.declared import BUILDERS, missing_interface
from sparklabs.tools.errors import ToolBrokenError, nearest
from sparklabs.tools.execution import bind_tool, execute
from sparklabs.tools.records import RecordStore
from sparklabs.tools.registry import ToolRegistry
from sparklabs.tools.schemas import MissingTool, Tool, ToolDeclaration

__all__ = ["ToolRegistry", "Toolbox", "execute"]

_SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Toolbox:
    """Binds agents' tools; one for the process."""

    def __init__(self, registry: ToolRegistry, rooms: Rooms, *, db: Database) -> None:
        self.registry = registry
        self._rooms = rooms
        self._records = RecordStore(db)

    async def bind(self, tenant_id: UUID, declarations: Sequence[ToolDeclaration], *, agent: AgentBinding) -> Toolset:
        """The tools of one agent version; call it once per version and again after its data changed.

        Never raises for a declaration: what cannot work here comes back in `missing`, the rest is bound.
        """
        tables = [await self._records.describe(tenant_id, table) for table in agent.tables]
        agent = replace(agent, tables=tuple(tables))
        tools: dict[str, Tool] = {}
        missing: list[MissingTool] = []
        for declaration in declarations:
            if not declaration.enabled:
                continue
            bound = self._bind(declaration, agent)
            if isinstance(bound, MissingTool):
                missing.append(bound)
            else:
                tools[declaration.name] = bound
        return Toolset(tools, tuple(missing))

    def _bind(self, declaration: ToolDeclaration, agent: AgentBinding) -> Tool | MissingTool:
        absent = self._absent(declaration, agent)
        if absent is not None:
            return absent
        if declaration.type is None:
            builder = self.registry.find_builder(declaration.name)
        else:
            builder = BUILDERS.get(declaration.type)
        if builder is None:
            return self._unknown(declaration)
        try:
            built = builder(declaration, agent, self._rooms)
            return built if isinstance(built, MissingTool) else bind_tool(built)
        except ToolBrokenError as error:
            what = " ".join(filter(None, (error.detail, error.hint)))
            return MissingTool(declaration.name, "tool", what, missing_interface(declaration))

    def _absent(self, declaration: ToolDeclaration, agent: AgentBinding) -> MissingTool | None:
        interface = missing_interface(declaration)
        wanted = declaration.integration
        if wanted and wanted not in agent.integrations:
            return MissingTool(
                declaration.name, "integration", f"The integration {wanted!r} is not connected.", interface
            )
        secret = next((name for name in secrets_in(declaration.config) if name not in agent.secrets), None)
        if secret:
            return MissingTool(declaration.name, "secret", f"The secret {secret} is not set.", interface)
        return None

    def _unknown(self, declaration: ToolDeclaration) -> MissingTool:
        if declaration.type is None:
            near = nearest(declaration.name, self.registry.names())
            what = f"There is no tool named {declaration.name!r}."
            cure = f"Did you mean {near!r}?" if near else "Declare it with a `type`, or add it to the tools folder."
        else:
            near = nearest(declaration.type, BUILDERS)
            what = f"There is no type of tool {declaration.type!r}."
            cure = f"Did you mean {near!r}?" if near else f"Types: {', '.join(sorted(BUILDERS))}."
        return MissingTool(declaration.name, "tool", f"{what} {cure}", missing_interface(declaration))


def secrets_in(value: Any) -> list[str]:
    """The names of the secrets that a configuration refers to as `${NAME}`, each once."""
    if isinstance(value, str):
        return list(dict.fromkeys(_SECRET.findall(value)))
    if isinstance(value, Mapping):
        parts = list(cast(Mapping[str, Any], value).values())
    elif isinstance(value, list | tuple):
        parts = list(cast(Sequence[Any], value))
    else:
        return []
    return list(dict.fromkeys(name for part in parts for name in secrets_in(part)))
