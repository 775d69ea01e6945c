"""The stream and the list of events over HTTP, as programs and the console use them."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import orjson
import pytest

from sparklabs.entry.api import make_app
from sparklabs.entry.wiring import Services
from sparklabs.kit.db import Database, DatabaseAddresses
from sparklabs.notifications.feed import endpoints
from tests.factories.callers import AsRole, bearer, served
from tests.factories.platform import make_settings, running_services, until
from tests.integration.notifications.conftest import an_event


@pytest.fixture
async def services(addresses: DatabaseAddresses, tmp_path: Path) -> AsyncIterator[Services]:
    async with running_services(addresses, make_settings(tmp_path)) as running:
        running.feed._poll_seconds = 0.02
        yield running


@pytest.fixture
def callers(services: Services, tenant_id: UUID, other_tenant_id: UUID) -> AsRole:
    callers = AsRole(mine=tenant_id, other=other_tenant_id)
    services.authenticator = callers  # type: ignore[assignment]
    return callers


@pytest.fixture
async def http(services: Services, callers: AsRole) -> AsyncIterator[httpx.AsyncClient]:
    async with served(make_app(services)) as url, httpx.AsyncClient(base_url=url, timeout=20) as client:
        yield client
        services.feed.stopping = True


class Blocks:
    """The blocks of a stream, one after the other, as dicts of their fields."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> dict[str, str]:
        block: dict[str, str] = {}
        async for line in self._lines:
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                block[name] = value
            elif block:
                return block
        return block


async def test_each_block_has_an_id_a_type_and_the_envelope(
    http: httpx.AsyncClient, db: Database, tenant_id: UUID
) -> None:
    async with http.stream("GET", "/api/v1/events/stream", headers=bearer("viewer")) as answer:
        blocks = Blocks(answer)
        opened = await blocks.next()
        await db.run(tenant_id, an_event(tenant_id, "it"))
        block = await blocks.next()

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert (opened["event"], block["event"]) == ("stream.opened", "conversation.opened")
    envelope = orjson.loads(block["data"])
    assert (envelope["specversion"], envelope["type"], envelope["subject"]) == (
        "1.0", "dev.sparklabs.conversation.opened", "it",
    )  # fmt: skip
    assert block["id"] != opened["id"]


async def test_last_event_id_resumes_a_stream(http: httpx.AsyncClient, db: Database, tenant_id: UUID) -> None:
    async with http.stream("GET", "/api/v1/events/stream", headers=bearer("viewer")) as answer:
        opened = await Blocks(answer).next()
    await db.run(tenant_id, an_event(tenant_id, "while away"))

    again = {**bearer("viewer"), "Last-Event-ID": opened["id"]}
    async with http.stream("GET", "/api/v1/events/stream", headers=again) as answer:
        blocks = Blocks(answer)
        assert (await blocks.next())["event"] == "stream.opened"
        assert orjson.loads((await blocks.next())["data"])["subject"] == "while away"


async def test_an_id_that_is_none_of_ours_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/v1/events/stream", headers={**bearer("viewer"), "Last-Event-ID": "nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (422, "event_id_invalid")


@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/events/stream"])
async def test_visitors_hear_nothing(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path, headers=bearer("visitor"))).status_code == 403
    assert (await http.get(path)).status_code == 401


async def test_a_role_hears_only_of_what_it_may_read(http: httpx.AsyncClient, db: Database, tenant_id: UUID) -> None:
    async with http.stream("GET", "/api/v1/events/stream", headers=bearer("viewer")) as answer:
        blocks = Blocks(answer)
        await blocks.next()
        await db.run(tenant_id, an_event(tenant_id, "a job", type="job.failed"), an_event(tenant_id, "a talk"))
        assert orjson.loads((await blocks.next())["data"])["subject"] == "a talk"

    for role, subjects in (("viewer", ["a talk"]), ("developer", ["a talk", "a job"])):
        page = (await http.get("/api/v1/events", headers=bearer(role))).json()
        assert [each["subject"] for each in page["items"]] == subjects


async def test_a_stream_ends_when_its_reader_may_read_no_more(
    http: httpx.AsyncClient, services: Services, callers: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints.as_sse, "__kwdefaults__", {"seconds": 0.05})
    async with http.stream("GET", "/api/v1/events/stream", headers=bearer("viewer")) as answer:
        blocks = Blocks(answer)
        await blocks.next()
        callers.gone.add("viewer")
        assert (await blocks.next())["event"] == "stream.expired"
        assert await blocks.next() == {}
    await until(lambda: services.feed.listening == 0)


async def test_a_quiet_stream_shows_that_it_lives(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints.as_sse, "__kwdefaults__", {"seconds": 0.05})
    async with http.stream("GET", "/api/v1/events/stream", headers=bearer("viewer")) as answer:
        async for line in answer.aiter_lines():
            if line.startswith(":"):
                break
        else:
            pytest.fail("The stream ended.")


async def test_a_client_that_leaves_leaves_nothing_behind(http: httpx.AsyncClient, services: Services) -> None:
    for _ in range(5):
        async with http.stream("GET", "/api/v1/events/stream", headers=bearer("viewer")) as answer:
            await Blocks(answer).next()
            assert services.feed.listening == 1
        await until(lambda: services.feed.listening == 0)
    await until(lambda: not services.feed._tasks)


async def test_a_stop_ends_streams_and_refuses_new_ones(http: httpx.AsyncClient, services: Services) -> None:
    async with http.stream("GET", "/api/v1/events/stream", headers=bearer("viewer")) as answer:
        blocks = Blocks(answer)
        await blocks.next()
        services.begin_stop()
        assert await blocks.next() == {}

    refused = await http.get("/api/v1/events/stream", headers=bearer("viewer"))
    assert (refused.status_code, refused.json()["code"]) == (503, "stopping")


async def test_the_list_is_filtered_and_paged(http: httpx.AsyncClient, db: Database, tenant_id: UUID) -> None:
    for number in range(5):
        type = "conversation.closed" if number % 2 else "conversation.opened"
        await db.run(tenant_id, an_event(tenant_id, str(number), type=type))

    async def subjects(**query: str | int) -> list[str]:
        page = (await http.get("/api/v1/events", params=query, headers=bearer("owner"))).json()
        found = [each["subject"] for each in page["items"]]
        return found + (await subjects(**(query | {"cursor": page["next_cursor"]})) if page["next_cursor"] else [])

    assert await subjects(limit=2) == ["4", "3", "2", "1", "0"]
    assert await subjects(type="conversation.closed") == ["3", "1"]
    assert await subjects(type="conversation.*", limit=2) == ["4", "3", "2", "1", "0"]
    assert await subjects(type="conversation.%") == []
    assert await subjects(subject="3") == ["3"]
    first = (await http.get("/api/v1/events", headers=bearer("owner"))).json()
    assert first["total"] == 5
    assert (await http.get("/api/v1/events", headers=bearer("owner@other"))).json()["items"] == []
