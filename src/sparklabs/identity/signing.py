"""The keys that sign tokens: made on first start, sealed at rest, rotated, published as JWKS (RFC 7517, RFC 8037)."""

import asyncio
import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sparklabs.identity import signing_repository as repository
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database
from sparklabs.kit.ids import new_id

ALGORITHM = "EdDSA"
# A retired key still verifies for as long as a token it signed can live, and the minute another process may lag behind.
RETIRED_KEY_GRACE = timedelta(hours=24, minutes=5)
_RELOAD_EVERY = timedelta(seconds=60)
_RELOAD_UNKNOWN_EVERY = timedelta(seconds=5)
_PURPOSE = "signing-keys"


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """One key pair; it shows its id only."""

    id: str
    private_key: Ed25519PrivateKey
    public_key: Ed25519PublicKey

    def __repr__(self) -> str:
        return f"SigningKey(id={self.id!r})"


class SigningKeys:
    """The newest key that is not retired signs; all that are not long retired verify."""

    def __init__(self, db: Database, sealer: Sealer, *, clock: Clock) -> None:
        self._db = db
        self._sealer = sealer
        self._clock = clock
        self._current: SigningKey | None = None
        self._public_keys: dict[str, Ed25519PublicKey] = {}
        self._loaded_at = clock.now() - timedelta(days=1)
        self._lock = asyncio.Lock()

    async def current(self) -> SigningKey:
        """The key to sign with; the first one is made here, once for all processes."""
        if self._current is None or self._age() > _RELOAD_EVERY:
            await self._reload(older_than=_RELOAD_EVERY)
        if self._current is None:
            self._current = await self._make(retire_others=False)
        return self._current

    async def find_public(self, key_id: str) -> Ed25519PublicKey | None:
        """The key of this id; an unknown id makes us look again, though not for each forged token."""
        age = self._age()
        if age > _RELOAD_EVERY or (key_id not in self._public_keys and age > _RELOAD_UNKNOWN_EVERY):
            await self._reload(older_than=_RELOAD_UNKNOWN_EVERY)
        return self._public_keys.get(key_id)

    async def rotate(self) -> str:
        """Makes a new key and retires the others; tokens they signed stay good for their time. Returns the new id."""
        self._current = await self._make(retire_others=True)
        return self._current.id

    async def jwks(self) -> dict[str, Any]:
        """The JWKS document: the public half of every key that still verifies."""
        await self.current()
        return {"keys": [_jwk(key_id, key) for key_id, key in self._public_keys.items()]}

    def _age(self) -> timedelta:
        return self._clock.now() - self._loaded_at

    async def _reload(self, *, older_than: timedelta) -> None:
        async with self._lock:
            if self._age() <= older_than and self._public_keys:
                return
            async with self._db.system() as conn:
                rows = await repository.signing_keys(conn, verifying_since=self._clock.now() - RETIRED_KEY_GRACE)
            self._adopt(rows)

    async def _make(self, *, retire_others: bool) -> SigningKey:
        private_key = Ed25519PrivateKey.generate()
        key_id = str(new_id())
        sealed = self._sealer.seal(
            private_key.private_bytes_raw(), purpose=_PURPOSE, tenant_id=None, about=_about(key_id)
        )
        now = self._clock.now()
        async with self._db.system() as conn:
            await repository.lock_signing_keys(conn)
            present = await repository.signing_keys(conn, verifying_since=now - RETIRED_KEY_GRACE)
            if retire_others or all(row["retired_at"] is not None for row in present):
                await repository.retire_signing_keys(conn, now=now)
                await repository.insert_signing_key(
                    conn,
                    id=key_id,
                    algorithm=ALGORITHM,
                    public_key=private_key.public_key().public_bytes_raw(),
                    private_key_sealed=sealed,
                    now=now,
                )
            rows = await repository.signing_keys(conn, verifying_since=now - RETIRED_KEY_GRACE)
        self._adopt(rows)
        if self._current is None:
            raise RuntimeError("A signing key was made and cannot be found.")
        return self._current

    def _adopt(self, rows: list[dict[str, Any]]) -> None:
        """Takes over the rows, newest first."""
        self._loaded_at = self._clock.now()
        self._public_keys = {row["id"]: Ed25519PublicKey.from_public_bytes(row["public_key"]) for row in rows}
        newest = next((row for row in rows if row["retired_at"] is None), None)
        if newest is None:
            self._current = None
        elif self._current is None or self._current.id != newest["id"]:
            raw = self._sealer.open(
                newest["private_key_sealed"], purpose=_PURPOSE, tenant_id=None, about=_about(newest["id"])
            )
            self._current = SigningKey(
                newest["id"], Ed25519PrivateKey.from_private_bytes(raw), self._public_keys[newest["id"]]
            )


def _about(key_id: str) -> str:
    return f"signing_keys.private_key_sealed:{key_id}"


def _jwk(key_id: str, key: Ed25519PublicKey) -> dict[str, str]:
    point = base64.urlsafe_b64encode(key.public_bytes_raw()).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": key_id, "x": point}
