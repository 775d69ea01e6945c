"""What a toolbox is told of an agent when its tools are bound, and the set of tools that comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sparklabs.models.schemas import ToolSchema
from sparklabs.tools.errors import ToolNotFoundError
from sparklabs.tools.schemas import MissingTool, Tool

FieldType = Literal["string", "integer", "number", "boolean", "date", "time", "datetime", "email", "phone"]


@dataclass(frozen=True, slots=True)
class DataField:
    """One field of a data table; `values` are the few it takes, when they are few."""

    name: str
    type: FieldType = "string"
    description: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table as tools see it: its name in the agent file and the collection of records behind it."""

    name: str
    collection: str
    key: str = "id"
    description: str | None = None
    fields: tuple[DataField, ...] = ()

    def find_field(self, name: str) -> DataField | None:
        return next((each for each in self.fields if each.name == name), None)


@dataclass(frozen=True, slots=True)
class AgentBinding:
    """What the agent offers its tools.

    `collections` are the knowledge collections it may search (its own slug first), `secrets` the names of the
    tenant's secrets, `integrations` the connected ones, `timezone` an IANA name.
    """

    agent_slug: str
    tables: tuple[DataTable, ...] = ()
    collections: tuple[str, ...] = ()
    secrets: frozenset[str] = frozenset()
    integrations: frozenset[str] = frozenset()
    timezone: str = "UTC"

    def find_table(self, name: str) -> DataTable | None:
        return next((each for each in self.tables if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Toolset:
    """The tools bound for one agent version; safe to share between its turns."""

    tools: Mapping[str, Tool] = field(default_factory=dict[str, Tool])
    missing: tuple[MissingTool, ...] = ()

    @property
    def schemas(self) -> tuple[ToolSchema, ...]:
        return tuple(tool.spec.schema for tool in self.tools.values())

    def get(self, name: str) -> Tool:
        """The tool of that name; raises `tool_not_found` with the nearest names."""
        tool = self.tools.get(name)
        if tool is None:
            raise ToolNotFoundError(name, known=self.tools)
        return tool

    def find(self, name: str) -> Tool | None:
        return self.tools.get(name)
