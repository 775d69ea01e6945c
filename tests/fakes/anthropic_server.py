"""A stand-in for Anthropic's Messages API, scripted, streaming the documented events over a real socket."""

import asyncio
from collections.abc import Sequence
from typing import Any, Self

import orjson

from tests.fakes.http1 import Connection, Http1Server, Request
from tests.fakes.openai_server import Reply

USAGE = {
    "input_tokens": 20,
    "cache_creation_input_tokens": 100,
    "cache_read_input_tokens": 80,
    "output_tokens": 1,
    "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 0},
}


class FakeAnthropic:
    """Answers `POST /v1/messages` by a list of replies; the last repeats."""

    def __init__(self, script: Sequence[Reply] = (Reply(text="Hello."),)) -> None:
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.http = Http1Server(self._answer)

    @property
    def base_url(self) -> str:
        """What ANTHROPIC_BASE_URL is set to."""
        return f"http://127.0.0.1:{self.http.port}"

    async def __aenter__(self) -> Self:
        await self.http.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.stop()

    def _answer(self, request: Request, connection: Connection) -> Any:
        assert request.path.split("?")[0] == "/v1/messages"
        body = orjson.loads(request.body)
        reply = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(body)
        self.headers.append(request.headers)
        if reply.status >= 400:
            connection.respond(
                reply.status,
                orjson.dumps({"type": "error", "error": reply.error}),
                content_type="application/json",
                headers=reply.headers,
            )
            return None
        return _stream(connection, reply, _events(body, reply))


async def _stream(connection: Connection, reply: Reply, events: list[tuple[str, dict[str, Any]]]) -> None:
    if reply.fault == "hang":
        await asyncio.sleep(3600)
    connection.start_stream()
    for number, (name, data) in enumerate(events):
        if number == len(events) // 2 and reply.fault in {"cut", "no_end"}:
            await asyncio.sleep(0.02)
            if reply.fault == "cut":
                connection.cut()
                return
            break
        if number == len(events) // 2 and reply.error is not None:
            failure = orjson.dumps({"type": "error", "error": reply.error})
            connection.send(b"event: error\ndata: " + failure + b"\n\n")
            break
        connection.send(f"event: {name}\ndata: ".encode() + orjson.dumps({"type": name, **data}) + b"\n\n")
        await asyncio.sleep(reply.chunk_delay)
    connection.end_stream()


def _events(body: dict[str, Any], reply: Reply) -> list[tuple[str, dict[str, Any]]]:
    """The order that Anthropic documents: message_start, blocks with deltas and pings, message_delta, message_stop."""
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": USAGE,
    }
    events: list[tuple[str, dict[str, Any]]] = [("message_start", {"message": message}), ("ping", {})]
    index = 0
    if reply.text:
        events.append(("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}))
        for at, word in enumerate(reply.text.split(" ")):
            delta = {"type": "text_delta", "text": word if not at else " " + word}
            events.append(("content_block_delta", {"index": 0, "delta": delta}))
        events.append(("content_block_stop", {"index": 0}))
        index = 1
    for number, tool in enumerate(reply.tools, index):
        block = {"type": "tool_use", "id": tool.call_id or f"toolu_{number}", "name": tool.name, "input": {}}
        events.append(("content_block_start", {"index": number, "content_block": block}))
        arguments = tool.arguments if isinstance(tool.arguments, str) else orjson.dumps(tool.arguments).decode()
        for start in range(0, len(arguments), 7):
            delta = {"type": "input_json_delta", "partial_json": arguments[start : start + 7]}
            events.append(("content_block_delta", {"index": number, "delta": delta}))
        events.append(("content_block_stop", {"index": number}))
    reason = reply.finish_reason or ("tool_use" if reply.tools else "end_turn")
    cumulative = {key: value for key, value in USAGE.items() if key != "cache_creation"} | {"output_tokens": 15}
    end = {"delta": {"stop_reason": reason, "stop_sequence": None}, "usage": cumulative}
    return [*events, ("message_delta", end), ("message_stop", {})]
