"""What every endpoint file shares: who is asking, the permission check and the way to the services."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar
from uuid import UUID

from fastapi import Depends, Request, params
from fastapi.requests import HTTPConnection

from sparklabs.kit.errors import ForbiddenError, UnauthenticatedError

PrincipalKind = Literal["account", "api_key", "visitor"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, and for which one tenant; a visitor is bound to one conversation and one contact."""

    tenant_id: UUID
    kind: PrincipalKind
    subject_id: UUID
    role: str
    scopes: frozenset[str]
    conversation_id: UUID | None = None
    contact_id: UUID | None = None

    def allows(self, permission: str) -> bool:
        """`*` allows everything, `agents:*` everything on agents."""
        resource = permission.partition(":")[0]
        return not self.scopes.isdisjoint((permission, f"{resource}:*", "*"))

    @property
    def actor(self) -> str:
        """How the audit and version history name the caller."""
        return f"{self.kind}:{self.subject_id}"


class Authenticator(Protocol):
    """The identity room's door, handed to the edge by the wiring."""

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Principal:
        """The caller behind a bearer token or an API key; raises UnauthenticatedError."""
        ...


class SocketTickets(Protocol):
    """The identity room's single-use passes for WebSockets."""

    async def issue_ticket(self, principal: Principal, conversation_id: UUID) -> str:
        """A ticket for one socket."""
        ...

    async def redeem_ticket(self, ticket: str) -> Principal:
        """The principal it was issued to, once; raises UnauthenticatedError."""
        ...


def services(connection: HTTPConnection) -> Any:
    """The wired services of this process (entry.wiring.Services)."""
    return connection.app.state.services


def service(kind: type[T], name: str) -> Callable[[HTTPConnection], Awaitable[T]]:
    """A dependency that gives the wired service called `name`, typed as `kind`."""

    # A coroutine, for FastAPI sends plain functions to a thread.
    async def give(connection: HTTPConnection) -> T:
        found = getattr(services(connection), name)
        if not isinstance(found, kind):
            raise TypeError(f"The service {name} is a {type(found).__name__}, not a {kind.__name__}.")
        return found

    return give


async def principal_of(request: Request) -> Principal:
    """The caller of a request; told to the log context as well."""
    from sparklabs.kit.telemetry import bind_context

    headers = request.headers
    authorization, api_key = headers.get("authorization"), headers.get("x-api-key")
    if authorization is None and api_key is None:
        raise UnauthenticatedError(
            "This needs a bearer token or an X-API-Key.",
            hint="Sign in with POST /api/v1/auth/login, or send an API key in X-API-Key.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    authenticator: Authenticator = services(request).authenticator
    principal = await authenticator.authenticate(authorization=authorization, api_key=api_key)
    bind_context(tenant_id=str(principal.tenant_id))
    return principal


def require(permission: str) -> params.Depends:
    """A dependency that returns the caller when it may do `permission` (`resource:action`)."""

    async def check(request: Request) -> Principal:
        principal = await principal_of(request)
        if not principal.allows(permission):
            raise ForbiddenError(
                f"This needs the permission {permission}.",
                hint="Ask an owner or administrator of the workspace for it.",
            )
        return principal

    setattr(check, "permission", permission)  # noqa: B010 - read by the test that no route lacks one
    return Depends(check)


RouteHandler = Callable[..., Awaitable[Any]]
