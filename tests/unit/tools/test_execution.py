"""One call of one tool: time, repeats, cancellation, size and secrets."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import orjson
import pytest

from sparklabs.kit.db import Database
from sparklabs.kit.errors import ConflictError, UnavailableError
from sparklabs.models.schemas import SideEffect, ToolSchema
from sparklabs.tools.execution import execute
from sparklabs.tools.results import MOST_BYTES
from sparklabs.tools.schemas import RetryPolicy, ToolContext, ToolResult, ToolSpec
from tests.factories.tool_contexts import make_context

Body = Callable[[dict[str, Any], ToolContext], Awaitable[Any]]


@dataclass
class ScriptedTool:
    """A tool whose body is a function."""

    body: Body
    spec: ToolSpec
    calls: list[dict[str, Any]] = field(default_factory=list)

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        self.calls.append(arguments)
        return ToolResult(ok=True, content=await self.body(arguments, context))


def make_tool(body: Body, *, effect: SideEffect = "none", timeout: float = 5, say: str | None = None) -> ScriptedTool:
    schema = ToolSchema("t", "A tool.", {"type": "object", "properties": {}}, side_effect=effect, say=say)
    retry = RetryPolicy(attempts=3, pause_seconds=0.001)
    return ScriptedTool(body, ToolSpec(schema, category="x", source="folder", timeout_seconds=timeout, retry=retry))


def context(**options: Any) -> ToolContext:
    return make_context(cast(Database, None), uuid4(), **options)


async def _unavailable(arguments: dict[str, Any], context: ToolContext) -> Any:
    raise UnavailableError("Down.", code="api_unavailable")


@pytest.mark.parametrize(("effect", "calls"), [("none", 3), ("idempotent", 3), ("unsafe", 1)])
async def test_only_calls_that_may_be_repeated_are_repeated(effect: SideEffect, calls: int) -> None:
    tool = make_tool(_unavailable, effect=effect)
    result = await execute(tool, {}, context())
    assert result.error is not None
    assert (result.error.code, len(tool.calls)) == ("api_unavailable", calls)


async def test_a_refusal_is_not_repeated_and_keeps_its_code_field_and_hint() -> None:
    async def refuse(arguments: dict[str, Any], context: ToolContext) -> Any:
        raise ConflictError("Taken.", code="slot_taken", field="time", hint="Another time.")

    tool = make_tool(refuse)
    result = await execute(tool, {}, context())
    assert result.error is not None
    assert (result.error.code, result.error.field, result.error.hint) == ("slot_taken", "time", "Another time.")
    assert len(tool.calls) == 1


async def test_a_call_that_takes_too_long_is_stopped_and_an_unsafe_one_is_called_uncertain() -> None:
    stopped = asyncio.Event()

    async def sleep(arguments: dict[str, Any], context: ToolContext) -> Any:
        try:
            await asyncio.sleep(30)
        finally:
            stopped.set()

    result = await execute(make_tool(sleep, effect="unsafe", timeout=0.05), {}, context())
    assert stopped.is_set()
    assert result.error is not None
    assert result.error.code == "tool_timeout"
    assert "not known" in result.error.message


async def test_cancelling_the_turn_cancels_the_call() -> None:
    started = asyncio.Event()

    async def wait(arguments: dict[str, Any], context: ToolContext) -> Any:
        started.set()
        await asyncio.sleep(30)

    task = asyncio.create_task(execute(make_tool(wait), {}, context()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_crash_inside_becomes_a_fault_that_tells_nothing_private(caplog: pytest.LogCaptureFixture) -> None:
    async def crash(arguments: dict[str, Any], context: ToolContext) -> Any:
        raise RuntimeError(f"bad key {await context.secrets('KEY')}")

    with caplog.at_level(logging.DEBUG):
        result = await execute(make_tool(crash), {}, context(secrets={"KEY": "s3cret-value"}))
    assert result.error is not None
    assert result.error.code == "tool_failed"
    assert "s3cret" not in repr(result)
    assert caplog.records
    assert "s3cret" not in caplog.text


async def test_a_secret_never_stands_in_a_result() -> None:
    async def echo(arguments: dict[str, Any], context: ToolContext) -> Any:
        secret = await context.secrets("KEY")
        return {"headers": {"Authorization": f"Bearer {secret}"}, "list": [secret]}

    result = await execute(make_tool(echo), {}, context(secrets={"KEY": "s3cret-value"}))
    assert "s3cret" not in repr(result)
    assert result.content["headers"]["Authorization"] == "Bearer •••"


@pytest.mark.parametrize(
    "content",
    ["é" * 100_000, [{"n": n, "text": "x" * 100} for n in range(2000)], {"a": 1, "items": ["y" * 1000] * 200},
     {"deep": {"x": "z" * 90_000}}],
)  # fmt: skip
async def test_a_large_result_is_cut_with_a_mark(content: Any) -> None:
    async def give(arguments: dict[str, Any], context: ToolContext) -> Any:
        return content

    result = await execute(make_tool(give), {}, context())
    packed = orjson.dumps(result.content)
    assert len(packed) <= MOST_BYTES
    assert b"cut here" in packed


async def test_the_plain_sentence_is_filled_from_the_result_or_left_out() -> None:
    async def give(arguments: dict[str, Any], context: ToolContext) -> Any:
        return {"id": 7, "items": [{"name": "Team"}]}

    said = await execute(make_tool(give, say="{id}: {items.0.name}"), {}, context())
    unsaid = await execute(make_tool(give, say="{id}: {absent}"), {}, context())
    assert (said.text, unsaid.text) == ("7: Team", None)


async def test_a_result_that_is_not_json_is_a_fault() -> None:
    async def give(arguments: dict[str, Any], context: ToolContext) -> Any:
        loop: dict[str, Any] = {}
        loop["self"] = loop
        return loop

    result = await execute(make_tool(give), {}, context())
    assert result.error is not None
    assert result.error.code == "tool_result_invalid"
