"""REST for the owner of an agent's chat; the visitors' own part stands in `endpoints`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from sparklabs.channels.web.embedding import Embedding
from sparklabs.channels.web.schemas import EmbedIn, EmbedOut
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service

router = APIRouter(
    prefix="/api/v1/agents/{agent_id}/embed", tags=["web chat"], responses=PROBLEMS, route_class=JsonRoute
)
Desk = Annotated[Embedding, Depends(service(Embedding, "embedding"))]
Reference = Annotated[str, Path(description="The agent's slug or id.", max_length=64, examples=["acme-sales"])]


@router.get("", summary="How an agent's chat is put on a page")
async def get_embed(
    agent_id: Reference, principal: Annotated[Principal, require("agents:read")], desk: Desk
) -> EmbedOut:
    """The public key (made at the first call), the pages that may carry it, and the chat page's path."""
    return await desk.get(principal.tenant_id, agent_id)


@router.patch("", summary="Which pages may carry an agent's chat")
async def change_embed(
    agent_id: Reference, body: EmbedIn, principal: Annotated[Principal, require("agents:write")], desk: Desk
) -> EmbedOut:
    """Replaces the list; it holds at once and besides what the agent's file names."""
    return await desk.change(principal.tenant_id, agent_id, body, actor=principal.actor)
