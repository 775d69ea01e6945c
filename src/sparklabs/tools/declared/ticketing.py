"""Declared tools of type `ticketing`: tickets in the platform's own list, under the agent's own name and wording."""

from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms
from sparklabs.tools.builtin import create_ticket
from sparklabs.tools.declared.waiting import missing_interface
from sparklabs.tools.schemas import MissingTool, Tool, ToolDeclaration


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool | MissingTool:
    """The tool, unless it names a ticket system of somebody else that is not connected."""
    provider = declaration.config.get("provider")
    if provider:
        what = f"The ticket system {provider!r} is not connected."
        return MissingTool(declaration.name, "integration", what, missing_interface(declaration))
    return create_ticket.build(declaration, agent, rooms)
