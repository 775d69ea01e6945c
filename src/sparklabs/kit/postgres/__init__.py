"""The embedded PostgreSQL server: its binaries, its data folder, its life; what runs in it is kit.db's matter."""

from sparklabs.kit.postgres.errors import PostgresError
from sparklabs.kit.postgres.launcher import EmbeddedPostgres, Server, Status

__all__ = ["EmbeddedPostgres", "PostgresError", "Server", "Status"]
