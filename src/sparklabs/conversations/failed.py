"""What is recorded when a message gets no answer, with the rows that say so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sparklabs.conversations.schemas import PLAYGROUND
from sparklabs.conversations.shapes import Header
from sparklabs.kit import events
from sparklabs.kit.db import Statement
from sparklabs.notifications import service as notifications


def unanswered(header: Header, *, problem: Mapping[str, Any] | None, at: datetime) -> tuple[Statement, ...]:
    """Tells people that a customer waits in vain: once for an agent and a cause, however many conversations it hits.

    Whoever tries an agent in the playground sees it fail.
    """
    if header.channel == PLAYGROUND:
        return ()
    code = str((problem or {}).get("code", "internal_error"))
    return notifications.record(
        tenant_id=header.tenant_id,
        kind="turn_failed",
        key=f"{header.agent_id}:{code}",
        subject=f"conversation:{header.id}",
        data={"agent": header.agent_slug, "code": code},
        at=at,
    )


def ended_without_run(
    header: Header, *, message_id: UUID, run_id: UUID | None, problem: Mapping[str, Any], at: datetime
) -> tuple[Statement, ...]:
    """The event of a message that was given up before or between its turns, and what people are told of it."""
    failed = events.record(
        tenant_id=header.tenant_id,
        type="conversation.turn.failed",
        source=f"/agents/{header.agent_slug}",
        subject=str(header.id),
        data={"run_id": run_id, "message_id": message_id, "reply_id": None},
        at=at,
    )
    return failed, *unanswered(header, problem=problem, at=at)
