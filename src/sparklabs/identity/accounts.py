"""People: the first tenant and its owner, signing in with a password, changing and resetting it."""

import asyncio
import logging
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from sparklabs.identity import repository
from sparklabs.identity.errors import (
    AccountLockedError,
    AccountNotFoundError,
    FirstOwnerInvalidError,
    InvalidCredentialsError,
    TooManySignInsError,
)
from sparklabs.identity.passwords import Passwords, check_password
from sparklabs.identity.permissions import Role
from sparklabs.identity.sessions import Sessions, SignedIn
from sparklabs.identity.throttle import FailureBuckets, UnknownLocks, lock_seconds
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Row
from sparklabs.kit.ids import new_id

logger = logging.getLogger(__name__)

FIRST_TENANT_SLUG, FIRST_TENANT_NAME = "main", "Main"
DEFAULT_OWNER_EMAIL = "owner@sparklabs.local"
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}")
_LANES = 64


@dataclass(frozen=True, slots=True)
class FirstOwner:
    """The first tenant and who owns it; `password` is there once only, when it was generated just now."""

    tenant_id: UUID
    email: str
    created: bool
    password: str | None = field(default=None, repr=False)


class Accounts:
    """Sign-in by password, with the same work and the same answers for people that do and do not exist."""

    def __init__(self, db: Database, sessions: Sessions, passwords: Passwords, *, clock: Clock) -> None:
        self._db = db
        self._sessions = sessions
        self._passwords = passwords
        self._clock = clock
        self._buckets = FailureBuckets()
        self._unknown = UnknownLocks()
        # One attempt at a time per e-mail, so that a burst cannot outrun the count of failures.
        self._lanes = tuple(asyncio.Lock() for _ in range(_LANES))

    async def ensure_first_tenant(self, owner_email: str | None, owner_password: str | None) -> FirstOwner:
        """Makes the first tenant and its owner unless there is a tenant; of several processes at once one does.

        Raises FirstOwnerInvalidError or PasswordTooWeakError before anything is written.
        """
        email = _normalised(owner_email or DEFAULT_OWNER_EMAIL)
        if not _EMAIL.fullmatch(email):
            raise FirstOwnerInvalidError("SPARKLABS_OWNER_EMAIL is not an e-mail address.", field="owner_email")
        async with self._db.system() as conn:
            known = await repository.find_first_tenant(conn)
        if known is not None:
            return FirstOwner(tenant_id=known["tenant_id"], email=known["email"] or email, created=False)
        password = owner_password or secrets.token_urlsafe(15)
        check_password(password, field="owner_password")
        password_hash = await self._passwords.hash(password)
        tenant_id, account_id, now = new_id(), new_id(), self._clock.now()
        async with self._db.system() as conn:
            await repository.lock_first_tenant(conn)
            known = await repository.find_first_tenant(conn)
            if known is not None:
                return FirstOwner(tenant_id=known["tenant_id"], email=known["email"] or email, created=False)
            await repository.insert_tenant(conn, id=tenant_id, slug=FIRST_TENANT_SLUG, name=FIRST_TENANT_NAME, now=now)
            await repository.insert_account(
                conn, id=account_id, email=email, password_hash=password_hash, name="Owner", now=now
            )
            await repository.insert_membership(
                conn, tenant_id=tenant_id, account_id=account_id, role=Role.OWNER, now=now
            )
        return FirstOwner(tenant_id=tenant_id, email=email, created=True, password=None if owner_password else password)

    async def sign_in(
        self, email: str, password: str, *, tenant: str | None, address: str, user_agent: str
    ) -> SignedIn:
        """Tokens for one tenant: the named one (slug), else the first the person belongs to.

        Raises InvalidCredentialsError, AccountLockedError or TooManySignInsError.
        """
        email = _normalised(email)
        bucket = f"{address}\0{email}"
        async with self._lanes[hash(email) % _LANES]:
            wait_seconds = self._buckets.take(bucket)
            if wait_seconds:
                raise TooManySignInsError(wait_seconds)
            account = await self._proven(email, password)
            membership = await self._membership(account["id"], tenant=tenant)
            self._buckets.give_back(bucket)
        return await self._sessions.begin(
            account_id=account["id"],
            tenant_id=membership["tenant_id"],
            role=membership["role"],
            user_agent=user_agent,
        )

    async def change_password(
        self, account_id: UUID, *, current: str, new: str, keep_family: UUID | None = None
    ) -> None:
        """Ends every other session of the person. Raises InvalidCredentialsError or PasswordTooWeakError."""
        check_password(new, field="new_password")
        async with self._db.system() as conn:
            account = await repository.find_account_by_id(conn, account_id=account_id)
        if account is None:
            raise InvalidCredentialsError
        async with self._lanes[hash(account["email"]) % _LANES]:
            await self._proven(account["email"], current)
        await self._set_password(account_id, new, actor=f"account:{account_id}", keep_family=keep_family)

    async def reset_password(self, email: str) -> str:
        """A new generated password, every session ended, any lock lifted; for the machine's owner at the command line.

        Raises AccountNotFoundError.
        """
        async with self._db.system() as conn:
            account = await repository.find_account(conn, email=_normalised(email))
        if account is None:
            raise AccountNotFoundError("Nobody has this e-mail.", hint="Look at SPARKLABS_OWNER_EMAIL.")
        password = secrets.token_urlsafe(15)
        await self._set_password(account["id"], password, actor="system", keep_family=None)
        return password

    async def get(self, account_id: UUID) -> Row:
        """Id, e-mail and name of a person; raises AccountNotFoundError."""
        async with self._db.system() as conn:
            row = await repository.find_account_by_id(conn, account_id=account_id)
        if row is None:
            raise AccountNotFoundError("This person is gone.")
        return row

    async def rename(self, account_id: UUID, name: str) -> None:
        """How the person is called from now on."""
        async with self._db.system() as conn:
            await repository.set_account_name(conn, account_id=account_id, name=name, now=self._clock.now())

    async def _proven(self, email: str, password: str) -> Row:
        """The account, when the password is right and nothing bars it."""
        async with self._db.system() as conn:
            account = await repository.find_account(conn, email=email)
        now = self._clock.now()
        if account is None:
            self._refuse_locked(self._unknown.remaining_seconds(email))
        else:
            self._refuse_locked(_remaining_seconds(account["locked_until"], now))
        stored = account["password_hash"] if account is not None and account["status"] == "active" else None
        if not await self._passwords.verify(password, stored) or account is None or stored is None:
            await self._count_failure(account, email)
            raise InvalidCredentialsError
        new_hash = await self._passwords.hash(password) if self._passwords.is_outdated(stored) else None
        async with self._db.system() as conn:
            await repository.record_sign_in(conn, account_id=account["id"], new_hash=new_hash, now=now)
        return account

    async def _count_failure(self, account: Row | None, email: str) -> None:
        if account is None:
            self._unknown.fail(email)
            return
        async with self._db.system() as conn:
            failures = await repository.count_failed_sign_in(conn, account_id=account["id"])
            seconds = lock_seconds(failures)
            if seconds:
                until = self._clock.now() + timedelta(seconds=seconds)
                await repository.lock_account(conn, account_id=account["id"], until=until)
        logger.info("A sign-in was refused.", extra={"account_id": str(account["id"]), "failures": failures})

    async def _membership(self, account_id: UUID, *, tenant: str | None) -> Row:
        async with self._db.system() as conn:
            memberships = await repository.memberships_of(conn, account_id=account_id)
        for membership in memberships:
            if tenant is None or membership["slug"] == tenant:
                return membership
        raise InvalidCredentialsError

    async def _set_password(self, account_id: UUID, password: str, *, actor: str, keep_family: UUID | None) -> None:
        password_hash = await self._passwords.hash(password)
        async with self._db.system() as conn:
            await repository.set_password(
                conn, account_id=account_id, password_hash=password_hash, now=self._clock.now()
            )
        await self._sessions.end_all(account_id=account_id, actor=actor, except_family=keep_family)

    def _refuse_locked(self, seconds: int) -> None:
        if seconds > 0:
            raise AccountLockedError(seconds)


def _normalised(email: str) -> str:
    return email.strip().lower()


def _remaining_seconds(until: datetime | None, now: datetime) -> int:
    return 0 if until is None else max(0, ceil((until - now).total_seconds()))
