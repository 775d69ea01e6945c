"""`current_time`: the date and time, here or in another zone."""

from dataclasses import dataclass
from typing import Any

from sparklabs.kit.errors import InvalidError
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.errors import ToolBrokenError
from sparklabs.tools.hours import get_zone
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec

_PARAMETERS = {
    "type": "object",
    "properties": {
        "timezone": {"type": "string", "description": "An IANA zone such as Asia/Kolkata; left out, the agent's own."}
    },
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class CurrentTime:
    """Reads the clock of the call, so that a replayed turn sees the same time."""

    spec: ToolSpec

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        name = arguments.get("timezone") or context.timezone
        try:
            local = context.now.astimezone(get_zone(name))
        except ToolBrokenError as error:
            raise InvalidError(error.detail, code="timezone_unknown", field="timezone", hint=error.hint) from error
        content = {
            "iso": local.isoformat(timespec="seconds"),
            "date": local.date().isoformat(),
            "time": local.strftime("%H:%M"),
            "weekday": local.strftime("%A"),
            "timezone": name,
        }
        return ToolResult(ok=True, content=content)


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool."""
    spec = make_spec(
        declaration,
        description="The present date, weekday and time.",
        parameters=_PARAMETERS, side_effect="none", category="time", timeout_seconds=5, source="builtin",
        say="It is {weekday}, {date}, {time} ({timezone}).",
    )  # fmt: skip
    return CurrentTime(spec)
