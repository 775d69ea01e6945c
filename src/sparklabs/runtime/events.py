"""The typed events of a turn, named once for every stream; how they travel is the hub's and the edge's matter."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson


class TurnEventType(StrEnum):
    """What may happen in a conversation's stream."""

    MESSAGE_RECEIVED = "message.received"
    TURN_QUEUED = "turn.queued"
    TURN_STARTED = "turn.started"
    TEXT_DELTA = "text.delta"
    TOOL_STARTED = "tool.started"
    TOOL_FINISHED = "tool.finished"
    TURN_RESTARTED = "turn.restarted"
    TURN_HANDOFF = "turn.handoff"
    MESSAGE_COMPLETED = "message.completed"
    TURN_COMPLETED = "turn.completed"
    TURN_FAILED = "turn.failed"
    TURN_CANCELLED = "turn.cancelled"


FINAL_EVENTS = frozenset({TurnEventType.TURN_COMPLETED, TurnEventType.TURN_FAILED, TurnEventType.TURN_CANCELLED})


@dataclass(frozen=True, slots=True)
class TurnEvent:
    """One event; `message_id` is the customer's message whose turn it belongs to."""

    type: TurnEventType
    message_id: UUID
    data: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The WebSocket frame: the data with its `type` and `message_id`."""
        return {"type": self.type.value, "message_id": str(self.message_id), **self.data}

    def as_frame(self) -> str:
        return orjson.dumps(self.as_json(), default=str).decode()

    def as_sse(self) -> bytes:
        """The event-stream block (WHATWG HTML, server-sent events)."""
        data = orjson.dumps({"message_id": str(self.message_id), **self.data}, default=str)
        return b"event: " + self.type.value.encode() + b"\ndata: " + data + b"\n\n"
