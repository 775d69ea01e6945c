"""Declared tools of type `api`: one endpoint of somebody's service, its arguments, its credentials and its answer."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast
from urllib.parse import quote as quote_url

from pydantic import Field, field_validator

from sparklabs.kit.errors import InvalidError, SparkError, UnavailableError
from sparklabs.models.schemas import SideEffect
from sparklabs.tools.binding import AgentBinding, DataField, FieldType
from sparklabs.tools.building import Rooms, make_spec
from sparklabs.tools.builtin.http_request import body_of
from sparklabs.tools.errors import ToolBrokenError
from sparklabs.tools.fields import field_schema
from sparklabs.tools.outbound import Outbound, Response
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec
from sparklabs.tools.settings import ToolSettings, read_settings

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
_PATH = re.compile(r"\{([A-Za-z_]\w*)\}")
_SECRET = re.compile(r"\$\{([A-Za-z_]\w*)\}")
_TYPES: dict[str, FieldType] = {
    "string": "string", "text": "string", "integer": "integer", "number": "number", "boolean": "boolean",
    "date": "date", "time": "time", "datetime": "datetime", "email": "email", "phone": "phone",
}  # fmt: skip
_GUESSES: tuple[tuple[str, FieldType], ...] = (("email", "email"), ("phone", "phone"), ("mobile", "phone"))


class ApiSettings(ToolSettings):
    """`config` of an `api` tool. Secrets stand as `${NAME}` and are read for each call."""

    endpoint: str = Field(description="The address; `{name}` in it becomes a required argument.")
    method: Method = "GET"
    auth_type: Literal["none", "bearer", "basic", "api_key", "header"] = "none"
    auth: str | dict[str, str] | None = Field(None, description="The credential: `${NAME}`, or headers by name.")
    auth_header: str = Field("X-API-Key", pattern=r"^[A-Za-z0-9-]+$")
    headers: dict[str, str] = Field({}, description="Further headers, sent as they stand.")
    fields: dict[str, Any] = Field({}, description="Arguments: a type by name, or a JSON Schema by name.")
    required_fields: tuple[str, ...] = ()
    query: tuple[str, ...] = Field((), description="Arguments that go into the query; for GET and DELETE all do.")
    response: dict[str, str] = Field({}, description="Names in the result by JSON pointer (RFC 6901).")
    idempotent: bool = Field(False, description="The service honours Idempotency-Key, so a call may be repeated.")
    timeout_seconds: float = Field(20, gt=0, le=120)

    @field_validator("fields", mode="before")
    @classmethod
    def _list_of_names(cls, value: Any) -> Any:
        return {str(name): "" for name in cast(list[Any], value)} if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class ApiCall:
    """Calls the endpoint."""

    spec: ToolSpec
    settings: ApiSettings
    outbound: Outbound

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        settings = self.settings
        in_path = set(_PATH.findall(settings.endpoint))
        url = _PATH.sub(lambda match: _segment(match.group(1), arguments), settings.endpoint)
        rest = {name: value for name, value in arguments.items() if name not in in_path}
        to_query = set(rest) if settings.method in ("GET", "DELETE") else set(settings.query)
        body = {name: value for name, value in rest.items() if name not in to_query}
        headers = {**settings.headers, **await self._credentials(context)}
        headers = {name: await _with_secrets(value, context) for name, value in headers.items()}
        if settings.method != "GET":
            headers["Idempotency-Key"] = context.call_key
        answer = await self.outbound.request(
            settings.method, url, headers=headers, query={name: rest[name] for name in rest if name in to_query},
            json=body if settings.method in ("POST", "PUT", "PATCH") else None,
            timeout_seconds=settings.timeout_seconds,
        )  # fmt: skip
        return ToolResult(ok=True, content=_mapped(settings.response, _content(answer)))

    async def _credentials(self, context: ToolContext) -> Mapping[str, str]:
        auth = self.settings.auth
        if isinstance(auth, dict):
            return auth
        match self.settings.auth_type:
            case "bearer":
                return {"Authorization": f"Bearer {auth}"}
            case "basic":
                pair = await _with_secrets(auth or "", context)
                return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
            case "api_key" | "header":
                return {self.settings.auth_header: auth or ""}
            case _:
                return {}


class ApiRefusedError(SparkError):
    """The service behind an `api` tool refused the call."""

    status = 502
    code = "api_refused"
    title = "The service refused"


async def _with_secrets(text: str, context: ToolContext) -> str:
    for name in set(_SECRET.findall(text)):
        value = await context.secrets(name)
        if value is None:
            raise ApiRefusedError(
                f"The secret {name} is not set.", code="secret_missing", hint="An administrator must set it."
            )
        text = text.replace("${" + name + "}", value)
    return text


def _segment(name: str, arguments: Mapping[str, Any]) -> str:
    text = str(arguments[name])
    if text.strip() in ("", ".", ".."):
        raise InvalidError(f"{name} must not be empty or dots.", code="argument_invalid", field=name)
    return quote_url(text, safe="")


def _content(answer: Response) -> Any:
    found = body_of(answer)
    if answer.status >= 500 or answer.status == 429:
        raise UnavailableError(f"The service answered {answer.status}.", code="api_unavailable", hint="Try later.")
    if answer.status >= 400:
        said = str(found.get("json") or found.get("text") or "")[:500]
        raise ApiRefusedError(
            f"The service refused with {answer.status}" + (f": {said}" if said else "."),
            hint="Correct the values, or hand over to a person.",
        )
    return found.get("json", found)


def _mapped(pointers: Mapping[str, str], content: Any) -> Any:
    return {name: find_pointer(content, pointer) for name, pointer in pointers.items()} if pointers else content


def find_pointer(content: Any, pointer: str) -> Any:
    """What a JSON pointer points at (RFC 6901), or None."""
    for part in pointer.lstrip("/").split("/") if pointer.strip("/") else []:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(content, list) and name.isdigit() and int(name) < len(cast(list[Any], content)):
            content = cast(list[Any], content)[int(name)]
        elif isinstance(content, dict) and name in content:
            content = cast(dict[str, Any], content)[name]
        else:
            return None
    return content


def _argument(name: str, kind: Any) -> dict[str, Any]:
    if isinstance(kind, dict):
        return {"description": name.replace("_", " ").capitalize(), **cast(dict[str, Any], kind)}
    text = str(kind or "")
    guesses: list[FieldType] = [found for word, found in _GUESSES if word in name.lower()]
    described = text and text not in _TYPES
    return field_schema(
        DataField(name, _TYPES.get(text, (*guesses, "string")[0])), description=text if described else None
    )


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool; raises `tool_broken` when a credential stands in the file itself."""
    settings = read_settings(ApiSettings, declaration)
    if settings.auth_type != "none" and not settings.auth:
        raise ToolBrokenError(
            f"The tool {declaration.name!r} needs a credential.", field="config/auth",
            hint="Set `auth: ${NAME}` to the name of one of the tenant's secrets.",
        )  # fmt: skip
    given = settings.auth.values() if isinstance(settings.auth, dict) else [settings.auth or ""]
    if any(value and not _SECRET.search(value) for value in given):
        raise ToolBrokenError(
            f"The tool {declaration.name!r} carries its credential in the file.", field="config/auth",
            hint="Store it as a secret and write `${NAME}`.",
        )  # fmt: skip
    in_path = list(dict.fromkeys(_PATH.findall(_SECRET.sub("", settings.endpoint))))
    names = list(dict.fromkeys([*in_path, *settings.required_fields, *settings.query, *settings.fields]))
    reads = settings.method == "GET"
    repeatable = settings.idempotent or settings.method == "PUT"
    effect: SideEffect = "none" if reads else "idempotent" if repeatable else "unsafe"
    spec = make_spec(
        declaration,
        description=f"Call {settings.method} {settings.endpoint.split('?')[0]}.",
        parameters={
            "type": "object",
            "properties": {name: _argument(name, settings.fields.get(name)) for name in names},
            "required": list(dict.fromkeys([*in_path, *settings.required_fields])),
            "additionalProperties": False,
        },
        side_effect=effect, category="api", risk="low" if reads else "medium",
        timeout_seconds=settings.timeout_seconds + 5, auth=settings.auth_type if settings.auth else None,
    )  # fmt: skip
    return ApiCall(spec, settings, rooms.outbound)
