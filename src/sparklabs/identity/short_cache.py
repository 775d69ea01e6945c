"""A small cache whose entries live for seconds, loaded once however many wait; what is cached is not known here."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ShortCache(Generic[K, V]):
    """Values by key for `ttl_seconds`; a value loaded while its key was dropped is given out but not kept."""

    def __init__(self, *, ttl_seconds: float, size: int = 10_000, now: Callable[[], float] = time.monotonic) -> None:
        self._ttl_seconds = ttl_seconds
        self._size = size
        self._now = now
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._loading: dict[K, asyncio.Task[V]] = {}

    def find(self, key: K) -> V | None:
        """The value while it is fresh."""
        entry = self._entries.get(key)
        return entry[1] if entry is not None and entry[0] > self._now() else None

    async def get(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """The value, loaded when there is no fresh one; those who ask meanwhile share the load and its error."""
        entry = self._entries.get(key)
        if entry is not None and entry[0] > self._now():
            return entry[1]
        task = self._loading.get(key)
        if task is None:
            task = asyncio.create_task(self._load(key, load))
            self._loading[key] = task
        return await asyncio.shield(task)

    def drop(self, key: K) -> None:
        """Forgets one key, and what is being loaded for it."""
        self._entries.pop(key, None)
        self._loading.pop(key, None)

    def clear(self) -> None:
        """Forgets everything."""
        self._entries.clear()
        self._loading.clear()

    async def _load(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        started = self._now()
        try:
            value = await load()
            if self._loading.get(key) is asyncio.current_task():
                self._entries[key] = (started + self._ttl_seconds, value)
                self._entries.move_to_end(key)
                while len(self._entries) > self._size:
                    self._entries.popitem(last=False)
            return value
        finally:
            if self._loading.get(key) is asyncio.current_task():
                del self._loading[key]
