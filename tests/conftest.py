"""Fixtures shared by every test: one real PostgreSQL a run, one fresh migrated database a test that asks for it."""

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Database, DatabaseAddresses
from sparklabs.kit.db.migrate import migrate
from sparklabs.kit.ids import new_id

SECRET_KEY = b"0123456789abcdef0123456789abcdef"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The administrator's address of a real server: SPARKLABS_TEST_POSTGRES_URL, else an embedded one."""
    named = os.environ.get("SPARKLABS_TEST_POSTGRES_URL")
    if named:
        yield named
        return
    from sparklabs.kit.postgres import EmbeddedPostgres

    embedded = EmbeddedPostgres(Path(tmp_path_factory.mktemp("postgres")))
    server = embedded.start()
    with psycopg.connect(server.admin_dsn, autocommit=True) as conn:
        # Its data is thrown away with the run; tests that kill servers start their own, which wait for the disk.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            conn.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        conn.execute("SELECT pg_reload_conf()")
    try:
        yield server.admin_dsn
    finally:
        embedded.stop()


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> DatabaseAddresses:
    """A migrated database that every other is copied from."""
    name = f"template_{os.getpid()}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    addresses = DatabaseAddresses.derive(make_conninfo(postgres_url, dbname=name), secret_key=SECRET_KEY)
    migrate(addresses, secret_key=SECRET_KEY)
    return addresses


@pytest.fixture
def addresses(postgres_url: str, template_database: DatabaseAddresses) -> Iterator[DatabaseAddresses]:
    """The addresses of a fresh database."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    template = f"template_{os.getpid()}"
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    yield DatabaseAddresses(
        owner=make_conninfo(template_database.owner, dbname=name),
        app=make_conninfo(template_database.app, dbname=name),
        system=make_conninfo(template_database.system, dbname=name),
        roles=template_database.roles,
    )
    with psycopg.connect(postgres_url, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def db(addresses: DatabaseAddresses) -> AsyncIterator[Database]:
    """An open Database over a fresh, migrated database."""
    database = Database(addresses, app_connections=6, system_connections=2)
    await database.open()
    yield database
    await database.close()


async def make_tenant(db: Database, slug: str) -> UUID:
    """A tenant with nothing in it."""
    tenant_id = new_id()
    now = SystemClock().now()
    async with db.system() as conn:
        await conn.execute(
            "INSERT INTO tenants (id, slug, name, created_at, updated_at) VALUES (%s, %s, %s, %s, %s)",
            (tenant_id, slug, slug.title(), now, now),
        )
    return tenant_id


@pytest.fixture
async def tenant_id(db: Database) -> UUID:
    """A first tenant."""
    return await make_tenant(db, "acme")


@pytest.fixture
async def other_tenant_id(db: Database) -> UUID:
    """A second tenant, whose rows must never be seen by the first."""
    return await make_tenant(db, "other")
