"""API keys: made and shown once, looked up by their public prefix, compared in constant time, revoked."""

import hmac
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sparklabs.identity import audit, repository
from sparklabs.identity.errors import ApiKeyExpiredError, ApiKeyInvalidError, ApiKeyNotFoundError, ScopeInvalidError
from sparklabs.identity.permissions import API_KEY_ROLES, Role, covers, permissions_of
from sparklabs.identity.short_cache import ShortCache
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row
from sparklabs.kit.ids import new_id
from sparklabs.kit.notices import Notices
from sparklabs.kit.web import Principal

API_KEY_START = "sk_spark_"
API_KEY_REVOKED_NOTICE = "api_key_revoked"
# A process that misses the notice accepts a revoked key for this long.
_CACHE_SECONDS = 5.0
_TOUCH_EVERY = timedelta(minutes=1)
_LONGEST_KEY = 200
_ALPHABET = string.ascii_letters + string.digits
_PREFIX_LENGTH, _SECRET_LENGTH = 12, 40


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made; `key` is the whole secret and is never shown again."""

    id: UUID
    name: str
    prefix: str
    role: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    created_at: datetime
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Known:
    principal: Principal
    key_hash: bytes = field(repr=False)
    expires_at: datetime | None


class ApiKeys:
    """Keys look like `sk_spark_<prefix>_<secret>`; only a keyed hash of the whole is stored."""

    def __init__(self, db: Database, sealer: Sealer, *, clock: Clock, notices: Notices | None = None) -> None:
        self._db = db
        self._sealer = sealer
        self._clock = clock
        self._notices = notices
        self._known: ShortCache[str, _Known | None] = ShortCache(ttl_seconds=_CACHE_SECONDS)
        self._touched: dict[UUID, datetime] = {}
        if notices is not None:
            notices.subscribe(API_KEY_REVOKED_NOTICE, lambda data: self._known.drop(data["prefix"]))
            notices.subscribe("reconnected", lambda _: self._known.clear())

    async def create(
        self,
        principal: Principal,
        *,
        name: str,
        scopes: Sequence[str] = (),
        role: str = Role.DEVELOPER,
        expires_at: datetime | None = None,
    ) -> NewApiKey:
        """A key of the caller's tenant with what the role and the scopes have in common (no scopes: the whole role).

        Raises ScopeInvalidError when the caller would give away more than it has.
        """
        _check_grant(principal, role=role, scopes=scopes)
        prefix, secret = _random(_PREFIX_LENGTH), _random(_SECRET_LENGTH)
        key, key_id, now = f"{API_KEY_START}{prefix}_{secret}", new_id(), self._clock.now()
        kept = sorted(set(scopes))
        row: dict[str, Any] = {
            "id": key_id,
            "tenant_id": principal.tenant_id,
            "name": name,
            "prefix": prefix,
            "key_hash": self._digest(key),
            "scopes": kept,
            "role": str(role),
            "created_by": principal.subject_id,
            "expires_at": expires_at,
            "created_at": now,
        }
        line = audit.entry(
            principal.tenant_id,
            actor=principal.actor,
            action="api_key.created",
            subject=f"api_key:{key_id}",
            data={"role": str(role), "scopes": kept},
            now=now,
        )
        await self._db.run(principal.tenant_id, repository.insert_api_key(row), line)
        return NewApiKey(
            id=key_id,
            name=name,
            prefix=prefix,
            role=str(role),
            scopes=tuple(kept),
            expires_at=expires_at,
            created_at=now,
            key=key,
        )

    async def list_all(self, tenant_id: UUID) -> list[Row]:
        """The tenant's keys, newest first, without anything secret."""
        [rows] = await self._db.run(tenant_id, repository.list_api_keys())
        return rows

    async def revoke(self, principal: Principal, key_id: UUID) -> None:
        """Ends a key: at once in this process, within 5 s in every other. Raises ApiKeyNotFoundError."""
        now = self._clock.now()
        async with self._db.tenant(principal.tenant_id) as conn:
            prefix = await repository.revoke_api_key(conn, key_id=key_id, now=now)
            if prefix is None:
                raise ApiKeyNotFoundError("There is no such API key.", hint="List them with GET /api/v1/api-keys.")
            await audit.record(
                conn,
                principal.tenant_id,
                actor=principal.actor,
                action="api_key.revoked",
                subject=f"api_key:{key_id}",
                now=now,
            )
        self._known.drop(prefix)
        if self._notices is not None:
            await self._notices.publish(API_KEY_REVOKED_NOTICE, {"prefix": prefix})

    async def authenticate(self, key: str) -> Principal:
        """The caller behind a key; raises ApiKeyInvalidError or ApiKeyExpiredError."""
        prefix = _prefix_of(key)
        known = await self._known.get(prefix, lambda: self._load(prefix))
        if known is None or not hmac.compare_digest(known.key_hash, self._digest(key)):
            raise ApiKeyInvalidError
        now = self._clock.now()
        if known.expires_at is not None and known.expires_at <= now:
            raise ApiKeyExpiredError
        await self._touch(known.principal, now=now)
        return known.principal

    async def _load(self, prefix: str) -> _Known | None:
        async with self._db.system() as conn:
            row = await repository.find_api_key(conn, prefix=prefix)
        if row is None:
            return None
        granted = permissions_of(row["role"])
        principal = Principal(
            tenant_id=row["tenant_id"],
            kind="api_key",
            subject_id=row["id"],
            role=row["role"],
            scopes=frozenset(scope for scope in row["scopes"] if covers(granted, scope)) if row["scopes"] else granted,
        )
        return _Known(principal=principal, key_hash=bytes(row["key_hash"]), expires_at=row["expires_at"])

    async def _touch(self, principal: Principal, *, now: datetime) -> None:
        last = self._touched.get(principal.subject_id)
        if last is not None and now - last < _TOUCH_EVERY:
            return
        self._touched[principal.subject_id] = now
        await self._db.run(
            principal.tenant_id,
            repository.touch_api_key(principal.subject_id, now=now, unless_since=now - _TOUCH_EVERY),
        )

    def _digest(self, key: str) -> bytes:
        return self._sealer.blind_index("api-key", None, key)


def is_api_key(credential: str) -> bool:
    """Whether a bearer credential is one of our API keys rather than a token."""
    return credential.startswith(API_KEY_START)


def _prefix_of(key: str) -> str:
    prefix, _, secret = key.removeprefix(API_KEY_START).partition("_")
    if not (is_api_key(key) and len(key) <= _LONGEST_KEY and len(prefix) == _PREFIX_LENGTH and secret):
        raise ApiKeyInvalidError
    if not (prefix.isascii() and prefix.isalnum()):
        raise ApiKeyInvalidError
    return prefix


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _check_grant(principal: Principal, *, role: str, scopes: Sequence[str]) -> None:
    if role not in API_KEY_ROLES:
        raise ScopeInvalidError(
            f"An API key cannot have the role {role!r}.",
            field="role",
            hint=f"Use one of: {', '.join(sorted(API_KEY_ROLES))}.",
        )
    granted = permissions_of(role)
    for scope in scopes:
        if not covers(granted, scope):
            raise ScopeInvalidError(
                f"The role {role} does not include {scope!r}.", field="scopes", hint=f"It includes: {_list(granted)}."
            )
    for permission in scopes or granted:
        if not covers(principal.scopes, permission):
            raise ScopeInvalidError(
                f"You cannot give away {permission!r}, which you have not got.",
                field="scopes" if scopes else "role",
                hint=f"You have: {_list(principal.scopes)}.",
            )


def _list(permissions: Sequence[str] | frozenset[str]) -> str:
    return ", ".join(sorted(permissions))
