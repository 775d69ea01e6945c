"""REST of conversations, messages and traces; streams.py has the event streams."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Header, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from sparklabs.conversations import streams
from sparklabs.conversations.attachments import AttachmentService
from sparklabs.conversations.listing import ConversationList
from sparklabs.conversations.masking import shown_to
from sparklabs.conversations.playground import Playground
from sparklabs.conversations.schemas import (
    CancelOut,
    ChannelOut,
    ConversationIn,
    ConversationOut,
    FileOut,
    ForkIn,
    MessageIn,
    MessageOut,
    PendingOut,
    RunOut,
    TicketOut,
)
from sparklabs.conversations.service import ConversationService
from sparklabs.conversations.shapes import Accepted
from sparklabs.conversations.stopping import TurnStops
from sparklabs.conversations.trace import TraceService
from sparklabs.conversations.turns import TurnService
from sparklabs.kit.errors import ForbiddenError
from sparklabs.kit.idempotency import IdempotencyService
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import DEFAULT_LIMIT, Page
from sparklabs.kit.problems import PROBLEMS, problem_error
from sparklabs.kit.web import Principal, SocketTickets, require, service

TICKET_SECONDS = 30

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"], responses=PROBLEMS, route_class=JsonRoute)

Conversations = Annotated[ConversationService, Depends(service(ConversationService, "conversations"))]
Lists = Annotated[ConversationList, Depends(service(ConversationList, "conversation_list"))]
Tests = Annotated[Playground, Depends(service(Playground, "playground"))]
Turns = Annotated[TurnService, Depends(service(TurnService, "turns"))]
Traces = Annotated[TraceService, Depends(service(TraceService, "traces"))]
Attachments = Annotated[AttachmentService, Depends(service(AttachmentService, "attachments"))]
Idempotency = Annotated[IdempotencyService, Depends(service(IdempotencyService, "idempotency"))]
Reader = Annotated[Principal, require("conversations:read")]
Lister = Annotated[Principal, require("conversations:list")]
Writer = Annotated[Principal, require("conversations:write")]
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=255, description="Repeat a request with the same key."),
]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.post("", status_code=201, response_model=ConversationOut)
async def create_conversation(
    body: ConversationIn,
    request: Request,
    principal: Writer,
    conversations: Conversations,
    playground: Tests,
    idempotency: Idempotency,
    key: Key = None,
) -> Response:
    """Opens a conversation of a contact with an agent; a test may be held to a version, a model and a channel."""
    if principal.conversation_id is not None:
        raise ForbiddenError(
            "A visitor has one conversation and opens no other.", hint="Open it with POST /api/v1/widget/sessions."
        )

    if body.is_test and not principal.allows("agents:write"):
        raise ForbiddenError(
            "Choosing a version, a model or a channel for a test needs the permission agents:write.",
            hint="Leave version, model and simulated_channel out, or ask an administrator of the workspace for it.",
        )

    async def create(id: UUID) -> tuple[int, Any]:
        tenant_id = principal.tenant_id
        if body.is_test:
            made = await playground.create(tenant_id, body, id=id)
        else:
            made = await conversations.create(
                tenant_id,
                agent=body.agent_id,
                channel=body.channel,
                contact=body.contact,
                metadata=body.metadata,
                id=id,
            )
        return 201, shown_to(principal, made).model_dump(mode="json")

    status, answer = await idempotency.once(
        principal.tenant_id, scope="conversations", key=key, body=await request.body(), act=create
    )
    return JSONResponse(answer, status, headers={"Location": f"/api/v1/conversations/{answer['id']}"})


@router.get("")
async def list_conversations(
    principal: Lister,
    found: Lists,
    search: Annotated[
        str | None,
        Query(max_length=200, description="Words that were said, or the contact's exact e-mail, phone number or id."),
    ] = None,
    agent_id: Annotated[str | None, Query(description="The agent's id or slug.")] = None,
    contact_id: UUID | None = None,
    status: Literal["open", "handed_off", "closed"] | None = None,
    channel: str | None = None,
    since: Annotated[AwareDatetime | None, Query(alias="from", description="Started at this time or later.")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to", description="Started before this time.")] = None,
    sort: Annotated[str | None, Query(description="created_at or updated_at; `-` before it for newest first.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ConversationOut]:
    """The workspace's conversations, the newest first; contacts are masked without contacts:read."""
    page = await found.find(
        principal.tenant_id,
        agent=agent_id,
        search=search,
        contact_id=contact_id,
        status=status,
        channel=channel,
        since=since,
        until=until,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )
    for each in page.items:
        shown_to(principal, each)
    return page


@router.get("/channels")
async def list_channels(principal: Lister, found: Lists) -> Page[ChannelOut]:
    """The channels that have conversations, the busiest first."""
    channels = await found.channels(principal.tenant_id)
    return Page(items=channels, next_cursor=None, total=len(channels))


@router.get("/{conversation_id}")
async def get_conversation(conversation_id: UUID, principal: Reader, conversations: Conversations) -> ConversationOut:
    """One conversation."""
    header = await conversations.header(principal, conversation_id)
    return shown_to(principal, await conversations.get(principal.tenant_id, header.id))


@router.delete("/{conversation_id}")
async def close_conversation(
    conversation_id: UUID,
    principal: Annotated[Principal, require("conversations:close")],
    conversations: Conversations,
) -> ConversationOut:
    """Closes a conversation: its messages stay, no further one is accepted."""
    return shown_to(principal, await conversations.close(await conversations.header(principal, conversation_id)))


@router.post("/{conversation_id}/fork", status_code=201)
async def fork_conversation(
    conversation_id: UUID,
    body: ForkIn,
    principal: Annotated[Principal, require("agents:write")],
    conversations: Conversations,
    playground: Tests,
) -> ConversationOut:
    """Begins a conversation anew, as a test in the playground, from before one of the customer's messages.

    The original is not touched, and nothing that was done in it is done again.
    """
    return shown_to(principal, await playground.fork(await conversations.header(principal, conversation_id), body))


@router.post("/{conversation_id}/cancel")
async def cancel_turn(
    conversation_id: UUID,
    principal: Writer,
    conversations: Conversations,
    stops: Annotated[TurnStops, Depends(service(TurnStops, "turn_stops"))],
) -> CancelOut:
    """Stops the turn that runs; a tool call in flight comes to its end first, and its result is kept."""
    return await stops.stop(await conversations.header(principal, conversation_id))


@router.get("/{conversation_id}/messages", response_model=Page[MessageOut])
async def list_messages(
    conversation_id: UUID,
    principal: Reader,
    conversations: Conversations,
    sort: Annotated[str | None, Query(description="`seq` or `-seq`.")] = None,
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Any:
    """What was said, in order."""
    header = await conversations.header(principal, conversation_id)
    return await conversations.messages(header, sort=sort, cursor=cursor, limit=limit)


@router.post(
    "/{conversation_id}/messages",
    response_model=MessageOut,
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        202: {"model": PendingOut, "description": "The turn goes on; read the answer later or watch the stream."},
    },
)
async def post_message(
    conversation_id: UUID,
    body: MessageIn,
    request: Request,
    principal: Writer,
    conversations: Conversations,
    turns: Turns,
    attachments: Attachments,
    key: Key = None,
) -> Response:
    """Says something; answers with the assistant's message, or streams the turn with `Accept: text/event-stream`.

    A repeated Idempotency-Key gives the same answer and never a second turn.
    """
    header = await conversations.header(principal, conversation_id)
    files = await attachments.of_message(header, body.attachments) if body.attachments else []
    wants_stream = streams.is_wanted(request.headers.get("accept", ""))
    if wants_stream:
        subscription = await turns.watch_here(header)
        try:
            accepted = await turns.accept(header, content=body.content, key=key, attachments=files)
        except BaseException:
            turns.unwatch(subscription)
            raise
        return streams.TurnStream(turns, header, accepted, subscription)
    accepted = await turns.accept(header, content=body.content, key=key, attachments=files)
    return await _answer(turns, header, accepted)


async def _answer(turns: TurnService, header: Any, accepted: Accepted) -> Response:
    answer = None
    if accepted.status != "waiting_for_person":
        answer = await turns.wait(header, accepted)
    if answer is None:
        status = "running" if accepted.status == "known" else accepted.status
        pending = {
            "message_id": str(accepted.message_id),
            "run_id": str(accepted.run_id) if accepted.run_id else None,
            "status": status,
        }
        return JSONResponse(pending, 202)
    if "message" in answer:
        return JSONResponse(answer["message"])
    raise problem_error(answer["problem"])


@router.get("/{conversation_id}/trace")
async def get_trace(
    conversation_id: UUID,
    principal: Annotated[Principal, require("traces:read")],
    conversations: Conversations,
    traces: Traces,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[RunOut]:
    """What happened in the newest turns: decisions, tool calls, verdicts, tokens, cost and time."""
    header = await conversations.header(principal, conversation_id)
    runs = await traces.of_conversation(header, limit=limit)
    return Page(items=runs, next_cursor=None, total=len(runs) if len(runs) < limit else None)


@router.get("/{conversation_id}/trace/{run_id}")
async def get_run_trace(
    conversation_id: UUID,
    run_id: UUID,
    principal: Annotated[Principal, require("traces:read")],
    conversations: Conversations,
    traces: Traces,
) -> RunOut:
    """One turn with its prompt, rebuilt from what it refers to."""
    return await traces.of_run(await conversations.header(principal, conversation_id), run_id)


@router.post("/{conversation_id}/tickets", status_code=201)
async def create_ticket(
    conversation_id: UUID,
    principal: Reader,
    conversations: Conversations,
    tickets: Annotated[SocketTickets, Depends(service(object, "socket_tickets"))],
) -> TicketOut:
    """A single-use pass for `WS /conversations/{id}/stream`, for browsers, which cannot send its headers."""
    header = await conversations.header(principal, conversation_id)
    return TicketOut(ticket=await tickets.issue_ticket(principal, header.id), expires_in=TICKET_SECONDS)


@router.post("/{conversation_id}/files", status_code=201)
async def upload_file(
    conversation_id: UUID,
    principal: Writer,
    conversations: Conversations,
    attachments: Attachments,
    file: Annotated[UploadFile, File(description="The agent file says which types and sizes are accepted.")],
) -> FileOut:
    """Uploads a file to be attached to a message, where the agent accepts attachments."""
    header = await conversations.header(principal, conversation_id)
    return await attachments.store(
        header, upload=file.file, name=file.filename, content_type=file.content_type, by=principal.actor
    )


@router.get("/{conversation_id}/files/{file_id}")
async def download_file(
    conversation_id: UUID, file_id: UUID, principal: Reader, conversations: Conversations, attachments: Attachments
) -> Response:
    """The file itself, always as a download."""
    header = await conversations.header(principal, conversation_id)
    return streams.as_download(*await attachments.open(header, file_id))
