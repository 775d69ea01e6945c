"""How the contract tests of this room ask: one request, all its events, and the parts of them worth asserting on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import HumanMessage

from sparklabs.models.retry import RetryPlan
from sparklabs.models.schemas import ChatRequest, Completion, ModelEvent, Restarted, TextDelta, ToolSchema
from sparklabs.models.service import ChatModels
from sparklabs.models.settings import ProviderSettings

STOCK = ToolSchema(
    "find_stock",
    "Look up stock.",
    {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]},
)
TIME = ToolSchema("tell_time", "Tell the time.", {"type": "object", "properties": {}})


@dataclass(frozen=True)
class Heard:
    """The events of one request."""

    events: Sequence[ModelEvent]

    @property
    def done(self) -> Completion:
        """The one completion, which must be the last event."""
        assert [isinstance(event, Completion) for event in self.events].count(True) == 1
        last = self.events[-1]
        assert isinstance(last, Completion)
        return last

    @property
    def text(self) -> str:
        """The text after the last restart."""
        said = ""
        for event in self.events:
            if isinstance(event, Restarted):
                said = ""
            elif isinstance(event, TextDelta):
                said += event.text
        return said

    @property
    def outcomes(self) -> list[str]:
        """How each attempt ended."""
        return [attempt.outcome for attempt in self.done.attempts]


def request(**changes: Any) -> ChatRequest:
    """A plain question, changed."""
    return ChatRequest(**({"models": ("auto",), "messages": [HumanMessage("hi")]} | changes))


def patient(settings: ProviderSettings, **changes: Any) -> ChatModels:
    """The service with hasty retries."""
    return ChatModels(settings, retry=changes.pop("retry", RetryPlan(base_seconds=0.001, max_attempts=2)), **changes)


async def hear(service: ChatModels, /, **changes: Any) -> Heard:
    """Ask once and listen to the end."""
    return Heard([event async for event in service.stream(request(**changes))])
