"""Callers of the API without signing in: a bearer token names a role, and after an `@` another tenant."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID, uuid5

import uvicorn
from fastapi import FastAPI

from sparklabs.identity.permissions import permissions_of
from sparklabs.kit.errors import UnauthenticatedError
from sparklabs.kit.web import Principal


class AsRole:
    """Stands for the identity room where a test is about what roles see; `gone` are tokens that are refused."""

    def __init__(self, **tenant_id_by_name: UUID) -> None:
        self._tenants = tenant_id_by_name
        self.gone: set[str] = set()

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Principal:
        del api_key
        token = (authorization or "").removeprefix("Bearer ")
        if token in self.gone:
            raise UnauthenticatedError("The session has ended.", code="session_ended")
        role, _, tenant = token.partition("@")
        tenant_id = self._tenants[tenant or "mine"]
        return Principal(
            tenant_id=tenant_id,
            kind="account",
            subject_id=uuid5(tenant_id, role),
            role=role,
            scopes=permissions_of(role),
        )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def served(app: FastAPI) -> AsyncGenerator[str]:
    """The application on a real socket, for answers that go on and on; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=5))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
