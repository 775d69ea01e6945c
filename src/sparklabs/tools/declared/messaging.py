"""Declared tools of type `messaging`: messages into the local outbox; a named provider must be connected first."""

from dataclasses import replace
from typing import Any

from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms
from sparklabs.tools.builtin import send_message
from sparklabs.tools.declared.waiting import missing_interface
from sparklabs.tools.schemas import MissingTool, Tool, ToolDeclaration


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool | MissingTool:
    """The tool, unless it names a provider: none can be connected in this release."""
    config: dict[str, Any] = dict(declaration.config)
    provider = config.get("provider")
    if provider:
        what = f"The message provider {provider!r} is not connected."
        return MissingTool(declaration.name, "integration", what, missing_interface(declaration))
    if isinstance(config.get("templates"), list):
        # Names without their texts cannot be filled; the model writes the message itself.
        config.pop("templates")
    return send_message.build(replace(declaration, config=config), agent, rooms)
