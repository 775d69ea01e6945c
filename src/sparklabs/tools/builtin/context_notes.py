"""`get_context` and `update_context`: small notes on the contact and on the conversation, kept between turns."""

from dataclasses import dataclass
from typing import Any

from sparklabs.kit.errors import InvalidError
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.builtin import repository
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec

MOST_BYTES = 16_384
_OF = {
    "type": "string",
    "enum": ["contact", "conversation"],
    "default": "conversation",
    "description": "Whose notes: of the person, or of this conversation only.",
}


@dataclass(frozen=True, slots=True)
class GetContext:
    """Reads both notes."""

    spec: ToolSpec

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:  # noqa: ARG002
        row = await repository.read_contexts(
            context.db, context.tenant_id, contact_id=context.contact_id, conversation_id=context.conversation_id
        )
        content = {"contact": row["contact"], "conversation": row["conversation"]}
        return ToolResult(ok=True, content=content)


@dataclass(frozen=True, slots=True)
class UpdateContext:
    """Merges values into one of the notes; a null removes its name."""

    spec: ToolSpec

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        values: dict[str, Any] = arguments["values"]
        of_contact = arguments["of"] == "contact"
        if (context.contact_id if of_contact else context.conversation_id) is None:
            raise InvalidError(
                f"There is no {arguments['of']} to note this on.", code="conversation_missing", field="of"
            )
        notes = await repository.merge_context(
            context, of_contact=of_contact,
            changes={name: value for name, value in values.items() if value is not None},
            removed=[name for name, value in values.items() if value is None], most_bytes=MOST_BYTES,
        )  # fmt: skip
        if notes is None:
            raise InvalidError(
                f"The notes would grow beyond {MOST_BYTES // 1024} kB, or their owner is gone.",
                code="context_too_large", field="values",
                hint="Note less, or remove names by setting them to null.",
            )  # fmt: skip
        return ToolResult(ok=True, content={arguments["of"]: notes})


def build_get(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The reading tool."""
    spec = make_spec(
        declaration,
        description="Read the notes kept on this person and this conversation.",
        parameters={"type": "object", "properties": {}, "additionalProperties": False},
        side_effect="none", category="memory", role="memory", timeout_seconds=10, source="builtin",
    )  # fmt: skip
    return GetContext(spec)


def build_update(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The writing tool."""
    values = {"type": "object", "minProperties": 1, "maxProperties": 50, "description": "Names and what to note."}
    spec = make_spec(
        declaration,
        description="Keep notes on this person or this conversation for later turns.",
        parameters={
            "type": "object", "properties": {"values": values, "of": _OF}, "required": ["values"],
            "additionalProperties": False,
        },
        side_effect="idempotent", category="memory", role="memory", timeout_seconds=10, source="builtin",
    )  # fmt: skip
    return UpdateContext(spec)
