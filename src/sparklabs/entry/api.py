"""The api process: every room's endpoints in one application, served by uvicorn."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from sparklabs import __version__
from sparklabs.agents import endpoints as agents
from sparklabs.channels.web import endpoints as web_chat
from sparklabs.conversations import endpoints as conversations
from sparklabs.conversations import streams
from sparklabs.entry import health
from sparklabs.entry.console import Console, console_folder
from sparklabs.entry.openapi import complete
from sparklabs.entry.wiring import Services
from sparklabs.identity import endpoints as identity
from sparklabs.kit.http_edge import RequestEdge
from sparklabs.kit.problems import add_problem_handlers
from sparklabs.models import endpoints as models
from sparklabs.tools import endpoints as tools

DESCRIPTION = """
Everything the platform does, over REST. Sign in with `POST /api/v1/auth/login` and send the access token as
`Authorization: Bearer …`, or send an API key as `X-API-Key`. Lists answer `{items, next_cursor, total}`; errors are
RFC 9457 problem documents with a stable `code`. `Idempotency-Key` makes a POST safe to repeat.
"""


def make_app(services: Services, *, lifespan: Any = None) -> FastAPI:
    """The application over wired services; starting and stopping them is the caller's matter."""
    app = FastAPI(
        title="SparkLabs",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/openapi.json",
        docs_url="/docs",
        redoc_url=None,
    )
    app.state.services = services
    describe = app.openapi
    app.openapi = lambda: app.openapi_schema or complete(describe())
    add_problem_handlers(app)
    for room in (identity.router, identity.well_known, agents.router, conversations.router, streams.router):
        app.include_router(room)
    for room in (tools.router, models.router, web_chat.router, health.router):
        app.include_router(room)
    web_chat.add_cors(app)
    app.router.default = Console(console_folder(), otherwise=app.router.not_found)
    app.add_middleware(RequestEdge)
    return app


def app_with_life(services: Services) -> FastAPI:
    """The application that starts and stops its services itself."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        del app
        await services.start()
        try:
            yield
        finally:
            await services.stop()

    return make_app(services, lifespan=lifespan)
