"""Event streams of conversations: server-sent events for one message, WebSockets for a whole conversation."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send

from sparklabs.conversations.attachments import AttachmentService
from sparklabs.conversations.schemas import MessageIn
from sparklabs.conversations.shapes import Accepted, Header
from sparklabs.conversations.turns import TurnService
from sparklabs.kit import telemetry
from sparklabs.kit.errors import ForbiddenError, InvalidError, SparkError, UnauthenticatedError
from sparklabs.kit.problems import problem_json
from sparklabs.kit.web import Principal, services
from sparklabs.runtime.events import TurnEvent
from sparklabs.runtime.hub import Subscription

logger = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS = 15
LARGEST_FRAME_BYTES = 256 * 1024
CLOSE_UNAUTHENTICATED, CLOSE_FORBIDDEN, CLOSE_NOT_FOUND = 4401, 4403, 4404

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])


def is_wanted(accept: str) -> bool:
    """Whether an Accept header (RFC 9110, 12.5.1) asks for events, and not for JSON with more weight."""
    weights: dict[str, float] = {}
    for each in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in each.split(";"))
        told = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        try:
            weights[kind] = float(told)
        except ValueError:
            weights[kind] = 1.0
    events = weights.get("text/event-stream", 0.0)
    return events > 0 and events >= weights.get("application/json", 0.0)


class TurnStream(StreamingResponse):
    """The turn as server-sent events; a client that goes away does not end the turn.

    Watching ends with the answer and not with its body, which never begins when the client has left already.
    """

    def __init__(self, turns: TurnService, header: Header, accepted: Accepted, subscription: Subscription) -> None:
        super().__init__(
            _as_sse(turns.follow(header, accepted, subscription)),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        self._turns = turns
        self._subscription = subscription

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._turns.unwatch(self._subscription)


async def _as_sse(events: AsyncIterator[TurnEvent | None]) -> AsyncGenerator[bytes]:
    quiet_seconds = 0.0
    async for event in events:
        if event is not None:
            quiet_seconds = 0
            yield event.as_sse()
            continue
        quiet_seconds += 1
        if quiet_seconds >= KEEP_ALIVE_SECONDS:
            quiet_seconds = 0
            yield b": keep-alive\n\n"


@router.websocket("/{conversation_id}/stream")
async def conversation_stream(
    socket: WebSocket, conversation_id: UUID, ticket: Annotated[str | None, Query()] = None
) -> None:
    """Every event of the conversation; a frame `{content, idempotency_key?}` says something.

    Authenticated by a bearer token, an X-API-Key or `?ticket=`.
    """
    wired = services(socket)
    try:
        principal = await _principal(socket, ticket)
        header: Header = await wired.conversations.header(principal, conversation_id)
        turns: TurnService = wired.turns
        # Watching begins before the client may speak, so that other processes know of it when a turn starts.
        subscription = await turns.watch(header)
    except SparkError as error:
        await _refuse(socket, error)
        return
    try:
        await socket.accept()
    except BaseException:
        turns.unwatch(subscription)
        raise
    telemetry.open_sockets.inc()
    sender = _Sender(socket, subscription, turns, header)
    try:
        await _receive(socket, principal, header)
    except WebSocketDisconnect:
        return
    finally:
        telemetry.open_sockets.dec()
        turns.unwatch(subscription)
        await sender.stop()


async def _principal(socket: WebSocket, ticket: str | None) -> Principal:
    wired = services(socket)
    if ticket is not None:
        principal: Principal = await wired.socket_tickets.redeem_ticket(ticket)
        return principal
    headers = socket.headers
    authorization, api_key = headers.get("authorization"), headers.get("x-api-key")
    if authorization is None and api_key is None:
        raise UnauthenticatedError("This needs a bearer token, an X-API-Key or a ticket.")
    principal = await wired.authenticator.authenticate(authorization=authorization, api_key=api_key)
    if not principal.allows("conversations:read"):
        raise ForbiddenError("This needs the permission conversations:read.")
    return principal


async def _refuse(socket: WebSocket, error: SparkError) -> None:
    await socket.accept()
    codes = {401: CLOSE_UNAUTHENTICATED, 403: CLOSE_FORBIDDEN, 404: CLOSE_NOT_FOUND}
    await socket.close(codes.get(error.status, 1011), reason=error.detail[:120])


class _Sender:
    """Sends a socket its events in order, with a task only while there are some."""

    __slots__ = ("_header", "_socket", "_subscription", "_task", "_turns")

    def __init__(self, socket: WebSocket, subscription: Subscription, turns: TurnService, header: Header) -> None:
        self._socket = socket
        self._subscription = subscription
        self._turns = turns
        self._header = header
        self._task: asyncio.Task[None] | None = None
        subscription.on_event = self._wake

    def _wake(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._send_waiting())

    async def _send_waiting(self) -> None:
        waiting = self._subscription.queue
        try:
            while self._subscription.lagged or not waiting.empty():
                if not waiting.empty():
                    event = await self._turns.whole(self._header, waiting.get_nowait())
                    await self._socket.send_text(event.as_frame())
                if self._subscription.lagged:
                    self._subscription.lagged = False
                    await self._socket.send_text(orjson.dumps({"type": "stream.lagged"}).decode())
        except (WebSocketDisconnect, RuntimeError, SparkError) as error:
            # The socket is gone, or the rows cannot be read: its reader ends and the client comes again.
            logger.debug("Events could not be sent.", extra={"why": str(error)})
        finally:
            self._task = None

    async def stop(self) -> None:
        self._subscription.on_event = None
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _receive(socket: WebSocket, principal: Principal, header: Header) -> None:
    wired = services(socket)
    while True:
        text = await _receive_text(socket)
        try:
            await _say(text, principal, header, wired.turns, wired.attachments)
        except SparkError as error:
            await socket.send_text(orjson.dumps({"type": "error", "problem": problem_json(error)}).decode())
        except ValueError as error:
            told = problem_json(InvalidError(_reason(error), code="frame_invalid", hint="Send {content} as JSON."))
            await socket.send_text(orjson.dumps({"type": "error", "problem": told}).decode())


async def _receive_text(socket: WebSocket) -> str:
    """The next frame; one that came as bytes holds the same JSON."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    return message.get("text") or (message.get("bytes") or b"").decode(errors="replace")


async def _say(
    text: str, principal: Principal, header: Header, turns: TurnService, attachments: AttachmentService
) -> None:
    if len(text) > LARGEST_FRAME_BYTES:
        raise ValueError("The frame is too large.")
    frame: Any = orjson.loads(text)
    if not isinstance(frame, dict):
        raise ValueError("A frame is one JSON object.")  # noqa: TRY004 - told to the client like any other
    if frame.get("type") == "ping":  # pyright: ignore[reportUnknownMemberType]
        return
    if not principal.allows("conversations:write"):
        raise ForbiddenError("This needs the permission conversations:write.")
    key = frame.pop("idempotency_key", None)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    frame.pop("type", None)  # pyright: ignore[reportUnknownMemberType]
    if key is not None and not (isinstance(key, str) and 0 < len(key) <= 255 and "\x00" not in key):
        raise ValueError("idempotency_key is a text of up to 255 characters, none of them NUL.")
    message = MessageIn.model_validate(frame)
    files = await attachments.of_message(header, message.attachments) if message.attachments else []
    await turns.accept(header, content=message.content, key=key, attachments=files)


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return ": ".join((*(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")))
    return str(error).splitlines()[0]


def as_download(name: str, content_type: str, size: int, chunks: Iterator[bytes]) -> StreamingResponse:
    """A stored file as a download; never shown by the browser as a page of this host."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Content-Length": str(size),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }
    return StreamingResponse(chunks, media_type=content_type, headers=headers)
