"""Stands for the platform as the widget sees it: the real web edge over scripted conversations, on a real socket.

What the agent does is told by words in the message: prices, slow, markdown, script, fail, person, unsure, busy.
"""

import asyncio
import contextlib
import socket
import threading
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import uvicorn
from fastapi import FastAPI, Request, UploadFile, WebSocket
from fastapi.responses import JSONResponse, Response, StreamingResponse

from sparklabs.channels.web.bundle import WidgetBundle
from sparklabs.channels.web.endpoints import add_cors, router
from sparklabs.channels.web.schemas import AgentCard
from sparklabs.channels.web.service import WebChat
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.errors import ConflictError, SparkError, TooLargeError, UnauthenticatedError, UnavailableError
from sparklabs.kit.ids import new_id
from tests.fakes.web_chat_memory import MemoryConversation, WebChatMemory

Event = dict[str, Any]
DIST = Path(__file__).parents[2] / "widget" / "dist"
FINAL = {"turn.completed", "turn.failed", "turn.cancelled"}

MARKDOWN = """Here are **two plans**:

1. *Starter* with `3 seats`
2. Pro, see [the page](https://acme.example/pro)

| Plan | Price |
| --- | --- |
| Starter | $19 |
| Pro | $49 |
"""
SCRIPT = """<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script>
[click](javascript:window.hacked=1) [data](data:text/html,x) **<b>bold</b>** https://safe.example/?a=<i>"""


class WebChatBackend:
    """The server and the knobs by which a test makes it misbehave."""

    def __init__(self, cards: dict[str, AgentCard]) -> None:
        self.memory = WebChatMemory(cards)
        self.pace_seconds = 0.01
        self.refuse = 0  # so many POSTs answer 503 before anything is stored
        self.lose = 0  # so many POSTs are stored and then get no answer
        self.cut = 0  # so many streams break off in the middle
        self.busy = 0  # so many POSTs are turned away because a turn runs
        self.posts: list[tuple[str, str]] = []
        self._watchers: dict[UUID, set[asyncio.Queue[Event]]] = defaultdict(set)
        self._sockets: set[WebSocket] = set()
        self._locks: dict[UUID, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._tickets: dict[str, UUID] = {}
        self._files: dict[str, dict[str, Any]] = {}
        self.loop: asyncio.AbstractEventLoop
        self.url = ""
        self.app = self._app()

    # ── knobs ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def revoke_tokens(self) -> None:
        self.memory.tokens.clear()

    def drop_sockets(self) -> None:
        async def drop() -> None:
            for each in tuple(self._sockets):
                await each.close(1012)

        asyncio.run_coroutine_threadsafe(drop(), self.loop).result(5)

    @property
    def open_sockets(self) -> int:
        return len(self._sockets)

    def say(self, content: str) -> None:
        """A person answers by himself in the newest conversation."""

        async def speak() -> None:
            conversation = self.newest()
            message = self._store(conversation, "assistant", content)
            self._tell(conversation, str(new_id()), "message.completed", message=message)

        asyncio.run_coroutine_threadsafe(speak(), self.loop).result(5)

    def newest(self) -> MemoryConversation:
        return self.memory.conversations[max(self.memory.conversations)]

    def heard(self) -> list[str]:
        """What visitors said, over all conversations, as it was stored."""
        all_messages = [each for one in self.memory.conversations.values() for each in one.messages]
        return [each["content"] for each in all_messages if each["role"] == "user"]

    # ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _app(self) -> FastAPI:
        app = FastAPI()
        add_cors(app)
        app.include_router(router)
        memory, base = self.memory, "/api/v1/conversations/{id}"
        rooms: dict[str, Any] = {
            name: memory for name in ("cards", "conversations", "contacts", "tokens", "admissions")
        }
        chat = WebChat(memory, **rooms, clock=SystemClock())
        app.state.services = type("Services", (), {"web_chat": chat, "widget_bundle": WidgetBundle(DIST)})()

        @app.exception_handler(SparkError)
        async def problem(request: Request, error: SparkError) -> Response:
            body = {"title": error.title, "status": error.status, "detail": error.detail, "code": error.code}
            return JSONResponse(
                {**body, "hint": error.hint}, error.status, error.headers, media_type="application/problem+json"
            )

        @app.get(base + "/messages")
        async def messages(id: UUID, request: Request, limit: int = 50, cursor: int | None = None) -> dict[str, Any]:
            conversation = memory.authorise(request.headers.get("authorization"), id)
            older = [each for each in conversation.messages if cursor is None or each["seq"] < cursor]
            items = older[::-1][:limit]
            following = items[-1]["seq"] if items and items[-1]["seq"] > 1 else None
            return {"items": items, "next_cursor": following and str(following), "total": len(conversation.messages)}

        @app.post(base + "/messages")
        async def post(id: UUID, request: Request) -> Response:
            return await self._post(memory.authorise(request.headers.get("authorization"), id), request)

        @app.post(base + "/files")
        async def upload(id: UUID, request: Request, file: UploadFile) -> dict[str, Any]:
            conversation = memory.authorise(request.headers.get("authorization"), id)
            body = await file.read()
            if len(body) > memory.cards[conversation.agent_id].largest_file_bytes:
                raise TooLargeError("The file is too large.")
            stored = {"id": str(new_id()), "name": file.filename, "content_type": file.content_type, "size": len(body)}
            self._files[str(stored["id"])] = stored
            return stored

        @app.post(base + "/tickets")
        async def ticket(id: UUID, request: Request) -> dict[str, Any]:
            memory.authorise(request.headers.get("authorization"), id)
            made = str(new_id())
            self._tickets[made] = id
            return {"ticket": made, "expires_in": 30}

        @app.websocket(base + "/stream")
        async def stream(websocket: WebSocket, id: UUID, ticket: str) -> None:
            await self._socket(websocket, id, ticket)

        return app

    async def _post(self, conversation: MemoryConversation, request: Request) -> Response:
        body, key = orjson.loads(await request.body()), request.headers["idempotency-key"]
        self.posts.append((key, body["content"]))
        if self.refuse > 0:
            self.refuse -= 1
            raise UnavailableError("The server is starting.", headers={"Retry-After": "1"})
        if self.busy > 0:
            self.busy -= 1
            raise ConflictError("A turn is running.", code="conversation_busy")
        if conversation.status == "closed":
            raise ConflictError("It is closed.", code="conversation_closed")
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._watchers[conversation.id].add(queue)
        message_id = conversation.keys.get(key)
        if message_id is None:
            files = [self._files[each] for each in body.get("attachments", [])]
            message = self._store(conversation, "user", body["content"], attachments=files, status="waiting")
            message_id = conversation.keys[key] = message["id"]
            self._tell(conversation, message_id, "message.received", seq=message["seq"], content=body["content"])
            task = asyncio.create_task(self._turn(conversation, message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        lost, cut = self.lose > 0, self.cut > 0
        self.lose -= lost
        self.cut -= cut and not lost
        if lost:
            return StreamingResponse(_broken(), media_type="text/event-stream")
        return StreamingResponse(self._follow(conversation, message_id, queue, cut=cut), media_type="text/event-stream")

    async def _follow(
        self, conversation: MemoryConversation, message_id: str, queue: asyncio.Queue[Event], *, cut: bool
    ) -> AsyncGenerator[bytes]:
        try:
            asked = next(each for each in conversation.messages if each["id"] == message_id)
            if "status" not in asked["metadata"]:
                run = asked["metadata"]["run"]
                answer = next(each for each in conversation.messages if each["run_id"] == run)
                yield _sse({"type": "message.completed", "message_id": message_id, "message": answer})
                yield _sse({"type": "turn.completed", "message_id": message_id, "run_id": run})
                return
            while True:
                event = await queue.get()
                if event["message_id"] != message_id:
                    continue
                if cut and event["type"] == "text.delta":
                    raise ConnectionResetError
                yield _sse(event)
                if event["type"] in FINAL:
                    return
        finally:
            self._watchers[conversation.id].discard(queue)

    async def _socket(self, websocket: WebSocket, id: UUID, ticket: str) -> None:
        if self._tickets.pop(ticket, None) != id:
            raise UnauthenticatedError("The ticket is not valid.")
        await websocket.accept()
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._watchers[id].add(queue)
        self._sockets.add(websocket)
        sender = asyncio.create_task(_send_all(websocket, queue))
        try:
            while (await websocket.receive())["type"] != "websocket.disconnect":
                pass
        finally:
            sender.cancel()
            self._watchers[id].discard(queue)
            self._sockets.discard(websocket)

    # ── the agent ────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _turn(self, conversation: MemoryConversation, asked: dict[str, Any]) -> None:
        id = asked["id"]
        if self._locks[conversation.id].locked():
            self._tell(conversation, id, "turn.queued")
        async with self._locks[conversation.id]:
            run, words = str(new_id()), asked["content"].lower()
            self._tell(conversation, id, "turn.started", run_id=run, agent_version=1)
            await asyncio.sleep(self.pace_seconds)
            if "fail" in words:
                asked["metadata"] = {"status": "failed"}
                self._tell(
                    conversation,
                    id,
                    "turn.failed",
                    run_id=run,
                    problem={"code": "model_down", "detail": "The model is down."},
                )
                return
            citations = await self._tools(conversation, id, words)
            text = _reply(asked)
            for start in range(0, len(text), 9):
                self._tell(conversation, id, "text.delta", text=text[start : start + 9])
                await asyncio.sleep(self.pace_seconds * (12 if "slow" in words else 1))
            asked["metadata"] = {"run": run}
            answer = self._store(conversation, "assistant", text, run_id=run, citations=citations)
            self._tell(conversation, id, "message.completed", message=answer)
            if "person" in words:
                conversation.status = "handed_off"
                self._tell(conversation, id, "turn.handoff", reason="asked")
            self._tell(conversation, id, "turn.completed", run_id=run, usage={}, cost_micros=0, duration_ms=5)

    async def _tools(self, conversation: MemoryConversation, id: str, words: str) -> list[dict[str, Any]]:
        if "price" not in words and "unsure" not in words:
            return []
        name, status = ("search_prices", "ok") if "price" in words else ("book_meeting", "outcome_unknown")
        self._tell(conversation, id, "tool.started", call_id="c1", name=name, arguments={})
        await asyncio.sleep(self.pace_seconds * 40)
        self._tell(conversation, id, "tool.finished", call_id="c1", name=name, status=status, result={}, duration_ms=9)
        if name != "search_prices":
            return []
        web = {"title": "Price list", "source": "https://acme.example/prices", "passage": "Pro is $49 a seat."}
        return [web, {"title": "Handbook", "source": "handbook.md", "passage": "Ten seats get 10 % off."}]

    def _store(self, conversation: MemoryConversation, role: str, content: str, **rest: Any) -> dict[str, Any]:
        status = rest.pop("status", None)
        message = {
            "id": str(new_id()),
            "conversation_id": str(conversation.id),
            "seq": len(conversation.messages) + 1,
            "role": role,
            "content": content,
            "attachments": [],
            "citations": [],
            "run_id": None,
            "created_at": datetime.now(UTC).isoformat(),
            "metadata": {"status": status} if status else {},
            **rest,
        }
        conversation.messages.append(message)
        return message

    def _tell(self, conversation: MemoryConversation, message_id: str, type: str, **data: Any) -> None:
        for queue in tuple(self._watchers[conversation.id]):
            queue.put_nowait({"type": type, "message_id": message_id, **data})


def _reply(asked: dict[str, Any]) -> str:
    words = asked["content"].lower()
    if "markdown" in words:
        return MARKDOWN
    if "script" in words:
        return SCRIPT
    if "price" in words:
        return "The Pro plan is **$49** a seat each month. For ten seats that is $490, less 10 %."
    names = ", ".join(each["name"] for each in asked["attachments"])
    return f"You said: {asked['content']}" + (f" with {names}" if names else "")


def _sse(event: Event) -> bytes:
    data = {key: value for key, value in event.items() if key != "type"}
    return b"event: " + event["type"].encode() + b"\ndata: " + orjson.dumps(data) + b"\n\n"


async def _broken() -> AsyncGenerator[bytes]:
    raise ConnectionResetError
    yield b""


async def _send_all(websocket: WebSocket, queue: asyncio.Queue[Event]) -> None:
    while True:
        await websocket.send_text(orjson.dumps(await queue.get()).decode())


@contextlib.contextmanager
def serving(app: Any) -> Iterator[tuple[str, asyncio.AbstractEventLoop]]:
    """Serves an ASGI application on a free port from a thread of its own; gives the address and the loop."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", ws_ping_interval=None, timeout_graceful_shutdown=1)
    )
    started, loops = threading.Event(), list[asyncio.AbstractEventLoop]()

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        task = asyncio.create_task(server.serve([listener]))
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        started.set()
        await task

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    if not started.wait(10):
        raise RuntimeError("The server did not start within 10 s.")
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", loops[0]
    finally:
        server.should_exit = True
        thread.join(10)


@contextlib.contextmanager
def web_chat_backend(**cards: AgentCard) -> Iterator[WebChatBackend]:
    """A running backend with these agents."""
    backend = WebChatBackend(cards)
    with serving(backend.app) as (url, loop):
        backend.url, backend.loop = url, loop
        yield backend
