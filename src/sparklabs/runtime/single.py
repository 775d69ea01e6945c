"""Runs that are one decision outside a turn, such as a summary: asked at once and recorded whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sparklabs.kit.db import Statement
from sparklabs.kit.errors import SparkError
from sparklabs.kit.ids import new_id
from sparklabs.models.schemas import ChatRequest, Completion
from sparklabs.models.service import ChatModels
from sparklabs.runtime.ledger import usage_of
from sparklabs.runtime.repository import NewStep, insert_finished_run, insert_steps
from sparklabs.runtime.schemas import Binding

SingleKind = Literal["summary"]


@dataclass(frozen=True, slots=True)
class SingleRun:
    """One finished decision. `prompt` refers to what was shown; `completion` is None when no model was asked.

    `conversation_id` is None when its person was erased meanwhile.
    """

    kind: SingleKind
    binding: Binding
    conversation_id: UUID | None
    prompt: Mapping[str, Any]
    output: Mapping[str, Any]
    made_by: str
    completion: Completion | None
    started_at: datetime
    ended_at: datetime


async def ask_once(models: ChatModels, request: ChatRequest) -> Completion:
    """The whole answer of a model chain to one request; raises what the models room raises."""
    completion: Completion | None = None
    async for event in models.stream(request):
        if isinstance(event, Completion):
            completion = event
    if completion is None:
        raise SparkError("The model's stream ended without an answer.", code="model_no_answer")
    return completion


def record(run: SingleRun, *, tenant_id: UUID, used: bool) -> tuple[Statement, Statement]:
    """The run and its one step; a run whose result came too late to be used is `cancelled`, its cost stays."""
    run_id = new_id()
    usage = usage_of(run.completion) if run.completion else None
    duration_ms = run.completion.duration_ms if run.completion else 0
    return (
        insert_finished_run(
            id=run_id,
            tenant_id=tenant_id,
            kind=run.kind,
            agent_id=run.binding.agent_id,
            version_id=run.binding.version_id,
            conversation_id=run.conversation_id,
            state="completed" if used else "cancelled",
            prompt=dict(run.prompt),
            usage=usage or {},
            started_at=run.started_at,
            ended_at=run.ended_at,
        ),
        insert_steps(
            NewStep(
                id=new_id(),
                tenant_id=tenant_id,
                run_id=run_id,
                seq=1,
                kind="decision",
                state="done",
                name=run.made_by,
                output=dict(run.output),
                usage=usage,
                duration_ms=duration_ms,
                created_at=run.ended_at,
            )
        ),
    )
