"""Builds what tools need to run in a test: rooms, a toolbox and contexts."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sparklabs.kit.db import Database
from sparklabs.knowledge.service import Knowledge
from sparklabs.tools.building import Rooms
from sparklabs.tools.outbound import Outbound
from sparklabs.tools.schemas import ToolContext
from tests.fakes.word_embedder import WordEmbedder

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""A Friday."""
_numbers = itertools.count(1)


class OpenSealer:
    """A seal that can be read, for tests that look at what was sealed."""

    def seal(self, value: bytes, *, purpose: str, tenant_id: UUID | None, about: str) -> bytes:
        return b"sealed:" + value


def make_rooms(db: Database, *, trusted: frozenset[str] = frozenset(), lookup: Any = None) -> Rooms:
    knowledge = Knowledge(db, embedder=WordEmbedder)
    return Rooms(knowledge, Outbound(trusted=trusted, lookup=lookup), OpenSealer())


def make_context(
    db: Database,
    tenant_id: UUID,
    *,
    call_key: str | None = None,
    conversation_id: UUID | None = None,
    contact_id: UUID | None = None,
    secrets: Mapping[str, str] | None = None,
    now: datetime = NOW,
    timezone: str = "UTC",
    agent_slug: str = "acme-sales",
) -> ToolContext:
    async def read_secret(name: str) -> str | None:
        return (secrets or {}).get(name)

    async def emit(kind: str, data: dict[str, Any]) -> None:
        return None

    return ToolContext(
        tenant_id=tenant_id,
        agent_id=None,
        agent_slug=agent_slug,
        conversation_id=conversation_id,
        contact_id=contact_id,
        run_id=None,
        call_key=call_key or f"call-{next(_numbers)}",
        now=now,
        timezone=timezone,
        db=db,
        secrets=read_secret,
        emit=emit,
    )
