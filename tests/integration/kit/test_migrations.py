"""Migrating real servers: phases, refusals, two at once, PostgreSQL 16, an owner who is no superuser, late months."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from sparklabs.entry.ground import standing
from sparklabs.kit.db import Database, DatabaseAddresses, Statement
from sparklabs.kit.db import migrate as migrating
from sparklabs.kit.db.migrate import Migration, all_migrations, migrate
from sparklabs.kit.errors import ConflictError, UnavailableError
from sparklabs.kit.ids import new_id
from sparklabs.kit.postgres import EmbeddedPostgres
from sparklabs.kit.settings import load_settings
from tests.conftest import SECRET_KEY, make_tenant

ROOT = Path(__file__).resolve().parents[3]
_numbers = itertools.count()


@pytest.fixture
def empty(postgres_url: str) -> Iterator[str]:
    """The owner's address of a database with nothing in it."""
    name = f"empty_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield make_conninfo(postgres_url, dbname=name)
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in (f"{name}_app", f"{name}_system"):
            conn.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


def derive(owner: str) -> DatabaseAddresses:
    return DatabaseAddresses.derive(owner, secret_key=SECRET_KEY)


def ours(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("jobs/")]


def test_each_phase_applies_its_own_migrations_only(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = all_migrations()
    added = [
        Migration("9000_pre_shelf.sql", "pre", "CREATE TABLE shelf (id int)"),
        Migration("9001_post_shelf.sql", "post", "DROP TABLE shelf"),
    ]
    monkeypatch.setattr(migrating, "all_migrations", lambda: [*shipped, *added])

    before = migrate(derive(empty), secret_key=SECRET_KEY, phase="pre")
    with psycopg.connect(empty) as conn:
        assert conn.execute("SELECT to_regclass('shelf')").fetchone() == ("shelf",)
    after = migrate(derive(empty), secret_key=SECRET_KEY, phase="post")

    assert ours(before) == [each.name for each in [*shipped, added[0]] if each.phase == "pre"]
    assert ours(after) == [each.name for each in [*shipped, added[1]] if each.phase == "post"]
    assert migrate(derive(empty), secret_key=SECRET_KEY) == []


def test_a_migration_that_was_changed_after_it_was_applied_is_refused(
    addresses: DatabaseAddresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = all_migrations()
    monkeypatch.setattr(
        migrating, "all_migrations", lambda: [Migration(first.name, first.phase, first.text + "-- later"), *others]
    )

    with pytest.raises(ConflictError) as caught:
        migrate(addresses, secret_key=SECRET_KEY)

    assert caught.value.code == "migration_changed"
    assert first.name in caught.value.detail


def test_a_migration_that_fails_leaves_nothing_of_itself_and_the_next_try_goes_on(
    empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = all_migrations()
    broken = Migration("9000_pre_shelf.sql", "pre", "CREATE TABLE shelf (id int); SELECT 1 / 0")
    monkeypatch.setattr(migrating, "all_migrations", lambda: [*shipped, broken])
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(derive(empty), secret_key=SECRET_KEY)
    with psycopg.connect(empty) as conn:
        assert conn.execute("SELECT to_regclass('shelf')").fetchone() == (None,)

    mended = Migration(broken.name, "pre", "CREATE TABLE shelf (id int)")
    monkeypatch.setattr(migrating, "all_migrations", lambda: [*shipped, mended])

    assert migrate(derive(empty), secret_key=SECRET_KEY) == [broken.name]


def test_a_server_that_is_too_old_is_named_with_its_version(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrating, "MINIMUM_SERVER_VERSION", 990000)

    with pytest.raises(UnavailableError) as caught:
        migrate(derive(empty), secret_key=SECRET_KEY)

    assert caught.value.code == "database_too_old"
    assert caught.value.hint is not None
    assert "16" in caught.value.hint


def test_a_server_without_pgvector_is_refused_before_anything_is_made(empty: str) -> None:
    with psycopg.connect(empty, autocommit=True) as conn:
        conn.execute("CREATE SCHEMA bare")
        # What a server without the extension's files answers, seen before the true list.
        conn.execute("CREATE VIEW bare.pg_available_extensions AS SELECT 'plpgsql'::name AS name")
    bare = make_conninfo(empty, options="-c search_path=bare,pg_catalog,public")

    with pytest.raises(UnavailableError) as caught:
        migrate(derive(bare), secret_key=SECRET_KEY)

    assert caught.value.code == "database_without_pgvector"
    with psycopg.connect(empty) as conn:
        assert conn.execute("SELECT to_regclass('schema_migrations')").fetchone() == (None,)


def test_processes_that_migrate_at_once_apply_each_migration_once(empty: str) -> None:
    command = [sys.executable, "-m", "tests.integration.kit.migrating", empty]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    outputs = [process.communicate(timeout=90)[0] for process in started]

    assert [process.returncode for process in started] == [0, 0, 0]
    applied = [name for output in outputs for name in json.loads(output)]
    assert sorted(ours(applied)) == [each.name for each in all_migrations()]
    assert len(applied) == len(set(applied))


async def test_postgresql_16_serves_as_well_and_an_owner_who_is_no_superuser_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = EmbeddedPostgres(tmp_path, major=16)
    server = embedded.start()
    try:
        with psycopg.connect(server.admin_dsn, autocommit=True) as conn:
            conn.execute("CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'keeper-pw'")
            conn.execute("CREATE DATABASE outside OWNER keeper")
        owner = make_conninfo(server.admin_dsn, dbname="outside", user="keeper", password="keeper-pw")
        monkeypatch.setenv("SPARKLABS_DATABASE_URL", owner)
        settings = load_settings(home=tmp_path / "home")
        with pytest.raises(UnavailableError) as caught, standing(settings):
            pass
        assert caught.value.code == "database_without_pgvector"
        with psycopg.connect(make_conninfo(server.admin_dsn, dbname="outside"), autocommit=True) as conn:
            conn.execute("CREATE EXTENSION vector")
        with standing(settings) as ground:
            addresses = ground.addresses
            assert ground.embedded is None
        database = Database(addresses)
        await database.open()
        try:
            tenant_id = await make_tenant(database, "acme")
            other_id = await make_tenant(database, "other")
            [[seen]] = await database.run(other_id, Statement("SELECT count(*) AS n FROM tenants"))
            assert seen == {"n": 1}
            await _write_step_of_a_missing_month(database, addresses, tenant_id)
        finally:
            await database.close()
    finally:
        embedded.stop()


async def test_months_are_made_ahead_each_behind_its_wall(db: Database, addresses: DatabaseAddresses) -> None:
    made = await _ensure(db, months=8)

    assert made > 0
    assert made % 3 == 0
    assert await _ensure(db, months=8) == 0
    async with await psycopg.AsyncConnection.connect(addresses.owner) as conn:
        cursor = await conn.execute(
            """
            SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
                SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant_wall')
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent IN ('steps'::regclass, 'events'::regclass, 'audit'::regclass)
            """
        )
        parts = dict(await cursor.fetchall())
    assert len(parts) >= 3 * 9
    assert [name for name, walled in parts.items() if not walled] == []


async def test_rows_that_came_before_their_month_was_made_move_into_it(
    db: Database, tenant_id: UUID, addresses: DatabaseAddresses
) -> None:
    await _write_step_of_a_missing_month(db, addresses, tenant_id)


async def _write_step_of_a_missing_month(db: Database, addresses: DatabaseAddresses, tenant_id: UUID) -> None:
    """As after a long pause of the platform: this month's part is missing when the first step of it is written."""
    run_id, now = new_id(), datetime.now(UTC)
    part = f"steps_{now:%Y_%m}"
    async with await psycopg.AsyncConnection.connect(addresses.owner, autocommit=True) as conn:
        await conn.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(part)))
    await db.run(
        tenant_id,
        Statement(
            "INSERT INTO steps (id, tenant_id, run_id, seq, kind, state, name, created_at)"
            " VALUES (%s, %s, %s, 1, 'note', 'done', 'late', %s)",
            (new_id(), tenant_id, run_id, now),
        ),
    )

    assert await _ensure(db, months=0) == 1

    query = Statement("SELECT tableoid::regclass::text AS part FROM steps WHERE run_id = %s", (run_id,))
    assert await db.run(tenant_id, query) == [[{"part": part}]]


async def _ensure(db: Database, *, months: int) -> int:
    async with db.system() as conn:
        cursor = await conn.execute("SELECT ensure_partitions(now() + make_interval(months => %s)) AS made", (months,))
        row = await cursor.fetchone()
    assert row is not None
    return row["made"]
