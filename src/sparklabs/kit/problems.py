"""Errors on the wire: RFC 9457 problem documents that also carry `code`, `field`, `hint` and `request_id`."""

import logging
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from sparklabs.kit import telemetry
from sparklabs.kit.errors import BadRequestError, InvalidError, SparkError

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
_TYPE = "https://sparklabs.dev/problems/"


class Problem(BaseModel):
    """RFC 9457, with a stable `code` to act on."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; act on this, not on the sentence.")
    field: str | None = None
    hint: str | None = Field(default=None, description="What to do next.")
    request_id: str | None = None
    errors: list[dict[str, Any]] = []


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": {CONTENT_TYPE: {"schema": Problem.model_json_schema()}}}
    for status, description in {
        401: "Nobody is known to be asking.",
        403: "The caller may not do this.",
        404: "There is no such thing.",
        409: "Its state does not allow this.",
        422: "Some values are not valid.",
    }.items()
}


class _StoredProblemError(SparkError):
    """A problem that was stored with what it ended."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail", "")), code=problem.get("code"), hint=problem.get("hint"))
        self.problem = problem


def problem_error(problem: dict[str, Any] | None) -> SparkError:
    """A stored problem as an error to raise."""
    return _StoredProblemError(problem or {"code": "turn_failed", "detail": "The turn failed."})


def problem_json(error: SparkError) -> dict[str, Any]:
    """The problem document of an error."""
    stored = error.problem if isinstance(error, _StoredProblemError) else {}
    told: dict[str, Any] = {
        "type": _TYPE + error.code,
        "title": stored.get("title", error.title),
        "status": stored.get("status", error.status),
        "detail": error.detail,
        "code": error.code,
    }
    if error.field:
        told["field"] = error.field
    if error.hint:
        told["hint"] = error.hint
    request_id = telemetry.current_context().get("request_id")
    if request_id:
        told["request_id"] = request_id
    if error.faults:
        told["errors"] = [dict(fault) for fault in error.faults]
    return told


def add_problem_handlers(app: FastAPI) -> None:
    """Makes every error of the application a problem document."""
    app.add_exception_handler(SparkError, _spark_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(psycopg.DataError, _data_error)


def response_of(problem: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(problem, default=str), problem["status"], headers, media_type=CONTENT_TYPE)


async def _spark_error(request: Request, error: Exception) -> Response:
    del request
    if not isinstance(error, SparkError):
        raise error
    return response_of(problem_json(error), error.headers)


async def _validation_error(request: Request, error: Exception) -> Response:
    """What Pydantic found, without the values, which may be secret or personal."""
    del request
    if not isinstance(error, RequestValidationError):
        raise error
    broken = next((each for each in error.errors() if each["type"] == "json_invalid"), None)
    if broken is not None:
        at = f" (at character {broken['loc'][-1]})" if len(broken["loc"]) > 1 else ""
        unreadable = BadRequestError(f"The body is not JSON{at}.", code="body_unreadable", hint="Send valid JSON.")
        return response_of(problem_json(unreadable))
    faults = [
        {"field": _path(each["loc"]), "message": each["msg"].removeprefix("Value error, "), "code": each["type"]}
        for each in error.errors()
    ]
    first = faults[0] if faults else {"field": "", "message": "The request is not valid."}
    told = InvalidError(
        f"{first['field']}: {first['message']}" if first["field"] else first["message"],
        code="validation_failed",
        field=first["field"] or None,
        hint="See `errors` for every fault, and /docs for the schema.",
        faults=faults,
    )
    return response_of(problem_json(told))


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    codes = {404: "route_not_found", 405: "method_not_allowed"}
    told = SparkError(
        f"{request.method} {request.url.path}: {error.detail}",
        code=codes.get(error.status_code, "http_error"),
        hint="See /docs for what there is.",
    )
    problem = problem_json(told) | {"status": error.status_code, "title": str(error.detail)}
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = _allowed(request, headers.get("Allow", ""))
    return response_of(problem, headers)


def _allowed(request: Request, told: str) -> str:
    """Every method that this address takes (RFC 9110, 10.2.1); the router tells those of its first route alone."""
    path = getattr(request.scope.get("route"), "path", "")
    documented: dict[str, Any] = request.app.openapi()["paths"].get(path, {})
    taken = [method.upper() for method in documented] or [told]
    return ", ".join(taken + (["HEAD"] if "GET" in taken else []))


async def _data_error(request: Request, error: Exception) -> Response:
    """A value that passed the schema and that PostgreSQL cannot hold, such as a NUL character deep in a document."""
    if not isinstance(error, psycopg.DataError):
        raise error
    logger.warning("A value could not be stored.", exc_info=error, extra={"path": request.url.path})
    told = InvalidError(
        "A value cannot be stored as it is.",
        code="value_not_storable",
        hint="Leave out NUL characters, and numbers or dates beyond all measure.",
    )
    return response_of(problem_json(told))


def _path(location: tuple[Any, ...]) -> str:
    """The field's path as the caller wrote it, without the names of our models where a field takes several."""
    parts = [str(part) for part in location[1:]]
    return ".".join(part for part in parts if not (part[:1].isupper() and part.isidentifier()))
