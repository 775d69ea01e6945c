"""REST of notifications; every reader sees and marks their own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import DEFAULT_LIMIT, Page
from sparklabs.kit.problems import PROBLEMS
from sparklabs.kit.web import Principal, require, service
from sparklabs.notifications.kinds import Kind
from sparklabs.notifications.schemas import NotificationOut, PreferencesIn, PreferencesOut, ReadIn, UnreadOut
from sparklabs.notifications.service import Notifications

router = APIRouter(prefix="/api/v1/notifications", tags=["notifications"], responses=PROBLEMS, route_class=JsonRoute)

The = Annotated[Notifications, Depends(service(Notifications, "notifications"))]
Reader = Annotated[Principal, require("notifications:read")]


@router.get("")
async def list_notifications(
    principal: Reader,
    notifications: The,
    unread: Annotated[bool, Query(description="Only what the caller has not read.")] = False,
    kind: Kind | None = None,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = DEFAULT_LIMIT,
) -> Page[NotificationOut]:
    """What the caller should see, the newest first; kept for 90 days."""
    return await notifications.list(principal, unread=unread, kind=kind, cursor=cursor, limit=limit)


@router.get("/unread-count")
async def count_unread(principal: Reader, notifications: The) -> UnreadOut:
    """How many the caller has not read."""
    return await notifications.count_unread(principal)


@router.post("/read")
async def mark_read(body: ReadIn, principal: Reader, notifications: The) -> UnreadOut:
    """Marks notifications as read by the caller; answers what is left. Repeating it changes nothing."""
    return await notifications.mark_read(principal, ids=body.ids, before=body.all_before)


@router.get("/preferences")
async def get_preferences(principal: Reader, notifications: The) -> PreferencesOut:
    """Which kinds the caller wants to see."""
    return PreferencesOut(items=await notifications.preferences(principal))


@router.put("/preferences")
async def set_preferences(body: PreferencesIn, principal: Reader, notifications: The) -> PreferencesOut:
    """Changes which kinds the caller wants to see; those left out stay as they are."""
    return PreferencesOut(items=await notifications.prefer(principal, body.wanted))
