"""What every process stands on before it works: settings, secret key, a database that runs and is migrated."""

import asyncio
import contextlib
import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import OperationalError, connect, sql
from psycopg.conninfo import make_conninfo

from sparklabs.kit.db import DatabaseAddresses
from sparklabs.kit.db.migrate import migrate
from sparklabs.kit.errors import SparkError, UnavailableError
from sparklabs.kit.postgres import EmbeddedPostgres
from sparklabs.kit.secret_key import load_secret_key
from sparklabs.kit.settings import Settings

logger = logging.getLogger(__name__)

DATABASE = "sparklabs"
REVIVE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ground:
    """A database ready to work on."""

    addresses: DatabaseAddresses
    secret_key: bytes
    embedded: EmbeddedPostgres | None


@contextmanager
def standing(settings: Settings, *, migrated: bool = True) -> Generator[Ground]:
    """Starts or joins the embedded server, or uses the one that is named; stops what it started at the end.

    Raises coded errors: `database_unavailable`, `database_too_old`, `secret_key_mismatch`, those of the launcher.
    """
    with contextlib.ExitStack() as stack:
        if settings.database_url is not None:
            owner, embedded = settings.database_url.get_secret_value(), None
            secret_key = _secret_key(settings)
        else:
            launcher = EmbeddedPostgres(settings.home)
            server = launcher.start()
            stack.callback(launcher.stop)
            secret_key = _secret_key(settings)
            _ensure_database(server.admin_dsn)
            owner, embedded = make_conninfo(server.admin_dsn, dbname=DATABASE), launcher
        addresses = DatabaseAddresses.derive(owner, secret_key=secret_key)
        if migrated:
            migrate(addresses, secret_key=secret_key)
        yield Ground(addresses, secret_key, embedded)


async def keep_alive(ground: Ground) -> None:
    """Starts the embedded server again when it dies under a running platform; the pools find it at the same port."""
    launcher = ground.embedded
    while launcher is not None:
        await asyncio.sleep(REVIVE_SECONDS)
        if not (await asyncio.to_thread(launcher.status)).running:
            logger.error("The embedded database died; starting it again.")
            try:
                await asyncio.to_thread(launcher.start)
            except SparkError as error:
                logger.exception("The embedded database does not start.", extra={"code": error.code})


def _secret_key(settings: Settings) -> bytes:
    given = settings.secret_key.get_secret_value() if settings.secret_key else None
    return load_secret_key(settings.home, given)


def _ensure_database(admin: str) -> None:
    try:
        with connect(admin, autocommit=True, connect_timeout=10) as conn:
            if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
                conn.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8'").format(sql.Identifier(DATABASE)))
    except OperationalError as error:
        raise UnavailableError(
            "The embedded database does not answer.", code="database_unavailable", hint="Run `sparklabs doctor`."
        ) from error
