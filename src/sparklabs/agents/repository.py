"""Every query of the agents room; decisions stand in `service` and its siblings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from sparklabs.agents.entities import SLUG, Agent, AgentStatus, AgentVersion, ListedAgent, VersionSummary
from sparklabs.agents.reading import Gap
from sparklabs.kit import events
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.db.pool import Connection
from sparklabs.kit.ids import new_id
from sparklabs.kit.pagination import EXACT_TOTAL_LIMIT, Order, page_query

AGENT_SORTS: dict[str, LiteralString] = {
    "slug": "a.slug",
    "name": "a.name",
    "created_at": "a.id",
    "updated_at": "a.updated_at",
    "status": "a.status",
    "version": "coalesce(v.number, 0)",
}
AGENT_SORT_FIELDS = {"created_at": "id", "version": "sorted_version"}
_CASTS: dict[str, LiteralString] = {
    "slug": "text", "name": "text", "created_at": "uuid", "updated_at": "timestamptz", "status": "text",
    "version": "int",
}  # fmt: skip

_AGENT = sql.SQL(
    "SELECT a.id, a.slug, a.name, a.type, a.status, a.active_version_id, v.number AS active_number,"
    " a.latest_version, a.revision, a.source_file, a.imported_hash, a.import_faults, a.created_at, a.updated_at"
    " FROM agents a LEFT JOIN agent_versions v ON v.id = a.active_version_id"
)
_LISTED = sql.SQL(
    "SELECT a.id, a.slug, a.name, a.type, a.status, a.active_version_id, v.number AS active_number,"
    " a.latest_version, a.revision, a.source_file, a.imported_hash, a.import_faults, a.created_at, a.updated_at,"
    " coalesce(v.number, 0) AS sorted_version, coalesce(s.spec #>> '{agent,model,primary}', 'auto') AS model,"
    " s.spec #> '{channels,input}' AS inputs, coalesce(jsonb_array_length(s.warnings), 0) AS warning_count"
    " FROM agents a LEFT JOIN agent_versions v ON v.id = a.active_version_id"
    " LEFT JOIN agent_versions s ON s.agent_id = a.id AND s.number = coalesce(v.number, a.latest_version)"
)
_VERSION: LiteralString = (
    "SELECT id, agent_id, number, content_hash, source, spec, warnings, author, reason, base_dir, created_at"
    " FROM agent_versions"
)


def _agent(row: Mapping[str, Any]) -> Agent:
    columns: dict[str, Any] = {**row, "status": AgentStatus(row["status"])}
    return Agent(**columns)


def _reference(reference: str | UUID) -> tuple[sql.Composable, str | UUID]:
    """A slug or an id, as the condition that finds it; a slug that looks like an id is an id."""
    try:
        return sql.SQL(" WHERE a.id = %s"), reference if isinstance(reference, UUID) else UUID(reference)
    except ValueError:
        if SLUG.fullmatch(str(reference)) is None:
            return sql.SQL(" WHERE false AND a.slug = %s"), ""
        return sql.SQL(" WHERE a.slug = %s"), str(reference)


async def find_agent(conn: Connection, reference: str | UUID) -> Agent | None:
    """The agent of this slug or id."""
    condition, value = _reference(reference)
    row = await (await conn.execute(_AGENT + condition, (value,))).fetchone()
    return None if row is None else _agent(row)


@dataclass(frozen=True, slots=True)
class Head:
    """As much of an agent as tells whether anything changed."""

    id: UUID
    slug: str
    status: AgentStatus
    revision: int
    active_version_id: UUID | None


async def find_head(db: Database, tenant_id: UUID, reference: str) -> Head | None:
    """The agent's head in one round trip; turns ask for it."""
    condition, value = _reference(reference)
    query = sql.SQL("SELECT a.id, a.slug, a.status, a.revision, a.active_version_id FROM agents a") + condition
    [rows] = await db.run(tenant_id, Statement(query, (value,)))
    if not rows:
        return None
    columns: dict[str, Any] = {**rows[0], "status": AgentStatus(rows[0]["status"])}
    return Head(**columns)


async def lock_agent(conn: Connection, reference: str | UUID) -> Agent | None:
    """The same, held until the transaction ends: whoever changes this agent next waits here."""
    condition, value = _reference(reference)
    # The join is read after the lock is had, else it would still show what stood before the wait.
    query = sql.SQL("SELECT a.id FROM agents a") + condition + sql.SQL(" FOR UPDATE")
    row = await (await conn.execute(query, (value,))).fetchone()
    return None if row is None else await find_agent(conn, row["id"])


async def insert_agent(conn: Connection, *, tenant_id: UUID, slug: str, name: str, now: datetime) -> bool:
    """A draft without a version; False when the slug is taken (after waiting for whoever is taking it)."""
    cursor = await conn.execute(
        "INSERT INTO agents (id, tenant_id, slug, name, created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (tenant_id, slug) DO NOTHING",
        (new_id(), tenant_id, slug, name, now, now),
    )
    return cursor.rowcount == 1


async def delete_agent(conn: Connection, agent_id: UUID) -> None:
    """Only for a draft that never had a version; anything else is archived."""
    await conn.execute("DELETE FROM agents WHERE id = %s AND latest_version = 0", (agent_id,))


@dataclass(frozen=True, slots=True)
class AgentChange:
    """The columns of an agent after a decision."""

    name: str
    type: str
    status: AgentStatus
    active_version_id: UUID | None
    latest_version: int


async def update_agent(conn: Connection, agent_id: UUID, change: AgentChange, *, now: datetime) -> None:
    """Writes a decision; the revision grows."""
    await conn.execute(
        "UPDATE agents SET name = %s, type = %s, status = %s, active_version_id = %s, latest_version = %s,"
        " revision = revision + 1, updated_at = %s WHERE id = %s",
        (change.name, change.type, change.status, change.active_version_id, change.latest_version, now, agent_id),
    )


async def set_import(
    conn: Connection,
    agent_id: UUID,
    *,
    source_file: str,
    imported_hash: str | None,
    faults: Sequence[Mapping[str, Any]] | None,
) -> None:
    """What the folder last said of this agent; a hash of None leaves the last good import as it is."""
    await conn.execute(
        "UPDATE agents SET source_file = %s, imported_hash = coalesce(%s, imported_hash), import_faults = %s"
        " WHERE id = %s",
        (source_file, imported_hash, None if faults is None else Jsonb(list(faults)), agent_id),
    )


async def list_folder_agents(conn: Connection, folder: str) -> list[Agent]:
    """The agents that came from files of this folder."""
    rows = await (
        await conn.execute(_AGENT + sql.SQL(" WHERE starts_with(a.source_file, %s)"), (folder.rstrip("/") + "/",))
    ).fetchall()
    return [_agent(row) for row in rows]


async def list_slugs(conn: Connection) -> list[str]:
    """Every slug of the tenant, for "did you mean"."""
    query = "SELECT slug FROM agents WHERE status <> 'archived' ORDER BY slug LIMIT 2000"
    rows = await (await conn.execute(query)).fetchall()
    return [row["slug"] for row in rows]


@dataclass(frozen=True, slots=True)
class AgentFilter:
    """Which agents a list shows; without a status, all but the archived."""

    status: AgentStatus | None = None
    type: str | None = None
    text: str | None = None


EVERY_AGENT = AgentFilter()


async def list_agents(
    conn: Connection, chosen: AgentFilter, *, order: Order, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """One page (with one row too many, when there is more) and the total, counted up to 10,001."""
    conditions: list[sql.Composable] = [sql.SQL("a.status = %s" if chosen.status else "a.status <> 'archived'")]
    values: list[Any] = [chosen.status] if chosen.status else []
    if chosen.type:
        conditions.append(sql.SQL("a.type = %s"))
        values.append(chosen.type)
    if chosen.text:
        conditions.append(sql.SQL("strpos(lower(a.name || ' ' || a.slug), lower(%s)) > 0"))
        values.append(chosen.text)
    where = sql.SQL(" WHERE ") + sql.SQL(" AND ").join(conditions)
    page = page_query(order, cursor=cursor, limit=limit, id_column="a.id", cast=_CASTS[order.name])
    rows = await (await conn.execute(_LISTED + where + page.where + page.tail, (*values, *page.params))).fetchall()
    count = sql.SQL("SELECT count(*) AS n FROM (SELECT 1 FROM agents a{} LIMIT {}) AS counted").format(
        where, sql.Literal(EXACT_TOTAL_LIMIT + 1)
    )
    counted = await (await conn.execute(count, values)).fetchone()
    return rows, counted["n"] if counted else 0


def listed_of(row: Mapping[str, Any]) -> ListedAgent:
    """A row of `list_agents`; a file that names no channel is reached by web chat."""
    columns: dict[str, Any] = {field.name: row[field.name] for field in fields(Agent)}
    inputs = row["inputs"] if row["inputs"] is not None else [{"type": "web_chat"}]
    channels = tuple(dict.fromkeys(each["type"] for each in inputs if each.get("enabled", True)))
    columns |= {"status": AgentStatus(row["status"]), "model": row["model"], "channels": channels}
    return ListedAgent(**columns, warning_count=row["warning_count"])


# ── Versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────
async def insert_version(conn: Connection, version: AgentVersion, *, tenant_id: UUID) -> None:
    """A version; no role can change or delete it afterwards."""
    await conn.execute(
        "INSERT INTO agent_versions (id, tenant_id, agent_id, number, content_hash, source, spec, warnings, author,"
        " reason, base_dir, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (version.id, tenant_id, version.agent_id, version.number, version.content_hash, version.source,
         Jsonb(version.spec), Jsonb(version.warnings), version.author, version.reason, version.base_dir,
         version.created_at),
    )  # fmt: skip


async def find_version(conn: Connection, agent_id: UUID, number: int) -> AgentVersion | None:
    """Version `number` of the agent."""
    query = _VERSION + " WHERE agent_id = %s AND number = %s"
    row = await (await conn.execute(query, (agent_id, number))).fetchone()
    return None if row is None else AgentVersion(**row)


async def find_version_by_id(conn: Connection, version_id: UUID) -> AgentVersion | None:
    """The version of this id, whichever agent it is of."""
    row = await (await conn.execute(_VERSION + " WHERE id = %s", (version_id,))).fetchone()
    return None if row is None else AgentVersion(**row)


async def list_versions(
    conn: Connection, agent_id: UUID, *, order: Order, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """One page of summaries (and one more), and how many there are."""
    page = page_query(order, cursor=cursor, limit=limit, cast="int")
    query = sql.SQL(
        "SELECT id, number, content_hash, author, reason, jsonb_array_length(warnings) AS warning_count, created_at"
        " FROM agent_versions WHERE agent_id = %s"
    )
    rows = await (await conn.execute(query + page.where + page.tail, (agent_id, *page.params))).fetchall()
    counted = await (
        await conn.execute("SELECT count(*) AS n FROM agent_versions WHERE agent_id = %s", (agent_id,))
    ).fetchone()
    return rows, counted["n"] if counted else 0


def summary_of(row: Mapping[str, Any]) -> VersionSummary:
    """A row of `list_versions` as a summary."""
    return VersionSummary(**row)


# ── What was done, for people and for other rooms ────────────────────────────────────────────────────────────────────
async def record_change(
    conn: Connection, *, tenant_id: UUID, agent: Agent, action: str, actor: str, data: Mapping[str, Any], now: datetime
) -> None:
    """An audit row and an event, in the transaction of the change that they tell of."""
    body = Jsonb({"agent_id": agent.id, "slug": agent.slug, **data})
    await conn.execute(
        "INSERT INTO audit (id, tenant_id, actor, action, subject, data, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (new_id(), tenant_id, actor, action, f"agents/{agent.id}", body, now),
    )
    event = events.record(
        tenant_id=tenant_id,
        type=action,
        source=f"/agents/{agent.slug}",
        subject=str(agent.id),
        data={"agent_id": str(agent.id), "slug": agent.slug, **data},
        at=now,
    )
    await conn.execute(event.sql, event.params)


async def lock_name(conn: Connection, name: str) -> None:
    """Waits for and holds a name until the transaction ends; names are per database, so put the tenant into them."""
    await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))


# ── Gaps ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class GapRow:
    """Something missing, the agents (slugs) that name it and the issue that was opened for it."""

    id: UUID
    kind: Literal["tool", "integration", "secret"]
    name: str
    agents: list[str]
    description: str
    interface: dict[str, Any]
    issue_state: Literal["none", "opening", "open", "failed"]
    issue_number: int | None
    issue_url: str | None
    issue_error: str | None
    updated_at: datetime


_GAP: LiteralString = (
    "SELECT g.id, g.kind, g.name, ARRAY(SELECT a.slug FROM agents a WHERE a.id = ANY(g.agent_ids) ORDER BY a.slug)"
    " AS agents, g.description, g.interface, g.issue_state, g.issue_number, g.issue_url, g.issue_error, g.updated_at"
    " FROM agent_gaps g"
)


async def record_gaps(
    conn: Connection, *, tenant_id: UUID, agent_id: UUID, gaps: Sequence[Gap], now: datetime
) -> list[Gap]:
    """What this agent lacks now, and nothing it lacked before; what nobody lacks any more stays, with no agents.

    Returns what it did not lack before.
    """
    await lock_name(conn, f"agent_gaps:{tenant_id}")
    lacked = await (
        await conn.execute("SELECT kind || ':' || name AS gap FROM agent_gaps WHERE %s = ANY(agent_ids)", (agent_id,))
    ).fetchall()
    kept = [f"{gap.kind}:{gap.name}" for gap in gaps]
    await conn.execute(
        "UPDATE agent_gaps SET agent_ids = array_remove(agent_ids, %s), updated_at = %s"
        " WHERE %s = ANY(agent_ids) AND NOT (kind || ':' || name) = ANY(%s)",
        (agent_id, now, agent_id, kept),
    )
    for gap in sorted(gaps, key=lambda gap: (gap.kind, gap.name)):
        known = {"parameters": gap.parameters, "result": gap.result, "required_for": list(gap.required_for)}
        interface = {key: value for key, value in known.items() if value}
        await conn.execute(
            "INSERT INTO agent_gaps AS g (id, tenant_id, kind, name, agent_ids, description, interface, created_at,"
            " updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, kind, name) DO UPDATE SET"
            " agent_ids = CASE WHEN %s = ANY(g.agent_ids) THEN g.agent_ids ELSE g.agent_ids || excluded.agent_ids END,"
            " description = CASE WHEN excluded.description = '' THEN g.description ELSE excluded.description END,"
            " interface = CASE WHEN excluded.interface = '{}' THEN g.interface ELSE excluded.interface END,"
            " updated_at = excluded.updated_at",
            (new_id(), tenant_id, gap.kind, gap.name, [agent_id], gap.description, Jsonb(interface), now, now,
             agent_id),
        )  # fmt: skip
    known = {row["gap"] for row in lacked}
    return [gap for gap in gaps if f"{gap.kind}:{gap.name}" not in known]


async def list_gaps(conn: Connection) -> list[GapRow]:
    """Everything that some agent still lacks."""
    rows = await (await conn.execute(_GAP + " WHERE g.agent_ids <> '{}' ORDER BY g.kind, g.name")).fetchall()
    return [GapRow(**row) for row in rows]


async def list_unopened_gaps(conn: Connection, *, retry_before: datetime) -> list[GapRow]:
    """Tools and integrations without an issue: never tried, tried and failed a while ago, or left in the middle."""
    rows = await (
        await conn.execute(
            _GAP + " WHERE g.agent_ids <> '{}' AND g.kind <> 'secret' AND (g.issue_state = 'none'"
            " OR (g.issue_state IN ('failed', 'opening') AND g.updated_at < %s)) ORDER BY g.kind, g.name",
            (retry_before,),
        )
    ).fetchall()
    return [GapRow(**row) for row in rows]


async def list_tenants_with_gaps(conn: Connection, *, retry_before: datetime) -> list[UUID]:
    """Tenants for which `list_unopened_gaps` has something, as the second role sees it."""
    rows = await (
        await conn.execute(
            "SELECT DISTINCT tenant_id FROM agent_gaps WHERE kind <> 'secret' AND (issue_state = 'none'"
            " OR (issue_state IN ('failed', 'opening') AND updated_at < %s))",
            (retry_before,),
        )
    ).fetchall()
    return [row["tenant_id"] for row in rows]


async def claim_gap(conn: Connection, gap: GapRow, *, now: datetime) -> bool:
    """Takes the gap for opening its issue; False when somebody else has taken it since it was read."""
    cursor = await conn.execute(
        "UPDATE agent_gaps SET issue_state = 'opening', issue_error = NULL, updated_at = %s"
        " WHERE id = %s AND issue_state = %s AND updated_at = %s",
        (now, gap.id, gap.issue_state, gap.updated_at),
    )
    return cursor.rowcount == 1


async def settle_gap(
    conn: Connection, gap_id: UUID, *, number: int | None, url: str | None, error: str | None, now: datetime
) -> None:
    """The end of an attempt: an open issue, or why there is none."""
    await conn.execute(
        "UPDATE agent_gaps SET issue_state = %s, issue_number = coalesce(%s, issue_number),"
        " issue_url = coalesce(%s, issue_url), issue_error = %s, updated_at = %s WHERE id = %s",
        ("failed" if error else "open", number, url, error, now, gap_id),
    )
