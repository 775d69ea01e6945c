"""The api process: every room's endpoints in one application, served by uvicorn."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from sparklabs import __version__
from sparklabs.agents import authoring_endpoints as authoring
from sparklabs.agents import endpoints as agents
from sparklabs.channels.web import embed_endpoints as embedding
from sparklabs.channels.web import endpoints as web_chat
from sparklabs.conversations import endpoints as conversations
from sparklabs.conversations import streams
from sparklabs.conversations.people import endpoints as people
from sparklabs.entry import health
from sparklabs.entry.console import Console, console_folder
from sparklabs.entry.openapi import complete
from sparklabs.entry.wiring import Services
from sparklabs.identity import endpoints as identity
from sparklabs.insight.analytics import endpoints as analytics
from sparklabs.jobs import endpoints as jobs
from sparklabs.kit.http_edge import RequestEdge
from sparklabs.kit.problems import add_problem_handlers
from sparklabs.models import endpoints as models
from sparklabs.notifications import endpoints as notifications
from sparklabs.notifications.feed import endpoints as feed
from sparklabs.tools import endpoints as tools
from sparklabs.tools.outbox import endpoints as outbox

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
        docs_url=None,
        redoc_url=None,
    )
    app.state.services = services
    describe = app.openapi
    app.openapi = lambda: app.openapi_schema or complete(describe())
    add_problem_handlers(app)
    # A request tries the rooms in this order, so what is asked most often comes first.
    for room in (conversations.router, streams.router, web_chat.router, health.router):
        app.include_router(room)
    for room in (identity.router, identity.well_known, authoring.router, agents.router, embedding.router):
        app.include_router(room)
    for room in (people.router, tools.router, models.router, analytics.router):
        app.include_router(room)
    for room in (feed.router, notifications.router, jobs.router, outbox.router):
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
