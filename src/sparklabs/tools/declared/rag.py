"""Declared tools of type `rag`: search in one collection of documents."""

from pydantic import Field

from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms
from sparklabs.tools.builtin import search_knowledge
from sparklabs.tools.declared.waiting import missing_interface
from sparklabs.tools.schemas import MissingTool, Tool, ToolDeclaration
from sparklabs.tools.settings import ToolSettings, read_settings


class RagSettings(ToolSettings):
    """`config` of a `rag` tool."""

    knowledge_base: str | None = Field(None, description="The collection; default the agent's own documents.")
    limit: int = Field(4, ge=1, le=20, description="Most passages given back.")


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool | MissingTool:
    """The tool, unless it names a collection that the agent does not have."""
    settings = read_settings(RagSettings, declaration)
    name = settings.knowledge_base
    if name and name not in agent.collections:
        known = ", ".join(agent.collections) or "none"
        what = f"There is no knowledge base {name!r}; this agent has: {known}."
        return MissingTool(declaration.name, "integration", what, missing_interface(declaration))
    collections = (name,) if name else agent.collections
    return search_knowledge.make(declaration, rooms, collections=collections, limit=settings.limit)
