"""Types of tools that this release cannot run, and how a missing tool is described to whoever builds it."""

import re
from typing import Any, Literal

from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Builder, Rooms
from sparklabs.tools.schemas import MissingTool, ToolDeclaration

_WHY: dict[str, str] = {
    "vision": "Reading images needs a vision model, which this release does not call yet.",
    "workflow": "Workflows are not part of this release yet.",
    "mcp": "The MCP client is not part of this release yet.",
    "python": "The Python sandbox is not part of this release yet; put a file into the tools folder.",
}
_NAMED: dict[str, str] = {"email": "email", "phone": "phone", "date": "date", "time": "time"}


def waiting(kind: Literal["vision", "workflow", "mcp", "python"]) -> Builder:
    """A builder that always says what it waits for."""

    def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> MissingTool:  # noqa: ARG001
        return MissingTool(declaration.name, "tool", _WHY[kind], missing_interface(declaration))

    return build


def missing_interface(declaration: ToolDeclaration) -> dict[str, Any]:
    """What the missing tool should look like: name, purpose, arguments and result as JSON Schema."""
    return {
        "name": declaration.name,
        "type": declaration.type,
        "description": declaration.description or re.sub("[_-]", " ", declaration.name).capitalize() + ".",
        "parameters": declaration.parameters or _guessed(declaration),
        "result": {"type": "object", "description": "What the agent tells the person, as named fields."},
        "risk": declaration.risk or "low",
        "integration": declaration.integration,
    }


def _guessed(declaration: ToolDeclaration) -> dict[str, Any]:
    names: list[str] = []
    for key in ("required_fields", "required", "fields"):
        value: Any = declaration.config.get(key)
        if isinstance(value, list):
            names += [str(each) for each in value if str(each) not in names]  # pyright: ignore
    properties: dict[str, Any] = {}
    for name in names:
        form = next((form for word, form in _NAMED.items() if word in name.lower()), None)
        properties[name] = {"type": "string", **({"format": form} if form else {})}
    required: Any = declaration.config.get("required_fields") or declaration.config.get("required") or []
    return {"type": "object", "properties": properties, "required": list(required)}
