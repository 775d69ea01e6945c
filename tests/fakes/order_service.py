"""Stands for a business's own order service: a small REST API on a real socket that checks credentials and keys."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "orders-token-5f2c"


@dataclass
class OrderService:
    """What it was asked, and how often it shall fail before it answers."""

    url: str = ""
    host: str = ""
    failures: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    order_by_key: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.requests.append(
            {"method": request.method, "path": request.raw_path, "headers": dict(request.headers), "body": body}
        )
        if self.failures:
            self.failures -= 1
            return web.json_response({"error": "busy"}, status=503)
        if not self._knows(request.headers):
            return web.json_response(
                {"error": "who are you?", "sent": request.headers.get("Authorization")}, status=401
            )
        if request.path == "/slow":
            await asyncio.sleep(5)
        if request.method == "POST":
            key = request.headers["Idempotency-Key"]
            order = self.order_by_key.setdefault(key, {"id": f"O-{len(self.order_by_key) + 1}", "state": "new"})
            return web.json_response({"data": [order]}, status=201)
        return web.json_response({"path": request.path, "query": dict(request.query)})

    @staticmethod
    def _knows(headers: Any) -> bool:
        basic = "Basic dXNlcjpwYXNzd29yZC05"
        return headers.get("Authorization") in (f"Bearer {TOKEN}", basic) or headers.get("X-Orders-Key") == TOKEN


@asynccontextmanager
async def order_service() -> AsyncIterator[OrderService]:
    """The service, on a free port, for as long as the block lasts."""
    service = OrderService()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.host = f"127.0.0.1:{runner.addresses[0][1]}"
    service.url = f"http://{service.host}"
    try:
        yield service
    finally:
        await runner.cleanup()
