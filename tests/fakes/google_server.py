"""A stand-in for Google's Gemini API, scripted, streaming `streamGenerateContent?alt=sse` over a real socket."""

import asyncio
from collections.abc import Sequence
from typing import Any, Self

import orjson

from tests.fakes.http1 import Connection, Http1Server, Request
from tests.fakes.openai_server import Reply

USAGE = {
    "promptTokenCount": 200,
    "cachedContentTokenCount": 80,
    "candidatesTokenCount": 15,
    "totalTokenCount": 215,
}


class FakeGoogle:
    """Answers `models/{model}:streamGenerateContent` by a list of replies; the last repeats."""

    def __init__(self, script: Sequence[Reply] = (Reply(text="Hello."),)) -> None:
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.http = Http1Server(self._answer)

    @property
    def base_url(self) -> str:
        """The client's base URL."""
        return f"http://127.0.0.1:{self.http.port}"

    async def __aenter__(self) -> Self:
        await self.http.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.stop()

    def _answer(self, request: Request, connection: Connection) -> Any:
        assert ":streamGenerateContent" in request.path
        reply = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(orjson.loads(request.body))
        self.paths.append(request.path)
        self.headers.append(request.headers)
        if reply.status >= 400:
            body = orjson.dumps({"error": {"code": reply.status, **_details(reply)}})
            connection.respond(reply.status, body, content_type="application/json", headers=reply.headers)
            return None
        return _stream(connection, reply, _events(reply))


def _details(reply: Reply) -> dict[str, Any]:
    assert isinstance(reply.error, dict)
    return reply.error


async def _stream(connection: Connection, reply: Reply, events: list[dict[str, Any]]) -> None:
    connection.start_stream()
    for number, event in enumerate(events):
        if number == max(1, len(events) // 2) and reply.fault in {"cut", "no_end"}:
            await asyncio.sleep(0.02)
            if reply.fault == "cut":
                connection.cut()
                return
            break
        connection.send(b"data: " + orjson.dumps(event) + b"\r\n\r\n")
        await asyncio.sleep(reply.chunk_delay)
    connection.end_stream()


def _events(reply: Reply) -> list[dict[str, Any]]:
    """Text in pieces, each function call whole in one part, usage on every event, the finish reason on the last."""
    parts: list[dict[str, Any]] = [
        {"text": word if not at else " " + word} for at, word in enumerate(reply.text.split(" ")) if reply.text
    ]
    parts += [{"functionCall": {"name": tool.name, "args": tool.arguments}} for tool in reply.tools]
    events = [{"candidates": [{"index": 0, "content": {"role": "model", "parts": [part]}}]} for part in parts]
    if not events:
        events = [{"candidates": [{"index": 0}]}]
    events[-1]["candidates"][0]["finishReason"] = reply.finish_reason or "STOP"
    return [{**event, "usageMetadata": USAGE, "modelVersion": "gemini-2.5-flash"} for event in events]
