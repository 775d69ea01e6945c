"""A tenant's named secrets, sealed at rest: what `${NAME}` in an agent file stands for. None is listed or logged."""

import re
from uuid import UUID

from sparklabs.identity import audit, repository
from sparklabs.identity.errors import SecretNameInvalidError, SecretNotFoundError, SecretValueInvalidError
from sparklabs.identity.short_cache import ShortCache
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row
from sparklabs.kit.notices import Notices

SECRET_CHANGED_NOTICE = "secret_changed"  # noqa: S105 - a notice's name
LARGEST_SECRET_BYTES = 16_384
_CACHE_SECONDS = 5.0
_PURPOSE = "secrets"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


class TenantSecrets:
    """Set, resolved and deleted by name, within one tenant."""

    def __init__(self, db: Database, sealer: Sealer, *, clock: Clock, notices: Notices | None = None) -> None:
        self._db = db
        self._sealer = sealer
        self._clock = clock
        self._notices = notices
        self._sealed: ShortCache[tuple[UUID, str], bytes | None] = ShortCache(ttl_seconds=_CACHE_SECONDS)
        if notices is not None:
            notices.subscribe(
                SECRET_CHANGED_NOTICE, lambda data: self._sealed.drop((UUID(data["tenant_id"]), data["name"]))
            )
            notices.subscribe("reconnected", lambda _: self._sealed.clear())

    async def put(self, tenant_id: UUID, name: str, value: str, *, actor: str) -> None:
        """Stores or replaces a secret. Raises SecretNameInvalidError or SecretValueInvalidError."""
        check_name(name)
        encoded = value.encode()
        if not 1 <= len(encoded) <= LARGEST_SECRET_BYTES or "\0" in value:
            raise SecretValueInvalidError(
                f"A secret has 1 to {LARGEST_SECRET_BYTES} bytes of text.", field="value", hint="Send it as plain text."
            )
        sealed = self._sealer.seal(encoded, purpose=_PURPOSE, tenant_id=tenant_id, about=_about(name))
        now = self._clock.now()
        await self._db.run(
            tenant_id,
            repository.put_secret(tenant_id=tenant_id, name=name, value_sealed=sealed, now=now),
            audit.entry(tenant_id, actor=actor, action="secret.set", subject=f"secret:{name}", now=now),
        )
        await self._dropped(tenant_id, name)

    async def resolve(self, tenant_id: UUID, name: str) -> str | None:
        """The value, at most 5 s old; None when the tenant has no secret of this name."""

        async def load() -> bytes | None:
            [rows] = await self._db.run(tenant_id, repository.find_secret(name))
            return bytes(rows[0]["value_sealed"]) if rows else None

        sealed = await self._sealed.get((tenant_id, name), load)
        if sealed is None:
            return None
        return self._sealer.open(sealed, purpose=_PURPOSE, tenant_id=tenant_id, about=_about(name)).decode()

    async def get(self, tenant_id: UUID, name: str) -> str:
        """The value; raises SecretNotFoundError."""
        value = await self.resolve(tenant_id, name)
        if value is None:
            raise _not_found(name)
        return value

    async def list_all(self, tenant_id: UUID) -> list[Row]:
        """Names and times, by name; never values."""
        [rows] = await self._db.run(tenant_id, repository.list_secrets())
        return rows

    async def describe(self, tenant_id: UUID, name: str) -> Row:
        """Name and times of one secret; raises SecretNotFoundError."""
        check_name(name)
        found = next((row for row in await self.list_all(tenant_id) if row["name"] == name), None)
        if found is None:
            raise _not_found(name)
        return found

    async def delete(self, tenant_id: UUID, name: str, *, actor: str) -> None:
        """Raises SecretNotFoundError."""
        check_name(name)
        async with self._db.tenant(tenant_id) as conn:
            if not await repository.delete_secret(conn, name=name):
                raise _not_found(name)
            await audit.record(conn, tenant_id, actor=actor, action="secret.deleted", subject=f"secret:{name}")
        await self._dropped(tenant_id, name)

    async def _dropped(self, tenant_id: UUID, name: str) -> None:
        self._sealed.drop((tenant_id, name))
        if self._notices is not None:
            await self._notices.publish(SECRET_CHANGED_NOTICE, {"tenant_id": str(tenant_id), "name": name})


def check_name(name: str) -> None:
    """Raises SecretNameInvalidError for anything `${NAME}` could not name."""
    if not _NAME.fullmatch(name):
        raise SecretNameInvalidError(
            "A secret's name has letters, digits and underscores, starts with no digit and is at most 128 long.",
            field="name",
            hint="For example CRM_API_KEY.",
        )


def _not_found(name: str) -> SecretNotFoundError:
    return SecretNotFoundError(f"There is no secret {name}.", hint="Set it with PUT /api/v1/secrets/{name}.")


def _about(name: str) -> str:
    return f"secrets.value_sealed:{name}"
