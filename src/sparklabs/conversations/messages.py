"""How messages look on the wire and in events: one shape for REST, streams and sockets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sparklabs.kit.db import Row
from sparklabs.kit.errors import SparkError
from sparklabs.runtime.events import TurnEvent, TurnEventType

CANCELLED = frozenset({"turn_interrupted", "turn_stopped"})
"""The codes of turns that were ended on purpose."""


def answer_json(
    *,
    id: UUID,
    conversation_id: UUID,
    seq: int,
    content: str,
    run_id: UUID | None,
    extra: dict[str, Any] | None,
    created_at: datetime,
    role: str = "assistant",
    status: str | None = None,
) -> dict[str, Any]:
    """A message: `{id, conversation_id, seq, role, content, attachments, citations, run_id, created_at, metadata}`."""
    rest = dict(extra or {})
    attachments, citations = rest.pop("attachments", []), rest.pop("citations", [])
    if status is not None:
        rest["status"] = status
    return {
        "id": str(id),
        "conversation_id": str(conversation_id),
        "seq": seq,
        "role": role,
        "content": content,
        "attachments": attachments,
        "citations": citations,
        "run_id": str(run_id) if run_id else None,
        "created_at": created_at.isoformat(),
        "metadata": rest,
    }


def row_json(row: Row) -> dict[str, Any]:
    """A row of `messages` (with its inbox state, for a customer's message)."""
    state = row.get("state")
    told = answer_json(
        id=row["id"],
        conversation_id=row["conversation_id"],
        seq=row["seq"],
        content=row["content"],
        run_id=row["run_id"],
        extra=row["extra"],
        created_at=row["created_at"],
        role=row["role"],
        status=state if state in ("waiting", "running", "failed") else None,
    )
    if state == "failed" and row.get("problem_code"):
        told["metadata"]["problem_code"] = row["problem_code"]
    return told


def problem_of(error: SparkError) -> dict[str, Any]:
    """What is stored of an error that ended a message."""
    problem: dict[str, Any] = {
        "code": error.code,
        "title": error.title,
        "detail": error.detail,
        "status": error.status,
    }
    return problem | ({"hint": error.hint} if error.hint else {})


def progress_events(message_id: UUID, row: Row) -> list[TurnEvent]:
    """The last events of a message as its rows tell them; none while it is open."""
    if row["state"] in ("waiting", "running"):
        return []
    run_id = str(row["run_id"]) if row["run_id"] else None
    if row["reply_id"] is None:
        problem = row["problem"] or {"code": "turn_skipped", "detail": "This message was not answered by the agent."}
        cancelled = problem.get("code") in CANCELLED
        kind = TurnEventType.TURN_CANCELLED if cancelled else TurnEventType.TURN_FAILED
        return [TurnEvent(kind, message_id, {"run_id": run_id, "problem": problem})]
    message = answer_json(
        id=row["reply_id"],
        conversation_id=row["conversation_id"],
        seq=row["seq"],
        content=row["content"],
        run_id=row["run_id"],
        extra=row["extra"],
        created_at=row["created_at"],
    )
    usage = {key: row[key] for key in ("input_tokens", "output_tokens", "cached_tokens")}
    told = {
        "run_id": run_id,
        "usage": usage,
        "cost_micros": row["cost_micros"],
        "currency": row["currency"],
        "duration_ms": row["duration_ms"],
    }
    return [
        TurnEvent(TurnEventType.MESSAGE_COMPLETED, message_id, {"message": message}),
        TurnEvent(TurnEventType.TURN_COMPLETED, message_id, told),
    ]
