"""Runs one call of one tool: checks its arguments, its time and its repeats; every failure comes back as a fault."""

import asyncio
import base64
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jsonschema import Draft202012Validator

from sparklabs.kit.errors import SparkError, UnavailableError
from sparklabs.tools.arguments import compile_schema, read_arguments
from sparklabs.tools.results import finish
from sparklabs.tools.schemas import Tool, ToolContext, ToolFault, ToolResult, ToolSpec

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BoundTool:
    """A tool as an agent has it: its own wording and risk, and a compiled schema."""

    spec: ToolSpec
    tool: Tool
    validator: Draft202012Validator

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        return await self.tool.run(arguments, context)


@dataclass(slots=True)
class _SeenSecrets:
    """Hands out secrets and remembers them, so that none is shown in a result."""

    context: ToolContext
    seen: set[str] = field(default_factory=set[str])

    async def __call__(self, name: str) -> str | None:
        value = await self.context.secrets(name)
        if value:
            self.seen.add(value)
            self.seen.update(part for part in value.split(":") if len(part) >= 8)
            self.seen.add(base64.b64encode(value.encode()).decode())
        return value


def bind_tool(tool: Tool, *, spec: ToolSpec | None = None) -> BoundTool:
    """The tool with its schema compiled; raises `tool_broken` when the schema is none."""
    spec = spec or tool.spec
    return BoundTool(spec, tool, compile_schema(spec.schema.parameters, name=spec.schema.name))


async def execute(tool: Tool, arguments: Mapping[str, Any], context: ToolContext) -> ToolResult:
    """Runs the call; the only exception that leaves here is cancellation.

    A call is repeated only after a passing failure and only when its side effect is `none` or `idempotent`.
    """
    secrets = _SeenSecrets(context)
    try:
        bound = tool if isinstance(tool, BoundTool) else bind_tool(tool)
        given = read_arguments(bound.validator, arguments)
        result = await _attempts(bound, given, replace(context, secrets=secrets))
    except Exception as error:
        result = _failed(tool.spec, error)
    try:
        return finish(result, say=tool.spec.schema.say, secrets=secrets.seen)
    except (TypeError, ValueError, RecursionError) as error:
        logger.warning("tool result is not JSON", extra={"tool": tool.spec.schema.name, "error": type(error).__name__})
        fault = ToolFault("tool_result_invalid", "The tool gave back something that is not JSON.")
        return ToolResult(ok=False, content=None, error=fault)


async def _attempts(tool: BoundTool, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
    policy = tool.spec.retry
    left = policy.attempts if tool.spec.schema.side_effect != "unsafe" else 1
    pause = policy.pause_seconds
    while True:
        left -= 1
        try:
            async with asyncio.timeout(tool.spec.timeout_seconds):
                return await tool.run(dict(arguments), context)
        except (TimeoutError, UnavailableError, ConnectionError):
            if left <= 0:
                raise
        # Spread, so that many callers of one failing service do not return to it at the same moment.
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
        pause *= 2


def _failed(spec: ToolSpec, error: Exception) -> ToolResult:
    match error:
        case SparkError():
            fault = ToolFault(error.code, error.detail, error.hint, error.field)
        case TimeoutError():
            unsure = spec.schema.side_effect == "unsafe"
            fault = ToolFault(
                "tool_timeout",
                f"There was no answer within {spec.timeout_seconds:g} s."
                + (" It is not known whether it took effect." if unsure else ""),
                "Check before trying again." if unsure else "Try again in a moment.",
            )
        case ConnectionError():
            fault = ToolFault("tool_unreachable", "The service behind this tool cannot be reached.", "Try later.")
        case _:
            # The message may carry a secret or a person's data; only its kind is logged and shown.
            logger.error(
                "tool failed", extra={"tool": spec.schema.name, "error": type(error).__name__}, exc_info=_bare(error)
            )
            fault = ToolFault("tool_failed", f"The tool failed inside ({type(error).__name__}).", "Offer another way.")
    faults = list(error.faults) if isinstance(error, SparkError) and error.faults else None
    return ToolResult(ok=False, content={"faults": faults} if faults else None, error=fault)


def _bare(error: Exception) -> tuple[type[BaseException], BaseException, Any]:
    """The traceback without the message."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__
