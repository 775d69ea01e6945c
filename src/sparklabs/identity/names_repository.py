"""The queries behind `names`."""

from collections.abc import Sequence
from uuid import UUID

from sparklabs.kit.db import Database, Row, Statement


async def list_members(db: Database, tenant_id: UUID, account_ids: Sequence[UUID]) -> list[Row]:
    """Id, name and e-mail of those accounts that are members; accounts belong to no tenant, so the second role asks."""
    async with db.system() as conn:
        cursor = await conn.execute(
            "SELECT a.id, a.name, a.email FROM accounts a JOIN memberships m ON m.account_id = a.id"
            " WHERE m.tenant_id = %s AND a.id = ANY(%s)",
            (tenant_id, list(account_ids)),
        )
        return await cursor.fetchall()


async def list_keys(db: Database, tenant_id: UUID, key_ids: Sequence[UUID]) -> list[Row]:
    """Id and name of those keys, revoked ones too."""
    [rows] = await db.run(tenant_id, Statement("SELECT id, name FROM api_keys WHERE id = ANY(%s)", (list(key_ids),)))
    return rows
