"""Sign-ins: begun with a password, carried on by rotating refresh tokens, ended by logout, replay or loss of access."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sparklabs.identity import audit, repository
from sparklabs.identity.errors import (
    RefreshReusedError,
    SessionEndedError,
    SessionNotFoundError,
    TokenExpiredError,
    TokenInvalidError,
)
from sparklabs.identity.short_cache import ShortCache
from sparklabs.identity.tokens import ACCESS_TOKEN_SECONDS, Tokens
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row
from sparklabs.kit.ids import new_id
from sparklabs.kit.notices import Notices

REFRESH_TOKEN_LIFETIME = timedelta(days=30)
SESSION_ENDED_NOTICE = "session_ended"
# Another process that misses the notice still refuses the session after this long.
_STANDING_SECONDS = 3.0
_LONGEST_USER_AGENT = 200
_SIGN_IN_AGAIN = "Sign in again."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A pair of tokens; neither shows in a log."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int = ACCESS_TOKEN_SECONDS
    token_type: str = "bearer"  # noqa: S105 - RFC 6750's name


class Sessions:
    """One family of refresh tokens is one sign-in on one device.

    A refresh token works once. A second use, concurrent ones included, ends the family and both of its holders sign in
    again: without proof of possession a double submit and a theft look the same (RFC 9700, 4.14.2), so there is no
    grace; a client sends one refresh at a time.
    """

    def __init__(
        self, db: Database, sealer: Sealer, tokens: Tokens, *, clock: Clock, notices: Notices | None = None
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._tokens = tokens
        self._clock = clock
        self._notices = notices
        self._roles: ShortCache[UUID, str | None] = ShortCache(ttl_seconds=_STANDING_SECONDS)
        if notices is not None:
            notices.subscribe(SESSION_ENDED_NOTICE, lambda data: self._roles.drop(UUID(data["family_id"])))
            notices.subscribe("reconnected", lambda _: self._roles.clear())

    async def begin(self, *, account_id: UUID, tenant_id: UUID, role: str, user_agent: str) -> SignedIn:
        """A new family with its first tokens."""
        family_id, refresh_token, now = new_id(), _new_token(), self._clock.now()
        await self._db.run(
            tenant_id,
            repository.delete_expired_refresh_tokens(account_id, now=now),
            repository.insert_refresh_token(
                tenant_id=tenant_id,
                account_id=account_id,
                family_id=family_id,
                token_hash=self._digest(refresh_token),
                user_agent=user_agent[:_LONGEST_USER_AGENT],
                expires_at=now + REFRESH_TOKEN_LIFETIME,
                now=now,
            ),
            audit.entry(
                tenant_id,
                actor=f"account:{account_id}",
                action="session.begun",
                subject=f"session:{family_id}",
                now=now,
            ),
        )
        access_token = await self._tokens.issue_access(
            account_id=account_id, tenant_id=tenant_id, role=role, family_id=family_id
        )
        return SignedIn(access_token=access_token, refresh_token=refresh_token)

    async def refresh(self, refresh_token: str, *, user_agent: str) -> SignedIn:
        """New tokens for an unused refresh token.

        Raises TokenInvalidError, TokenExpiredError, SessionEndedError, or RefreshReusedError after ending the family.
        """
        now = self._clock.now()
        async with self._db.system() as conn:
            row = await repository.find_refresh_token(conn, token_hash=self._digest(refresh_token))
            if row is None:
                raise TokenInvalidError("The refresh token is not one of ours.")
            role = await repository.find_live_role(
                conn, tenant_id=row["tenant_id"], account_id=row["account_id"], family_id=row["family_id"]
            )
        if row["used_at"] is not None:
            await self._end_replayed(row)
        if row["revoked_at"] is not None:
            raise SessionEndedError
        if row["expires_at"] <= now:
            raise TokenExpiredError(_SIGN_IN_AGAIN)
        if role is None:
            raise SessionEndedError
        successor = _new_token()
        if not await self._rotate(row, refresh_token, successor, user_agent=user_agent, now=now):
            await self._end_replayed(row)
        access_token = await self._tokens.issue_access(
            account_id=row["account_id"], tenant_id=row["tenant_id"], role=role, family_id=row["family_id"]
        )
        return SignedIn(access_token=access_token, refresh_token=successor)

    async def find_role(self, *, tenant_id: UUID, account_id: UUID, family_id: UUID) -> str | None:
        """The role a session has now (at most 3 s old), None when it has ended."""

        async def load() -> str | None:
            async with self._db.system() as conn:
                return await repository.find_live_role(
                    conn, tenant_id=tenant_id, account_id=account_id, family_id=family_id
                )

        return await self._roles.get(family_id, load)

    async def end(self, *, tenant_id: UUID, family_id: UUID, actor: str, action: str = "session.ended") -> None:
        """Ends a sign-in for good, its access tokens included."""
        now = self._clock.now()
        await self._db.run(
            tenant_id,
            repository.lock_family(family_id),
            repository.end_family(family_id, now=now),
            audit.entry(tenant_id, actor=actor, action=action, subject=f"session:{family_id}", now=now),
        )
        self._roles.drop(family_id)
        if self._notices is not None:
            await self._notices.publish(SESSION_ENDED_NOTICE, {"family_id": str(family_id)})

    async def list_of(self, *, tenant_id: UUID, account_id: UUID) -> list[Row]:
        """The person's living sign-ins in this tenant, the last used first: id, times and user agent."""
        [rows] = await self._db.run(tenant_id, repository.list_sessions(account_id, now=self._clock.now()))
        return rows

    async def end_own(self, *, tenant_id: UUID, account_id: UUID, family_id: UUID) -> None:
        """Ends one of a person's own sign-ins; raises SessionNotFoundError."""
        [found] = await self._db.run(tenant_id, repository.find_session(account_id, family_id))
        if not found:
            raise SessionNotFoundError("There is no such session.", hint="It may have ended already.")
        await self.end(tenant_id=tenant_id, family_id=family_id, actor=f"account:{account_id}")

    async def end_by_refresh_token(self, refresh_token: str) -> bool:
        """Ends the sign-in a refresh token belongs to; False when there is no such token."""
        async with self._db.system() as conn:
            row = await repository.find_refresh_token(conn, token_hash=self._digest(refresh_token))
        if row is None:
            return False
        await self.end(tenant_id=row["tenant_id"], family_id=row["family_id"], actor=f"account:{row['account_id']}")
        return True

    async def end_all(self, *, account_id: UUID, actor: str, except_family: UUID | None = None) -> None:
        """Ends every sign-in of a person, in every tenant."""
        async with self._db.system() as conn:
            rows = await repository.families_of(conn, account_id=account_id)
        for row in rows:
            if row["family_id"] != except_family:
                await self.end(tenant_id=row["tenant_id"], family_id=row["family_id"], actor=actor)

    async def _rotate(self, row: Row, spent: str, successor: str, *, user_agent: str, now: datetime) -> bool:
        async with self._db.tenant(row["tenant_id"]) as conn:
            await repository.run(conn, [repository.lock_family(row["family_id"])])
            if not await repository.spend_refresh_token(conn, token_hash=self._digest(spent), now=now):
                return False
            added = repository.insert_refresh_token(
                tenant_id=row["tenant_id"],
                account_id=row["account_id"],
                family_id=row["family_id"],
                token_hash=self._digest(successor),
                user_agent=user_agent[:_LONGEST_USER_AGENT],
                expires_at=now + REFRESH_TOKEN_LIFETIME,
                now=now,
            )
            await repository.run(conn, [added])
        return True

    async def _end_replayed(self, row: Row) -> None:
        await self.end(
            tenant_id=row["tenant_id"],
            family_id=row["family_id"],
            actor=f"account:{row['account_id']}",
            action="session.replayed",
        )
        raise RefreshReusedError

    def _digest(self, token: str) -> bytes:
        return self._sealer.blind_index("refresh-token", None, token)


def _new_token() -> str:
    return "rt_" + secrets.token_urlsafe(32)
