"""The layer around every request."""

import asyncio
from typing import Any

import orjson
import pytest
from starlette.types import Message, Receive, Scope, Send

from sparklabs.kit.http_edge import RequestEdge


async def _never(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(60)


async def _half_answered(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await asyncio.sleep(60)


async def _cancelled_in(app: Any) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope: Scope = {"type": "http", "method": "POST", "path": "/api/v1/x", "headers": [], "query_string": b""}
    task = asyncio.create_task(RequestEdge(app)(scope, receive, send))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return sent


async def test_a_request_cut_off_by_the_stop_is_told_so_in_a_problem_document():
    start, body = await _cancelled_in(_never)
    assert start["status"] == 503
    problem = orjson.loads(body["body"])
    assert problem["code"] == "stopping"
    assert "Idempotency-Key" in problem["hint"]


async def test_an_answer_already_begun_is_not_begun_again():
    assert [message["type"] for message in await _cancelled_in(_half_answered)] == ["http.response.start"]


async def _asked(app: Any, method: str) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    scope: Scope = {"type": "http", "method": method, "path": "/x", "headers": [], "query_string": b""}
    await RequestEdge(app)(scope, receive, send)
    return sent


async def _in_pieces(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope["method"] == "GET"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
    for piece in (b"one", b"two"):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def test_head_answers_what_get_would_without_the_body_and_ends_at_once():
    start, *bodies = await _asked(_in_pieces, "HEAD")
    assert (b"content-length", b"6") in start["headers"]
    assert bodies == [{"type": "http.response.body", "body": b""}]
    assert b"".join(each["body"] for each in (await _asked(_in_pieces, "GET"))[1:]) == b"onetwo"
