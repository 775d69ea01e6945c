"""`send_message`: a message to a person; with no provider connected it is held in the local outbox, and says so."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from sparklabs.kit.errors import InvalidError
from sparklabs.kit.ids import new_id
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Rooms, Sealer, make_spec
from sparklabs.tools.builtin import repository
from sparklabs.tools.fields import fits
from sparklabs.tools.results import render
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec
from sparklabs.tools.settings import ToolSettings, read_settings

Channel = Literal["email", "sms", "whatsapp"]
_HELD = (
    "The message is written and held in the outbox: no provider for {channel} is connected here yet, so it has not been"
    " sent. The team can see it there."
)


class MessageSettings(ToolSettings):
    """`config` of `send_message` and of declared `messaging` tools without a provider."""

    channel: Channel | None = Field(None, description="The only channel; left out, the model chooses.")
    templates: dict[str, str] = Field({}, description="Texts by name, with {fields} that the call fills.")


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Holds the message for people to see; the recipient's address is sealed."""

    spec: ToolSpec
    sealer: Sealer
    settings: MessageSettings

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        channel = self.settings.channel or arguments["channel"]
        recipient = arguments["to"]
        kind = "email" if channel == "email" else "phone"
        if not fits(recipient, kind):
            raise InvalidError(
                f"{recipient!r} is no {'e-mail address' if kind == 'email' else 'telephone number'}.",
                code="recipient_invalid", field="to", hint="Ask the person for it.",
            )  # fmt: skip
        message_id = new_id()
        sealed = self.sealer.seal(
            recipient.encode(), purpose="outbox", tenant_id=context.tenant_id,
            about=f"outbox_messages.recipient_sealed:{message_id}",
        )  # fmt: skip
        row = await repository.insert_held_message(
            context, message_id=message_id, channel=channel, recipient_sealed=sealed,
            subject=arguments.get("subject", ""), body=self._body(arguments),
        )  # fmt: skip
        content = {"id": str(row["id"]), "channel": row["channel"], "state": row["state"], "sent": False}
        return ToolResult(ok=True, content=content, text=_HELD.format(channel=row["channel"]))

    def _body(self, arguments: dict[str, Any]) -> str:
        name = arguments.get("template")
        if name is None:
            return arguments["text"]
        body = render(self.settings.templates[name], arguments.get("values") or {})
        if body is None:
            raise InvalidError(
                f"The template {name!r} needs more values than were given.", code="template_incomplete", field="values",
                hint=f"It reads: {self.settings.templates[name]}",
            )  # fmt: skip
        return body


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool, for one channel or for all."""
    settings = read_settings(MessageSettings, declaration)
    properties: dict[str, Any] = {
        "to": {"type": "string", "description": "The e-mail address or telephone number.", "maxLength": 254}
    }
    required = ["to"]
    if settings.channel is None:
        properties["channel"] = {"type": "string", "enum": ["email", "sms", "whatsapp"], "description": "By which way."}
        required.append("channel")
    elif settings.channel == "email":
        properties["to"] = {"type": "string", "format": "email", "description": "The e-mail address."}
    else:
        properties["to"] = {"type": "string", "format": "phone", "description": "The telephone number."}
    if settings.templates:
        names = list(settings.templates)
        properties["template"] = {"type": "string", "enum": names, "description": "Which text."}
        properties["values"] = {"type": "object", "description": "What fills the text's {fields}."}
        required.append("template")
    else:
        properties["text"] = {"type": "string", "description": "The message.", "minLength": 1, "maxLength": 4000}
        required.append("text")
    if settings.channel in (None, "email"):
        properties["subject"] = {"type": "string", "description": "The subject of an e-mail.", "maxLength": 200}
    spec = make_spec(
        declaration,
        description="Write a message to a person by e-mail, SMS or WhatsApp.",
        parameters={"type": "object", "properties": properties, "required": required, "additionalProperties": False},
        side_effect="idempotent", category="messaging", risk="medium", timeout_seconds=10,
        source="builtin" if declaration.type is None else "declared",
    )  # fmt: skip
    return SendMessage(spec, rooms.sealer, settings)
