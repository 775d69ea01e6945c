"""An agent's life: states and legal moves, roll back, restore, lists, differences, the live version everywhere."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from sparklabs.agents.entities import LEGAL_MOVES, AgentStatus, Intent
from sparklabs.agents.errors import (
    AgentArchivedError,
    AgentChangedError,
    AgentNotActiveError,
    AgentNotFoundError,
    AgentStateError,
    VersionNotFoundError,
)
from sparklabs.agents.repository import AgentFilter
from sparklabs.agents.service import AgentService
from sparklabs.kit.db import Database
from tests.integration.agents.conftest import ANNA, Publish, agent_yaml, available


class SilentNotices:
    """A line on which every notice is lost."""

    async def publish(self, kind: str, data: dict[str, Any]) -> None:
        return

    def subscribe(self, kind: str, listener: Any) -> Any:
        return lambda: None


async def test_every_move_is_allowed_or_refused_as_the_table_says(
    publish: Publish, service: AgentService, tenant_id: UUID, db: Database
) -> None:
    await publish()
    for start in AgentStatus:
        for to in AgentStatus:
            async with db.tenant(tenant_id) as conn:
                await conn.execute("UPDATE agents SET status = %s", (start,))
            if to is start or to in LEGAL_MOVES[start]:
                assert (await service.move(tenant_id, "iris", ANNA, to=to)).status is to
            else:
                with pytest.raises(AgentStateError):
                    await service.move(tenant_id, "iris", ANNA, to=to)


async def test_a_paused_agent_takes_no_messages_and_then_does(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    await publish()
    await service.pause(tenant_id, "iris", ANNA)
    with pytest.raises(AgentNotActiveError) as caught:
        await service.active(tenant_id, "iris")
    assert caught.value.code == "agent_paused"
    changed = await publish(agent_yaml("Rose"))
    assert (changed.agent.status, changed.agent.active_number) == (AgentStatus.PAUSED, 2)
    await service.activate(tenant_id, "iris", ANNA)
    assert (await service.active(tenant_id, "iris")).name == "Rose"


async def test_rolling_back_makes_the_old_version_live_without_making_another(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    first = await publish()
    await publish(agent_yaml("Rose"))
    agent = await service.rollback(tenant_id, "iris", Intent("ben", "Rose was rude"), number=1)
    assert (agent.active_number, agent.latest_version, agent.name) == (1, 2, "Iris")
    assert (await service.active(tenant_id, "iris")).version_id == first.version.id


async def test_rolling_back_honours_the_etag_and_unknown_versions(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    await publish()
    await publish(agent_yaml("Rose"))
    with pytest.raises(AgentChangedError):
        await service.rollback(tenant_id, "iris", Intent("ben", "", {1}), number=1)
    with pytest.raises(VersionNotFoundError) as caught:
        await service.rollback(tenant_id, "iris", ANNA, number=9)
    assert caught.value.hint == "Its versions go from 1 to 2."


async def test_an_archived_agent_leaves_the_list_and_comes_back_paused(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    await publish()
    await service.archive(tenant_id, "iris", ANNA)
    assert (await service.list(tenant_id, AgentFilter())).items == []
    assert [
        agent.slug for agent in (await service.list(tenant_id, AgentFilter(status=AgentStatus.ARCHIVED))).items
    ] == ["iris"]
    with pytest.raises(AgentArchivedError):
        await service.rollback(tenant_id, "iris", ANNA, number=1)
    assert (await service.restore(tenant_id, "iris", ANNA)).status is AgentStatus.PAUSED


async def test_an_unknown_agent_is_answered_with_near_slugs(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    await publish(slug="acme-sales")
    for ask in (service.get, service.active):
        with pytest.raises(AgentNotFoundError) as caught:
            await ask(tenant_id, "acme-sale")
        assert caught.value.hint == "Did you mean acme-sales?"


async def test_lists_go_on_from_page_to_page_in_every_sort(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    for number in range(5):
        await publish(agent_yaml(f"Iris {9 - number}"), slug=f"iris-{number}")
    for sort in ("slug", "-slug", "name", "created_at", "-updated_at"):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = await service.list(tenant_id, AgentFilter(text="iris"), sort=sort, cursor=cursor, limit=2)
            assert page.total == 5
            seen += [agent.slug for agent in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        forward = sort in ("slug", "created_at")
        assert seen == [f"iris-{number}" for number in (range(5) if forward else range(4, -1, -1))], sort


async def test_the_difference_speaks_of_meaning(publish: Publish, service: AgentService, tenant_id: UUID) -> None:
    await publish()
    await publish(agent_yaml("Rose"))
    changes = await service.difference(tenant_id, "iris", old=1, new=2)
    assert [change.path for change in changes] == ["agent.name"]
    assert await service.difference(tenant_id, "iris", old=2, new=2) == ()
    with pytest.raises(VersionNotFoundError):
        await service.difference(tenant_id, "iris", old=1, new=3)


async def test_versions_are_listed_newest_first(publish: Publish, service: AgentService, tenant_id: UUID) -> None:
    for name in ("Iris", "Rose", "Lily"):
        await publish(agent_yaml(name), reason=f"as {name}")
    _, first = await service.versions(tenant_id, "iris", limit=2)
    _, rest = await service.versions(tenant_id, "iris", limit=2, cursor=first.next_cursor)
    assert [each.number for each in first.items + rest.items] == [3, 2, 1]
    assert (first.total, rest.items[0].reason) == (3, "as Iris")


async def test_a_change_is_live_in_another_process_within_a_second(
    publish: Publish, other_service: AgentService, tenant_id: UUID
) -> None:
    await publish()
    held = await other_service.active(tenant_id, "iris")
    await publish(agent_yaml("Rose"))
    deadline = asyncio.get_running_loop().time() + 1
    while (await other_service.active(tenant_id, "iris")).name != "Rose":
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)
    assert held.spec.agent.name == "Iris", "a running turn keeps its own version"
    assert (await other_service.active_version(tenant_id, held.version_id)).spec.agent.name == "Iris"


async def test_a_lost_notice_cannot_leave_a_process_behind_for_long(
    publish: Publish, db: Database, tenant_id: UUID
) -> None:
    deaf = AgentService(db, notices=SilentNotices(), availability=available)
    await publish()
    assert (await deaf.active(tenant_id, "iris")).name == "Iris"
    await publish(agent_yaml("Rose"))
    assert (await deaf.active(tenant_id, "iris")).name == "Iris"
    await asyncio.sleep(0.6)
    assert (await deaf.active(tenant_id, "iris")).name == "Rose"


async def test_a_cached_agent_costs_no_query(publish: Publish, service: AgentService, tenant_id: UUID) -> None:
    await publish()
    first = await service.active(tenant_id, "iris")
    await asyncio.sleep(0.1)
    first = await service.active(tenant_id, "iris")
    assert await service.active(tenant_id, "iris") is first


async def test_many_first_askers_load_an_agent_once(publish: Publish, service: AgentService, tenant_id: UUID) -> None:
    await publish()
    found = await asyncio.gather(*(service.active(tenant_id, "iris") for _ in range(20)))
    assert len({id(agent.spec) for agent in found}) == 1
