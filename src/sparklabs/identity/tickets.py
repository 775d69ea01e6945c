"""Socket tickets: a WebSocket cannot send headers from a browser, so it brings a ticket that works once within 30 s."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sparklabs.identity import repository
from sparklabs.identity.errors import TicketInvalidError
from sparklabs.identity.permissions import Role, permissions_of
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database
from sparklabs.kit.web import Principal, PrincipalKind

TICKET_LIFETIME = timedelta(seconds=30)
_LONGEST_TICKET = 100


class Tickets:
    """Tickets stand in the database, so that any process may redeem what another issued."""

    def __init__(self, db: Database, sealer: Sealer, *, clock: Clock) -> None:
        self._db = db
        self._sealer = sealer
        self._clock = clock

    async def issue(self, principal: Principal, conversation_id: UUID) -> str:
        """A ticket with which the caller may open this one conversation's socket once.

        That the conversation is the tenant's is for the conversations room to check before.
        """
        ticket, now = "st_" + secrets.token_urlsafe(24), self._clock.now()
        await self._db.run(
            principal.tenant_id,
            repository.delete_expired_tickets(now=now),
            repository.insert_ticket(
                tenant_id=principal.tenant_id,
                ticket_hash=self._digest(ticket),
                conversation_id=conversation_id,
                principal=_dumped(principal),
                expires_at=now + TICKET_LIFETIME,
            ),
        )
        return ticket

    async def redeem(self, ticket: str) -> Principal:
        """The caller, narrowed to the ticket's conversation; the ticket is spent. Raises TicketInvalidError."""
        if len(ticket) > _LONGEST_TICKET:
            raise TicketInvalidError
        async with self._db.system() as conn:
            row = await repository.take_ticket(conn, ticket_hash=self._digest(ticket))
        if row is None or row["expires_at"] <= self._clock.now():
            raise TicketInvalidError
        principal = _loaded(row["principal"], tenant_id=row["tenant_id"])
        narrowed = frozenset(each for each in permissions_of(Role.VISITOR) if principal.allows(each))
        return replace(principal, conversation_id=row["conversation_id"], scopes=narrowed)

    def _digest(self, ticket: str) -> bytes:
        return self._sealer.blind_index("socket-ticket", None, ticket)


def _dumped(principal: Principal) -> dict[str, Any]:
    return {
        "kind": principal.kind,
        "subject": str(principal.subject_id),
        "role": str(principal.role),
        "scopes": sorted(principal.scopes),
        "contact": str(principal.contact_id) if principal.contact_id else None,
    }


def _loaded(stored: dict[str, Any], *, tenant_id: UUID) -> Principal:
    return Principal(
        tenant_id=tenant_id,
        kind=cast(PrincipalKind, stored["kind"]),
        subject_id=UUID(stored["subject"]),
        role=stored["role"],
        scopes=frozenset(stored["scopes"]),
        contact_id=UUID(stored["contact"]) if stored["contact"] else None,
    )
