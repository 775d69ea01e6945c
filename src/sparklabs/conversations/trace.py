"""The trace of a conversation: its runs and steps as stored, and their prompts rebuilt from references."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from langchain_core.messages import BaseMessage

from sparklabs.conversations import conversations_repository as talks
from sparklabs.conversations import forks_repository as forks
from sparklabs.conversations import repository as rows
from sparklabs.conversations.contacts import ContactNames
from sparklabs.conversations.schemas import RunOut, StepOut
from sparklabs.conversations.shapes import Bindings, Header
from sparklabs.conversations.summaries import SummaryService
from sparklabs.conversations.window import system_prompt, to_messages, variables
from sparklabs.kit.db import Database, Row
from sparklabs.kit.errors import NotFoundError
from sparklabs.runtime.traces import RunTraces


class TraceService:
    """Reads what happened; writes nothing."""

    def __init__(
        self,
        db: Database,
        *,
        runs: RunTraces,
        bindings: Bindings,
        names: ContactNames,
        summaries: SummaryService,
    ) -> None:
        self._db = db
        self._runs = runs
        self._bindings = bindings
        self._names = names
        self._summaries = summaries

    async def of_conversation(self, header: Header, *, limit: int) -> list[RunOut]:
        """The newest runs of a conversation, oldest first, with their steps; those of copied turns stand first."""
        runs = await self._runs.conversation_runs(header.tenant_id, header.id, limit=limit)
        if header.forked_from is not None and len(runs) < limit:
            runs = [*await self._runs.find_runs(header.tenant_id, await self._copied(header)), *runs][-limit:]
        steps = await self._runs.steps(header.tenant_id, [run["id"] for run in runs])
        by_run: dict[UUID, list[StepOut]] = defaultdict(list)
        for step in steps:
            by_run[step["run_id"]].append(_step(step))
        return [_run(run, by_run[run["id"]]) for run in runs]

    async def of_run(self, header: Header, run_id: UUID) -> RunOut:
        """One run with its prompt rebuilt from what it refers to; what is known of the contact is told as of today."""
        run = await self._runs.find_run(header.tenant_id, run_id)
        if run is not None and run["conversation_id"] != header.id:
            copied = header.forked_from is not None and run_id in await self._copied(header)
            run = run if copied else None
        if run is None:
            raise NotFoundError("There is no such run in this conversation.", code="run_not_found")
        steps = await self._runs.steps(header.tenant_id, [run_id])
        out = _run(run, [_step(step) for step in steps])
        out.messages = await self._prompt(header, run)
        return out

    async def _copied(self, header: Header) -> list[UUID]:
        [found] = await self._db.run(header.tenant_id, forks.select_copied_runs(header.id))
        return [row["id"] for row in found]

    async def _prompt(self, header: Header, run: Row) -> list[dict[str, Any]]:
        if run["conversation_id"] != header.id:
            [found] = await self._db.run(header.tenant_id, talks.select_header(run["conversation_id"]))
            header = Header(**found[0])
        if run["kind"] == "summary":
            return list(await self._summaries.prompt_of_run(header, run))
        binding = await self._bindings.of_version(header.tenant_id, run["agent_version_id"])
        window, calls, surroundings = await self._db.run(
            header.tenant_id,
            rows.select_window(conversation_id=header.id, upto=run["message_id"], size=binding.window_messages),
            rows.select_recent_calls(conversation_id=header.id, upto=run["message_id"]),
            rows.select_surroundings(header.id, remembers=binding.remembers),
        )
        referred: dict[str, Any] = run["prompt"] or {}
        seen: Row = surroundings[0]
        if "memories" in referred:
            used = set(referred["memories"])
            seen = {**seen, "memories": [each for each in seen["memories"] or () if each["id"] in used]}
        at = datetime.fromisoformat(referred["at"]) if "at" in referred else run["started_at"]
        name = self._names.open_name(header.tenant_id, seen)
        timezone = seen["timezone"] or binding.timezone
        values = variables(seen, contact_name=name, channel=header.shown_channel, now=at, timezone=timezone)
        system = system_prompt(binding.render_system(values), values)
        told = [_message(each) for each in to_messages(window, calls)]
        return [{"role": "system", "content": system}, *told]


def _step(row: Row) -> StepOut:
    return StepOut(**{key: row[key] for key in StepOut.model_fields})


def _run(row: Row, steps: list[StepOut]) -> RunOut:
    fields = {key: row[key] for key in RunOut.model_fields if key in row}
    ended = row["ended_at"]
    duration_ms = round((ended - row["started_at"]).total_seconds() * 1000) if ended else None
    return RunOut(**fields, agent_version=row["version_number"], duration_ms=duration_ms, steps=steps)


def _message(message: BaseMessage) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.type, "content": message.text}
    calls: list[Any] = getattr(message, "tool_calls", [])
    if calls:
        told["tool_calls"] = [{"name": call["name"], "args": call["args"]} for call in calls]
    return told
