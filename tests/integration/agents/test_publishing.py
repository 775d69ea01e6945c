"""Publishing: immutable versions, numbered without gaps, one at a time, and nothing half applied."""

import asyncio
from uuid import UUID

import psycopg
import pytest

from sparklabs.agents.entities import AgentStatus, Intent
from sparklabs.agents.errors import (
    AgentArchivedError,
    AgentChangedError,
    AgentExistsError,
    AgentInvalidError,
    AgentNotFoundError,
    SlugInvalidError,
)
from sparklabs.agents.publishing import Publication
from sparklabs.agents.service import AgentService
from sparklabs.kit.db import Database
from tests.integration.agents.conftest import ANNA, Publish, agent_yaml


async def test_a_published_agent_is_active_at_version_one(publish: Publish) -> None:
    done = await publish(reason="first")
    assert (done.outcome, done.agent.status, done.agent.active_number) == ("created", AgentStatus.ACTIVE, 1)
    assert (done.version.author, done.version.reason, done.version.source) == ("anna", "first", agent_yaml().decode())


async def test_the_same_text_makes_no_new_version(publish: Publish) -> None:
    first = await publish()
    again = await publish()
    assert (again.outcome, again.agent.revision, again.agent.latest_version) == ("unchanged", first.agent.revision, 1)


async def test_a_remark_that_changes_nothing_is_kept_as_a_version(publish: Publish) -> None:
    await publish()
    again = await publish(agent_yaml() + b"# only a remark\n")
    assert (again.outcome, again.version.number) == ("new_version", 2)
    assert again.version.source.endswith("# only a remark\n")


async def test_a_draft_leaves_the_live_version_alone_until_it_is_published(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    await publish()
    draft = await publish(agent_yaml("Rose"), publish=False)
    assert (draft.version.number, draft.agent.active_number, draft.agent.name) == (2, 1, "Iris")
    assert (await service.active(tenant_id, "iris")).name == "Iris"
    live = await publish(agent_yaml("Rose"))
    assert (live.outcome, live.version.id, live.agent.active_number) == ("reused", draft.version.id, 2)


async def test_a_first_draft_does_not_answer(publish: Publish, service: AgentService, tenant_id: UUID) -> None:
    done = await publish(publish=False)
    assert (done.agent.status, done.agent.active_number) == (AgentStatus.DRAFT, None)
    assert (await service.publish_version(tenant_id, "iris", ANNA)).active_number == 1


async def test_a_broken_file_changes_nothing_and_tells_every_fault(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    before = (await publish()).agent
    with pytest.raises(AgentInvalidError) as caught:
        await publish(b'version: "1.0"\nagent:\n  nme: x\n  system_prompt: ""\n')
    assert len(caught.value.faults) >= 2
    assert {"file", "line", "column", "path", "message", "cure"} <= set(caught.value.faults[0])
    assert await service.get(tenant_id, "iris") == before


async def test_concurrent_publications_are_numbered_without_gaps(
    service: AgentService, other_service: AgentService, tenant_id: UUID
) -> None:
    async def one(number: int) -> int:
        through = service if number % 2 else other_service
        source = agent_yaml(prompt=f"You are number {number}.")
        done = await through.publish(tenant_id, Publication(source=source, slug="iris", author="anna"))
        return done.version.number

    numbers = await asyncio.gather(*(one(number) for number in range(12)))
    assert sorted(numbers) == list(range(1, 13))
    agent = await service.get(tenant_id, "iris")
    assert (agent.latest_version, agent.active_number) == (12, 12)


async def test_of_two_writers_with_one_etag_exactly_one_wins(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    revision = (await publish()).agent.revision

    async def one(name: str) -> str:
        try:
            await publish(agent_yaml(name), mode="replace", expected_revisions={revision})
        except AgentChangedError as error:
            return error.code
        return "written"

    assert sorted(await asyncio.gather(one("Rose"), one("Lily"))) == ["agent_changed", "written"]
    assert (await service.get(tenant_id, "iris")).latest_version == 2


async def test_a_stale_etag_is_told_the_present_one(publish: Publish) -> None:
    await publish()
    agent = (await publish(agent_yaml("Rose"))).agent
    with pytest.raises(AgentChangedError) as caught:
        await publish(agent_yaml("Lily"), expected_revisions={agent.revision - 1})
    assert caught.value.headers == {"ETag": agent.etag}


async def test_creating_over_another_agent_is_refused(publish: Publish) -> None:
    await publish(mode="create")
    assert (await publish(mode="create")).outcome == "unchanged"
    with pytest.raises(AgentExistsError):
        await publish(agent_yaml("Rose"), mode="create")


async def test_replacing_an_unknown_agent_suggests_nothing_is_made(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    with pytest.raises(AgentNotFoundError):
        await publish(slug="nobody", mode="replace")
    with pytest.raises(AgentNotFoundError):
        await service.get(tenant_id, "nobody")


async def test_an_archived_slug_cannot_be_published_over(
    publish: Publish, service: AgentService, tenant_id: UUID
) -> None:
    await publish()
    await service.archive(tenant_id, "iris", ANNA)
    with pytest.raises(AgentArchivedError):
        await publish(agent_yaml("Rose"))


@pytest.mark.parametrize("slug", ["Iris", "a b", "-x", "x" * 64, "", "0190a6b4-1c2d-7000-8000-000000000000"])
async def test_slugs_that_cannot_stand_in_an_address_are_refused(
    service: AgentService, tenant_id: UUID, slug: str
) -> None:
    source = agent_yaml("मीरा") if slug == "" else agent_yaml()
    with pytest.raises(SlugInvalidError):
        await service.publish(tenant_id, Publication(source=source, slug=slug or None, author="anna"))


async def test_a_slug_is_made_from_the_name(service: AgentService, tenant_id: UUID) -> None:
    done = await service.publish(tenant_id, Publication(source=agent_yaml("Café Olé!"), author="anna"))
    assert done.agent.slug == "cafe-ole"


async def test_versions_cannot_be_changed_by_the_application(publish: Publish, db: Database, tenant_id: UUID) -> None:
    await publish()
    for statement in ("UPDATE agent_versions SET source = 'x'", "DELETE FROM agent_versions"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with db.tenant(tenant_id) as conn:
                await conn.execute(statement)


async def test_tenants_do_not_see_one_another(
    publish: Publish, service: AgentService, tenant_id: UUID, other_tenant_id: UUID
) -> None:
    agent = (await publish()).agent
    for reference in ("iris", str(agent.id)):
        with pytest.raises(AgentNotFoundError):
            await service.get(other_tenant_id, reference)
        with pytest.raises(AgentNotFoundError):
            await service.active(other_tenant_id, reference)


async def test_who_changed_what_is_in_audit_and_events(
    publish: Publish, service: AgentService, db: Database, tenant_id: UUID
) -> None:
    await publish(reason="first")
    await service.pause(tenant_id, "iris", Intent(actor="ben", reason="holiday"))
    async with db.tenant(tenant_id) as conn:
        audit = await (await conn.execute("SELECT actor, action, data FROM audit ORDER BY id")).fetchall()
        events = await (await conn.execute("SELECT seq, type FROM events ORDER BY seq")).fetchall()
    assert [(row["actor"], row["action"], row["data"]["reason"]) for row in audit] == [
        ("anna", "agent.published", "first"),
        ("ben", "agent.paused", "holiday"),
    ]
    assert [(row["seq"], row["type"]) for row in events] == [
        (1, "dev.sparklabs.agent.published"),
        (2, "dev.sparklabs.agent.paused"),
    ]


async def test_a_null_character_in_a_text_is_a_fault_and_not_a_crash(publish: Publish) -> None:
    with pytest.raises(AgentInvalidError):
        await publish(b'version: "1.0"\nagent: {name: Iris, system_prompt: "a\\0b"}\n')
