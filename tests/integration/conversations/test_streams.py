"""Streams of a turn: typed events in order, wherever the watcher is; a client that leaves ends nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from sparklabs.entry.api import make_app
from sparklabs.entry.wiring import Services
from sparklabs.runtime import hub
from sparklabs.runtime.events import TurnEvent, TurnEventType
from tests.factories.platform import free_port, open_conversation, principal_of, until
from tests.integration.conversations.conftest import AsOwner, Begin, Talk, pause_before_end


@contextlib.asynccontextmanager
async def _served(services: Services, tenant_id: UUID) -> AsyncIterator[str]:
    """The process's API on a real port, for an owner of the tenant."""
    services.authenticator = AsOwner(tenant_id)  # pyright: ignore[reportAttributeAccessIssue]
    port = free_port()
    config = uvicorn.Config(make_app(services), port=port, log_config=None, ws="websockets-sansio", lifespan="off")
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # pyright: ignore[reportAttributeAccessIssue]
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield f"127.0.0.1:{port}"
    server.should_exit = server.force_exit = True
    await task


@pytest.fixture
async def address(one: Services, tenant_id: UUID) -> AsyncIterator[str]:
    """Host and port of the first process."""
    async with _served(one, tenant_id) as address:
        yield address


@pytest.fixture
async def other_address(two: Services, tenant_id: UUID) -> AsyncIterator[str]:
    """Host and port of the second process."""
    async with _served(two, tenant_id) as address:
        yield address


def _blocks(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for block in text.split("\n\n"):
        if block.startswith("event: "):
            kind, data = block.split("\n")
            yield kind.removeprefix("event: "), orjson.loads(data.removeprefix("data: "))


async def _post_stream(address: str, talk: Talk, content: str, **headers: str) -> list[tuple[str, dict[str, Any]]]:
    headers |= {"Authorization": "Bearer x", "Accept": "text/event-stream"}
    async with httpx.AsyncClient(timeout=30) as client:
        url = f"http://{address}/api/v1/conversations/{talk.header.id}/messages"
        answer = await client.post(url, json={"content": content}, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream"), answer.text
    return list(_blocks(answer.text))


def _kinds(events: list[tuple[str, dict[str, Any]]]) -> list[str]:
    """The kinds in order, pieces of text as one."""
    return [kind for at, (kind, _) in enumerate(events) if kind != "text.delta" or at == 0 or events[at - 1][0] != kind]


def _socket(address: str, talk: Talk, **given: Any) -> connect:
    given.setdefault("additional_headers", {"Authorization": "Bearer x"})
    path = given.pop("path", f"/api/v1/conversations/{talk.header.id}/stream")
    return connect(f"ws://{address}{path}", **given)


async def _frames(socket: ClientConnection, *, upto: str = "turn.completed") -> list[tuple[str, dict[str, Any]]]:
    frames: list[tuple[str, dict[str, Any]]] = []
    while not frames or frames[-1][0] != upto:
        frame = orjson.loads(await asyncio.wait_for(socket.recv(), 15))
        frames.append((frame.pop("type"), frame))
    return frames


async def test_a_posted_message_streams_its_turn_as_typed_events_in_order(begin: Begin, address: str) -> None:
    events = await _post_stream(address, await begin(), "order lamp")
    assert _kinds(events) == [
        "message.received",
        "turn.started",
        "tool.started",
        "tool.finished",
        "text.delta",
        "message.completed",
        "turn.completed",
    ]
    by_kind = dict(events)
    assert by_kind["tool.started"]["arguments"] == {"item": "lamp"}
    assert by_kind["tool.finished"]["status"] == "ok"
    assert by_kind["tool.started"]["call_id"] == by_kind["tool.finished"]["call_id"]
    text = "".join(data["text"] for kind, data in events if kind == "text.delta")
    assert text == by_kind["message.completed"]["message"]["content"] == "answer to order lamp"
    assert by_kind["turn.completed"]["usage"]["output_tokens"] == 24
    assert len({data["message_id"] for _, data in events}) == 1


async def test_a_client_that_goes_away_does_not_end_the_turn(begin: Begin, address: str, one: Services) -> None:
    talk = await begin()
    async with httpx.AsyncClient(headers={"Authorization": "Bearer x", "Accept": "text/event-stream"}) as client:
        url = f"http://{address}/api/v1/conversations/{talk.header.id}/messages"
        async with client.stream("POST", url, json={"content": "slow one two three four five"}) as answer:
            async for line in answer.aiter_lines():
                if line == "event: text.delta":
                    break
    await until(lambda: one.worker.turns_running == 0)
    assert (await talk.said())[-1] == ("assistant", "answer to slow one two three four five")
    await until(lambda: talk.header.id not in one.hub._watchers)


async def test_a_client_that_left_before_its_stream_began_is_watched_for_no_longer(
    begin: Begin, one: Services, tenant_id: UUID
) -> None:
    talk = await begin()
    one.authenticator = AsOwner(tenant_id)  # pyright: ignore[reportAttributeAccessIssue]
    path = f"/api/v1/conversations/{talk.header.id}/messages"
    headers = {"authorization": "Bearer x", "accept": "text/event-stream", "content-type": "application/json"}
    came = iter([{"type": "http.request", "body": b'{"content": "order lamp"}'}])

    async def receive() -> Any:
        return next(came, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        await asyncio.Event().wait()  # nobody takes it any more

    scope = {"type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "method": "POST", "path": path,
             "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http", "server": ("one", 80),
             "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
    await make_app(one)(scope, receive, send)
    assert talk.header.id not in one.hub._watchers
    await until(lambda: one.worker.turns_running == 0)
    assert await talk.orders() == ["lamp"]


async def test_a_socket_that_could_not_ask_the_other_processes_is_watched_for_no_longer(
    begin: Begin, one: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await begin()

    async def cut_off(kind: str, data: dict[str, Any]) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(one.notices, "publish", cut_off)
    with pytest.raises(asyncio.CancelledError):
        await one.turns.watch(talk.header)
    assert talk.header.id not in one.hub._watchers


async def test_a_redelivered_message_streams_the_end_of_its_turn(begin: Begin, address: str) -> None:
    talk = await begin()
    first = await _post_stream(address, talk, "order lamp", **{"Idempotency-Key": "k"})
    again = await _post_stream(address, talk, "order lamp", **{"Idempotency-Key": "k"})
    assert _kinds(again) == ["message.completed", "turn.completed"]
    assert again[0] == next(event for event in first if event[0] == "message.completed")


async def test_a_socket_in_another_process_sees_the_whole_turn_in_order_within_the_batch_rule(
    begin: Begin, one: Services, other_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await begin()
    sent: list[int] = []
    publish = one.notices.publish

    async def counted(kind: str, data: dict[str, Any]) -> None:
        if kind == "stream_events":
            sent.append(len(orjson.dumps(data)))
        await publish(kind, data)

    monkeypatch.setattr(one.notices, "publish", counted)
    words = "slow " + " ".join(f"word{number}" for number in range(20))
    async with _socket(other_address, talk) as socket:
        await asyncio.sleep(0.2)
        began = asyncio.get_running_loop().time()
        await one.turns.accept(talk.header, content=words)
        frames = await _frames(socket)
        seconds = asyncio.get_running_loop().time() - began
    assert _kinds(frames) == ["message.received", "turn.started", "text.delta", "message.completed", "turn.completed"]
    assert "".join(data["text"] for kind, data in frames if kind == "text.delta") == f"answer to {words}"
    assert len(sent) <= seconds * hub.BATCHES_PER_SECOND + 2
    assert max(sent) < 8_000


def _deaf_to_interest(services: Services) -> None:
    """The notice that somebody watches never comes, as one that is still on its way when a turn begins."""
    deliver = services.notices._deliver

    def but_interest(kind: str, data: dict[str, Any]) -> None:
        if kind != "stream_interest":
            deliver(kind, data)

    services.notices._deliver = but_interest


async def test_a_turn_begun_before_the_notice_of_a_new_watcher_came_is_seen_whole_in_another_process(
    begin: Begin, one: Services, other_address: str
) -> None:
    talk = await begin()
    _deaf_to_interest(one)
    async with _socket(other_address, talk) as socket:
        await one.turns.accept(talk.header, content="order lamp")
        frames = await _frames(socket)
    assert _kinds(frames) == ["message.received", "turn.started", "tool.started", "tool.finished", "text.delta",
                              "message.completed", "turn.completed"]  # fmt: skip


async def test_the_turn_of_a_queued_message_is_seen_whole_by_who_came_while_it_waited(
    begin: Begin, one: Services, other_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await begin()
    _deaf_to_interest(one)
    pause = pause_before_end(one, monkeypatch)
    await one.turns.accept(talk.header, content="first")
    await asyncio.wait_for(pause.reached.wait(), 10)
    waiting = await one.turns.accept(talk.header, content="order lamp")
    async with _socket(other_address, talk) as socket:
        pause.go.set()
        frames = [frame for frame in await _frames(socket) if frame[1]["message_id"] == str(waiting.message_id)]
    assert _kinds(frames) == ["turn.started", "tool.started", "tool.finished", "text.delta", "message.completed",
                              "turn.completed"]  # fmt: skip


async def test_a_socket_is_told_when_notices_from_other_processes_were_lost(
    begin: Begin, one: Services, address: str
) -> None:
    talk = await begin()
    async with _socket(address, talk) as socket:
        one.notices._deliver("reconnected", {})
        assert await _frames(socket, upto="stream.lagged") == [("stream.lagged", {})]
        await socket.send('{"content": "hello"}')
        assert (await _frames(socket))[-1][0] == "turn.completed"


async def test_texts_too_large_for_a_notice_reach_another_process_whole(
    begin: Begin, one: Services, other_address: str
) -> None:
    talk = await begin()
    long = "say " + "wörd\n" * 4_000
    async with _socket(other_address, talk) as socket:
        await asyncio.sleep(0.2)
        await one.turns.accept(talk.header, content=long)
        frames = await _frames(socket)
    by_kind = dict(frames)
    assert by_kind["message.received"]["content"] == long
    assert by_kind["message.completed"]["message"]["content"] == f"answer to {long}"
    assert "".join(data["text"] for kind, data in frames if kind == "text.delta") == f"answer to {long}"


async def test_a_message_said_over_the_socket_is_answered_there(begin: Begin, address: str) -> None:
    talk = await begin()
    async with _socket(address, talk) as socket:
        await socket.send(orjson.dumps({"content": "order lamp", "idempotency_key": "k"}).decode())
        frames = await _frames(socket)
        assert frames[-2][1]["message"]["content"] == "answer to order lamp"
        await socket.send(orjson.dumps({"content": "something else", "idempotency_key": "k"}).decode())
        [(_, error)] = await _frames(socket, upto="error")
        assert error["problem"]["code"] == "idempotency_key_reused"
    assert await talk.orders() == ["lamp"]


NUL_KEY = '{"content": "x", "idempotency_key": "a\\u0000"}'


@pytest.mark.parametrize(
    "frame", [NUL_KEY, "{", "[]", '{"content": " "}', '{"text": "x"}', b"\xff", b'{"content": 1}', ""]
)
async def test_a_frame_that_makes_no_sense_is_told_and_the_socket_stays_open(
    begin: Begin, address: str, frame: str | bytes
) -> None:
    talk = await begin()
    async with _socket(address, talk) as socket:
        await socket.send(frame)
        [(_, error)] = await _frames(socket, upto="error")
        assert (error["problem"]["code"], error["problem"]["status"]) == ("frame_invalid", 422)
        assert "input_value" not in error["problem"]["detail"]
        await socket.send('{"content": "hello"}')
        assert (await _frames(socket))[-1][0] == "turn.completed"


async def test_a_ticket_opens_the_socket_of_its_conversation_once(
    begin: Begin, address: str, one: Services, tenant_id: UUID
) -> None:
    talk = await begin()
    base = f"/api/v1/conversations/{talk.header.id}/stream"
    other = await open_conversation(one, tenant_id)
    first, second = [await one.identity.issue_ticket(principal_of(tenant_id), talk.header.id) for _ in range(2)]
    async with _socket(address, talk, path=f"{base}?ticket={first}", additional_headers={}) as socket:
        await socket.send('{"content": "hello"}')
        await _frames(socket)
    for path, code in (
        (f"{base}?ticket={first}", 4401),
        (f"{base}?ticket=nonsense", 4401),
        (f"/api/v1/conversations/{other.id}/stream?ticket={second}", 4404),
        (base, 4401),
    ):
        async with _socket(address, talk, path=path, additional_headers={}) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), 10)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == code


async def test_a_watcher_that_is_too_slow_is_told_so_and_loses_only_its_own_events(begin: Begin, one: Services) -> None:
    talk = await begin()
    slow, quick = await one.hub.subscribe(talk.header.id), await one.hub.subscribe(talk.header.id)
    event = TurnEvent(TurnEventType.TEXT_DELTA, talk.header.id, {"text": "x"})
    for _ in range(hub.LONGEST_BACKLOG + 10):
        one.hub.publish(talk.header.id, event)
        quick.queue.get_nowait()
    assert (slow.lagged, quick.lagged) == (True, False)
    assert slow.queue.qsize() == hub.LONGEST_BACKLOG


async def test_the_end_of_a_turn_whose_process_died_is_followed_from_the_rows(
    begin: Begin, one: Services, two: Services
) -> None:
    talk = await begin()
    accepted = await one.turns.accept(talk.header, content="order lamp")
    watcher = await two.turns.watch_here(talk.header)
    two.hub._on_events = lambda data: None  # pyright: ignore[reportAttributeAccessIssue]  no notice arrives
    kinds = [event.type.value async for event in two.turns.follow(talk.header, accepted, watcher) if event]
    assert kinds[-2:] == ["message.completed", "turn.completed"]
