"""Tells whoever waits how a message fares: watchers by events, callers of this process by their answer."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sparklabs.conversations.shapes import Header
from sparklabs.runtime.events import TurnEvent, TurnEventType
from sparklabs.runtime.hub import StreamHub


class Announcer:
    """One a process; an answer is `{message}` or `{problem}`."""

    def __init__(self, hub: StreamHub) -> None:
        self._hub = hub
        self._answers: dict[UUID, set[asyncio.Future[dict[str, Any]]]] = {}

    @property
    def messages_expected(self) -> int:
        """How many messages somebody here waits for."""
        return len(self._answers)

    @contextmanager
    def expecting(self, message_id: UUID) -> Generator["asyncio.Future[dict[str, Any]]"]:
        """A future that is set when the message is answered in this process."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        waiting = self._answers.setdefault(message_id, set())
        waiting.add(future)
        try:
            yield future
        finally:
            waiting.discard(future)
            if not waiting and self._answers.get(message_id) is waiting:
                del self._answers[message_id]

    def answer(self, message_id: UUID, answer: dict[str, Any]) -> None:
        for future in self._answers.pop(message_id, ()):
            if not future.done():
                future.set_result(answer)

    def tell(self, header: Header, kind: TurnEventType, message_id: UUID, **data: Any) -> None:
        self._hub.publish(header.id, TurnEvent(kind, message_id, data))

    def expect_watchers(self, header: Header) -> None:
        """Sends what comes to every process: one that has begun to watch may not have been heard of yet."""
        self._hub.expect_watchers(header.id)

    def pass_on(self, header: Header, event: TurnEvent) -> None:
        """An event that a turn told by itself."""
        self._hub.publish(header.id, event)
