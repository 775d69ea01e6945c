"""Whatever is sent to any route of the OpenAPI document, the answer is no fault of ours and refusals say their code."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import httpx
import pytest

from sparklabs.entry.api import make_app
from sparklabs.kit.db import DatabaseAddresses
from sparklabs.kit.ids import new_id
from sparklabs.kit.problems import CONTENT_TYPE
from tests.factories.platform import OWNER_EMAIL, OWNER_PASSWORD, make_settings, running_services

AGENT = """version: "1.0"
agent:
  name: Tester
  system_prompt: You answer.
"""
# It never ends, so there is nothing to read it to; tests/integration/notifications/test_stream.py reads it.
ENDLESS = "/api/v1/events/stream"
CURSORS = [  # orjson of: a list too short, no list, another sort, a number for a text, an id that is none, years away
    "W10", "MQ", "WyJ4IiwgMSwgIjEiXQ", "WyItY3JlYXRlZF9hdCIsMSwieCJd", "WyItY3JlYXRlZF9hdCIsIjk5OTktMTItMzFUMjM6NTk6NTk"
    "uOTk5OTk5LTIzOjU5IiwiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0",
    "WyItY3JlYXRlZF9hdCIsIjAwMDEtMDEtMDFUMDA6MDA6MDArMjM6NTkiLCIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiXQ",
]  # fmt: skip
TEXTS = [
    "", " ", "\0", "a\0b", "%", "\\", "_%\\", "'", '"', "a & | !", ":*", "<->", "\u202e\ufeff", "é" * 300, "x" * 20_000,
    "-1", "0", "201", "2147483648", "9223372036854775808", "1" * 400, "1e999", "NaN", "true", "null", "[]", "../..",
    "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00",
    "1e20", "Europe", "Europe/../../etc/passwd", "localtime", "UTC", "00000000-0000-0000-0000-000000000000",
    "-created_at", "--x", "*", "conversation.*", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
]  # fmt: skip
VALUES: list[Any] = [
    None, True, -1, 0, 2**31, 2**63, 2**70, 1e308, [], {}, [None], [[]], [{}], {"a": "\0"}, {"a": "\ud800"},
    {"\ud800": 1}, {"a": 1e308, "b": 2**70}, {"a": {"b": [{"c": "x" * 5_000}]}}, "", " ", "\0", "\ud800", "x" * 20_000,
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00", "Europe", "../..", "%", "\\",
    "00000000-0000-0000-0000-000000000000", ["\0"], ["\ud800"], ["x"] * 2_000, "${secrets.x}", "{{ 1/0 }}",
]  # fmt: skip
BODIES = [
    b"", b"null", b"[]", b'"x"', b"1", b"{}", b"{", b"\xff\xfe", b'{"a":NaN}', b'{"a":1,"a":2}', b'{"\\ud800":1}',
    b'{"a":' * 300 + b"1" + b"}" * 300, b"[" * 100_000, b'{"a":' + b"9" * 5_000 + b"}",
]  # fmt: skip
HEADERS = ["*", '"a"', 'W/"a"', '"a", "b"', "a", '"', "\xe9", "x" * 255, "x" * 9_000, "0.0.0", "-1", " ", "9" * 400]


class Door:
    """The whole API in this process, asked by its owner, and what it says of itself."""

    def __init__(self, client: httpx.AsyncClient, document: dict[str, Any]) -> None:
        self.client = client
        self.document = document
        self.faults: list[str] = []
        self.asked = 0

    async def ask(self, method: str, path: str, what: object, **given: Any) -> httpx.Response:
        """Sends a request and notes an answer that is a fault of ours, or a refusal that is no problem document."""
        response = await self.client.request(method, path, **given)
        self.asked += 1
        status = response.status_code
        refused = status >= 400
        told = response.headers.get("content-type") == CONTENT_TYPE and bool(response.json().get("code"))
        if status >= 500 or (refused and not told):
            self.faults.append(f"{method} {path[:120]} {str(what)[:80]!r}: {status} {response.text[:120]}")
        return response

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every method, path and operation; what deletes comes last."""
        found = [
            (method, path, operation)
            for path, operations in self.document["paths"].items()
            for method, operation in operations.items()
            if path != ENDLESS
        ]
        return iter(sorted(found, key=lambda each: each[0] == "delete"))

    def example(self, schema: dict[str, Any], known: dict[str, Any], name: str = "") -> Any:
        """A value that fits the schema, as plain as can be."""
        if name in known:
            return known[name]
        schema = self.resolved(schema)
        for given in ("const", "default"):
            if schema.get(given) is not None:
                return schema[given]
        for several in ("examples", "enum"):
            if schema.get(several):
                return schema[several][0]
        kind = schema.get("type")
        if kind == "object":
            fields: dict[str, Any] = schema.get("properties", {})
            return {field: self.example(each, known, field) for field, each in fields.items()}
        if kind == "array":
            return []
        if kind == "string":
            return str(new_id()) if schema.get("format") == "uuid" else "x" * max(1, schema.get("minLength", 1))
        return {"integer": schema.get("minimum", 1), "number": 1, "boolean": False}.get(str(kind))

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self.resolved({**self.document["components"]["schemas"][name], **_without(schema, "$ref")})
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                first = next(each for each in schema[choice] if each.get("type") != "null")
                return self.resolved({**first, **_without(schema, choice)})
        return schema


def _without(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != name}


def _changed(body: Any) -> Iterator[tuple[str, Any]]:
    """The body once for every field of it, two levels deep, and every hostile value in its place."""
    if not isinstance(body, dict):
        return
    fields = cast("dict[str, Any]", body)
    for name, value in fields.items():
        for hostile in VALUES:
            yield name, {**fields, name: hostile}
        if isinstance(value, dict):
            for inner, changed in _changed(value):
                yield f"{name}.{inner}", {**fields, name: changed}
    yield "an unknown field", {**fields, "\ud800": "\0", "x" * 20_000: 1}


@pytest.fixture
async def door(addresses: DatabaseAddresses, tmp_path: Path) -> AsyncIterator[Door]:
    async with running_services(addresses, make_settings(tmp_path, answer_seconds=2)) as services:
        app = make_app(services)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=30) as client:
            await services.ensure_owner()
            account = {"email": OWNER_EMAIL, "password": OWNER_PASSWORD}
            signed_in = (await client.post("/api/v1/auth/login", json=account)).json()
            client.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
            made = await client.post(
                "/api/v1/agents",
                params={"slug": "tester", "publish": True},
                content=AGENT,
                headers={"Content-Type": "application/yaml"},
            )
            assert made.status_code == 201, made.text
            yield Door(client, app.openapi())


@pytest.fixture
async def known(door: Door) -> dict[str, Any]:
    """What there is, by the names that parameters and fields have for it."""
    opened = await door.client.post("/api/v1/conversations", json={"agent_id": "tester", "contact": {"name": "Ada"}})
    conversation = opened.json()
    at = f"/api/v1/conversations/{conversation['id']}"
    await door.client.post(f"{at}/messages", json={"content": "Hello"})
    said = (await door.client.get(f"{at}/messages")).json()["items"]
    runs = (await door.client.get(f"{at}/trace")).json()["items"]
    return {
        "agent_id": "tester",
        "conversation_id": conversation["id"],
        "contact_id": conversation["contact"]["id"],
        "before_message_id": said[0]["id"],
        "run_id": runs[0]["id"],
        "job_id": "1",
        "number": "1",
        "name": "send_email",
        "move": "pause",
        "file_id": str(new_id()),
        "key_id": str(new_id()),
        "memory_id": str(new_id()),
        "session_id": str(new_id()),
    }


async def test_hostile_paths_queries_and_headers_are_no_fault_of_ours(door: Door, known: dict[str, Any]) -> None:
    for method, path, operation in door.operations():
        at = path.format_map(known)
        for parameter in operation.get("parameters", []):
            name, place = parameter["name"], parameter["in"]
            if place == "query" and method == "get":
                for text in (*TEXTS, *(CURSORS if name == "cursor" else ())):
                    await door.ask(method, f"{at}?{name}={quote(text, encoding='latin-1', errors='replace')}", text)
                await door.ask(method, f"{at}?{name}=1&{name}=2&{name}", "twice")
                await door.ask(method, f"{at}?{name}=%ED%A0%80%FF%C0%80", "no UTF-8")
            elif place == "header":
                for text in HEADERS:
                    await door.ask(method, at, text, headers=[(name, text.encode("latin-1"))])
            elif place == "path":
                for text in TEXTS[:24]:
                    hostile = path.format_map({**known, name: quote(text, safe="", errors="surrogatepass")})
                    await door.ask(method, hostile, text)
    assert door.faults == []
    assert door.asked > 1_000


async def test_hostile_bodies_are_no_fault_of_ours(door: Door, known: dict[str, Any]) -> None:
    for method, path, operation in door.operations():
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            continue
        at = path.format_map(known)
        kind = {"Content-Type": "application/json"}
        for body in BODIES:
            await door.ask(method, at, body[:40], content=body, headers=kind)
        example = door.example(content["application/json"]["schema"], known)
        for name, changed in _changed(example):
            await door.ask(method, at, f"{name}={changed}", content=json.dumps(changed), headers=kind)
    assert door.faults == []
    assert door.asked > 1_000
