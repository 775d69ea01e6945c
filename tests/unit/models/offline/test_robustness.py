"""Odd schemas, odd messages, odd results: the offline model always answers and never breaks a schema."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from sparklabs.models.offline import OfflineChatModel
from sparklabs.models.schemas import ToolSchema
from tests.unit.models.offline.conftest import NOW, TOOLS, tool

ODD = (
    ToolSchema(name="ping", description="", parameters={}),
    ToolSchema(name="listEverything", description="Lists everything.", parameters={"type": "object"}),
    tool(
        "rate",
        "Rate a stay.",
        {"stars": {"type": "integer", "enum": [1, 2, 3]}, "sure": {"type": "boolean"}},
        ["stars", "sure"],
    ),
    tool(
        "plan_trip",
        "Plan a trip for a traveller.",
        {
            "cities": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "traveller": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "email": {"type": "string", "format": "email"}},
                "required": ["email"],
            },
            "budget": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "null"}]},
            "note": {"type": ["string", "null"], "maxLength": 20},
            "mode": {"const": "fast"},
        },
        ["cities", "traveller", "budget"],
        side_effect="unsafe",
    ),
    tool("odd_pattern", "Check a code.", {"code": {"type": "string", "pattern": "^(?:[unclosed"}}, ["code"]),
)
SAID = (
    "book refund cancel plan trip rate stay 3 three NW-12345 tomorrow at 5 pm yes no a@b.co 10% "
    "€1,000 Vienna and for my "
    "not  please ? . my name is Ann 99999999999999999999 31/31/31 0 -5 what how ( [ \\ ** 🙂 the second one it"
)
WORDS = st.sampled_from(SAID.split())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(WORDS, min_size=0, max_size=9).map(" ".join), min_size=1, max_size=3))
def test_whatever_is_said_every_call_fits_its_schema(lines: list[str]) -> None:
    tools = (*TOOLS, *ODD[:4])
    model = OfflineChatModel(tools=tools, now=NOW, locale="en-US")
    messages: list[Any] = []
    for line in lines:
        messages.append(HumanMessage(line))
        answer = model.invoke(messages)
        messages.append(answer)
        assert isinstance(answer, AIMessage)
        assert answer.tool_calls or answer.content
        for call in answer.tool_calls:
            schema = next(one for one in tools if one.name == call["name"])
            Draft202012Validator(schema.parameters).validate(call["args"])
            assert schema.risk != "high" or "Shall I go ahead?" in str(messages[-3].content)
            messages.append(ToolMessage("{}", tool_call_id=call["id"] or ""))


@pytest.mark.parametrize(
    "content",
    ["", "plain text", "null", "[]", "{}", "[1, 2]", '[{"a": {"b": [1]}}]', '{"items": [{}], "total": 1}', "true",
     '{"error": "down"}',
     '{"ok": true, "content": [{"name": "Desk"}], "text": null}'],
)  # fmt: skip
@pytest.mark.parametrize("name", ["search_products", "search_knowledge", "hand_over", "book_demo", "no_such_tool"])
def test_any_result_is_answered_in_words(content: str, name: str) -> None:
    call = {"name": name, "args": {"query": "desks"}, "id": "c1", "type": "tool_call"}
    messages = [
        HumanMessage("Do you have desks?"),
        AIMessage("", tool_calls=[call]),
        ToolMessage(content, tool_call_id="c1"),
    ]
    answer = OfflineChatModel(tools=TOOLS, now=NOW).invoke(messages)
    assert isinstance(answer, AIMessage)
    assert answer.content or answer.tool_calls


def test_a_list_and_an_object_are_filled_and_asked_for() -> None:
    model = OfflineChatModel(tools=ODD, now=NOW)
    messages: list[Any] = [HumanMessage("Please plan a trip for me, my budget is 900 euros, mail me at ann@web.com")]
    messages.append(model.invoke(messages))
    messages.append(HumanMessage("Vienna, Graz and Linz"))
    answer = model.invoke(messages)
    assert isinstance(answer, AIMessage)
    told = answer.response_metadata["offline"]["arguments"]
    assert told["traveller"] == {"email": "ann@web.com"}
    assert told["budget"] == 900


def test_a_pattern_that_cannot_be_read_does_not_break_the_talk() -> None:
    answer = OfflineChatModel(tools=ODD, now=NOW).invoke([HumanMessage("Please check code X12")])
    assert isinstance(answer, AIMessage)
    assert answer.tool_calls[0]["name"] == "odd_pattern"


def test_a_very_long_message_is_read_no_further_than_needed() -> None:
    answer = OfflineChatModel(tools=TOOLS, now=NOW).invoke(
        [HumanMessage("Where is my order NW-12345? " + "blah. " * 5000)]
    )
    assert isinstance(answer, AIMessage)
    assert answer.tool_calls[0]["name"] == "order_status"


def test_content_blocks_are_read_as_text() -> None:
    message = HumanMessage([{"type": "text", "text": "Where is my order"}, {"type": "text", "text": "NW-12345?"}])
    answer = OfflineChatModel(tools=TOOLS, now=NOW).invoke([message])
    assert isinstance(answer, AIMessage)
    assert answer.tool_calls[0]["args"] == {"order_id": "NW-12345"}
