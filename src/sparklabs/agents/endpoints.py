"""REST of agents: files in, versions out, and their life; decisions stand in `service`."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from sparklabs.agents.entities import Agent, AgentStatus, Intent, Published
from sparklabs.agents.errors import AgentInvalidError
from sparklabs.agents.publishing import Publication
from sparklabs.agents.repository import AgentFilter
from sparklabs.agents.schemas import (
    EXAMPLE_FILE,
    PLAIN,
    AgentDetailOut,
    AgentListedOut,
    AgentOut,
    ChangeOut,
    DifferenceOut,
    FaultOut,
    GapOut,
    PublishedOut,
    PublishIn,
    ReasonIn,
    ReportedGapOut,
    RollbackIn,
    ValidationOut,
    VersionOut,
    VersionSummaryOut,
)
from sparklabs.agents.service import AgentService
from sparklabs.kit.idempotency import IdempotencyService
from sparklabs.kit.json_route import JsonRoute, MediaTypeError
from sparklabs.kit.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, Page
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service

router = APIRouter(prefix="/api/v1", tags=["agents"], responses=PROBLEMS, route_class=JsonRoute)

YAML = "application/yaml"
_TAG = re.compile(r'"(\d{1,10})"')
_WEAK = re.compile(r'W/"[^"]*"')

Agents = Annotated[AgentService, Depends(service(AgentService, "agents"))]
Idempotency = Annotated[IdempotencyService, Depends(service(IdempotencyService, "idempotency"))]
Reader = Annotated[Principal, require("agents:read")]
Writer = Annotated[Principal, require("agents:write")]
Reference = Annotated[str, Path(description="The agent's slug or id.", max_length=64, examples=["acme-sales"])]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=255, description="Repeat a request with the same key."),
]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="The ETag you read; another one by now is 412.", examples=['"4"'])
]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=LARGEST_LIMIT)]
Live = Annotated[bool, Query(description="False keeps the version as a draft.")]
Reason = Annotated[str, Query(max_length=500, pattern=PLAIN, description="Why; kept with the version.")]

FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "An agent file: YAML, or the same as JSON. At most 1 MiB.",
        "content": {
            YAML: {"schema": {"type": "string"}, "example": EXAMPLE_FILE},
            "application/json": {
                "schema": {"type": "object"},
                "example": {
                    "version": "1.0",
                    "agent": {"name": "Nora", "system_prompt": "You help."},
                    "tools": ["search_knowledge"],
                },
            },
        },
    }
}
CHANGED: dict[int | str, dict[str, Any]] = {412: {"description": "Somebody else changed the agent (`agent_changed`)."}}


@router.get("/agents")
async def list_agents(
    principal: Reader,
    agents: Agents,
    status: Annotated[AgentStatus | None, Query(description="Left out, all but the archived.")] = None,
    type: Annotated[str | None, Query(pattern=PLAIN, description="voice, scraping, automation or custom.")] = None,
    filter: Annotated[str | None, Query(max_length=200, pattern=PLAIN, description="Part of the name or slug.")] = None,
    sort: Annotated[
        str | None,
        Query(description="slug, name, status, version, created_at or updated_at; `-` before it turns it."),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[AgentListedOut]:
    """The workspace's agents, by slug."""
    chosen = AgentFilter(status=status, type=type, text=filter)
    page = await agents.list(principal.tenant_id, chosen, sort=sort, cursor=cursor, limit=limit)
    items = [AgentListedOut.of_listed(each) for each in page.items]
    return Page(items=items, next_cursor=page.next_cursor, total=page.total)


@router.post(
    "/agents",
    status_code=201,
    response_model=PublishedOut,
    responses={200: {"model": PublishedOut, "description": "The agent was there already with this content."}},
    openapi_extra=FILE_BODY,
)
async def create_agent(
    request: Request,
    principal: Writer,
    agents: Agents,
    idempotency: Idempotency,
    slug: Annotated[str | None, Query(description="Left out, it is made from the file's id or the name.")] = None,
    publish: Live = True,
    reason: Reason = "",
    key: Key = None,
) -> Response:
    """Makes an agent out of a file and publishes it. The same file again answers 200 and changes nothing."""
    source = await read_file(request)

    async def create(_: UUID) -> tuple[int, Any]:
        # The slug already keeps a second agent out: the same file again is found unchanged.
        publication = Publication(
            source=source, author=principal.actor, slug=slug, file=read_file_name(request, slug), reason=reason,
            publish=publish, mode="create",
        )  # fmt: skip
        done = await agents.publish(principal.tenant_id, publication)
        answer = (await _published(done, principal, agents)).model_dump(mode="json")
        return (200 if done.outcome == "unchanged" else 201), answer

    body = f"{slug}\n{publish}\n{reason}\n".encode() + source
    status, answer = await idempotency.once(principal.tenant_id, scope="agents", key=key, body=body, act=create)
    headers = {"ETag": f'"{answer["revision"]}"', "Location": f"/api/v1/agents/{answer['slug']}"}
    return JSONResponse(answer, status, headers)


@router.post("/agents/validate", openapi_extra=FILE_BODY)
async def validate_agent(request: Request, principal: Reader, agents: Agents) -> ValidationOut:
    """Reads a file on all five levels and stores nothing; 422 with every fault in `errors` when it has any."""
    file = read_file_name(request, None)
    reading = await agents.validate(principal.tenant_id, await read_file(request), file=file)
    if reading.spec is None:
        count = len(reading.faults)
        raise AgentInvalidError(
            f"{file} has {count} fault{'s' if count > 1 else ''}.",
            hint="Mend every one of `errors`.",
            faults=reading.problems(),
        )
    return ValidationOut(
        content_hash=reading.content_hash,
        dialect=reading.dialect,
        name=reading.spec.agent.name,
        warnings=[FaultOut.of(each) for each in reading.warnings],
        gaps=[GapOut.of(each) for each in reading.gaps],
    )


@router.get(
    "/agents/{agent_id}",
    response_model=AgentDetailOut,
    responses={200: {"content": {YAML: {"schema": {"type": "string"}, "example": EXAMPLE_FILE}}}},
)
async def get_agent(request: Request, agent_id: Reference, principal: Reader, agents: Agents) -> Response:
    """One agent with its live version; with `Accept: application/yaml` the file alone."""
    agent = await agents.get(principal.tenant_id, agent_id)
    version = None
    if agent.latest_version:
        agent, version = await agents.get_version(principal.tenant_id, agent.id)
    headers = {"ETag": agent.etag, "Vary": "Accept"}
    if version is not None and "yaml" in request.headers.get("accept", ""):
        return Response(version.source, headers=headers, media_type=YAML)
    names = await agents.author_names(principal.tenant_id, [version.author] if version else [])
    return JSONResponse(AgentDetailOut.whole(agent, version, names).model_dump(mode="json"), headers=headers)


@router.put("/agents/{agent_id}", response_model=PublishedOut, openapi_extra=FILE_BODY, responses=CHANGED)
async def replace_agent(
    request: Request,
    agent_id: Reference,
    principal: Writer,
    agents: Agents,
    publish: Live = True,
    reason: Reason = "",
    if_match: IfMatch = None,
) -> Response:
    """Makes a new version of an agent and publishes it; the same text changes nothing."""
    publication = Publication(
        source=await read_file(request),
        author=principal.actor,
        slug=agent_id,
        file=read_file_name(request, agent_id),
        reason=reason,
        publish=publish,
        mode="replace",
        expected_revisions=_revisions(if_match),
    )
    done = await agents.publish(principal.tenant_id, publication)
    answer = (await _published(done, principal, agents)).model_dump(mode="json")
    return JSONResponse(answer, headers={"ETag": done.agent.etag})


@router.delete("/agents/{agent_id}", responses=CHANGED)
async def archive_agent(
    response: Response,
    agent_id: Reference,
    principal: Writer,
    agents: Agents,
    reason: Reason = "",
    if_match: IfMatch = None,
) -> AgentOut:
    """Archives the agent: it leaves the lists and answers no more; versions, conversations and slug stay."""
    intent = Intent(principal.actor, reason, _revisions(if_match))
    return _told(await agents.archive(principal.tenant_id, agent_id, intent), response)


@router.get("/agents/{agent_id}/versions")
async def list_versions(
    agent_id: Reference,
    principal: Reader,
    agents: Agents,
    sort: Annotated[str | None, Query(description="`number` or `-number`.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[VersionSummaryOut]:
    """The agent's versions, the newest first."""
    agent, page = await agents.versions(principal.tenant_id, agent_id, sort=sort, cursor=cursor, limit=limit)
    names = await agents.author_names(principal.tenant_id, [each.author for each in page.items])
    items = [VersionSummaryOut.of(each, live=agent.active_number, names=names) for each in page.items]
    return Page(items=items, next_cursor=page.next_cursor, total=page.total)


@router.get(
    "/agents/{agent_id}/versions/{number}",
    response_model=VersionOut,
    responses={200: {"content": {YAML: {"schema": {"type": "string"}, "example": EXAMPLE_FILE}}}},
)
async def get_version(
    request: Request,
    agent_id: Reference,
    number: Annotated[int, Path(ge=1, le=2_147_483_647)],
    principal: Reader,
    agents: Agents,
) -> Response:
    """One version; with `Accept: application/yaml` the file alone."""
    agent, version = await agents.get_version(principal.tenant_id, agent_id, number)
    if "yaml" in request.headers.get("accept", ""):
        return Response(version.source, headers={"Vary": "Accept"}, media_type=YAML)
    names = await agents.author_names(principal.tenant_id, [version.author])
    told = VersionOut.of(version, live=agent.active_number, names=names)
    return JSONResponse(told.model_dump(mode="json"), headers={"Vary": "Accept"})


@router.get("/agents/{agent_id}/diff")
async def compare_versions(
    agent_id: Reference,
    principal: Reader,
    agents: Agents,
    old: Annotated[int | None, Query(alias="from", ge=1, description="Left out, the live version.")] = None,
    new: Annotated[int | None, Query(alias="to", ge=1, description="Left out, the latest version.")] = None,
) -> DifferenceOut:
    """What changed in meaning; when the live version is the latest, against the one before it."""
    agent = await agents.get(principal.tenant_id, agent_id)
    after = new or agent.latest_version
    live = agent.active_number
    before = old or (live if live and live != after else max(after - 1, 1))
    changes = await agents.difference(principal.tenant_id, agent.id, old=before, new=after)
    return DifferenceOut(old=before, new=after, changes=[ChangeOut.of(each) for each in changes])


@router.post("/agents/{agent_id}/rollback", responses=CHANGED)
async def roll_back(
    response: Response, agent_id: Reference, body: RollbackIn, principal: Writer, agents: Agents,
    if_match: IfMatch = None,
) -> AgentOut:  # fmt: skip
    """Makes an earlier version live again; turns under way finish on theirs."""
    intent = Intent(principal.actor, body.reason, _revisions(if_match))
    return _told(await agents.rollback(principal.tenant_id, agent_id, intent, number=body.version), response)


@router.post("/agents/{agent_id}/publish", responses=CHANGED)
async def publish_version(
    response: Response, agent_id: Reference, principal: Writer, agents: Agents,
    body: Annotated[PublishIn | None, Body()] = None, if_match: IfMatch = None,
) -> AgentOut:  # fmt: skip
    """Makes a draft live: the latest version, or the one that is named."""
    told = body or PublishIn()
    intent = Intent(principal.actor, told.reason, _revisions(if_match))
    changed = await agents.publish_version(principal.tenant_id, agent_id, intent, number=told.version)
    return _told(changed, response)


Move = Literal["pause", "activate", "restore", "testing", "draft"]
_MOVES: dict[str, AgentStatus] = {
    "pause": AgentStatus.PAUSED,
    "activate": AgentStatus.ACTIVE,
    "testing": AgentStatus.TESTING,
    "draft": AgentStatus.DRAFT,
}


@router.post("/agents/{agent_id}/{move}", responses=CHANGED)
async def move_agent(
    response: Response,
    agent_id: Reference,
    move: Annotated[Move, Path(description="Where to: `restore` brings an archived agent back, paused.")],
    principal: Writer,
    agents: Agents,
    body: Annotated[ReasonIn | None, Body()] = None,
    if_match: IfMatch = None,
) -> AgentOut:
    """Moves the agent through its life; a move that its state does not allow is 409 `agent_state`."""
    intent = Intent(principal.actor, body.reason if body else "", _revisions(if_match))
    if move == "restore":
        return _told(await agents.restore(principal.tenant_id, agent_id, intent), response)
    return _told(await agents.move(principal.tenant_id, agent_id, intent, to=_MOVES[move]), response)


@router.get("/agent-gaps")
async def list_gaps(principal: Reader, agents: Agents) -> Page[ReportedGapOut]:
    """What the workspace's agents name and it has not got, with the issue that was opened for each."""
    gaps = [ReportedGapOut.of(each) for each in await agents.gaps(principal.tenant_id)]
    return Page(items=gaps, next_cursor=None, total=len(gaps))


async def _published(done: Published, principal: Principal, agents: AgentService) -> PublishedOut:
    names = await agents.author_names(principal.tenant_id, [done.version.author])
    return PublishedOut.of_published(done, names)


def _told(agent: Agent, response: Response) -> AgentOut:
    response.headers["ETag"] = agent.etag
    return AgentOut.of(agent)


async def read_file(request: Request) -> bytes:
    """The body as it came; JSON is YAML, and clients that send files name their kind in many ways."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        raise MediaTypeError(
            f"A body of type {kind} is not taken.", hint="Send the file itself as application/yaml or application/json."
        )
    return await request.body()


def read_file_name(request: Request, slug: str | None) -> str:
    """What faults call the file."""
    ending = "json" if "json" in request.headers.get("content-type", "") else "yaml"
    return f"{slug or 'agent'}.{ending}"


def _revisions(if_match: str | None) -> frozenset[int] | None:
    """The revisions of an If-Match (RFC 9110, 13.1.1); `*` asks for nothing but that the agent exists."""
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(int(tag) for tag in _TAG.findall(_WEAK.sub("", if_match)))
