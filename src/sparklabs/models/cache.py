"""Answers to identical requests of one tenant, in memory, bounded in bytes and in time."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import orjson
from langchain_core.messages import AIMessage

from sparklabs.models.chain import Target
from sparklabs.models.providers.openai_wire import wire_messages, wire_tools
from sparklabs.models.schemas import ChatRequest
from sparklabs.models.settings import CacheMode

_ENTRY_OVERHEAD_BYTES = 1024


@dataclass(frozen=True, slots=True)
class _Entry:
    message: AIMessage
    bytes: int
    expires_at: float


class AnswerCache:
    """Least recently used goes first. The tenant is part of the key, so no tenant ever hears another's answer."""

    def __init__(
        self, *, mode: CacheMode, ttl_seconds: float, max_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._mode = mode
        self._ttl_seconds = ttl_seconds
        self._max_bytes = max_bytes
        self._clock = clock
        self._bytes = 0
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()

    def find_key(self, target: Target, request: ChatRequest) -> bytes | None:
        """The key of a request, or None when its answer is not to be remembered (see `cache_mode`)."""
        if self._mode == "off" or (self._mode == "auto" and request.temperature != 0):
            return None
        asked = {
            "tenant": _text(request.tenant_id),
            "to": [target.provider, target.base_url, target.model],
            "key": hashlib.sha256((target.api_key or "").encode()).hexdigest(),
            "messages": wire_messages(request.messages),
            "tools": wire_tools(request.tools),
            "with": [request.temperature, request.max_tokens],
        }
        return hashlib.sha256(orjson.dumps(asked)).digest()

    def find(self, key: bytes) -> AIMessage | None:
        """A copy of the answer, if it is still fresh."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires_at <= self._clock():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry.message.model_copy(deep=True)

    def put(self, key: bytes, message: AIMessage) -> None:
        """Remember an answer; one larger than the whole bound is not kept."""
        size = len(orjson.dumps(wire_messages([message]))) + _ENTRY_OVERHEAD_BYTES
        if size > self._max_bytes:
            return
        self._drop(key)
        self._entries[key] = _Entry(message.model_copy(deep=True), size, self._clock() + self._ttl_seconds)
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        if (entry := self._entries.pop(key, None)) is not None:
            self._bytes -= entry.bytes


def _text(tenant_id: UUID | None) -> str:
    return str(tenant_id) if tenant_id else ""
