"""What one model call costs this process in CPU: the service, our client alone, LangChain's path, and httpx by hand.

Run: `python -m bench.model_client` (prints one line each: milliseconds of CPU per call, least and median of batches).
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import httpx
import orjson
import uvloop
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from sparklabs.models.providers.http_pool import HttpPool
from sparklabs.models.providers.openai_compatible import OpenAiCompatibleChatModel
from sparklabs.models.providers.openai_wire import AnswerAssembler, wire_messages, wire_tools
from sparklabs.models.schemas import ChatRequest, ToolSchema
from sparklabs.models.service import ChatModels
from sparklabs.models.settings import ProviderSettings

BATCHES, CALLS = 15, 60


def conversation() -> list[BaseMessage]:
    """A window of 27 messages with six tool calls, ending in a tool's answer."""
    messages: list[BaseMessage] = [SystemMessage("You are a helpful assistant. " * 60)]
    for number in range(6):
        call = {"name": "tool_1", "args": {"query": "x"}, "id": f"c{number}", "type": "tool_call"}
        messages += [
            HumanMessage("question " * 10),
            AIMessage("", tool_calls=[call]),
            ToolMessage("result " * 40, tool_call_id=f"c{number}"),
            AIMessage("answer " * 20),
        ]
    return [
        *messages[:-1],
        HumanMessage("please"),
        AIMessage("", tool_calls=[call]),
        ToolMessage("3", tool_call_id="c5"),
    ]


def toolset() -> tuple[ToolSchema, ...]:
    """Six tools of ordinary size."""
    properties = {"query": {"type": "string", "description": "what"}, "limit": {"type": "integer"}}
    schema = {"type": "object", "properties": properties, "required": ["query"]}
    return tuple(ToolSchema(f"tool_{number}", "A tool of some use. " * 4, schema) for number in range(6))


async def report(label: str, call: Callable[[], Awaitable[None]]) -> None:
    """Run batches and print."""
    for _ in range(30):
        await call()
    costs: list[float] = []
    for _ in range(BATCHES):
        started = time.process_time()
        for _ in range(CALLS):
            await call()
        costs.append((time.process_time() - started) / CALLS * 1000)
    costs.sort()
    print(f"{label:28} {costs[0]:.3f}  {costs[len(costs) // 2]:.3f}")


async def measure(url: str) -> None:
    """All four against the same server."""
    messages, tools = conversation(), toolset()
    models = ChatModels(ProviderSettings(openai_base_url=url))
    model = OpenAiCompatibleChatModel(model_name="gpt-4o", base_url=url, pool=HttpPool())
    request = ChatRequest(models=("auto",), messages=messages, tools=tools, temperature=0.3)

    async def service() -> None:
        async for _ in models.stream(request):
            pass

    async def client() -> None:
        async for _ in model._astream(messages, tools=wire_tools(tools)):
            pass

    async def langchain() -> None:
        async for _ in model.astream(messages, tools=wire_tools(tools)):
            pass

    async with httpx.AsyncClient() as http:

        async def by_hand() -> None:
            body = {
                "model": "m",
                "messages": wire_messages(messages),
                "stream": True,
                "stream_options": {"include_usage": True},
                "tools": wire_tools(tools),
            }
            answer = AnswerAssembler()
            async with http.stream("POST", f"{url}/chat/completions", content=orjson.dumps(body)) as response:
                async for line in response.aiter_lines():
                    if line.startswith("data: ") and line != "data: [DONE]":
                        answer.add(json.loads(line[6:]))
            answer.finish()

        await report("ChatModels.stream", service)
        await report("client alone (_astream)", client)
        await report("client through astream", langchain)
        await report("httpx and json by hand", by_hand)
    await models.aclose()
    await model.pool.aclose()


def main() -> None:
    """Start the server as a process of its own, so that only the client's CPU is counted."""
    server = subprocess.Popen([sys.executable, "-m", "tests.fakes.openai_server"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(measure(server.stdout.readline().strip()))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
