"""`transfer_to_human`: hands the conversation to a person; the runtime ends the turn on its result."""

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from sparklabs.kit.errors import InvalidError
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.builtin import repository
from sparklabs.tools.hours import OpeningHours, read_hours
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec
from sparklabs.tools.settings import ToolSettings, read_settings

_OPEN = "I am handing you over to a colleague, who will read our conversation and answer here."
_SHUT = "Our team is not at work just now. Your request is noted, and they will answer here as soon as they are back."


class HandoffSettings(ToolSettings):
    """`config` of `transfer_to_human`."""

    business_hours: str | dict[str, Any] | None = Field(None, description='Such as "9am-5pm EST"; left out: always.')
    overflow_message: str | None = Field(None, description="What is said outside these hours.")
    message: str | None = Field(None, description="What is said within these hours.")
    department: str | None = Field(None, description="Who takes over.")
    departments: tuple[str, ...] = Field((), description="Who may take over; the model chooses.")
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class TransferToHuman:
    """Puts the conversation into the line for people and gives the words that the customer reads."""

    spec: ToolSpec
    settings: HandoffSettings
    hours: OpeningHours | None

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        if context.conversation_id is None:
            raise InvalidError("There is no conversation to hand over.", code="conversation_missing")
        department = arguments.get("department") or self.settings.department
        reason = arguments.get("reason") or "The customer asked for a person."
        row = await repository.insert_handoff(
            context, reason=reason, department=department, summary=arguments.get("summary", "")
        )
        staffed = self.hours is None or self.hours.is_open(context.now)
        text = (self.settings.message or _OPEN) if staffed else (self.settings.overflow_message or _SHUT)
        content = {
            "handoff": True, "id": str(row["id"]), "reason": reason, "department": department, "staffed": staffed,
            "message": text,
        }  # fmt: skip
        return ToolResult(ok=True, content=content, text=text)


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool with the team's hours."""
    settings = read_settings(HandoffSettings, declaration)
    timezone = settings.timezone or agent.timezone
    hours = read_hours(settings.business_hours, timezone=timezone) if settings.business_hours else None
    properties: dict[str, Any] = {
        "reason": {"type": "string", "description": "Why a person is needed, in one line.", "maxLength": 300},
        "summary": {"type": "string", "description": "What the colleague should know.", "maxLength": 2000},
    }
    if settings.departments:
        properties["department"] = {
            "type": "string", "enum": list(settings.departments), "description": "Who should take over.",
        }  # fmt: skip
    spec = make_spec(
        declaration,
        description="Hand the conversation over to a human colleague, when asked or when you cannot help.",
        parameters={"type": "object", "properties": properties, "additionalProperties": False},
        side_effect="idempotent", category="handoff", role="handoff", timeout_seconds=10, source="builtin",
    )  # fmt: skip
    return TransferToHuman(spec, settings, hours)
