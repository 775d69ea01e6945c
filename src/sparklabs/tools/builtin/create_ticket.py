"""`create_ticket`: a ticket in the platform's own list, once per call."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.builtin import repository
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec
from sparklabs.tools.settings import ToolSettings, read_settings

Priority = Literal["urgent", "high", "medium", "low"]


class TicketSettings(ToolSettings):
    """`config` of `create_ticket` and of declared `ticketing` tools."""

    priority_levels: tuple[Priority, ...] = Field(("urgent", "high", "medium", "low"), min_length=1)
    default_priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class CreateTicket:
    """Writes the ticket and tells its number."""

    spec: ToolSpec
    default_priority: Priority

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        row = await repository.insert_ticket(
            context,
            title=arguments["title"],
            description=arguments.get("description", ""),
            priority=arguments.get("priority", self.default_priority),
        )
        content = {
            "id": f"T-{row['number']}", "number": row["number"], "title": row["title"],
            "priority": row["priority"], "status": row["status"],
        }  # fmt: skip
        return ToolResult(ok=True, content=content)


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool with the priorities the agent may give."""
    settings = read_settings(TicketSettings, declaration)
    levels = settings.priority_levels
    default = settings.default_priority or ("medium" if "medium" in levels else levels[-1])
    parameters = {
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "The problem in one line.", "minLength": 1, "maxLength": 200},
            "description": {"type": "string", "description": "What happened, in their words.", "maxLength": 5000},
            "priority": {"type": "string", "enum": list(levels), "description": f"How urgent; {default} if not said."},
        },
        "required": ["title"],
        "additionalProperties": False,
    }  # fmt: skip
    spec = make_spec(
        declaration,
        description="Open a support ticket for a problem that cannot be solved now.",
        parameters=parameters, side_effect="idempotent", category="support", risk="medium", timeout_seconds=10,
        say="Your ticket is {id}.", source="builtin" if declaration.type is None else "declared",
    )  # fmt: skip
    return CreateTicket(spec, default)
