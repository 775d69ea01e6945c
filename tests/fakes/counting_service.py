"""A stand-in for somebody's business service that is not idempotent: counts every call it takes, over a real socket.

In a test: `async with CountingService() as service: ... service.url`; by itself it is part of the crash test.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Self

import orjson

from tests.fakes.http1 import Connection, Http1Server, Request


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came."""

    path: str
    key: str
    body: dict[str, Any]


class CountingService:
    """Answers every POST with `{number}`, after `seconds` and once `free` is set; the call counts when it arrives."""

    def __init__(self, *, port: int = 0, seconds: float = 0) -> None:
        self.calls: list[Call] = []
        self.seconds = seconds
        self.free = asyncio.Event()
        self.free.set()
        self.http = Http1Server(self._answer, port=port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.port}"

    @property
    def address(self) -> str:
        """What SPARKLABS_TOOLS_ALLOWED_HOSTS names."""
        return f"127.0.0.1:{self.http.port}"

    async def __aenter__(self) -> Self:
        await self.http.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.stop()

    async def _answer(self, request: Request, connection: Connection) -> None:
        body = orjson.loads(request.body or b"{}")
        self.calls.append(Call(request.path, request.headers.get("idempotency-key", ""), body))
        number = len(self.calls)
        await asyncio.sleep(self.seconds)
        await self.free.wait()
        connection.respond(200, orjson.dumps({"number": number}), content_type="application/json")
