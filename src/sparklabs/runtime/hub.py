"""Carries turn events to whoever watches a conversation, here at once and elsewhere by batched notices."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson

from sparklabs.kit.notices import LARGEST_PAYLOAD_BYTES, Notices
from sparklabs.kit.tasks import end_tasks
from sparklabs.runtime.events import FINAL_EVENTS, TurnEvent, TurnEventType

logger = logging.getLogger(__name__)

BATCHES_PER_SECOND = 10
INTEREST_SECONDS = 30
LONGEST_BACKLOG = 2_000
_BATCH_BYTES = LARGEST_PAYLOAD_BYTES - 400
# A character is at most six bytes of JSON (an escaped control character).
_PIECE_CHARACTERS = 1_200


class Subscription:
    """The events of one conversation as a queue; a watcher too slow for it is told so and must read the rows again.

    The queue is made with the first event, and `on_event` wakes a watcher that has no task waiting: thousands of open
    sockets are silent most of the time and should weigh little.
    """

    __slots__ = ("_queue", "conversation_id", "lagged", "on_event")

    def __init__(self, conversation_id: UUID) -> None:
        self.conversation_id = conversation_id
        self.lagged = False
        self.on_event: Callable[[], None] | None = None
        self._queue: asyncio.Queue[TurnEvent] | None = None

    @property
    def queue(self) -> "asyncio.Queue[TurnEvent]":
        if self._queue is None:
            self._queue = asyncio.Queue()
        return self._queue

    def put(self, event: TurnEvent) -> None:
        if self.queue.qsize() >= LONGEST_BACKLOG:
            self.lagged = True
            return
        self.queue.put_nowait(event)
        if self.on_event is not None:
            self.on_event()

    def lag(self) -> None:
        """Events may have been missed."""
        self.lagged = True
        if self.on_event is not None:
            self.on_event()


class StreamHub:
    """One a process. Events of a turn that runs elsewhere arrive only while somebody here watches the conversation."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._watchers: dict[UUID, set[Subscription]] = defaultdict(set)
        self._interest: dict[UUID, float] = {}
        self._outgoing: dict[UUID, list[dict[str, Any]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewal: asyncio.Task[None] | None = None
        self._ends: list[Callable[[], None]] = []

    async def start(self) -> None:
        self._ends = [
            self._notices.subscribe("stream_interest", self._on_interest),
            self._notices.subscribe("stream_events", self._on_events),
            self._notices.subscribe("reconnected", lambda _: self._on_gap()),
        ]
        self._renewal = asyncio.create_task(self._renew_interest(), name="stream-interest")

    async def stop(self) -> None:
        for end in self._ends:
            end()
        tasks = [*self._tasks, *([self._renewal] if self._renewal else [])]
        await end_tasks(*tasks)

    async def subscribe(self, conversation_id: UUID, *, everywhere: bool = True) -> Subscription:
        """Starts watching; `everywhere` asks the other processes too."""
        subscription = Subscription(conversation_id)
        self._watchers[conversation_id].add(subscription)
        if everywhere:
            try:
                await self._announce([conversation_id])
            except BaseException:
                self.unsubscribe(subscription)
                raise
        return subscription

    async def ask_others(self, conversation_id: UUID) -> None:
        """Asks the other processes for the events of a conversation that is watched here."""
        await self._announce([conversation_id])

    def expect_watchers(self, conversation_id: UUID) -> None:
        """Sends the conversation's events to the other processes, as if one had asked: its notice may be on its way."""
        self._interest[conversation_id] = time.monotonic() + INTEREST_SECONDS

    def unsubscribe(self, subscription: Subscription) -> None:
        watchers = self._watchers.get(subscription.conversation_id)
        if watchers is not None:
            watchers.discard(subscription)
            if not watchers:
                del self._watchers[subscription.conversation_id]

    def publish(self, conversation_id: UUID, event: TurnEvent) -> None:
        """Hands the event to the watchers here, and queues it for other processes that asked."""
        for subscription in self._watchers.get(conversation_id, ()):
            subscription.put(event)
        until = self._interest.get(conversation_id)
        if until is None:
            return
        if until < time.monotonic():
            del self._interest[conversation_id]
            return
        waiting = self._outgoing.get(conversation_id)
        if waiting is None:
            self._outgoing[conversation_id] = [event.as_json()]
            task = asyncio.create_task(self._flush_soon(conversation_id, at_once=event.type in FINAL_EVENTS))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            _append_merged(waiting, event.as_json())

    async def _flush_soon(self, conversation_id: UUID, *, at_once: bool) -> None:
        """One at a time for a conversation, so that a later batch never overtakes an earlier one."""
        if not at_once:
            await asyncio.sleep(1 / BATCHES_PER_SECOND)
        while events := self._outgoing[conversation_id]:
            self._outgoing[conversation_id] = []
            for batch in _batches(events):
                await self._notices.publish("stream_events", {"c": str(conversation_id), "e": batch, "p": self._me})
        del self._outgoing[conversation_id]

    @property
    def _me(self) -> str:
        return self._notices.process_id

    async def _announce(self, conversation_ids: list[UUID]) -> None:
        for start in range(0, len(conversation_ids), 150):
            ids = [str(each) for each in conversation_ids[start : start + 150]]
            await self._notices.publish("stream_interest", {"c": ids, "p": self._me})

    async def _renew_interest(self) -> None:
        while True:
            await asyncio.sleep(INTEREST_SECONDS / 2)
            await self._announce(list(self._watchers))
            now = time.monotonic()
            self._interest = {key: until for key, until in self._interest.items() if until > now}

    def _on_interest(self, data: dict[str, Any]) -> None:
        if data["p"] != self._me:
            until = time.monotonic() + INTEREST_SECONDS
            self._interest |= {UUID(each): until for each in data["c"]}

    def _on_gap(self) -> None:
        """Notices were lost for a while: every watcher must read the rows again."""
        for subscription in [each for watchers in self._watchers.values() for each in watchers]:
            subscription.lag()

    def _on_events(self, data: dict[str, Any]) -> None:
        watchers = self._watchers.get(UUID(data["c"]))
        if data["p"] == self._me or not watchers:
            return
        for raw in data["e"]:
            rest = {key: value for key, value in raw.items() if key not in ("type", "message_id")}
            event = TurnEvent(TurnEventType(raw["type"]), UUID(raw["message_id"]), rest)
            for subscription in watchers:
                subscription.put(event)


def _append_merged(waiting: list[dict[str, Any]], event: dict[str, Any]) -> None:
    """Neighbouring pieces of text become one."""
    delta = TurnEventType.TEXT_DELTA.value
    last = waiting[-1] if waiting else {"type": ""}
    if event["type"] == delta and last["type"] == delta and last["message_id"] == event["message_id"]:
        last["text"] += event["text"]
    else:
        waiting.append(event)


def _batches(events: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Splits events so that each batch fits a notice; what alone is too large is told without its contents.

    Text is cut into pieces instead; a watcher reads the rows behind anything else that is `truncated`.
    """
    batches: list[list[dict[str, Any]]] = [[]]
    size = 0
    for event in (piece for whole in events for piece in _pieces(whole)):
        length = len(orjson.dumps(event, default=str))
        plain: dict[str, Any] = orjson.loads(orjson.dumps(event, default=str))
        if length > _BATCH_BYTES:
            plain = {"type": event["type"], "message_id": event["message_id"], "truncated": True}
            length = 200
        if size + length > _BATCH_BYTES:
            batches.append([])
            size = 0
        batches[-1].append(plain)
        size += length + 1
    return [batch for batch in batches if batch]


def _pieces(event: dict[str, Any]) -> list[dict[str, Any]]:
    text = event.get("text", "")
    if event["type"] != TurnEventType.TEXT_DELTA.value or len(text) <= _PIECE_CHARACTERS:
        return [event]
    starts = range(0, len(text), _PIECE_CHARACTERS)
    return [{**event, "text": text[start : start + _PIECE_CHARACTERS]} for start in starts]
