"""The tools over HTTP: list, look at one, try one."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Body, Depends, Query
from pydantic import BaseModel, Field, model_validator

from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, Page, page_of
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service
from sparklabs.models.schemas import Risk, SideEffect, ToolRole
from sparklabs.tools.schemas import ToolResult, ToolSource, ToolSpec
from sparklabs.tools.testing import ToolDesk

router = APIRouter(prefix="/api/v1/tools", tags=["tools"], responses=PROBLEMS, route_class=JsonRoute)
Desk = Annotated[ToolDesk, Depends(service(ToolDesk, "tool_desk"))]


class ToolView(BaseModel):
    """A tool as anybody may see it."""

    name: str
    description: str
    category: str
    source: ToolSource
    role: ToolRole
    risk: Risk
    side_effect: SideEffect
    parameters: dict[str, Any] = Field(description="JSON Schema of the arguments.")
    output_schema: dict[str, Any] | None = None
    timeout_seconds: float
    retry: dict[str, float]
    auth: str | None = Field(description="The secret or integration it needs.")


class ToolTrial(BaseModel):
    """A call to try; a body without `arguments` is the arguments themselves."""

    @model_validator(mode="before")
    @classmethod
    def _take_bare_arguments(cls, given: Any) -> Any:
        fields = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        if not fields or "arguments" in fields or set(fields) == {"agent"}:
            return cast("Any", given)
        return {"arguments": {k: v for k, v in fields.items() if k != "agent"}, "agent": fields.get("agent")}

    arguments: dict[str, Any] = {}
    agent: str | None = Field(default=None, description="An agent's id or slug: its own tools and settings are used.")


_NO_ARGUMENTS = ToolTrial()


class ToolFaultView(BaseModel):
    """Why a call failed."""

    code: str
    message: str
    hint: str | None
    field: str | None


class ToolOutcome(BaseModel):
    """What a call gave."""

    ok: bool
    content: Any
    text: str | None
    error: ToolFaultView | None
    citations: list[dict[str, Any]]
    duration_ms: int


@router.get("", summary="All tools", responses={200: {"description": "Built-in tools and those added to this server."}})
async def list_tools(
    _: Annotated[Principal, require("tools:read")],
    desk: Desk,
    sort: Annotated[str | None, Query(description="`name` or `-name`.")] = None,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT)] = DEFAULT_LIMIT,
) -> Page[ToolView]:
    page = page_of(desk.registry.specs(), name=lambda spec: spec.schema.name, sort=sort, cursor=cursor, limit=limit)
    return Page(items=[_view(spec) for spec in page.items], next_cursor=page.next_cursor, total=page.total)


@router.get("/{name}", summary="One tool")
async def get_tool(name: str, _: Annotated[Principal, require("tools:read")], desk: Desk) -> ToolView:
    return _view(desk.registry.get_spec(name))


@router.post("/{name}/test", summary="Try a tool")
async def test_tool(
    name: str,
    principal: Annotated[Principal, require("tools:test")],
    desk: Desk,
    trial: Annotated[ToolTrial, Body(examples=[{"arguments": {"expression": "3 * 1299 * 1.18"}}])] = _NO_ARGUMENTS,
) -> ToolOutcome:
    """Runs it for real, with a fresh idempotency key. A tool's own fault is a result with `ok: false`."""
    result, duration_ms = await desk.try_tool(principal.tenant_id, name, trial.arguments, agent=trial.agent)
    return _outcome(result, duration_ms)


def _view(spec: ToolSpec) -> ToolView:
    schema = spec.schema
    return ToolView(
        name=schema.name, description=schema.description, category=spec.category, source=spec.source, role=schema.role,
        risk=schema.risk, side_effect=schema.side_effect, parameters=schema.parameters,
        output_schema=spec.output_schema, timeout_seconds=spec.timeout_seconds,
        retry={"attempts": spec.retry.attempts, "pause_seconds": spec.retry.pause_seconds}, auth=spec.auth,
    )  # fmt: skip


def _outcome(result: ToolResult, duration_ms: int) -> ToolOutcome:
    error = result.error
    return ToolOutcome(
        ok=result.ok,
        content=result.content,
        text=result.text,
        error=ToolFaultView(code=error.code, message=error.message, hint=error.hint, field=error.field)
        if error
        else None,
        citations=[
            {"title": each.title, "source": each.source, "passage": each.passage, "score": each.score}
            for each in result.citations
        ],
        duration_ms=duration_ms,
    )
