"""Every query on signing keys, which belong to no tenant (second role)."""

from datetime import datetime

from psycopg import AsyncConnection

from sparklabs.kit.db import Row

_SIGNING_KEYS_LOCK = 0x5BA2C1002

Connection = AsyncConnection[Row]


async def lock_signing_keys(conn: Connection) -> None:
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", (_SIGNING_KEYS_LOCK,))


async def signing_keys(conn: Connection, *, verifying_since: datetime) -> list[Row]:
    """The keys that are in use or were retired after the given moment, newest first."""
    cursor = await conn.execute(
        """
        SELECT id, public_key, private_key_sealed, retired_at FROM signing_keys
        WHERE retired_at IS NULL OR retired_at > %s ORDER BY created_at DESC, id DESC
        """,
        (verifying_since,),
    )
    return await cursor.fetchall()


async def insert_signing_key(
    conn: Connection, *, id: str, algorithm: str, public_key: bytes, private_key_sealed: bytes, now: datetime
) -> None:
    await conn.execute(
        """
        INSERT INTO signing_keys (id, algorithm, public_key, private_key_sealed, created_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (id, algorithm, public_key, private_key_sealed, now),
    )


async def retire_signing_keys(conn: Connection, *, now: datetime) -> None:
    await conn.execute("UPDATE signing_keys SET retired_at = %s WHERE retired_at IS NULL", (now,))
