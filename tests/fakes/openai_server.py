"""A stand-in for the Chat Completions API (and its many compatible servers), scripted, over a real socket.

In a test: `async with FakeOpenAI([Reply(text="Hello")]) as server: ... server.base_url`.
By itself: `python -m tests.fakes.openai_server --port 9000 --mode tool-then-text [--stream-seconds 1]`.
"""

import argparse
import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

import orjson

from tests.fakes.http1 import Connection, Http1Server, Request

Fault = Literal["cut", "hang", "hang_in_text", "garbage", "no_end", "close"]


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A tool call the server answers with; `arguments` as an object or as a ready string."""

    name: str
    arguments: dict[str, Any] | str = field(default_factory=dict)
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One scripted answer. `raw` replaces the whole stream with these pieces, written one by one."""

    text: str = ""
    tools: tuple[ToolUse, ...] = ()
    status: int = 200
    error: dict[str, Any] | str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    usage: dict[str, Any] | None = field(default_factory=lambda: {"prompt_tokens": 120, "completion_tokens": 12})
    finish_reason: str | None = None
    chunk_delay: float = 0.0
    raw: tuple[bytes, ...] | None = None
    as_json: bool = False
    """Answer with one JSON body although a stream was asked."""


Script = Sequence[Reply] | Callable[[dict[str, Any]], Reply]


class FakeOpenAI:
    """Answers by its script: a list (its last reply repeats) or a function of the request's body."""

    def __init__(self, script: Script = (Reply(text="Hello."),), *, port: int = 0, api_key: str | None = None) -> None:
        self.script: Script = script
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.keep_requests = True
        self._api_key = api_key
        self._served = 0
        self._ids = itertools.count(1)
        self.http = Http1Server(self._answer, port=port)

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"http://127.0.0.1:{self.http.port}/v1"

    async def __aenter__(self) -> Self:
        await self.http.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.stop()

    def _answer(self, request: Request, connection: Connection) -> Any:
        if request.path.split("?")[0] != "/v1/chat/completions":
            return _refuse(connection, Reply(status=404, error={"message": f"Unknown URL {request.path}"}))
        if self._api_key and request.headers.get("authorization") != f"Bearer {self._api_key}":
            wrong = {"message": "Incorrect API key provided", "code": "invalid_api_key"}
            return _refuse(connection, Reply(status=401, error=wrong))
        body = orjson.loads(request.body)
        if self.keep_requests:
            self.requests.append(body)
            self.headers.append(request.headers)
        reply = self._next(body)
        if reply.status >= 400:
            return _refuse(connection, reply)
        if reply.as_json:
            return _whole(connection, body, reply, next(self._ids))
        pieces = reply.raw or _pieces(body, reply, next(self._ids))
        if reply.fault is None and not reply.chunk_delay and reply.raw is None:
            connection.start_stream()
            connection.send(b"".join(pieces))
            connection.end_stream()
            return None
        return _stream_slowly(connection, reply, pieces)

    def _next(self, body: dict[str, Any]) -> Reply:
        if callable(self.script):
            return self.script(body)
        reply = self.script[min(self._served, len(self.script) - 1)]
        self._served += 1
        return reply


def _refuse(connection: Connection, reply: Reply) -> None:
    if isinstance(reply.error, str):
        connection.respond(reply.status, reply.error.encode(), content_type="text/html", headers=reply.headers)
        return
    body = orjson.dumps({"error": {"type": "fake", "param": None, "code": None, **(reply.error or {"message": "no"})}})
    connection.respond(reply.status, body, content_type="application/json", headers=reply.headers)


async def _stream_slowly(connection: Connection, reply: Reply, pieces: Sequence[bytes]) -> None:
    if reply.fault == "hang":
        await asyncio.sleep(3600)
    if reply.fault == "close":
        connection.cut()
        return
    connection.start_stream()
    half = max(1, len(pieces) // 2)
    loop = asyncio.get_running_loop()
    due = loop.time()
    for number, piece in enumerate(pieces):
        if reply.fault in {"cut", "hang_in_text", "garbage", "no_end"} and number == half:
            await asyncio.sleep(0.02)
            if reply.fault == "cut":
                connection.cut()
                return
            if reply.fault == "hang_in_text":
                await asyncio.sleep(3600)
            if reply.fault == "no_end":
                break
            connection.send(b"data: {this is no JSON\n\n")
        connection.send(piece)
        # Against the clock, not one sleep after the other, or a busy server would stretch its second.
        due += reply.chunk_delay or (0.002 if reply.raw else 0)
        await asyncio.sleep(max(0.0, due - loop.time()))
    connection.end_stream()


def _whole(connection: Connection, body: dict[str, Any], reply: Reply, number: int) -> None:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.tools:
        message["tool_calls"] = [_call(tool, position, number) for position, tool in enumerate(reply.tools)]
    whole = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "model": body.get("model"),
        "choices": [{"index": 0, "message": message, "finish_reason": _reason(reply)}],
        "usage": reply.usage,
    }
    connection.respond(200, orjson.dumps(whole), content_type="application/json")


def _reason(reply: Reply) -> str:
    return reply.finish_reason or ("tool_calls" if reply.tools else "stop")


def _call(tool: ToolUse, position: int, number: int) -> dict[str, Any]:
    arguments = tool.arguments if isinstance(tool.arguments, str) else orjson.dumps(tool.arguments).decode()
    return {
        "index": position,
        "id": tool.call_id or f"call_{number}_{position}",
        "type": "function",
        "function": {"name": tool.name, "arguments": arguments},
    }


def _pieces(body: dict[str, Any], reply: Reply, number: int) -> list[bytes]:
    """The events as the vendor documents them: role, words or argument pieces, finish reason, usage, [DONE]."""
    frame = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": body.get("model"),
    }

    def event(delta: dict[str, Any], *, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return b"data: " + orjson.dumps({**frame, "choices": [choice]}) + b"\n\n"

    pieces = [event({"role": "assistant", "content": "" if not reply.tools else None})]
    words = reply.text.split(" ") if reply.text else []
    pieces += [event({"content": word if not at else " " + word}) for at, word in enumerate(words)]
    for position, tool in enumerate(reply.tools):
        call = _call(tool, position, number)
        arguments = call["function"]["arguments"]
        pieces.append(event({"tool_calls": [{**call, "function": {"name": tool.name, "arguments": ""}}]}))
        for start in range(0, len(arguments), 16):
            part = {"index": position, "function": {"arguments": arguments[start : start + 16]}}
            pieces.append(event({"tool_calls": [part]}))
    pieces.append(event({}, finish=_reason(reply)))
    if reply.usage and (body.get("stream_options") or {}).get("include_usage"):
        usage = {**reply.usage, "total_tokens": reply.usage["prompt_tokens"] + reply.usage["completion_tokens"]}
        pieces.append(b"data: " + orjson.dumps({**frame, "choices": [], "usage": usage}) + b"\n\n")
    pieces.append(b"data: [DONE]\n\n")
    return pieces


def tool_then_text(body: dict[str, Any]) -> Reply:
    """After a person's message a call of the tool it names (else the first); after a tool's answer a short sentence."""
    last = body["messages"][-1]
    tools = body.get("tools")
    if last["role"] == "user" and tools:
        words = _text_of(last["content"]).lower()
        named = next((tool for tool in tools if tool["function"]["name"].lower() in words), tools[0])
        function = named["function"]
        return Reply(tools=(ToolUse(function["name"], plausible(function.get("parameters") or {})),))
    if last["role"] == "tool":
        return Reply(text="Here is what I found for you: it is available and I have noted it down.")
    return Reply(text="Hello, what can I do for you today?")


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    return " ".join(str(part.get("text", "")) for part in content or [])


_BY_NAME = {
    "email": "ravi@example.com",
    "phone": "+919876543210",
    "date": "2030-01-15",
    "time": "10:30",
    "name": "Ravi Kumar",
    "id": "1",
}
_BY_FORMAT = {"email": "ravi@example.com", "date": "2030-01-15", "date-time": "2030-01-15T10:30:00Z", "time": "10:30"}


def plausible(schema: dict[str, Any], *, name: str = "") -> Any:
    """A value that satisfies a plain JSON Schema: required properties only, taken from enum, format, name or type."""
    if "const" in schema or schema.get("enum"):
        return schema.get("const", (schema.get("enum") or [None])[0])
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = next((each for each in kind if each != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {})
        return {key: plausible(properties.get(key, {}), name=key) for key in schema.get("required", [])}
    if kind == "array":
        return [plausible(schema.get("items", {}), name=name)]
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    known = _BY_FORMAT.get(schema.get("format", ""))
    return known or next((value for part, value in _BY_NAME.items() if part in name.lower()), "example")


def text_only(body: dict[str, Any]) -> Reply:
    """A sentence whatever is asked."""
    return Reply(text="Hello, what can I do for you today? I am glad to help with anything in our catalogue.")


MODES: dict[str, Callable[[dict[str, Any]], Reply]] = {"tool-then-text": tool_then_text, "text": text_only}


async def _serve(port: int, mode: str, stream_seconds: float) -> None:
    answer = MODES[mode]

    def slowed(body: dict[str, Any]) -> Reply:
        reply = answer(body)
        if not stream_seconds or not reply.text:
            return reply
        return replace(reply, chunk_delay=stream_seconds / (len(reply.text.split(" ")) + 4))

    server = FakeOpenAI(slowed, port=port)
    server.keep_requests = False
    async with server:
        print(server.base_url, flush=True)  # noqa: T201
        await server.http.serve_forever()


def main() -> None:
    """Run by itself until interrupted; the first line printed is the base URL."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--mode", choices=sorted(MODES), default="tool-then-text")
    parser.add_argument("--stream-seconds", type=float, default=0.0)
    chosen = parser.parse_args()
    import uvloop

    uvloop.run(_serve(chosen.port, chosen.mode, chosen.stream_seconds))


if __name__ == "__main__":
    main()
