"""What each role may do."""

from uuid import uuid4

import pytest

from sparklabs.identity.permissions import PERMISSIONS, Role, allows, covers, permissions_of
from sparklabs.kit.web import Principal


def of(role: str) -> Principal:
    return Principal(tenant_id=uuid4(), kind="account", subject_id=uuid4(), role=role, scopes=permissions_of(role))


def test_every_role_has_its_line() -> None:
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_owners_and_administrators_may_do_everything(role: str) -> None:
    assert allows(of(role), "agents:write") and allows(of(role), "anything:else")


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("developer", ["agents:write", "tools:test", "conversations:write"], ["api_keys:read", "secrets:write"]),
        ("operator", ["conversations:write", "conversations:close"], ["agents:write", "secrets:read"]),
        ("support", ["conversations:write", "contacts:write"], ["agents:write", "contacts:erase", "workspace:write"]),
        ("team_lead", ["contacts:read", "contacts:erase"], ["workspace:write", "secrets:read"]),
        ("viewer", ["agents:read", "contacts:list", "workspace:read"], ["conversations:write", "contacts:read"]),
        ("analyst", ["conversations:list"], ["conversations:write", "contacts:read", "secrets:read"]),
        (
            "visitor",
            ["conversations:read", "conversations:write"],
            ["conversations:list", "agents:read", "traces:read"],
        ),
        ("emperor", [], ["agents:read", "conversations:read"]),
    ],
)
def test_a_role_may_do_its_work_and_no_more(role: str, may: list[str], may_not: list[str]) -> None:
    assert [each for each in may if not allows(of(role), each)] == []
    assert [each for each in may_not if allows(of(role), each)] == []


def test_a_wildcard_is_covered_by_itself_or_a_wider_one_only() -> None:
    assert covers({"agents:*"}, "agents:write") and covers({"agents:*"}, "agents:*") and covers({"*"}, "*")
    assert not covers({"agents:read", "agents:write"}, "agents:*")
    assert not covers({"agents:*"}, "*")
