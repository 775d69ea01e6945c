"""`http_request`: one request to the public web, guarded against private addresses."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import orjson
from pydantic import Field

from sparklabs.models.schemas import SideEffect
from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import ONCE, Rooms, make_spec
from sparklabs.tools.outbound import Outbound, Response
from sparklabs.tools.schemas import Tool, ToolContext, ToolDeclaration, ToolResult, ToolSpec
from sparklabs.tools.settings import ToolSettings, read_settings

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
_READS = {"GET", "HEAD"}
_ALL: tuple[Method, ...] = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class HttpSettings(ToolSettings):
    """`config` of `http_request`."""

    allowed_hosts: tuple[str, ...] = Field((), description="Only these hosts; `*.example.com` means all below.")
    methods: tuple[Method, ...] = Field(_ALL, description="Only these methods.")
    timeout_seconds: float = Field(20, gt=0, le=120)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """Sends what the model asks for; a status that is no success is a result, not a fault."""

    spec: ToolSpec
    settings: HttpSettings
    outbound: Outbound

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        method = arguments["method"]
        headers: dict[str, str] = dict(arguments.get("headers") or {})
        if method not in _READS:
            headers.setdefault("Idempotency-Key", context.call_key)
        answer = await self.outbound.request(
            method, arguments["url"], headers=headers, query=arguments.get("query"), json=arguments.get("json"),
            timeout_seconds=self.settings.timeout_seconds,
            allowed_hosts=frozenset(self.settings.allowed_hosts) or None,
        )  # fmt: skip
        content = {"status": answer.status, "url": answer.url, "content_type": content_type(answer), **body_of(answer)}
        return ToolResult(ok=True, content=content)


def body_of(answer: Response) -> dict[str, Any]:
    """The body as `json` when it is that, else as `text`; of other content only its size."""
    kind = content_type(answer)
    if kind.endswith("json"):
        try:
            return {"json": orjson.loads(answer.body)}
        except orjson.JSONDecodeError:
            return {"text": answer.text}
    if kind.startswith("text/") or kind.endswith(("xml", "javascript")) or not kind:
        return {"text": answer.text}
    return {"size_bytes": len(answer.body)}


def content_type(answer: Response) -> str:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return headers.get("content-type", "").split(";")[0].strip().lower()


def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
    """The tool; one that may only read is a read."""
    settings = read_settings(HttpSettings, declaration)
    reads = set(settings.methods) <= _READS
    effect: SideEffect = "none" if reads else "unsafe"
    anything: dict[str, Any] = {"description": "A JSON body."}
    parameters = {
        "type": "object",
        "properties": {
            "method": {"type": "string", "enum": list(settings.methods), "default": settings.methods[0],
                       "description": "How."},
            "url": {"type": "string", "description": "The whole address, with https://.", "maxLength": 4000},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}, "description": "Extra headers."},
            "query": {
                "type": "object", "description": "Query parameters.",
                "additionalProperties": {"type": ["string", "number", "boolean"]},
            },
            **({} if reads else {"json": anything}),
        },
        "required": ["url"],
        "additionalProperties": False,
    }  # fmt: skip
    spec = make_spec(
        declaration,
        description="Send an HTTP request to a public web address and read the answer.",
        parameters=parameters, side_effect=effect, category="web", risk="medium",
        timeout_seconds=settings.timeout_seconds + 5, source="builtin",
    )  # fmt: skip
    return HttpRequest(replace(spec, retry=ONCE) if not reads else spec, settings, rooms.outbound)
