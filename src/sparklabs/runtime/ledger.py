"""The ledger of a run: what was decided and done so far, and how its rows become messages again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import orjson
from langchain_core.messages import AIMessage, ToolMessage

from sparklabs.kit.json import as_object, as_objects
from sparklabs.models import lean
from sparklabs.models.schemas import Completion
from sparklabs.runtime.schemas import RecordedStep
from sparklabs.tools.schemas import Citation, ToolResult

LARGEST_RESULT_CHARACTERS = 16_000


class Ledger:
    """Recorded steps of an earlier attempt, and the numbering of new ones."""

    def __init__(self, recorded: Sequence[RecordedStep]) -> None:
        self._decisions = [step for step in recorded if step.kind == "decision"]
        self._calls = {step.call_id: step for step in recorded if step.kind == "tool" and step.call_id}
        self._recorded_calls = frozenset(self._calls)
        self._next_seq = max((step.seq for step in recorded), default=0) + 1
        self.decisions_taken = 0

    def next_decision(self) -> RecordedStep | None:
        """The next recorded decision, in order; None once the record ends."""
        if self.decisions_taken >= len(self._decisions):
            return None
        step = self._decisions[self.decisions_taken]
        self.decisions_taken += 1
        return step

    def take_seq(self) -> int:
        seq = self._next_seq
        self._next_seq += 1
        return seq

    def knows_call(self, call_id: str) -> bool:
        return call_id in self._calls

    def start_call(self, call: Any, *, now: datetime) -> RecordedStep:
        step = RecordedStep(
            seq=self.take_seq(),
            kind="tool",
            state="started",
            name=call["name"],
            call_id=call["id"],
            input=call["args"],
            output=None,
            usage=None,
            created_at=now,
        )
        self._calls[call["id"]] = step
        return step

    def call(self, call_id: str) -> RecordedStep:
        return self._calls[call_id]

    def was_recorded(self, call_id: str) -> bool:
        """Whether an earlier attempt had already started this call."""
        return call_id in self._recorded_calls


def with_unique_calls(message: AIMessage, ledger: Ledger) -> AIMessage:
    """Gives every call an id that is unique in its run: some servers send none, or the same one again.

    Calls whose arguments could not be read become calls with an `error`, so that the model is told. NUL characters
    go, for PostgreSQL holds none: a turn must not fail again and again at being written down.
    """
    if not message.tool_calls and not message.invalid_tool_calls:
        return message if "\x00" not in message.text else lean.ai(without_nul(message.text))
    calls: list[dict[str, Any]] = [without_nul(dict(call)) for call in message.tool_calls]
    for broken in message.invalid_tool_calls:
        why = broken.get("error") or "The arguments are not valid JSON."
        calls.append({"name": broken.get("name") or "", "args": {}, "id": broken.get("id"), "error": why})
    seen: set[str] = set()
    for number, call in enumerate(calls):
        id = call.get("id") or ""
        if not id or id in seen or ledger.knows_call(id):
            id = f"call_{ledger.decisions_taken}_{number}"
        seen.add(id)
        call["id"] = id
        call["type"] = "tool_call"
    return lean.ai(without_nul(message.text), tool_calls=calls)


def without_nul(value: Any) -> Any:
    """JSON without NUL characters in its texts."""
    match value:
        case str():
            return value.replace("\x00", "")
        case list():
            return [without_nul(each) for each in cast(list[Any], value)]
        case dict():
            return {without_nul(key): without_nul(each) for key, each in cast(dict[str, Any], value).items()}
        case _:
            return value


def decision_output(message: AIMessage) -> dict[str, Any]:
    """What is stored of a decision that calls tools."""
    kept = ("name", "args", "id", "error")
    asked = cast("list[dict[str, Any]]", message.tool_calls)
    calls = [{key: call[key] for key in kept if key in call} for call in asked]
    return {"text": message.text, "tool_calls": calls} if message.text else {"tool_calls": calls}


def decision_message(step: RecordedStep) -> AIMessage:
    """A recorded decision as the message it was."""
    output = as_object(step.output)
    calls = [{"type": "tool_call", **call} for call in as_objects(output.get("tool_calls"))]
    return lean.ai(output.get("text", ""), tool_calls=calls)


def usage_of(completion: Completion) -> dict[str, Any]:
    """Model, tokens, cost in micro-units and, where it took more than one try, the tries."""
    usage = completion.usage
    told: dict[str, Any] = {
        "provider": completion.provider,
        "model": completion.model,
        "in": usage.input_tokens,
        "out": usage.output_tokens,
        "cost": completion.cost_micros,
        "currency": completion.currency,
    }
    if usage.cached_input_tokens:
        told["cached"] = usage.cached_input_tokens
    if usage.cache_write_tokens:
        told["cache_write"] = usage.cache_write_tokens
    if completion.cache_hit:
        told["cache_hit"] = True
    if len(completion.attempts) > 1:
        told["attempts"] = [
            {"model": f"{each.provider}/{each.model}", "outcome": each.outcome, "ms": each.duration_ms}
            for each in completion.attempts
        ]
    return told


def result_json(result: ToolResult) -> dict[str, Any]:
    """What is stored of a result, and what the model reads."""
    told = _result_json(result)
    return without_nul(told) if b"\\u0000" in orjson.dumps(told, default=str) else told


def _result_json(result: ToolResult) -> dict[str, Any]:
    if result.error is not None:
        error = {"code": result.error.code, "message": result.error.message}
        if result.error.hint:
            error["hint"] = result.error.hint
        if result.error.field:
            error["field"] = result.error.field
        return {"error": error}
    told: dict[str, Any] = {"content": result.content}
    if result.text:
        told["text"] = result.text
    if result.citations:
        told["citations"] = [
            {"title": each.title, "source": each.source, "passage": each.passage, "score": each.score}
            for each in result.citations
        ]
    return told


def result_of(step: RecordedStep) -> ToolResult:
    """A recorded result as the tool gave it."""
    output = as_object(step.output)
    citations = tuple(Citation(**each) for each in as_objects(output.get("citations")))
    return ToolResult(
        ok=step.state == "done", content=output.get("content"), text=output.get("text"), citations=citations
    )


def unknown_output(name: str) -> dict[str, Any]:
    """What the model and the trace are told of a call whose end nobody saw."""
    return {
        "error": {
            "code": "outcome_unknown",
            "message": f"{name} was started, then the platform was interrupted. Whether it took effect is not known.",
            "hint": "Do not call it again for the same purpose. Say plainly that a person will check it.",
        }
    }


def tool_message(call: Any, output: Any, *, status: str) -> ToolMessage:
    """The result as the model reads it: the content as JSON, or the error."""
    told = as_object(output).get("content", output)
    text = told if isinstance(told, str) else orjson.dumps(told, default=str).decode()
    if len(text) > LARGEST_RESULT_CHARACTERS:
        text = text[:LARGEST_RESULT_CHARACTERS] + " …(cut)"
    return lean.tool(text, call_id=call["id"], name=call["name"], ok=status == "done", artifact=output)
