"""The two roles the platform works as, their passwords and addresses; what each may touch stands in the migrations."""

import hashlib
import hmac
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sparklabs.kit.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class RoleNames:
    """Roles belong to a whole server, so they carry the database's name."""

    app: str
    system: str

    @classmethod
    def of(cls, database: str) -> "RoleNames":
        return cls(app=f"{database}_app", system=f"{database}_system")


@dataclass(frozen=True, slots=True, repr=False)
class DatabaseAddresses:
    """libpq addresses: `owner` migrates, `app` works behind the wall, `system` looks up before the tenant is known."""

    owner: str
    app: str
    system: str
    roles: RoleNames

    def __repr__(self) -> str:
        return f"DatabaseAddresses(roles={self.roles})"

    @classmethod
    def derive(cls, owner: str, *, secret_key: bytes) -> "DatabaseAddresses":
        """Role passwords come from the platform's secret key, so that every process on every machine knows them."""
        try:
            known = conninfo_to_dict(owner)
        except psycopg.ProgrammingError as error:
            raise UnavailableError(
                "The database's address cannot be read.",
                code="database_address_invalid",
                hint="Write SPARKLABS_DATABASE_URL as postgresql://user:password@host:port/database.",
            ) from error
        database = str(known.get("dbname") or known.get("user") or "postgres")
        roles = RoleNames.of(database)

        def address(role: str) -> str:
            return make_conninfo(owner, user=role, password=role_password(role, secret_key=secret_key))

        return cls(owner=owner, app=address(roles.app), system=address(roles.system), roles=roles)


def role_password(role: str, *, secret_key: bytes) -> str:
    return hmac.new(secret_key, b"database-role:" + role.encode(), hashlib.sha256).hexdigest()


def ensure_roles(conn: "psycopg.Connection[tuple[object, ...]]", *, roles: RoleNames, secret_key: bytes) -> None:
    """Makes both roles, or sets their passwords anew; needs CREATEROLE (the embedded server's owner has it)."""
    for role in (roles.app, roles.system):
        known = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        verb = "ALTER" if known else "CREATE"
        conn.execute(
            sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                sql.Identifier(role), sql.Literal(role_password(role, secret_key=secret_key))
            )
        )
