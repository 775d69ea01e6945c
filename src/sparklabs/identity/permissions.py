"""What each role may do, as data; how a permission is checked stands with Principal in kit.web."""

from collections.abc import Iterable
from enum import StrEnum

from sparklabs.kit.web import Principal


class Role(StrEnum):
    """The roles of a membership (SPEC I3), and the visitor of a chat page."""

    OWNER = "owner"
    ADMIN = "admin"
    TEAM_LEAD = "team_lead"
    DEVELOPER = "developer"
    OPERATOR = "operator"
    ANALYST = "analyst"
    VIEWER = "viewer"
    SUPPORT = "support"
    VISITOR = "visitor"


_READING = frozenset(
    {
        "agents:read", "analytics:read", "conversations:read", "conversations:list", "traces:read", "tools:read",
        "knowledge:read", "contacts:list", "workspace:read", "events:read", "notifications:read",
    }
)  # fmt: skip
# Whoever lists contacts sees them masked; whoever talks with people reads and corrects what is known of them.
_TALKING = _READING | {"conversations:write", "conversations:close", "contacts:read", "contacts:write", "outbox:read"}
_LEADING = _TALKING | {"contacts:erase"}
_BUILDING = _TALKING | {"agents:write", "tools:write", "tools:test", "knowledge:write", "jobs:read"}

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.OWNER: frozenset({"*"}),
    Role.ADMIN: frozenset({"*"}),
    Role.TEAM_LEAD: _LEADING,
    Role.DEVELOPER: _BUILDING,
    Role.OPERATOR: _TALKING,
    Role.SUPPORT: _TALKING,
    Role.ANALYST: _READING,
    Role.VIEWER: _READING,
    Role.VISITOR: frozenset({"conversations:read", "conversations:write"}),
}

# An owner is a person; a key acts for the workspace and stops below that.
API_KEY_ROLES = frozenset(PERMISSIONS) - {Role.OWNER, Role.VISITOR}


def permissions_of(role: str) -> frozenset[str]:
    """The permissions of a role; none for a role this release does not know."""
    try:
        return PERMISSIONS[Role(role)]
    except ValueError:
        return frozenset()


def covers(granted: Iterable[str], permission: str) -> bool:
    """Whether the granted permissions include this one, which may itself be `agents:*` or `*`."""
    resource = permission.partition(":")[0]
    return not {"*", f"{resource}:*", permission}.isdisjoint(granted)


def allows(principal: Principal, permission: str) -> bool:
    """Whether the caller may do this at all; a visitor's own conversation is checked where it is loaded."""
    return principal.allows(permission)
