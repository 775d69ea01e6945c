"""What a person chose to see: kept with the account in each workspace, merged by name."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.integration.identity.test_endpoints import bearer, client, refused, sign_in

__all__ = ["client"]


@pytest.fixture
async def owner(client: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    client.headers.update(bearer(await sign_in(client)))
    yield client


async def put(http: httpx.AsyncClient, **values: object) -> httpx.Response:
    return await http.put("/api/v1/me/preferences", json={"values": values})


async def test_a_person_who_never_chose_has_no_preferences(owner: httpx.AsyncClient) -> None:
    assert (await owner.get("/api/v1/me/preferences")).json() == {"values": {}}


async def test_values_are_set_by_name_and_the_others_stay(owner: httpx.AsyncClient) -> None:
    await put(owner, tour={"begun": True}, columns=["name"])
    answer = await put(owner, tour={"put_away": True})

    assert answer.json() == {"values": {"tour": {"put_away": True}, "columns": ["name"]}}
    assert (await owner.get("/api/v1/me/preferences")).json() == answer.json()


async def test_a_value_of_null_is_forgotten(owner: httpx.AsyncClient) -> None:
    await put(owner, tour={"begun": True}, columns=["name"])

    assert (await put(owner, tour=None)).json() == {"values": {"columns": ["name"]}}


async def test_another_sign_in_of_the_same_person_sees_the_same(owner: httpx.AsyncClient) -> None:
    await put(owner, tour={"put_away": True})
    again = bearer(await sign_in(owner))

    assert (await owner.get("/api/v1/me/preferences", headers=again)).json()["values"] == {"tour": {"put_away": True}}


async def test_more_than_16_kb_in_all_is_refused(owner: httpx.AsyncClient) -> None:
    assert (await put(owner, one="x" * 10_000)).status_code == 200
    refused(await put(owner, other="x" * 10_000), 422, "preferences_too_large")


async def test_names_are_plain(owner: httpx.AsyncClient) -> None:
    assert (await put(owner, **{"Not a name": 1})).status_code == 422


async def test_a_key_of_a_program_has_no_preferences(owner: httpx.AsyncClient) -> None:
    made = (await owner.post("/api/v1/api-keys", json={"name": "CI"})).json()
    as_key = {"Authorization": f"Bearer {made['key']}"}
    refused(await owner.get("/api/v1/me/preferences", headers=as_key), 403, "not_a_person")
