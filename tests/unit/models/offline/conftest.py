"""A shop's tools and a way to talk with the offline model bound to them."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from sparklabs.models.offline import OfflineChatModel
from sparklabs.models.schemas import ToolSchema

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("Europe/Budapest"))  # a Wednesday
SYSTEM = "You are Mia, the sales assistant of Acme Office. Be kind."


def tool(name: str, description: str, properties: dict[str, Any], required: list[str], **more: Any) -> ToolSchema:
    schema = {"type": "object", "properties": properties, "required": required}
    return ToolSchema(name=name, description=description, parameters=schema, **more)


TEXT: dict[str, Any] = {"type": "string"}
EMAIL: dict[str, Any] = {"type": "string", "format": "email"}
ORDER: dict[str, Any] = {"type": "string", "pattern": r"^NW-\d{5}$", "description": "Order number"}
SEARCH = tool(
    "search_products",
    "Search the product catalogue.",
    {"query": TEXT, "category": {"type": "string", "enum": ["desks", "chairs"]}, "max_price": {"type": "number"}},
    ["query"],
    examples=("Do you have standing desks?",),
)
DEMO = tool(
    "book_demo",
    "Book a showroom demo.",
    {"name": TEXT, "email": EMAIL, "date": {**TEXT, "format": "date"}, "time": {**TEXT, "format": "time"}},
    ["name", "email", "date", "time"],
    side_effect="unsafe",
    examples=("I'd like to book a demo",),
)
QUOTE = tool(
    "get_quote",
    "Work out a price for a quantity of a product.",
    {"product": TEXT, "quantity": {"type": "integer", "minimum": 1, "maximum": 500}},
    ["product", "quantity"],
    examples=("How much are 12 Ergo chairs?",),
)
STATUS = tool("order_status", "Look up where an order is.", {"order_id": ORDER}, ["order_id"])
REFUND = tool(
    "refund_order",
    "Refund an order.",
    {"order_id": ORDER, "reason": TEXT},
    ["order_id"],
    risk="high",
    side_effect="unsafe",
)
TICKET = tool(
    "create_ticket",
    "Open a support ticket for a problem.",
    {"description": TEXT, "email": EMAIL},
    ["description", "email"],
    side_effect="idempotent",
    examples=("My desk lamp is broken",),
    say="I opened ticket {id}.",
)
KNOWLEDGE = tool(
    "search_knowledge",
    "Search the documents on delivery, warranty and returns.",
    {"query": TEXT},
    ["query"],
    role="knowledge",
)
HAND_OVER = tool("hand_over", "Hand the conversation to a person.", {"reason": TEXT}, [], role="handoff")
TOOLS = (SEARCH, DEMO, QUOTE, STATUS, REFUND, TICKET, KNOWLEDGE, HAND_OVER)
RESULTS: dict[str, Any] = {
    "search_products": [
        {"id": "p1", "name": "Atlas Desk", "price": 399, "currency": "EUR", "in_stock": True},
        {"id": "p2", "name": "Oak Desk", "price": 450, "currency": "EUR", "in_stock": False},
    ],
    "get_quote": {"product": "Oak Desk", "quantity": 3, "total": 1350, "currency": "EUR"},
    "order_status": {"order_id": "NW-12345", "status": "shipped", "eta": "2026-03-13"},
    "create_ticket": {"id": "T-7"},
    "search_knowledge": [
        {"title": "Warranty", "source": "warranty.md", "text": "Every chair has a warranty of two years.", "score": 0.8}
    ],
}


class Talk:
    """A conversation: every line is answered to the end, with the tools' results played from a table."""

    def __init__(self, tools: tuple[ToolSchema, ...], system: str, results: dict[str, Any]) -> None:
        self.model = OfflineChatModel(tools=tools, now=NOW, locale="en-HU")
        self.messages: list[BaseMessage] = [SystemMessage(system)]
        self.results = results
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def say(self, text: str) -> str:
        self.messages.append(HumanMessage(text))
        for _ in range(6):
            answer = self.model.invoke(self.messages)
            assert isinstance(answer, AIMessage)
            self.messages.append(answer)
            if not answer.tool_calls:
                return str(answer.content)
            for call in answer.tool_calls:
                self.calls.append((call["name"], call["args"]))
                result = self.results.get(call["name"], {"status": "done"})
                self.messages.append(ToolMessage(json.dumps(result), tool_call_id=call["id"] or ""))
        raise AssertionError("the model goes on calling tools")

    @property
    def called(self) -> list[str]:
        return [name for name, _ in self.calls]


@pytest.fixture
def start() -> Callable[..., Talk]:
    def begin(
        tools: tuple[ToolSchema, ...] = TOOLS, system: str = SYSTEM, results: dict[str, Any] | None = None
    ) -> Talk:
        return Talk(tools, system, {**RESULTS, **(results or {})})

    return begin


@pytest.fixture
def talk(start: Callable[..., Talk]) -> Talk:
    return start()
