"""REST of the outbox."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import DEFAULT_LIMIT, Page
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service
from sparklabs.tools.outbox.schemas import MessageState, OutboxMessageOut
from sparklabs.tools.outbox.service import Outbox

router = APIRouter(prefix="/api/v1/outbox", tags=["outbox"], responses=PROBLEMS, route_class=JsonRoute)


@router.get("")
async def list_outbox(
    principal: Annotated[Principal, require("outbox:read")],
    outbox: Annotated[Outbox, Depends(service(Outbox, "outbox"))],
    state: MessageState | None = None,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = DEFAULT_LIMIT,
) -> Page[OutboxMessageOut]:
    """Messages that agents wrote to people, the newest first, with their recipients."""
    return await outbox.list(principal.tenant_id, state=state, cursor=cursor, limit=limit)
