"""The offline model as a LangChain chat model: chunks, ids, usage, determinism."""

from typing import Any

from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage

from sparklabs.models.offline import OfflineChatModel
from tests.unit.models.offline.conftest import NOW, SYSTEM, TOOLS

ASKING = [SystemMessage(SYSTEM), HumanMessage("Where is my order NW-12345?")]


def bound() -> OfflineChatModel:
    return OfflineChatModel().with_tools(TOOLS, now=NOW, locale="en-HU")


def gather(chunks: list[Any]) -> AIMessageChunk:
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk
    return whole


def test_a_streamed_tool_call_is_the_invoked_one() -> None:
    whole = gather(list(bound().stream(ASKING)))
    assert whole.tool_calls == bound().invoke(ASKING).tool_calls
    assert whole.tool_calls[0]["args"] == {"order_id": "NW-12345"}


async def test_streamed_text_adds_up_to_the_invoked_text() -> None:
    messages = [SystemMessage(SYSTEM), HumanMessage("hello")]
    chunks = [chunk async for chunk in bound().astream(messages)]
    assert len(chunks) > 5
    assert gather(chunks).content == (await bound().ainvoke(messages)).content


def test_the_same_messages_give_the_same_answer_and_call_ids() -> None:
    assert bound().invoke(ASKING).tool_calls == bound().invoke(ASKING).tool_calls


def test_usage_counts_the_words_of_question_and_answer() -> None:
    usage = bound().invoke([HumanMessage("hello")]).usage_metadata
    assert usage is not None
    assert usage["input_tokens"] == 1
    assert usage["output_tokens"] > 5


def test_the_move_is_told_in_the_response_metadata() -> None:
    told = bound().invoke(ASKING).response_metadata["offline"]
    assert told["act"] == "call"
    assert told["tool"] == "order_status"
    assert told["confidence"] > 0.5


def test_a_message_counts_tomorrow_from_when_it_was_sent() -> None:
    first = HumanMessage(
        "Book a demo tomorrow at 10, I'm Tom Hill", additional_kwargs={"sent_at": "2026-03-20T09:00:00+01:00"}
    )
    model = bound()
    question = model.invoke([first])
    call = model.invoke([first, question, HumanMessage("tom@hill.uk")]).tool_calls[0]
    assert call["args"]["date"] == "2026-03-21"


def test_without_tools_it_still_talks() -> None:
    assert "no tools" in str(OfflineChatModel().invoke([HumanMessage("What can you do?")]).content)
