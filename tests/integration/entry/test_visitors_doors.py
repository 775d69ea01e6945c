"""A visitor's token opens one conversation: every other route of the OpenAPI document refuses it."""

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from sparklabs.entry.api import make_app
from sparklabs.entry.openapi import PUBLIC
from sparklabs.identity.permissions import permissions_of
from sparklabs.kit.db import DatabaseAddresses
from sparklabs.kit.ids import new_id
from tests.factories.platform import make_settings, open_conversation, principal_of, publish, running_services
from tests.factories.talking import agent_file

OWN = {
    ("get", "/api/v1/auth/me"),
    ("get", "/api/v1/conversations/{conversation_id}"),
    ("get", "/api/v1/conversations/{conversation_id}/messages"),
    ("post", "/api/v1/conversations/{conversation_id}/cancel"),
    ("post", "/api/v1/conversations/{conversation_id}/tickets"),
    ("post", "/api/v1/conversations/{conversation_id}/messages"),
}
"""What answers other than with a refusal to a visitor who names their own conversation; its agent takes no files."""
BODIES: dict[tuple[str, str], Any] = {
    ("post", "/api/v1/conversations"): {"agent_id": "tester"},
    ("put", "/api/v1/me/preferences"): {"values": {}},
    ("post", "/api/v1/auth/password"): {"current_password": "x" * 12, "new_password": "y" * 12},
    ("patch", "/api/v1/auth/me"): {"name": "x"},
    ("post", "/api/v1/conversations/{conversation_id}/messages"): {"content": "Hello"},
}
"""Of routes that look at their body before they look at the kind of caller."""
REFUSED = {401, 403, 404}


class As:
    """Stands for the identity room: everybody is this visitor."""

    def __init__(self, principal: Any) -> None:
        self._principal = principal

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Any:
        del authorization, api_key
        return self._principal


async def test_a_visitors_token_opens_their_own_conversation_and_nothing_else(
    addresses: DatabaseAddresses, tmp_path: Path, tenant_id: UUID
) -> None:
    async with running_services(addresses, make_settings(tmp_path, answer_seconds=1)) as services:
        await publish(services, tenant_id, agent_file())
        own, other = [await open_conversation(services, tenant_id) for _ in range(2)]
        visitor = principal_of(
            tenant_id, kind="visitor", role="visitor", scopes=permissions_of("visitor"), conversation_id=own.id,
            contact_id=own.contact.id,
        )  # fmt: skip
        services.authenticator = As(visitor)  # pyright: ignore[reportAttributeAccessIssue]
        app = make_app(services)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://test", headers={"Authorization": "Bearer visitor"}
        )
        opened: dict[UUID, set[tuple[str, str]]] = {}
        async with client:
            for conversation in (own, other):
                known = {name: str(new_id()) for name in ("key_id", "session_id", "file_id", "memory_id", "run_id")}
                known |= {
                    "conversation_id": str(conversation.id), "contact_id": str(conversation.contact.id),
                    "agent_id": "tester", "number": "1", "job_id": "1", "move": "pause", "name": "x",
                }  # fmt: skip
                opened[conversation.id] = set()
                for path, operations in app.openapi()["paths"].items():
                    for route in [(method, path) for method in operations]:
                        if path.startswith("/api/v1/") and path not in PUBLIC:
                            given: dict[str, Any] = {"json": BODIES.get(route)}
                            if path.endswith("/files"):
                                given = {"files": {"file": ("a.txt", b"x")}}
                            answer = await client.request(route[0], path.format_map(known), **given)
                            if answer.status_code not in REFUSED:
                                opened[conversation.id].add(route)
    assert opened[own.id] == OWN
    assert opened[other.id] == {("get", "/api/v1/auth/me")}
