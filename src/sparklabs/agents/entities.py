"""What the agents room speaks of inside: agents, their versions, their states; the API's shapes stand in `schemas`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from sparklabs.agents.schema import AgentFile

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class AgentStatus(StrEnum):
    """Where an agent stands in its life (SPEC A3)."""

    DRAFT = "draft"
    TESTING = "testing"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


LEGAL_MOVES: dict[AgentStatus, frozenset[AgentStatus]] = {
    AgentStatus.DRAFT: frozenset({AgentStatus.TESTING, AgentStatus.ACTIVE, AgentStatus.ARCHIVED}),
    AgentStatus.TESTING: frozenset({AgentStatus.DRAFT, AgentStatus.ACTIVE, AgentStatus.ARCHIVED}),
    AgentStatus.ACTIVE: frozenset({AgentStatus.TESTING, AgentStatus.PAUSED, AgentStatus.ARCHIVED}),
    AgentStatus.PAUSED: frozenset({AgentStatus.TESTING, AgentStatus.ACTIVE, AgentStatus.ARCHIVED}),
    AgentStatus.ARCHIVED: frozenset({AgentStatus.DRAFT, AgentStatus.PAUSED}),
}

ANSWERING = frozenset({AgentStatus.ACTIVE, AgentStatus.TESTING})
"""The states in which an agent takes messages."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as its row has it; `revision` grows with every change and is the ETag."""

    id: UUID
    slug: str
    name: str
    type: str
    status: AgentStatus
    active_version_id: UUID | None
    active_number: int | None
    latest_version: int
    revision: int
    source_file: str | None
    imported_hash: str | None
    import_faults: list[dict[str, Any]] | None
    created_at: datetime
    updated_at: datetime

    @property
    def etag(self) -> str:
        return f'"{self.revision}"'


@dataclass(frozen=True, slots=True)
class ListedAgent(Agent):
    """An agent in a list, with what a card shows of its live version (or, for a draft, its latest)."""

    model: str
    channels: tuple[str, ...]
    warning_count: int


@dataclass(frozen=True, slots=True)
class AgentVersion:
    """One immutable version: its text, what it was read into, who made it and why."""

    id: UUID
    agent_id: UUID
    number: int
    content_hash: str
    source: str
    spec: dict[str, Any]
    warnings: list[dict[str, Any]]
    author: str
    reason: str
    base_dir: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A version in a list: without its text."""

    id: UUID
    number: int
    content_hash: str
    author: str
    reason: str
    warning_count: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ActiveAgent:
    """What a turn works with: one version, whole and unchanging, whatever is published meanwhile."""

    agent_id: UUID
    slug: str
    name: str
    status: AgentStatus
    revision: int
    version_id: UUID
    version_number: int
    content_hash: str
    spec: AgentFile
    base_dir: str | None = None
    warnings: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a publication; `outcome` says whether a version was made, reused or nothing had to be done."""

    agent: Agent
    version: AgentVersion
    outcome: Literal["created", "new_version", "reused", "unchanged"]


@dataclass(frozen=True, slots=True)
class Intent:
    """Who wants a change and why; `expected_revisions` are those of an If-Match, None when none was sent."""

    actor: str
    reason: str = ""
    expected_revisions: Collection[int] | None = None
