"""Every query on tenants, accounts, sessions, keys, secrets, tickets and audit; what they mean is decided elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from sparklabs.kit.db import Row, Statement
from sparklabs.kit.ids import new_id

_FIRST_TENANT_LOCK = 0x5BA2C1001
# fmt: off
_API_KEY_COLUMNS = (
    "id", "tenant_id", "name", "prefix", "key_hash", "scopes", "role", "created_by", "expires_at", "created_at",
)
# fmt: on

Connection = AsyncConnection[Row]


# ── Tenants, accounts, memberships (second role) ─────────────────────────────────────────────────────────────────────
async def lock_first_tenant(conn: Connection) -> None:
    """Makes concurrent first starts wait for one another until the transaction ends."""
    await conn.execute("SELECT pg_advisory_xact_lock(%s)", (_FIRST_TENANT_LOCK,))


async def find_first_tenant(conn: Connection) -> Row | None:
    """The oldest tenant and its oldest owner's account."""
    cursor = await conn.execute(
        """
        SELECT t.id AS tenant_id, t.slug, a.id AS account_id, a.email
        FROM tenants t
        LEFT JOIN memberships m ON m.tenant_id = t.id AND m.role = 'owner'
        LEFT JOIN accounts a ON a.id = m.account_id
        ORDER BY t.created_at, t.id, m.created_at, m.account_id LIMIT 1
        """
    )
    return await cursor.fetchone()


async def insert_tenant(conn: Connection, *, id: UUID, slug: str, name: str, now: datetime) -> None:
    await conn.execute(
        "INSERT INTO tenants (id, slug, name, created_at, updated_at) VALUES (%s, %s, %s, %s, %s)",
        (id, slug, name, now, now),
    )


async def insert_account(
    conn: Connection, *, id: UUID, email: str, password_hash: str, name: str, now: datetime
) -> None:
    await conn.execute(
        "INSERT INTO accounts (id, email, password_hash, name, created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s)",
        (id, email, password_hash, name, now, now),
    )


async def insert_membership(conn: Connection, *, tenant_id: UUID, account_id: UUID, role: str, now: datetime) -> None:
    await conn.execute(
        "INSERT INTO memberships (tenant_id, account_id, role, created_at) VALUES (%s, %s, %s, %s)",
        (tenant_id, account_id, role, now),
    )


async def find_account(conn: Connection, *, email: str) -> Row | None:
    cursor = await conn.execute(
        """
        SELECT id, email, name, password_hash, status, failed_sign_ins, locked_until
        FROM accounts WHERE lower(email) = lower(%s)
        """,
        (email,),
    )
    return await cursor.fetchone()


async def find_account_by_id(conn: Connection, *, account_id: UUID) -> Row | None:
    cursor = await conn.execute(
        "SELECT id, email, name, password_hash, status FROM accounts WHERE id = %s", (account_id,)
    )
    return await cursor.fetchone()


async def memberships_of(conn: Connection, *, account_id: UUID) -> list[Row]:
    """The account's memberships in active tenants, oldest first."""
    cursor = await conn.execute(
        """
        SELECT m.tenant_id, m.role, t.slug FROM memberships m JOIN tenants t ON t.id = m.tenant_id
        WHERE m.account_id = %s AND t.status = 'active' ORDER BY m.created_at, m.tenant_id
        """,
        (account_id,),
    )
    return await cursor.fetchall()


async def set_account_name(conn: Connection, *, account_id: UUID, name: str, now: datetime) -> None:
    await conn.execute("UPDATE accounts SET name = %s, updated_at = %s WHERE id = %s", (name, now, account_id))


async def count_failed_sign_in(conn: Connection, *, account_id: UUID) -> int:
    """One failure more; the row stays locked until the transaction ends."""
    cursor = await conn.execute(
        "UPDATE accounts SET failed_sign_ins = failed_sign_ins + 1 WHERE id = %s RETURNING failed_sign_ins",
        (account_id,),
    )
    row = await cursor.fetchone()
    return int(row["failed_sign_ins"]) if row else 0


async def lock_account(conn: Connection, *, account_id: UUID, until: datetime) -> None:
    await conn.execute("UPDATE accounts SET locked_until = %s WHERE id = %s", (until, account_id))


async def record_sign_in(conn: Connection, *, account_id: UUID, new_hash: str | None, now: datetime) -> None:
    """Forgets the failures; replaces the hash when it was made with other parameters."""
    await conn.execute(
        """
        UPDATE accounts SET failed_sign_ins = 0, locked_until = NULL, last_login_at = %s,
            password_hash = coalesce(%s, password_hash) WHERE id = %s
        """,
        (now, new_hash, account_id),
    )


async def set_password(conn: Connection, *, account_id: UUID, password_hash: str, now: datetime) -> None:
    await conn.execute(
        """
        UPDATE accounts SET password_hash = %s, failed_sign_ins = 0, locked_until = NULL, updated_at = %s
        WHERE id = %s
        """,
        (password_hash, now, account_id),
    )


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def find_refresh_token(conn: Connection, *, token_hash: bytes) -> Row | None:
    cursor = await conn.execute(
        """
        SELECT id, tenant_id, account_id, family_id, expires_at, used_at, revoked_at
        FROM refresh_tokens WHERE token_hash = %s
        """,
        (token_hash,),
    )
    return await cursor.fetchone()


async def find_live_role(conn: Connection, *, tenant_id: UUID, account_id: UUID, family_id: UUID) -> str | None:
    """The role the session has now; None when it was ended or its person may not enter any more."""
    cursor = await conn.execute(
        """
        SELECT m.role FROM memberships m
        JOIN accounts a ON a.id = m.account_id AND a.status = 'active'
        JOIN tenants t ON t.id = m.tenant_id AND t.status = 'active'
        WHERE m.tenant_id = %(tenant)s AND m.account_id = %(account)s
          AND EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.family_id = %(family)s
                      AND r.tenant_id = %(tenant)s AND r.account_id = %(account)s)
          AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.family_id = %(family)s AND r.revoked_at IS NOT NULL)
        """,
        {"tenant": tenant_id, "account": account_id, "family": family_id},
    )
    row = await cursor.fetchone()
    return None if row is None else str(row["role"])


def lock_family(family_id: UUID) -> Statement:
    """Rotation and revocation of one family take turns, so that no token is added to a family being ended."""
    return Statement("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (str(family_id),))


def insert_refresh_token(
    *,
    tenant_id: UUID,
    account_id: UUID,
    family_id: UUID,
    token_hash: bytes,
    user_agent: str,
    expires_at: datetime,
    now: datetime,
) -> Statement:
    return Statement(
        """
        INSERT INTO refresh_tokens
            (id, tenant_id, account_id, family_id, token_hash, user_agent, expires_at, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (new_id(), tenant_id, account_id, family_id, token_hash, user_agent, expires_at, now),
    )


async def spend_refresh_token(conn: Connection, *, token_hash: bytes, now: datetime) -> bool:
    """Marks a token used; False when somebody else did, or its family was ended."""
    cursor = await conn.execute(
        """
        UPDATE refresh_tokens SET used_at = %s
        WHERE token_hash = %s AND used_at IS NULL AND revoked_at IS NULL AND expires_at > %s RETURNING id
        """,
        (now, token_hash, now),
    )
    return await cursor.fetchone() is not None


def end_family(family_id: UUID, *, now: datetime) -> Statement:
    return Statement(
        "UPDATE refresh_tokens SET revoked_at = %s WHERE family_id = %s AND revoked_at IS NULL", (now, family_id)
    )


def delete_expired_refresh_tokens(account_id: UUID, *, now: datetime) -> Statement:
    return Statement("DELETE FROM refresh_tokens WHERE account_id = %s AND expires_at < %s", (account_id, now))


async def families_of(conn: Connection, *, account_id: UUID) -> list[Row]:
    """The account's sessions that have not been ended, in every tenant (second role)."""
    cursor = await conn.execute(
        """
        SELECT DISTINCT tenant_id, family_id FROM refresh_tokens WHERE account_id = %s AND revoked_at IS NULL
        """,
        (account_id,),
    )
    return await cursor.fetchall()


def list_sessions(account_id: UUID, *, now: datetime) -> Statement:
    """The account's living sessions in this tenant, the last used first; the newest token tells device and time."""
    return Statement(
        """
        SELECT family_id AS id, min(created_at) AS created_at, max(created_at) AS last_used_at,
               (array_agg(user_agent ORDER BY created_at DESC))[1] AS user_agent, max(expires_at) AS expires_at
        FROM refresh_tokens WHERE account_id = %s GROUP BY family_id
        HAVING bool_and(revoked_at IS NULL) AND bool_or(used_at IS NULL AND expires_at > %s)
        ORDER BY max(created_at) DESC LIMIT 200
        """,
        (account_id, now),
    )


def find_session(account_id: UUID, family_id: UUID) -> Statement:
    return Statement(
        "SELECT 1 FROM refresh_tokens WHERE account_id = %s AND family_id = %s AND revoked_at IS NULL LIMIT 1",
        (account_id, family_id),
    )


# ── API keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def find_api_key(conn: Connection, *, prefix: str) -> Row | None:
    """A key that is not revoked, of an active tenant (second role)."""
    cursor = await conn.execute(
        """
        SELECT k.id, k.tenant_id, k.key_hash, k.scopes, k.role, k.expires_at
        FROM api_keys k JOIN tenants t ON t.id = k.tenant_id AND t.status = 'active'
        WHERE k.prefix = %s AND k.revoked_at IS NULL
        """,
        (prefix,),
    )
    return await cursor.fetchone()


def insert_api_key(values: Mapping[str, Any]) -> Statement:
    """`values` names every column of a new key."""
    return Statement(
        """
        INSERT INTO api_keys (id, tenant_id, name, prefix, key_hash, scopes, role, created_by, expires_at, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        tuple(values[column] for column in _API_KEY_COLUMNS),
    )


def list_api_keys() -> Statement:
    """The keys that were not revoked, newest first, without their hashes."""
    return Statement(
        """
        SELECT id, name, prefix, scopes, role, created_by, expires_at, last_used_at, created_at
        FROM api_keys WHERE revoked_at IS NULL ORDER BY id DESC
        """
    )


async def revoke_api_key(conn: Connection, *, key_id: UUID, now: datetime) -> str | None:
    """The prefix of the key that was revoked; None when there was none to revoke."""
    cursor = await conn.execute(
        "UPDATE api_keys SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL RETURNING prefix", (now, key_id)
    )
    row = await cursor.fetchone()
    return None if row is None else str(row["prefix"])


def touch_api_key(key_id: UUID, *, now: datetime, unless_since: datetime) -> Statement:
    return Statement(
        "UPDATE api_keys SET last_used_at = %s WHERE id = %s AND (last_used_at IS NULL OR last_used_at < %s)",
        (now, key_id, unless_since),
    )


# ── Socket tickets ───────────────────────────────────────────────────────────────────────────────────────────────────
def insert_ticket(
    *, tenant_id: UUID, ticket_hash: bytes, conversation_id: UUID, principal: Mapping[str, Any], expires_at: datetime
) -> Statement:
    return Statement(
        """
        INSERT INTO socket_tickets (ticket_hash, tenant_id, conversation_id, principal, expires_at)
        VALUES (%s, %s, %s, %s, %s)
        """,
        (ticket_hash, tenant_id, conversation_id, Jsonb(principal), expires_at),
    )


def delete_expired_tickets(*, now: datetime) -> Statement:
    return Statement("DELETE FROM socket_tickets WHERE expires_at < %s", (now,))


async def take_ticket(conn: Connection, *, ticket_hash: bytes) -> Row | None:
    """The ticket, which is gone thereafter: of two who come with it at once, one gets the row (second role)."""
    cursor = await conn.execute(
        """
        DELETE FROM socket_tickets WHERE ticket_hash = %s RETURNING tenant_id, conversation_id, principal, expires_at
        """,
        (ticket_hash,),
    )
    return await cursor.fetchone()


# ── Secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def put_secret(*, tenant_id: UUID, name: str, value_sealed: bytes, now: datetime) -> Statement:
    return Statement(
        """
        INSERT INTO secrets (tenant_id, name, value_sealed, created_at, updated_at) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (tenant_id, name)
        DO UPDATE SET value_sealed = excluded.value_sealed, updated_at = excluded.updated_at
        """,
        (tenant_id, name, value_sealed, now, now),
    )


def find_secret(name: str) -> Statement:
    return Statement("SELECT value_sealed FROM secrets WHERE name = %s", (name,))


def list_secrets() -> Statement:
    return Statement("SELECT name, created_at, updated_at FROM secrets ORDER BY name")


async def delete_secret(conn: Connection, *, name: str) -> bool:
    cursor = await conn.execute("DELETE FROM secrets WHERE name = %s RETURNING name", (name,))
    return await cursor.fetchone() is not None


# ── Audit and self-description ───────────────────────────────────────────────────────────────────────────────────────
def insert_audit(
    *,
    tenant_id: UUID,
    actor: str,
    action: str,
    subject: str | None,
    data: Mapping[str, Any],
    request_id: str | None,
    now: datetime,
) -> Statement:
    return Statement(
        """
        INSERT INTO audit (id, tenant_id, actor, action, subject, data, request_id, created_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (new_id(), tenant_id, actor, action, subject, Jsonb(dict(data)), request_id, now),
    )


def set_tenant(*, name: str | None, timezone: str | None, now: datetime) -> Statement:
    """Changes what is given of the one tenant behind the wall."""
    return Statement(
        "UPDATE tenants SET name = coalesce(%s, name), timezone = coalesce(%s, timezone), updated_at = %s",
        (name, timezone, now),
    )


def this_tenant() -> Statement:
    return Statement("SELECT id, slug, name, timezone FROM tenants")


async def run(conn: Connection, statements: Sequence[Statement]) -> None:
    """Executes statements in a transaction that is already open."""
    for statement in statements:
        await conn.execute(statement.sql, statement.params)
