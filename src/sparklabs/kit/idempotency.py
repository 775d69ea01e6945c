"""POSTs that happen once: the answer to an Idempotency-Key is kept for a day and given again."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.errors import ConflictError, InvalidError
from sparklabs.kit.ids import new_id

KEPT = timedelta(days=1)
# A request whose process died blocks its key for so long; none of those that are kept here takes longer itself.
UNDER_WAY = timedelta(seconds=15)

Act: TypeAlias = Callable[[UUID], Awaitable[tuple[int, Any]]]
"""Makes the thing under the id it is given, or finds it there; gives the status and the answer."""


class IdempotencyService:
    """Keeps keys per tenant and scope."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def once(
        self,
        tenant_id: UUID,
        *,
        scope: str,
        key: str | None,
        body: bytes,
        act: Act,
    ) -> tuple[int, Any]:
        """Runs `act` for a fresh key, gives the kept answer for a known one.

        `act` is given the id of what it makes: the same one when the process of the first request died half-way, so
        that a thing made under it is found and not made twice. Raises InvalidError `idempotency_key_reused` for another
        body, ConflictError `request_under_way` while the first request still runs. An `act` that raises leaves no
        trace, so that it can be tried again.
        """
        if key is None:
            return await act(new_id())
        body_hash = hashlib.sha256(body).digest()
        claimed = await self._claim(tenant_id, scope=scope, key=key, body_hash=body_hash)
        if not isinstance(claimed, UUID):
            return claimed
        try:
            status, answer = await act(claimed)
        except BaseException:
            await asyncio.shield(self._db.run(tenant_id, _delete(tenant_id, scope, key)))
            raise
        await self._db.run(
            tenant_id,
            Statement(
                "UPDATE idempotency_keys SET status = %s, answer = %s WHERE scope = %s AND key = %s",
                (status, Jsonb(answer), scope, key),
            ),
        )
        return status, answer

    async def _claim(self, tenant_id: UUID, *, scope: str, key: str, body_hash: bytes) -> tuple[int, Any] | UUID:
        """The id to make the thing under, when it is ours to make; else the kept answer."""
        now = self._clock.now()
        [fresh] = await self._db.run(
            tenant_id,
            Statement(
                "INSERT INTO idempotency_keys AS k (tenant_id, scope, key, body_hash, created_at, made_id)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, scope, key) DO UPDATE"
                " SET body_hash = excluded.body_hash, created_at = excluded.created_at, status = NULL, answer = NULL,"
                " made_id = CASE WHEN k.status IS NULL AND k.body_hash = excluded.body_hash"
                " THEN coalesce(k.made_id, excluded.made_id) ELSE excluded.made_id END"
                " WHERE k.created_at < %s OR (k.status IS NULL AND k.created_at < %s) RETURNING made_id",
                (tenant_id, scope, key, body_hash, now, new_id(), now - KEPT, now - UNDER_WAY),
            ),
        )
        if fresh:
            made_id: UUID = fresh[0]["made_id"]
            return made_id
        [known] = await self._db.run(
            tenant_id,
            Statement(
                "SELECT body_hash, status, answer FROM idempotency_keys WHERE scope = %s AND key = %s", (scope, key)
            ),
        )
        if known and known[0]["body_hash"] != body_hash:
            raise InvalidError(
                "This Idempotency-Key was used for another request.",
                code="idempotency_key_reused",
                field="Idempotency-Key",
                hint="Use a fresh key for each new request, and the same one only to repeat it.",
            )
        if not known or known[0]["status"] is None:
            raise ConflictError(
                "The first request with this Idempotency-Key is still under way.",
                code="request_under_way",
                hint="Repeat it in a moment.",
                headers={"Retry-After": "1"},
            )
        return known[0]["status"], known[0]["answer"]


def _delete(tenant_id: UUID, scope: str, key: str) -> Statement:
    return Statement(
        "DELETE FROM idempotency_keys WHERE tenant_id = %s AND scope = %s AND key = %s", (tenant_id, scope, key)
    )
