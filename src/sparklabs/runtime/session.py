"""One turn in flight: its ledger, its decisions and its tool calls; the graph only says in which order they come."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from sparklabs.kit import telemetry
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Row, Statement
from sparklabs.kit.errors import SparkError, UnavailableError
from sparklabs.kit.ids import new_id
from sparklabs.models.schemas import ChatRequest, Completion, Restarted, SideEffect, TextDelta
from sparklabs.models.service import ChatModels
from sparklabs.runtime import ledger
from sparklabs.runtime.events import TurnEvent, TurnEventType
from sparklabs.runtime.repository import NewStep, end_step, insert_steps
from sparklabs.runtime.schemas import Emit, RecordedStep, Turn, TurnOutcome
from sparklabs.tools.schemas import Citation, Tool, ToolContext, ToolFault, ToolResult

MOST_DECISIONS = 8
DEFAULT_HANDOFF = "I have passed this on to a colleague, who will get back to you."


class TurnLimitReachedError(UnavailableError):
    """The model kept calling tools; the turn was ended to bound its cost.

    503 (RFC 9110, 15.6.4): nothing is wrong with what was asked, so not 4xx; another try, or other words, may succeed.
    """

    code = "turn_limit_reached"
    title = "The turn took too many steps"


class TurnInterruptedError(SparkError):
    """A newer message of the same conversation interrupted the turn (`conversation.when_busy: interrupt`)."""

    status = 409
    code = "turn_interrupted"
    title = "Interrupted by a newer message"


class TurnStoppedError(TurnInterruptedError):
    """A person stopped the turn (POST /conversations/{id}/cancel)."""

    code = "turn_stopped"
    title = "Stopped"


class ExecuteTool(Protocol):
    """The tools room's door: runs one call, never raises for a tool's own fault."""

    async def __call__(self, tool: Tool, arguments: dict[str, Any], context: ToolContext) -> ToolResult: ...


class TurnSession:
    """State of one turn. Every write goes through `_write`, which carries the fence and the waiting rows along."""

    def __init__(
        self,
        turn: Turn,
        *,
        db: Database,
        clock: Clock,
        models: ChatModels,
        execute: ExecuteTool,
        secrets: Callable[[str], Awaitable[str | None]],
        emit: Emit,
    ) -> None:
        self.turn = turn
        self._db = db
        self._clock = clock
        self._models = models
        self._execute = execute
        self._secrets = secrets
        self._emit = emit
        self._ledger = ledger.Ledger(turn.recorded)
        self._waiting: list[Statement] = []
        self._started_at = time.perf_counter()
        self._asking: asyncio.Future[Completion] | None = None
        self._interrupted: type[TurnInterruptedError] | None = None
        self.outcome = TurnOutcome(state="completed", text="")
        self.citations: list[Citation] = []
        self.handoff: dict[str, Any] | None = None
        self.last_word = ""

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────
    async def decide(self, messages: Sequence[BaseMessage]) -> AIMessage:
        """The model's next word: from the ledger when it was said before, else asked for and written down first."""
        message = await self._decide(messages)
        self.last_word = message.text
        return message

    async def _decide(self, messages: Sequence[BaseMessage]) -> AIMessage:
        # What an earlier attempt wrote down is played first, interrupted or not: its calls must come to a known end.
        step = self._ledger.next_decision()
        if step is not None:
            self._count(step.usage or {})
            return ledger.decision_message(step)
        self._check_interrupt()
        if self._ledger.decisions_taken >= MOST_DECISIONS:
            raise TurnLimitReachedError(
                f"The agent took more than {MOST_DECISIONS} decisions in one turn.",
                hint="Look at the trace: a tool that keeps failing is the usual reason.",
            )
        completion = await self._ask_interruptibly(messages)
        message = ledger.with_unique_calls(completion.message, self._ledger)
        await self._record_decision(message, completion)
        return message

    async def _ask_interruptibly(self, messages: Sequence[BaseMessage]) -> Completion:
        self._asking = asyncio.ensure_future(self._ask(messages))
        try:
            return await self._asking
        except asyncio.CancelledError:
            self._asking.cancel()
            self._check_interrupt()
            raise
        finally:
            self._asking = None

    def interrupt(self, *, stopped: bool = False) -> None:
        """Ends the turn before its next decision; a running tool call is left to finish, so that its end is known."""
        self._interrupted = TurnStoppedError if stopped else TurnInterruptedError
        if self._asking is not None:
            self._asking.cancel()

    def _check_interrupt(self) -> None:
        if self._interrupted is TurnStoppedError:
            raise TurnStoppedError("The turn was stopped before its answer.", hint="Send the message again to go on.")
        if self._interrupted:
            raise TurnInterruptedError("A newer message took this turn's place.", hint="Its answer covers both.")

    async def _ask(self, messages: Sequence[BaseMessage]) -> Completion:
        binding = self.turn.binding
        request = ChatRequest(
            models=binding.models,
            messages=messages,
            tools=binding.tool_schemas,
            temperature=binding.temperature,
            max_tokens=binding.max_tokens,
            timeout_seconds=binding.timeout_seconds,
            tenant_id=self.turn.tenant_id,
            credentials=self.turn.credentials,
            now=self.turn.now,
            locale=binding.locale,
        )
        completion: Completion | None = None
        async for event in self._models.stream(request):
            match event:
                case TextDelta(text=text):
                    self.emit(TurnEventType.TEXT_DELTA, text=text)
                case Restarted(reason=reason):
                    self.emit(TurnEventType.TURN_RESTARTED, reason=reason)
                case Completion():
                    completion = event
        if completion is None:
            raise SparkError("The model's stream ended without an answer.", code="model_no_answer")
        return completion

    async def _record_decision(self, message: AIMessage, completion: Completion) -> None:
        usage = ledger.usage_of(completion)
        self._count(usage)
        now = self._clock.now()
        seq = self._ledger.take_seq()
        self._ledger.decisions_taken += 1
        final = not message.tool_calls
        decision = NewStep(
            id=new_id(),
            tenant_id=self.turn.tenant_id,
            run_id=self.turn.run_id,
            seq=seq,
            kind="decision",
            state="done",
            name=completion.model,
            output=None if final else ledger.decision_output(message),
            usage=usage,
            message_id=self.reply_id if final else None,
            duration_ms=completion.duration_ms,
            created_at=now,
        )
        self._waiting.append(insert_steps(decision, *(self._start(call, now=now) for call in message.tool_calls)))
        if final:
            return
        # A decision that only reads may be made again after a power cut; one that changes something may not.
        await self._write(durable=any(self._side_effect(call["name"]) != "none" for call in message.tool_calls))

    def _start(self, call: Any, *, now: datetime) -> NewStep:
        return NewStep(
            id=new_id(),
            tenant_id=self.turn.tenant_id,
            run_id=self.turn.run_id,
            seq=self._ledger.start_call(call, now=now).seq,
            kind="tool",
            state="started",
            name=call["name"],
            call_id=call["id"],
            input=call["args"],
            verdict=self._verdict(call["name"]),
            created_at=now,
        )

    # ── tool calls ───────────────────────────────────────────────────────────────────────────────────────────────
    async def act(self, call: dict[str, Any]) -> ToolMessage:
        """Runs one call, or gives what was recorded; an unsafe call that may have run is not repeated."""
        step = self._ledger.call(call["id"])
        tool = self.turn.binding.tool_by_name.get(call["name"])
        if step.state != "started":
            self._note_result(tool, ledger.result_of(step))
            return ledger.tool_message(call, step.output, status=step.state)
        side_effect = self._side_effect(call["name"])
        if self._ledger.was_recorded(call["id"]) and side_effect == "unsafe":
            return await self._end_unknown(call, step)
        self.emit(TurnEventType.TOOL_STARTED, call_id=call["id"], name=call["name"], arguments=call["args"])
        began = time.perf_counter()
        result = await self._run(tool, call)
        duration_ms = round((time.perf_counter() - began) * 1000)
        self._note_result(tool, result)
        output = ledger.result_json(result)
        state = "done" if result.ok else "error"
        self._waiting.append(
            end_step(
                run_id=self.turn.run_id,
                seq=step.seq,
                created_at=step.created_at,
                state=state,
                output=output,
                duration_ms=duration_ms,
            )
        )
        # A read may be repeated after a crash, so its result travels with the next group; any other is safe at once.
        if side_effect != "none":
            await self._write()
        telemetry.tool_calls.labels(call["name"] if tool else "unknown", state).inc()
        self.emit(
            TurnEventType.TOOL_FINISHED,
            call_id=call["id"],
            name=call["name"],
            status="ok" if result.ok else "error",
            result=output,
            duration_ms=duration_ms,
        )
        return ledger.tool_message(call, output, status=state)

    async def _run(self, tool: Tool | None, call: dict[str, Any]) -> ToolResult:
        if "error" in call:
            fault = ToolFault("tool_arguments_unreadable", str(call["error"]), hint="Send the arguments as one object.")
            return ToolResult(ok=False, content=None, error=fault)
        if tool is None:
            names = ", ".join(self.turn.binding.tool_by_name) or "none"
            fault = ToolFault("tool_unknown", f"There is no tool {call['name']!r}.", hint=f"Tools: {names}.")
            return ToolResult(ok=False, content=None, error=fault)
        return await self._execute(tool, call["args"], self._context(call))

    def _context(self, call: dict[str, Any]) -> ToolContext:
        turn = self.turn
        return ToolContext(
            tenant_id=turn.tenant_id,
            agent_id=turn.binding.agent_id,
            agent_slug=turn.binding.agent_slug,
            conversation_id=turn.conversation_id,
            contact_id=turn.contact_id,
            run_id=turn.run_id,
            call_key=f"{turn.run_id}:{call['id']}",
            now=turn.now,
            timezone=turn.binding.timezone,
            db=self._db,
            secrets=self._secrets,
            emit=_silent,
        )

    async def _end_unknown(self, call: dict[str, Any], step: RecordedStep) -> ToolMessage:
        output = ledger.unknown_output(call["name"])
        self._waiting.append(
            end_step(
                run_id=self.turn.run_id,
                seq=step.seq,
                created_at=step.created_at,
                state="outcome_unknown",
                output=output,
                duration_ms=None,
            )
        )
        await self._write()
        telemetry.tool_calls.labels(call["name"], "outcome_unknown").inc()
        self.emit(
            TurnEventType.TOOL_FINISHED,
            call_id=call["id"],
            name=call["name"],
            status="outcome_unknown",
            result=output,
            duration_ms=0,
        )
        return ledger.tool_message(call, output, status="outcome_unknown")

    def _note_result(self, tool: Tool | None, result: ToolResult) -> None:
        self.citations.extend(result.citations)
        if tool is not None and tool.spec.schema.role == "handoff" and result.ok:
            self.handoff = {"text": result.text, "content": result.content}

    def _side_effect(self, name: str) -> SideEffect:
        tool = self.turn.binding.tool_by_name.get(name)
        return tool.spec.schema.side_effect if tool else "none"

    def _verdict(self, name: str) -> dict[str, Any]:
        tool = self.turn.binding.tool_by_name.get(name)
        risk = tool.spec.schema.risk if tool else "low"
        return {"verdict": "allow" if tool else "unknown_tool", "risk": risk}

    # ── writing and telling ──────────────────────────────────────────────────────────────────────────────────────
    @property
    def reply_id(self) -> UUID:
        if self.outcome.reply_id is None:
            self.outcome = replace(self.outcome, reply_id=new_id())
        assert self.outcome.reply_id is not None  # noqa: S101 - set on the line above
        return self.outcome.reply_id

    def emit(self, kind: TurnEventType, **data: Any) -> None:
        self._emit(TurnEvent(kind, self.turn.message_id, data))

    async def _write(self, *, durable: bool = True) -> None:
        waiting, self._waiting = self._waiting, []
        await self._db.run(self.turn.tenant_id, self.turn.fence, *waiting, durable=durable)

    async def write_last(self, *statements: Statement) -> list[list[Row]]:
        """The last group of the turn: what waits, and the caller's statements, whose rows it returns."""
        waiting, self._waiting = self._waiting, []
        results = await self._db.run(self.turn.tenant_id, self.turn.fence, *waiting, *statements)
        return results[len(waiting) + 1 :]

    def hand_over(self) -> str:
        """A person takes over: writes the step and gives the words the customer reads."""
        handoff = self.handoff or {}
        step = NewStep(
            id=new_id(),
            tenant_id=self.turn.tenant_id,
            run_id=self.turn.run_id,
            seq=self._ledger.take_seq(),
            kind="human",
            state="done",
            name="handoff",
            output=handoff.get("content"),
            message_id=self.reply_id,
            created_at=self._clock.now(),
        )
        self._waiting.append(insert_steps(step))
        self.last_word = handoff.get("text") or self.turn.binding.handoff_message or DEFAULT_HANDOFF
        return self.last_word

    def _count(self, usage: dict[str, Any]) -> None:
        before = self.outcome
        self.outcome = replace(
            before,
            input_tokens=before.input_tokens + usage.get("in", 0),
            output_tokens=before.output_tokens + usage.get("out", 0),
            cached_tokens=before.cached_tokens + usage.get("cached", 0),
            cost_micros=before.cost_micros + usage.get("cost", 0),
            currency=usage.get("currency", before.currency),
        )

    @property
    def elapsed_ms(self) -> int:
        return round((time.perf_counter() - self._started_at) * 1000)


async def _silent(kind: str, data: dict[str, Any]) -> None:
    """Tools have no events of their own to tell yet; the session tells start and end."""
