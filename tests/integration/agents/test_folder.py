"""The folder of agent files: what changed comes in at once, what is broken never replaces what is good."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from sparklabs.agents.data import AgentData
from sparklabs.agents.entities import AgentStatus
from sparklabs.agents.importer import FolderImporter
from sparklabs.agents.publishing import Publication
from sparklabs.agents.service import AgentService
from sparklabs.kit.db import Database
from sparklabs.knowledge.service import Knowledge
from sparklabs.tools.records import RecordStore
from tests.integration.agents.conftest import ANNA, agent_yaml

DATA = 'data: [{name: plans, key: sku, file: data/iris/plans.csv}]\nknowledge: "knowledge/iris/*.md"\n'


class HashEmbedder:
    """Stands for the embedding model: equal texts, equal vectors."""

    async def aembed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) for text in texts]
        vectors = np.stack([np.random.default_rng(seed).normal(size=384) for seed in seeds]).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Stopped:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 9, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Stopped:
    return Stopped()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of agent files."""
    made = tmp_path / "agents"
    (made / "data" / "iris").mkdir(parents=True)
    (made / "knowledge" / "iris").mkdir(parents=True)
    return made


MakeImporter = Callable[[AgentService], FolderImporter]


@pytest.fixture
def make_importer(db: Database, tenant_id: UUID, folder: Path, clock: Stopped) -> MakeImporter:
    """An importer as each process has its own."""

    def make(service: AgentService) -> FolderImporter:
        data = AgentData(RecordStore(db), Knowledge(db, embedder=HashEmbedder), clock=clock)
        return FolderImporter(folder, tenant_id, agents=service, data=data)

    return make


@pytest.fixture
def importer(make_importer: MakeImporter, service: AgentService) -> FolderImporter:
    """The first process's importer."""
    return make_importer(service)


@asynccontextmanager
async def watched(importer: FolderImporter) -> AsyncIterator[None]:
    """The folder under watch, with the watch certainly begun."""
    task = asyncio.create_task(importer.watch())
    await asyncio.sleep(0.8)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def eventually(question: Callable[[], Any], *, within: float = 1.0) -> None:
    """Waits until the answer is yes."""
    deadline = asyncio.get_running_loop().time() + within
    while not await question():
        assert asyncio.get_running_loop().time() < deadline, "it did not come about in time"
        await asyncio.sleep(0.02)


async def test_a_file_becomes_an_agent_named_after_it(
    importer: FolderImporter, folder: Path, service: AgentService, tenant_id: UUID
) -> None:
    (folder / "iris.yaml").write_bytes(agent_yaml())
    report = await importer.load()
    assert [(each.slug, each.result, each.version) for each in report.outcomes] == [("iris", "published", 1)]
    _, version = await service.get_version(tenant_id, "iris")
    assert (version.author, version.base_dir) == ("folder", str(folder))
    assert [each.result for each in (await importer.load()).outcomes] == ["unchanged"]


async def test_what_was_changed_by_api_stays_until_the_file_changes(
    make_importer: MakeImporter, service: AgentService, folder: Path, tenant_id: UUID
) -> None:
    (folder / "iris.yaml").write_bytes(agent_yaml())
    await make_importer(service).load()
    await service.publish(tenant_id, Publication(source=agent_yaml("Rose"), slug="iris", author="anna"))
    restarted = make_importer(service)
    await restarted.load()
    assert (await service.get(tenant_id, "iris")).name == "Rose"
    (folder / "iris.yaml").write_bytes(agent_yaml("Lily"))
    await restarted.load()
    assert (await service.get(tenant_id, "iris")).name == "Lily"


async def test_a_broken_file_leaves_the_good_version_live_and_is_reported(
    importer: FolderImporter, folder: Path, service: AgentService, tenant_id: UUID
) -> None:
    file = folder / "iris.yaml"
    file.write_bytes(agent_yaml())
    await importer.load()
    file.write_text('version: "1.0"\nagent:\n  name: [\n')
    [outcome] = (await importer.load()).outcomes
    agent = await service.get(tenant_id, "iris")
    assert (outcome.result, agent.active_number, agent.status) == ("refused", 1, AgentStatus.ACTIVE)
    assert agent.import_faults and agent.import_faults[0]["file"] == "iris.yaml"
    file.write_bytes(agent_yaml())
    await importer.load()
    mended = await service.get(tenant_id, "iris")
    assert (mended.import_faults, mended.latest_version) == (None, 1)


async def test_a_file_that_never_was_good_shows_as_a_draft_and_goes_with_the_file(
    importer: FolderImporter, folder: Path, service: AgentService, tenant_id: UUID
) -> None:
    (folder / "iris.yaml").write_text("nonsense: true\n")
    await importer.load()
    agent = await service.get(tenant_id, "iris")
    assert (agent.status, agent.latest_version, bool(agent.import_faults)) == (AgentStatus.DRAFT, 0, True)
    (folder / "iris.yaml").unlink()
    await importer.load()
    async with importer._db.tenant(tenant_id) as conn:
        assert await (await conn.execute("SELECT 1 FROM agents")).fetchone() is None


async def test_a_removed_file_leaves_its_agent_and_says_so(
    importer: FolderImporter, folder: Path, service: AgentService, tenant_id: UUID
) -> None:
    (folder / "iris.yaml").write_bytes(agent_yaml())
    await importer.load()
    (folder / "iris.yaml").unlink()
    [outcome] = (await importer.load()).outcomes
    agent = await service.get(tenant_id, "iris")
    assert (outcome.result, agent.status) == ("removed", AgentStatus.ACTIVE)
    assert agent.import_faults and agent.import_faults[0]["code"] == "file_removed"


async def test_files_that_must_not_be_read_are_refused_one_by_one(
    importer: FolderImporter, folder: Path, tmp_path: Path, service: AgentService, tenant_id: UUID
) -> None:
    (folder / "good.yaml").write_bytes(agent_yaml())
    (tmp_path / "outside.yaml").write_bytes(agent_yaml("Outside"))
    (folder / "linked.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "dangling.yaml").symlink_to(tmp_path / "nothing.yaml")
    os.mkfifo(folder / "pipe.yaml")
    (folder / "twice.yaml").write_bytes(agent_yaml())
    (folder / "twice.json").write_bytes(agent_yaml())
    (folder / "My Agent.yaml").write_bytes(agent_yaml())
    (folder / "huge.yaml").write_bytes(b"# " + b"x" * 10_000_000)
    for name in (".hidden.yaml", ".#good.yaml", "good.yaml~", "good.yaml.swp", "#good.yaml#", "4913"):
        (folder / name).write_text("not: an agent")
    report = await importer.load()
    codes = {each.file: [fault["code"] for fault in each.faults] for each in report.outcomes}
    assert codes == {
        "good.yaml": [],
        "linked.yaml": ["file_outside"],
        "dangling.yaml": ["file_missing"],
        "pipe.yaml": ["file_unreadable"],
        "twice.json": ["slug_twice"],
        "My Agent.yaml": ["file_name_invalid"],
        "huge.yaml": ["file_too_large"],
    }
    assert (await service.get(tenant_id, "good")).active_number == 1


async def test_an_archived_agent_is_not_woken_by_its_file(
    importer: FolderImporter, folder: Path, service: AgentService, tenant_id: UUID
) -> None:
    (folder / "iris.yaml").write_bytes(agent_yaml())
    await importer.load()
    await service.archive(tenant_id, "iris", ANNA)
    (folder / "iris.yaml").write_bytes(agent_yaml("Rose"))
    [outcome] = (await importer.load()).outcomes
    assert outcome.faults[0]["code"] == "agent_archived"
    await service.restore(tenant_id, "iris", ANNA)
    await importer.load()
    assert (await service.get(tenant_id, "iris")).name == "Rose"


async def test_two_processes_bring_a_change_in_once(
    make_importer: MakeImporter,
    service: AgentService,
    other_service: AgentService,
    folder: Path,
    tenant_id: UUID,
) -> None:
    both = make_importer(service), make_importer(other_service)
    for number in range(1, 5):
        (folder / "iris.yaml").write_bytes(agent_yaml(f"Iris {number}"))
        await asyncio.gather(*(each.load() for each in both))
        agent = await service.get(tenant_id, "iris")
        assert (agent.latest_version, agent.name) == (number, f"Iris {number}")


async def test_a_saved_file_is_live_within_a_second(
    importer: FolderImporter, folder: Path, service: AgentService, tenant_id: UUID
) -> None:
    (folder / "iris.yaml").write_bytes(agent_yaml())
    await importer.load()
    await service.active(tenant_id, "iris")

    async def is_rose() -> bool:
        return (await service.active(tenant_id, "iris")).name == "Rose"

    async with watched(importer):
        (folder / "next").write_bytes(agent_yaml("Rose"))
        (folder / "next").replace(folder / "iris.yaml")
        await eventually(is_rose)


async def test_a_half_written_file_is_not_taken_for_a_broken_one(
    importer: FolderImporter, folder: Path, service: AgentService, tenant_id: UUID
) -> None:
    (folder / "iris.yaml").write_bytes(agent_yaml())
    await importer.load()
    seen: list[object] = []

    async def is_rose() -> bool:
        agent = await service.get(tenant_id, "iris")
        seen.append(agent.import_faults)
        return agent.name == "Rose"

    async with watched(importer):
        content = agent_yaml("Rose")
        with (folder / "iris.yaml").open("wb", buffering=0) as file:
            for start in range(0, len(content), 20):
                file.write(content[start : start + 20])
                await asyncio.sleep(0.03)
        await eventually(is_rose)
    assert set(map(str, seen)) == {"None"}


async def test_data_and_knowledge_come_in_and_follow_their_files(
    importer: FolderImporter, folder: Path, db: Database, tenant_id: UUID
) -> None:
    (folder / "iris.yaml").write_bytes(agent_yaml(more=DATA))
    (folder / "data/iris/plans.csv").write_text("sku,price\nA,10\nB,20\n")
    (folder / "knowledge/iris/faq.md").write_text("# Returns\n\nWithin 30 days.\n")
    [outcome] = (await importer.load()).outcomes
    assert outcome.faults == []

    async def stored() -> tuple[dict[str, Any], list[str]]:
        async with db.tenant(tenant_id) as conn:
            rows = await (await conn.execute("SELECT collection, key, data FROM records")).fetchall()
            texts = await (await conn.execute("SELECT content FROM knowledge_passages")).fetchall()
        assert {row["collection"] for row in rows} <= {"iris/plans"}
        return {row["key"]: row["data"]["price"] for row in rows}, [row["content"] for row in texts]

    assert await stored() == ({"A": 10, "B": 20}, ["Within 30 days."])
    async with watched(importer):
        (folder / "data/iris/plans.csv").write_text("sku,price\nA,11\n")
        (folder / "knowledge/iris/faq.md").write_text("# Returns\n\nWithin 60 days.\n")

        async def followed() -> bool:
            return await stored() == ({"A": 11}, ["Within 60 days."])

        await eventually(followed, within=2)


async def test_a_broken_data_file_keeps_the_rows_and_the_agent(
    importer: FolderImporter, folder: Path, service: AgentService, tenant_id: UUID, db: Database
) -> None:
    (folder / "iris.yaml").write_bytes(agent_yaml(more=DATA))
    (folder / "data/iris/plans.csv").write_text("sku,price\nA,10\n")
    (folder / "knowledge/iris/faq.md").write_text("# Returns\n\nWithin 30 days.\n")
    await importer.load()
    (folder / "data/iris/plans.csv").write_text("sku,price\nA\n")
    [outcome] = (await importer.load()).outcomes
    assert [fault["code"] for fault in outcome.faults] == ["data_file_invalid"]
    agent = await service.get(tenant_id, "iris")
    assert agent.import_faults and agent.active_number == 1
    async with db.tenant(tenant_id) as conn:
        assert len(await (await conn.execute("SELECT 1 FROM records")).fetchall()) == 1


async def test_data_outside_the_folder_is_refused(importer: FolderImporter, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("id,x\n1,2\n")
    (folder / "data/iris/link.csv").symlink_to(tmp_path / "secret.csv")
    for number, name in enumerate(("../secret.csv", "data/iris/link.csv", str(tmp_path / "secret.csv"))):
        more = f'data: [{{name: t, file: "{name}"}}]\n'
        (folder / f"iris{number}.yaml").write_bytes(agent_yaml(more=more))
    report = await importer.load()
    assert len(report.outcomes) == 3
    assert all(each.faults for each in report.outcomes)


async def test_relative_days_move_with_the_day(
    importer: FolderImporter, folder: Path, db: Database, tenant_id: UUID, clock: Stopped
) -> None:
    more = "data: [{name: orders, file: data/iris/orders.csv}]\n"
    (folder / "iris.yaml").write_bytes(agent_yaml(more=more))
    (folder / "data/iris/orders.csv").write_text("id,ordered,due\n1,-3d,+1d 10:30\n")

    async def stored() -> tuple[str, str]:
        async with db.tenant(tenant_id) as conn:
            row = await (await conn.execute("SELECT data FROM records")).fetchone()
        assert row is not None
        return row["data"]["ordered"], row["data"]["due"]

    await importer.load()
    assert await stored() == ("2026-03-06", "2026-03-10T10:30")
    clock.time += timedelta(days=1)
    await importer.load()
    assert await stored() == ("2026-03-07", "2026-03-11T10:30")
