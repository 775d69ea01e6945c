"""REST for editors of agent files; stands before the agents' own addresses, which take any slug."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from sparklabs.agents.authoring import Authoring, schema_document
from sparklabs.agents.endpoints import FILE_BODY, Reader, read_file, read_file_name
from sparklabs.agents.schemas import ConvertedOut, FaultOut, VocabularyOut
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import service

router = APIRouter(prefix="/api/v1/agents", tags=["agents"], responses=PROBLEMS, route_class=JsonRoute)
Desk = Annotated[Authoring, Depends(service(Authoring, "authoring"))]
_ANY: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "JSON Schema 2020-12.",
        "content": {"application/schema+json": {"schema": {"type": "object"}}},
    },
    304: {"description": "The one you have is still right."},
}


@router.get("/schema", responses=_ANY, response_class=Response)
async def get_schema(_: Reader, if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None) -> Response:
    """The JSON Schema of an agent file, for completion and forms; it changes with a release alone."""
    body, etag = schema_document()
    headers = {"ETag": etag, "Cache-Control": "private, max-age=300"}
    if etag in (each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/schema+json")


@router.get("/vocabulary")
async def get_vocabulary(principal: Reader, desk: Desk) -> VocabularyOut:
    """Models, kinds of tools and names of secrets that a file of this workspace may use."""
    return VocabularyOut.of(await desk.vocabulary(principal.tenant_id))


@router.post("/convert", openapi_extra=FILE_BODY)
async def convert_agent(request: Request, _: Reader, desk: Desk) -> ConvertedOut:
    """Writes a file of any dialect anew in schema 1.0; comments are left behind, and nothing is stored."""
    source, reading = desk.convert(await read_file(request), file=read_file_name(request, None))
    return ConvertedOut(dialect=reading.dialect, source=source, warnings=[FaultOut.of(w) for w in reading.warnings])
