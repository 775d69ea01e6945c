"""The workspace's events over HTTP: as a list, and as server-sent events."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sparklabs.kit.errors import SparkError, UnavailableError
from sparklabs.kit.pagination import DEFAULT_LIMIT, Page
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, principal_of, require, service
from sparklabs.notifications.feed.position import decode
from sparklabs.notifications.feed.schemas import EventOut
from sparklabs.notifications.feed.service import EventFeed, Listener, Told, notice

CHECK_SECONDS = 10.0
"""How often a stream shows that it lives, and looks whether its reader may still read."""

router = APIRouter(prefix="/api/v1/events", tags=["events"], responses=PROBLEMS)

Feed = Annotated[EventFeed, Depends(service(EventFeed, "feed"))]
Reader = Annotated[Principal, require("events:read")]
Check = Callable[[], Awaitable[Principal | None]]


@router.get("")
async def list_events(
    principal: Reader,
    feed: Feed,
    type: Annotated[
        str | None, Query(max_length=100, description="Such as `conversation.opened`, or `conversation.*`.")
    ] = None,
    subject: Annotated[str | None, Query(max_length=100, description="The id of what the events are about.")] = None,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = DEFAULT_LIMIT,
) -> Page[EventOut]:
    """What happened in the workspace, the newest first. `total` is null where a filter is given."""
    return await feed.history(
        principal.tenant_id, allows=principal.allows, type=type, subject=subject, cursor=cursor, limit=limit
    )


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream_events(
    request: Request,
    principal: Reader,
    feed: Feed,
    last_event_id: Annotated[
        str | None, Header(max_length=2_000, description="The last `id` that came, to hear what was missed.")
    ] = None,
) -> StreamingResponse:
    """What happens in the workspace, as it happens (server-sent events).

    Each event's data is its CloudEvents envelope. The stream says of itself `stream.opened`, `stream.lagged` (events
    were lost: read anew what you show) and `stream.expired` (sign in again); it may end at any time, and whoever
    sends the last `id` back in `Last-Event-ID` misses nothing and hears nothing twice.
    """
    after = decode(last_event_id) if last_event_id else None
    if feed.stopping:
        raise UnavailableError("This process stops.", code="stopping", hint="Connect again in a moment.")
    listener, first = await feed.listen(principal.tenant_id, after=after)

    async def check() -> Principal | None:
        try:
            now = await principal_of(request)
        except UnavailableError:
            return principal
        except SparkError:
            return None
        return now if now.allows("events:read") else None

    return _Stream(feed, listener, as_sse(listener, first, principal, check))


class _Stream(StreamingResponse):
    """Ends its listener however the connection ends."""

    def __init__(self, feed: EventFeed, listener: Listener, blocks: AsyncGenerator[bytes]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(blocks, media_type="text/event-stream", headers=headers)
        self._feed = feed
        self._listener = listener
        self._blocks = blocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._feed.leave(self._listener)
            await self._blocks.aclose()


async def as_sse(
    listener: Listener, first: list[Told], principal: Principal, check: Check, *, seconds: float = CHECK_SECONDS
) -> AsyncGenerator[bytes]:
    """The blocks of one connection, up to its reader's last right to them or the end of the process."""
    for told in first:
        if _may(principal, told):
            yield told.block
    check_at = time.monotonic() + seconds
    while True:
        told = None
        try:
            told = await listener.next(seconds=max(0.0, check_at - time.monotonic()))
            if told is None:
                return
        except TimeoutError:
            yield b": keep-alive\n\n"
        if time.monotonic() >= check_at:
            now = await check()
            if now is None:
                yield notice("stream.expired", None).block
                return
            principal, check_at = now, time.monotonic() + seconds
        if told is not None and _may(principal, told):
            yield told.block


def _may(principal: Principal, told: Told) -> bool:
    return told.permission is None or principal.allows(told.permission)
