"""The first start: one tenant, one owner, one signing key, whoever starts at once."""

import asyncio

import pytest

from sparklabs.identity.errors import FirstOwnerInvalidError, PasswordTooWeakError
from sparklabs.identity.service import Identity
from sparklabs.kit.db import Database
from tests.integration.identity.conftest import EMAIL, PASSWORD


async def count(db: Database, table: str) -> int:
    async with db.system() as conn:
        cursor = await conn.execute(f"SELECT count(id) AS n FROM {table}")
        row = await cursor.fetchone()
        assert row is not None
        return row["n"]


async def test_two_first_starts_at_once_make_one_tenant_and_one_owner(
    identity: Identity, other_process: Identity, db: Database
) -> None:
    owners = await asyncio.gather(*(each.ensure_first_tenant(None, None) for each in (identity, other_process) * 3))
    [created] = [owner for owner in owners if owner.created]
    assert created.password is not None
    assert all(owner.password is None for owner in owners if not owner.created)
    assert len({owner.tenant_id for owner in owners}) == 1
    assert [await count(db, table) for table in ("tenants", "accounts", "signing_keys")] == [1, 1, 1]
    tokens = await identity.sign_in(created.email, created.password)
    principal = await other_process.authenticate(authorization=f"Bearer {tokens.access_token}", api_key=None)
    assert (principal.tenant_id, principal.role) == (created.tenant_id, "owner")


async def test_a_given_owner_is_used_and_the_password_not_handed_back(identity: Identity) -> None:
    owner = await identity.ensure_first_tenant(EMAIL, PASSWORD)
    assert (owner.email, owner.password, owner.created) == (EMAIL, None, True)
    await identity.sign_in(EMAIL, PASSWORD)


async def test_a_later_start_changes_nothing(identity: Identity) -> None:
    first = await identity.ensure_first_tenant(EMAIL, PASSWORD)
    later = await identity.ensure_first_tenant("other@example.com", "another password")
    assert (later.created, later.email, later.tenant_id) == (False, EMAIL, first.tenant_id)
    await identity.sign_in(EMAIL, PASSWORD)


async def test_a_bad_first_owner_is_refused_and_leaves_nothing_behind(identity: Identity, db: Database) -> None:
    with pytest.raises(PasswordTooWeakError):
        await identity.ensure_first_tenant(EMAIL, "short")
    with pytest.raises(FirstOwnerInvalidError):
        await identity.ensure_first_tenant("not an address", PASSWORD)
    assert await count(db, "tenants") == 0


async def test_a_generated_password_does_not_show_in_a_repr(identity: Identity) -> None:
    owner = await identity.ensure_first_tenant(None, None)
    assert owner.password is not None and owner.password not in repr(owner)
