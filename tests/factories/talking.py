"""An agent file with a read, an idempotent and an unsafe tool, and a model that does what the message says."""

from typing import Any

import orjson

from tests.fakes.openai_server import Reply, ToolUse

TOOL_BY_VERB = {"order": "create_order", "find": "find_orders", "charge": "charge", "person": "transfer_to_human"}


def agent_file(
    *,
    when_busy: str = "queue",
    service_url: str | None = None,
    prompt: str = "You take orders.",
    window: int = 20,
    model: str = "auto",
    charge_is_idempotent: bool = False,
) -> str:
    """An agent that stores orders (`create_order`, once a call), reads them, and charges (`charge`, unsafe)."""
    charge = f"""
  - name: charge
    type: api
    description: Charge the card.
    config: {{endpoint: "{service_url}/charge", method: POST, fields: {{item: string}}, required_fields: [item],
      idempotent: {str(charge_is_idempotent).lower()}}}
""" if service_url else ""  # fmt: skip
    return f"""version: "1.0"
agent:
  name: Tester
  system_prompt: "{prompt}"
  model: {{primary: {model}, temperature: 0.5}}
data:
  - name: orders
    key: number
    fields: [number, item]
tools:
  - name: create_order
    type: database
    description: Store an order.
    config: {{table: orders, operation: create, fields: [item], required: [item]}}
  - name: find_orders
    type: database
    description: Find orders.
    config: {{table: orders, operation: search, search: [item]}}
  - name: transfer_to_human{charge}
memory: {{window_messages: {window}}}
conversation: {{when_busy: {when_busy}}}
"""


def obedient(body: dict[str, Any]) -> Reply:
    """Does what the last message says: `order x; charge y` calls these tools one after the other, then answers.

    `slow ...` is answered word by word over half a second; `both order x, charge y` are two calls of one decision.
    """
    messages = body["messages"]
    at = max(number for number, message in enumerate(messages) if message["role"] == "user")
    said = text_of(messages[at])
    results = [message for message in messages[at:] if message["role"] == "tool"]
    commands = [command.strip() for command in said.split(";")]
    if len(results) < len(commands):
        called = _calls(commands[len(results)])
        if called and not (results and len(called) > 1):
            return Reply(tools=called)
    return Reply(text=f"answer to {said}", chunk_delay=0.1 if said.startswith("slow") else 0)


def _calls(command: str) -> tuple[ToolUse, ...]:
    verb, _, rest = command.partition(" ")
    if verb == "both":
        return tuple(call for each in rest.split(",") for call in _calls(each.strip()))
    if verb == "call":
        name, _, arguments = rest.partition(" ")
        return (ToolUse(name, arguments),)
    name = TOOL_BY_VERB.get(verb)
    if name is None:
        return ()
    arguments = {"order": {"item": rest}, "find": {"query": rest}, "charge": {"item": rest}, "person": {"reason": rest}}
    return (ToolUse(name, orjson.dumps(arguments[verb]).decode()),)


def text_of(message: dict[str, Any]) -> str:
    """The text of a message as it came over the wire."""
    content = message["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content or ())
