"""The least HTTP/1.1 server the fake vendors need: raw asyncio and httptools, so a bench measures us."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

import httptools


@dataclass(slots=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Connection(asyncio.Protocol):
    """One client; handles its requests one after the other."""

    def __init__(self, server: "Http1Server") -> None:
        self._server = server
        self._parser = httptools.HttpRequestParser(self)
        self._task: asyncio.Task[None] | None = None
        self.transport: asyncio.Transport
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by isinstance
        self._server.connections.add(self)
        self._server.connections_made += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self)
        if self._task is not None and not self._task.done():
            self._server.disconnects += 1
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url, self._headers, self._body = url, {}, []

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        method = self._parser.get_method().decode()
        request = Request(method, self._url.decode(), self._headers, b"".join(self._body))
        at_once = self._server.answer(request, self)
        if at_once is not None:
            self._task = asyncio.get_running_loop().create_task(self._run(at_once))

    async def _run(self, work: Awaitable[None]) -> None:
        await work

    def respond(self, status: int, body: bytes, *, content_type: str, headers: dict[str, str] | None = None) -> None:
        """A whole response."""
        extra = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
        self.transport.write(head.encode() + body)

    def start_stream(self, *, content_type: str = "text/event-stream; charset=utf-8") -> None:
        """The head of a chunked response."""
        self.transport.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )

    def send(self, piece: bytes) -> None:
        """One piece of a chunked response."""
        self.transport.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    def end_stream(self) -> None:
        """The end of a chunked response."""
        self.transport.write(b"0\r\n\r\n")

    def cut(self) -> None:
        """Drop the connection as a dying server would."""
        self.transport.abort()


@dataclass(slots=True, eq=False)
class Http1Server:
    """Listens on a free port (or `port`) of this machine; `answer` may return work to be done as a task."""

    answer: Callable[[Request, Connection], Awaitable[None] | None]
    port: int = 0
    connections: set[Connection] = field(default_factory=set)
    connections_made: int = 0
    disconnects: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and drop every client."""
        assert self._server is not None
        self._server.close()
        for connection in list(self.connections):
            connection.transport.abort()
        await asyncio.sleep(0)

    async def serve_forever(self) -> None:
        """For a process of its own."""
        assert self._server is not None
        await self._server.serve_forever()
