"""REST of contacts: the list, one person, what is remembered of them, export and erasure."""

import re
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from sparklabs.conversations.people.erasure import ErasureService
from sparklabs.conversations.people.errors import etag_of
from sparklabs.conversations.people.export import ExportService
from sparklabs.conversations.people.memories import MemoryService
from sparklabs.conversations.people.schemas import (
    ContactChangeBody,
    ContactProfile,
    ContactRow,
    ErasureOut,
    MemoryChangeBody,
    MemoryOut,
    NewContactBody,
)
from sparklabs.conversations.people.service import PeopleService
from sparklabs.kit.idempotency import IdempotencyService
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import DEFAULT_LIMIT, Page
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service

router = APIRouter(prefix="/api/v1/contacts", tags=["contacts"], responses=PROBLEMS, route_class=JsonRoute)

People = Annotated[PeopleService, Depends(service(PeopleService, "people"))]
Memories = Annotated[MemoryService, Depends(service(MemoryService, "memories"))]
Exports = Annotated[ExportService, Depends(service(ExportService, "contact_exports"))]
Erasures = Annotated[ErasureService, Depends(service(ErasureService, "erasures"))]
Idempotency = Annotated[IdempotencyService, Depends(service(IdempotencyService, "idempotency"))]
Lister = Annotated[Principal, require("contacts:list")]
Reader = Annotated[Principal, require("contacts:read")]
Writer = Annotated[Principal, require("contacts:write")]
Eraser = Annotated[Principal, require("contacts:erase")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="The ETag you read; another one by now is 412.")]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=255, description="Repeat a request with the same key."),
]
_TAG = re.compile(r'"[^"]*"')


@router.get("")
async def list_contacts(
    principal: Lister,
    people: People,
    search: Annotated[
        str | None,
        Query(
            max_length=320,
            description="A whole e-mail, phone, handle or id; with contacts:read also beginnings of a name's words.",
        ),
    ] = None,
    channel: Annotated[str | None, Query(max_length=32, description="Who talked on this channel.")] = None,
    agent_id: Annotated[str | None, Query(description="Who talked with this agent (id or slug).")] = None,
    sort: Annotated[
        str | None, Query(description="created_at, updated_at or last_contact_at; `-` before it for newest first.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ContactRow]:
    """The workspace's contacts, the newest first; names and handles are masked without contacts:read."""
    return await people.list(
        principal, search=search, channel=channel, agent=agent_id, sort=sort, cursor=cursor, limit=limit
    )


@router.post("", status_code=201, response_model=ContactProfile)
async def create_contact(
    body: NewContactBody, request: Request, principal: Writer, people: People, idempotency: Idempotency, key: Key = None
) -> Response:
    """A new contact; a handle that belongs to another is refused with `contact_handle_taken`."""

    async def create(id: UUID) -> tuple[int, Any]:
        return 201, (await people.create(principal, body, id=id)).model_dump(mode="json")

    status, answer = await idempotency.once(
        principal.tenant_id, scope="contacts", key=key, body=await request.body(), act=create
    )
    made = ContactProfile.model_validate(answer)
    return JSONResponse(answer, status, headers={"Location": f"/api/v1/contacts/{made.id}", **_tagged(made)})


@router.get("/{contact_id}")
async def get_contact(contact_id: UUID, principal: Lister, people: People, response: Response) -> ContactProfile:
    """One contact; each look at an unmasked one is audited."""
    found = await people.get(principal, contact_id)
    response.headers.update(_tagged(found))
    return found


@router.patch("/{contact_id}")
async def change_contact(
    contact_id: UUID,
    body: ContactChangeBody,
    principal: Writer,
    people: People,
    response: Response,
    if_match: IfMatch = None,
) -> ContactProfile:
    """Changes what is given. With `If-Match`, a change by somebody else in between is refused with 412."""
    changed = await people.change(principal, contact_id, body, etags=_etags(if_match))
    response.headers.update(_tagged(changed))
    return changed


@router.delete("/{contact_id}")
async def erase_contact(contact_id: UUID, principal: Eraser, erasures: Erasures) -> ErasureOut:
    """Erases the person for good: identity, conversations, memories, files and all that was done for them.

    Runs stay as figures (tokens, cost, time) that lead to nobody.
    """
    return await erasures.erase(principal, contact_id)


@router.get(
    "/{contact_id}/export",
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
)
async def export_contact(contact_id: UUID, principal: Reader, exports: Exports) -> Response:
    """Everything about the person as one JSON file: identity, conversations, memories, files' names, what was done."""
    document = await exports.export(principal, contact_id)
    headers = {
        "Content-Disposition": f'attachment; filename="contact-{contact_id}.json"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    body = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    return Response(body, media_type="application/json", headers=headers)


@router.get("/{contact_id}/memories")
async def list_memories(
    contact_id: UUID,
    principal: Reader,
    memories: Memories,
    sort: Annotated[str | None, Query(description="updated_at or created_at; `-` before it for newest first.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[MemoryOut]:
    """What agents remember of the person."""
    return await memories.list(principal.tenant_id, contact_id, sort=sort, cursor=cursor, limit=limit)


@router.patch("/{contact_id}/memories/{memory_id}")
async def change_memory(
    contact_id: UUID, memory_id: UUID, body: MemoryChangeBody, principal: Writer, memories: Memories
) -> MemoryOut:
    """Corrects or pins a memory."""
    return await memories.change(principal, contact_id, memory_id, body)


@router.delete("/{contact_id}/memories/{memory_id}", status_code=204)
async def forget_memory(contact_id: UUID, memory_id: UUID, principal: Writer, memories: Memories) -> None:
    """Forgets a memory for good."""
    await memories.forget(principal, contact_id, memory_id)


def _tagged(contact: ContactProfile) -> dict[str, str]:
    return {"ETag": etag_of(contact.updated_at)}


def _etags(if_match: str | None) -> frozenset[str] | None:
    """The tags of an If-Match (RFC 9110, 13.1.1); `*` asks for nothing but that the contact exists."""
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(_TAG.findall(if_match))
