"""Applies the SQL migrations and the job queue's schema, forward only, one transaction each, under one lock."""

import hashlib
import re
from dataclasses import dataclass
from importlib import resources
from typing import Literal, TypeAlias

import psycopg
from psycopg import sql

from sparklabs.kit.db.roles import DatabaseAddresses, RoleNames, ensure_roles
from sparklabs.kit.errors import ConflictError, UnavailableError

Phase: TypeAlias = Literal["pre", "post", "all"]
Connection: TypeAlias = "psycopg.Connection[tuple[object, ...]]"

MINIMUM_SERVER_VERSION = 160000
_LOCK = 0x5BA2C1AB5
_NAME = re.compile(r"^\d{4}_(pre|post)_[a-z0-9_]+\.sql$")
_PLACEHOLDER = re.compile(r"(?<!:):(app|system)\b")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of the folder."""

    name: str
    phase: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def all_migrations() -> list[Migration]:
    """The shipped migrations in their order."""
    folder = resources.files("sparklabs.kit.db.migrations")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    found: list[Migration] = []
    for name in names:
        match = _NAME.match(name)
        if match is None:
            raise UnavailableError(f"The migration {name} is not named NNNN_pre_name.sql or NNNN_post_name.sql.")
        found.append(Migration(name=name, phase=match.group(1), text=(folder / name).read_text()))
    return found


def migrate(addresses: DatabaseAddresses, *, secret_key: bytes, phase: Phase = "all") -> list[str]:
    """Brings the database to this code's shape; returns the names applied. Concurrent calls wait for one another."""
    try:
        conn = psycopg.connect(addresses.owner, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise UnavailableError(
            f"The database cannot be reached: {str(error).strip().splitlines()[0]}",
            code="database_unavailable",
            hint="Check SPARKLABS_DATABASE_URL, or leave it unset to use the embedded server.",
        ) from error
    with conn:
        _check_server(conn)
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        try:
            return _migrate_locked(conn, addresses.roles, secret_key=secret_key, phase=phase)
        finally:
            conn.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))


def pending(conn: Connection, *, phase: Phase = "all") -> list[Migration]:
    """The migrations not yet applied; raises when an applied one was changed afterwards."""
    if conn.execute("SELECT to_regclass('schema_migrations')").fetchone() == (None,):
        applied: dict[object, object] = {}
    else:
        applied = dict(conn.execute("SELECT name, checksum FROM schema_migrations").fetchall())  # pyright: ignore
    waiting: list[Migration] = []
    for migration in all_migrations():
        known = applied.get(migration.name)
        if known is None:
            if phase in ("all", migration.phase):
                waiting.append(migration)
        elif known != migration.checksum:
            raise ConflictError(
                f"The migration {migration.name} was changed after it had been applied.",
                code="migration_changed",
                hint="Restore the file and put the change into a new migration.",
            )
    return waiting


def _migrate_locked(conn: Connection, roles: RoleNames, *, secret_key: bytes, phase: Phase) -> list[str]:
    _claim(conn, secret_key=secret_key)
    _ensure_vector(conn)
    waiting = pending(conn, phase=phase)
    known = conn.execute(
        "SELECT count(*) FROM pg_roles WHERE rolname IN (%s, %s)", (roles.app, roles.system)
    ).fetchone()
    if waiting or known != (2,):
        ensure_roles(conn, roles=roles, secret_key=secret_key)
    applied = _ensure_job_schema(conn, roles)
    for migration in waiting:
        with conn.transaction():
            conn.execute(_filled(migration.text, roles).encode())
            conn.execute(
                "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (%s, %s, now())",
                (migration.name, migration.checksum),
            )
        applied.append(migration.name)
    return applied


def _claim(conn: Connection, *, secret_key: bytes) -> None:
    """Ties the database to one secret key: with another, sealed columns would be unreadable and roles locked out."""
    conn.execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, checksum text NOT NULL,"
        " applied_at timestamptz NOT NULL)"
    )
    fingerprint = hashlib.sha256(b"fingerprint:" + secret_key).hexdigest()[:32]
    conn.execute(
        "INSERT INTO schema_migrations VALUES ('secret-key', %s, now()) ON CONFLICT DO NOTHING", (fingerprint,)
    )
    known = conn.execute("SELECT checksum FROM schema_migrations WHERE name = 'secret-key'").fetchone()
    if known != (fingerprint,):
        raise ConflictError(
            "This database belongs to another secret key.",
            code="secret_key_mismatch",
            hint="Start every process with the SPARKLABS_SECRET_KEY (or the secret.key file) of the first one.",
        )


def _check_server(conn: Connection) -> None:
    if conn.info.server_version < MINIMUM_SERVER_VERSION:
        raise UnavailableError(
            f"PostgreSQL {conn.info.server_version // 10000} is too old.",
            code="database_too_old",
            hint="Use PostgreSQL 16 or later with the pgvector extension, or the embedded server.",
        )
    if conn.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'").fetchone() is None:
        raise UnavailableError(
            "This PostgreSQL has no pgvector extension.",
            code="database_without_pgvector",
            hint="Install pgvector on the server (package postgresql-NN-pgvector), or use the embedded server.",
        )


def _ensure_vector(conn: Connection) -> None:
    try:
        conn.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except psycopg.errors.InsufficientPrivilege as error:
        raise UnavailableError(
            "The pgvector extension is not yet made in this database, and its owner may not make it.",
            code="database_without_pgvector",
            hint="Have an administrator of the server run CREATE EXTENSION vector in this database, then start again.",
        ) from error


def _filled(text: str, roles: RoleNames) -> str:
    names = {"app": roles.app, "system": roles.system}
    return _PLACEHOLDER.sub(lambda match: '"' + names[match.group(1)].replace('"', '""') + '"', text)


def _ensure_job_schema(conn: Connection, roles: RoleNames) -> list[str]:
    """procrastinate brings its own schema and migrations; ours records which of them are in."""
    folder = resources.files("procrastinate.sql")
    shipped = sorted(entry.name for entry in (folder / "migrations").iterdir() if entry.name.endswith(".sql"))
    known = {row[0] for row in conn.execute("SELECT name FROM schema_migrations WHERE name LIKE 'jobs/%'").fetchall()}
    applied: list[str] = []
    fresh = conn.execute("SELECT to_regclass('procrastinate_jobs')").fetchone() == (None,)
    with conn.transaction():
        if fresh:
            conn.execute((folder / "schema.sql").read_text().encode())
            applied.append("jobs/schema")
        for name in shipped:
            if f"jobs/{name}" in known:
                continue
            if not fresh:
                conn.execute((folder / "migrations" / name).read_text().encode())
                applied.append(f"jobs/{name}")
            conn.execute("INSERT INTO schema_migrations VALUES (%s, '', now())", (f"jobs/{name}",))
        if applied:
            _grant_jobs(conn, roles)
    return applied


def _grant_jobs(conn: Connection, roles: RoleNames) -> None:
    rows = conn.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'procrastinate_%'").fetchall()
    tables = sql.SQL(", ").join(sql.Identifier(str(row[0])) for row in rows)
    for role in (roles.app, roles.system):
        conn.execute(sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(tables, sql.Identifier(role)))
        conn.execute(sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(sql.Identifier(role)))
