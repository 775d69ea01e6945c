"""The stand-in server by itself, as benches run it."""

import asyncio
import sys
import time
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from sparklabs.models.schemas import TextDelta, ToolSchema
from sparklabs.models.settings import ProviderSettings
from tests.contract.models.asking import STOCK, TIME, hear, patient
from tests.fakes.openai_server import plausible


async def start(*arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    command = [sys.executable, "-m", "tests.fakes.openai_server", *arguments]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().strip()


async def test_it_calls_the_tool_that_is_named_and_then_says_a_sentence() -> None:
    process, url = await start("--mode", "tool-then-text")
    service = patient(ProviderSettings(openai_base_url=url))
    try:
        first = (await hear(service, messages=[HumanMessage("please tell_time")], tools=(STOCK, TIME))).done.message
        assert [call["name"] for call in first.tool_calls] == ["tell_time"]
        other = (await hear(service, messages=[HumanMessage("hm")], tools=(STOCK, TIME))).done.message
        assert [(call["name"], set(call["args"])) for call in other.tool_calls] == [("find_stock", {"sku"})]
        history = [HumanMessage("a"), AIMessage("", tool_calls=other.tool_calls)]
        done = await hear(service, messages=[*history, ToolMessage("3", tool_call_id="x")], tools=(STOCK,))
        assert done.text
    finally:
        await service.aclose()
        process.terminate()
        await process.wait()


async def test_it_spreads_its_words_over_the_seconds_asked() -> None:
    process, url = await start("--mode", "text", "--stream-seconds", "0.4")
    service = patient(ProviderSettings(openai_base_url=url))
    try:
        started = time.monotonic()
        heard = await hear(service)
        assert time.monotonic() - started > 0.3
        assert sum(isinstance(event, TextDelta) for event in heard.events) > 10
    finally:
        await service.aclose()
        process.terminate()
        await process.wait()


def test_made_up_arguments_satisfy_the_schema() -> None:
    import jsonschema

    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "email": {"type": "string", "format": "email"},
            "size": {"enum": ["s", "m"]},
            "count": {"type": "integer", "minimum": 2},
            "on": {"type": "string", "format": "date"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "inner": {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]},
            "maybe": {"type": ["null", "number"]},
        },
        "required": ["email", "size", "count", "on", "tags", "inner", "maybe"],
    }
    made = plausible(ToolSchema("t", "", schema).parameters)
    jsonschema.validate(made, schema)
    assert made["count"] == 2
