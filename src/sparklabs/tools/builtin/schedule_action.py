"""`schedule_action`: notes something to be done later, a follow-up or a call back, once per call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from sparklabs.kit.errors import InvalidError
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.builtin import repository
from sparklabs.tools.hours import get_zone
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec
from sparklabs.tools.settings import ToolSettings, read_settings

_FARTHEST = timedelta(days=366)


class ScheduleSettings(ToolSettings):
    """`config` of `schedule_action`."""

    actions: tuple[str, ...] = Field(("follow_up", "call_back", "reminder"), min_length=1)


@dataclass(frozen=True, slots=True)
class ScheduleAction:
    """Writes the action with its time in UTC."""

    spec: ToolSpec

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        zone = get_zone(context.timezone)
        moment = datetime.fromisoformat(arguments["when"])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        if not context.now < moment <= context.now + _FARTHEST:
            raise InvalidError(
                f"{arguments['when']} is not within the coming year.", code="time_out_of_range", field="when",
                hint="Ask for a time that lies ahead.",
            )  # fmt: skip
        row = await repository.insert_scheduled_action(
            context, action_type=arguments["action"], scheduled_for=moment,
            payload={"note": arguments.get("note", ""), "agent": context.agent_slug},
        )  # fmt: skip
        local = row["scheduled_for"].astimezone(zone)
        content = {
            "id": str(row["id"]), "action": row["action_type"], "status": row["status"],
            "when": local.isoformat(timespec="minutes"),
            "date": local.date().isoformat(), "time": local.strftime("%H:%M"),
        }  # fmt: skip
        return ToolResult(ok=True, content=content)


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool with the kinds of action it may note."""
    settings = read_settings(ScheduleSettings, declaration)
    parameters = {
        "type": "object",
        "properties": {
            "action": {"type": "string", "enum": list(settings.actions), "description": "What is to be done."},
            "when": {"type": "string", "format": "date-time", "description": "Local date and time, YYYY-MM-DDTHH:MM."},
            "note": {"type": "string", "description": "What it is about.", "maxLength": 2000},
        },
        "required": ["action", "when"],
        "additionalProperties": False,
    }
    spec = make_spec(
        declaration,
        description="Note a follow-up, a call back or a reminder for a later time.",
        parameters=parameters, side_effect="idempotent", category="time", risk="medium", timeout_seconds=10,
        say="Noted for {date} at {time}.", source="builtin",
    )  # fmt: skip
    return ScheduleAction(spec)
