"""The least HTTP/1.1 client that can drive a load: one keep-alive connection, raw asyncio and httptools."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple, Self, cast

import httptools
import orjson

ANSWER_WITHIN_SECONDS = 90


class Answer(NamedTuple):
    """Status and body of one answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


class UnexpectedAnswerError(Exception):
    """The server answered with another status than the measurement rests on."""


class HttpClient(asyncio.Protocol):
    """One request at a time; `on_piece` sees the body as it comes."""

    def __init__(self, *, token: str | None = None) -> None:
        self._token = token
        self._transport: asyncio.Transport | None = None
        self._reset()

    @classmethod
    async def connect(cls, port: int, *, token: str | None = None) -> Self:
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(lambda: cls(token=token), "127.0.0.1", port)
        return client

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        accept: str = "application/json",
        content_type: str = "application/json",
        on_piece: Callable[[bytes], None] | None = None,
    ) -> Answer:
        """Body as bytes, or anything that orjson writes."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionError("The connection was closed.")
        data = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {accept}\r\nContent-Length: {len(data)}\r\n"
        if data:
            head += f"Content-Type: {content_type}\r\n"
        if self._token:
            head += f"Authorization: Bearer {self._token}\r\n"
        self._reset()
        self._on_piece = on_piece
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(head.encode() + b"\r\n" + data)
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            return await self._waiting

    async def expect(self, status: int, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """The same; raises UnexpectedAnswerError on any other status, for a wrong answer is no fast one."""
        answer = await self.request(method, path, body, **more)
        if answer.status != status:
            raise UnexpectedAnswerError(
                f"{method} {path}: {answer.status} {answer.body[:400].decode('utf-8', 'replace')}"
            )
        return answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # ── asyncio.Protocol ─────────────────────────────────────────────────────────────────────────────────────────
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError(f"The server closed the connection ({exc})."))

    # ── httptools ────────────────────────────────────────────────────────────────────────────────────────────────
    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)
        if self._on_piece is not None:
            self._on_piece(piece)

    def on_message_complete(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(Answer(self._parser.get_status_code(), b"".join(self._pieces)))

    def _reset(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._pieces: list[bytes] = []
        self._on_piece: Callable[[bytes], None] | None = None
        self._waiting: asyncio.Future[Answer] | None = None
