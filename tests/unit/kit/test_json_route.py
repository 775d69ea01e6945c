"""JSON bodies are read strictly: what no column or answer could hold is refused before any room sees it."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, ConfigDict

from sparklabs.kit.http_edge import RequestEdge
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.problems import add_problem_handlers

JSON = {"Content-Type": "application/json"}


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Thing(BaseModel):
    inner: Inner | str | None = None
    anything: Any = None


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    router = APIRouter(route_class=JsonRoute)

    async def echo(thing: Annotated[Thing, "the body"]) -> Any:
        return thing.anything

    router.post("/echo")(echo)
    app = FastAPI()
    app.include_router(router)
    add_problem_handlers(app)
    app.add_middleware(RequestEdge)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        yield client


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"anything": NaN}', 400, "body_unreadable"),
        (b'{"anything": 1e999}', 400, "body_unreadable"),
        (b'{"anything": "\\ud800"}', 400, "body_unreadable"),
        (b'{"anything": "\xff"}', 400, "body_unreadable"),
        (b'{"anything": ', 400, "body_unreadable"),
        (b'{"anything": "a\\u0000b"}', 422, "nul_character"),
        (b'{"anything": [{"a\\u0000": 1}]}', 422, "nul_character"),
        (b'{"anything": ' + b"[" * 200 + b"]" * 200 + b"}", 400, "body_too_deep"),
        (b'{"anything": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "body_unreadable"),
    ],
)
async def test_what_could_not_be_stored_or_answered_is_refused(
    client: httpx.AsyncClient, body: bytes, status: int, code: str
) -> None:
    answer = await client.post("/echo", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"anything": "hello"}', b'{"anything": "hello"}'])
async def test_plain_json_is_read_with_or_without_a_byte_order_mark(client: httpx.AsyncClient, body: bytes) -> None:
    assert (await client.post("/echo", content=body, headers=JSON)).json() == "hello"


async def test_a_written_out_backslash_is_no_nul(client: httpx.AsyncClient) -> None:
    answer = await client.post("/echo", json={"anything": r"\u0000"})
    assert answer.json() == r"\u0000"


async def test_wide_json_is_not_deep(client: httpx.AsyncClient) -> None:
    assert (await client.post("/echo", json={"anything": [[]] * 500})).status_code == 200


async def test_a_body_that_is_not_declared_as_json_is_told_how(client: httpx.AsyncClient) -> None:
    answer = await client.post("/echo", content=b'{"anything": 1}', headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")
    assert "application/json" in answer.json()["hint"]


async def test_compressed_bodies_are_refused_by_name(client: httpx.AsyncClient) -> None:
    answer = await client.post("/echo", content=b"\x1f\x8b", headers={**JSON, "Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


async def test_a_nul_in_the_query_reaches_no_room(client: httpx.AsyncClient) -> None:
    answer = await client.post("/echo?name=a%00b", json={})
    assert (answer.status_code, answer.json()["code"]) == (422, "nul_character")


async def test_a_fault_names_the_field_as_the_caller_wrote_it(client: httpx.AsyncClient) -> None:
    answer = await client.post("/echo", json={"inner": {"wrong": 1}})
    assert answer.json()["field"] == "inner.wrong"
