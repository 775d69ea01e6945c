"""The database floor: groups are atomic, walls stand, no table forgets its tenant."""

from uuid import UUID

import psycopg
import pytest

from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from sparklabs.kit.db.migrate import migrate
from sparklabs.kit.errors import ConflictError, UnavailableError
from tests.conftest import SECRET_KEY


async def test_a_write_group_holds_whole_or_not_at_all(db: Database, tenant_id: UUID) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        await db.run(tenant_id, Statement("UPDATE tenants SET name = 'changed'"), Statement("SELECT 1 / 0"))
    [[row]] = await db.run(tenant_id, Statement("SELECT name FROM tenants"))
    assert row["name"] == "Acme"


async def test_a_group_that_cannot_be_sent_whole_leaves_nothing_behind(db: Database, tenant_id: UUID) -> None:
    unsendable = Statement("SELECT %s", ("a\x00b",))
    with pytest.raises(psycopg.DataError):
        await db.run(tenant_id, Statement("UPDATE tenants SET name = 'changed'"), unsendable)
    [[row]] = await db.run(tenant_id, Statement("SELECT name FROM tenants"))
    assert row["name"] == "Acme"


async def test_a_failed_group_does_not_spoil_the_connection_for_the_next(db: Database, tenant_id: UUID) -> None:
    one = Database(db.addresses, app_connections=1, system_connections=1)
    await one.open()
    try:
        # The last statement is about to be prepared in the group that fails before it is reached.
        for divisor in (1, 1, 1, 0, 1, 1):
            group = (Statement("SELECT 1 / %s AS quotient", (divisor,)), Statement("SELECT name FROM tenants"))
            if divisor == 0:
                with pytest.raises(psycopg.errors.DivisionByZero):
                    await one.run(tenant_id, *group)
            else:
                [_, [row]] = await one.run(tenant_id, *group)
                assert row["name"] == "Acme"
    finally:
        await one.close()


async def test_without_a_tenant_there_are_no_rows(db: Database, tenant_id: UUID, addresses: DatabaseAddresses) -> None:
    async with await psycopg.AsyncConnection.connect(addresses.app) as conn:
        cursor = await conn.execute("SELECT count(*) FROM tenants")
        assert await cursor.fetchone() == (0,)


async def test_the_tenant_setting_does_not_outlive_its_transaction(db: Database, tenant_id: UUID) -> None:
    one = Database(db.addresses, app_connections=1, system_connections=1)
    await one.open()
    try:
        await one.run(tenant_id, Statement("SELECT 1"))
        async with one._app.connection() as conn:  # pyright: ignore[reportPrivateUsage]
            cursor = await conn.execute("SELECT count(*) AS n FROM tenants")
            assert await cursor.fetchone() == {"n": 0}
    finally:
        await one.close()


async def test_a_row_cannot_be_written_for_another_tenant(db: Database, tenant_id: UUID, other_tenant_id: UUID) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await db.run(
            tenant_id,
            Statement(
                "INSERT INTO records (tenant_id, collection, key, data, created_at, updated_at)"
                " VALUES (%s, 'c', 'k', '{}', now(), now())",
                (other_tenant_id,),
            ),
        )


async def test_every_table_with_a_tenant_is_walled(db: Database, addresses: DatabaseAddresses) -> None:
    async with await psycopg.AsyncConnection.connect(addresses.owner) as conn:
        cursor = await conn.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
              AND (c.relname = 'tenants' OR EXISTS (
                    SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'))
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                    SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant_wall'))
            """
        )
        assert await cursor.fetchall() == []


async def test_the_working_roles_own_nothing_and_cannot_pass_the_wall(
    addresses: DatabaseAddresses, db: Database
) -> None:
    async with await psycopg.AsyncConnection.connect(addresses.owner) as conn:
        cursor = await conn.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = ANY(%s)",
            ([addresses.roles.app, addresses.roles.system],),
        )
        assert await cursor.fetchall() == [(False,) * 4] * 2
        cursor = await conn.execute(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = ANY(%s)",
            ([addresses.roles.app, addresses.roles.system],),
        )
        assert await cursor.fetchone() == (0,)


async def test_versions_events_and_audit_can_only_be_appended(db: Database, tenant_id: UUID) -> None:
    for table in ("agent_versions", "events", "audit"):
        for verb in (f"UPDATE {table} SET tenant_id = tenant_id", f"DELETE FROM {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await db.run(tenant_id, Statement(verb))


async def test_the_second_role_sees_only_the_columns_it_needs(db: Database, tenant_id: UUID) -> None:
    for query in ("SELECT settings FROM tenants", "SELECT content FROM messages", "SELECT value_sealed FROM secrets"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with db.system() as conn:
                await conn.execute(query)


def test_migrating_again_changes_nothing(addresses: DatabaseAddresses, template_database: DatabaseAddresses) -> None:
    assert migrate(template_database, secret_key=SECRET_KEY) == []


def test_a_database_refuses_another_secret_key(template_database: DatabaseAddresses) -> None:
    with pytest.raises(ConflictError) as caught:
        migrate(template_database, secret_key=b"another key")
    assert caught.value.code == "secret_key_mismatch"


def test_an_unreachable_database_is_a_clear_error() -> None:
    addresses = DatabaseAddresses.derive("postgresql://nobody:secret@127.0.0.1:1/none", secret_key=SECRET_KEY)
    with pytest.raises(UnavailableError) as caught:
        migrate(addresses, secret_key=SECRET_KEY)
    assert caught.value.code == "database_unavailable"
    assert "secret" not in caught.value.detail
