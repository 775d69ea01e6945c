"""Makes versions out of agent files and points agents at them: the one place where a version is born or chosen."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sparklabs.agents import repository
from sparklabs.agents.entities import SLUG, Agent, AgentStatus, AgentVersion, Published
from sparklabs.agents.errors import (
    AgentArchivedError,
    AgentChangedError,
    AgentExistsError,
    AgentNotFoundError,
    SlugInvalidError,
)
from sparklabs.agents.reading import Gap, Reading
from sparklabs.agents.schema import AgentFile
from sparklabs.kit.db.pool import Connection
from sparklabs.kit.ids import new_id
from sparklabs.notifications import service as notifications

RESERVED = frozenset({"schema", "vocabulary"})
"""Slugs that would be hidden behind addresses of the API."""


@dataclass(frozen=True, slots=True)
class Import:
    """The file of the folder that a publication comes from; `content_hash` is over its bytes."""

    file: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Publication:
    """An agent file on its way to becoming a version.

    `mode` says what must stand there before: `create` nothing (or the same text), `replace` the agent, `upsert`
    either. `expected_revisions` are the ones of an If-Match. Without `publish` the version waits as a draft.
    """

    source: bytes
    author: str
    slug: str | None = None
    file: str = "agent.yaml"
    reason: str = ""
    publish: bool = True
    mode: Literal["create", "replace", "upsert"] = "upsert"
    expected_revisions: Collection[int] | None = None
    base_dir: str | None = None
    imported: Import | None = None


def check_slug(slug: str) -> str:
    """A slug of lower-case letters, digits, `-` and `_`; raises `agent_slug_invalid`."""
    if SLUG.fullmatch(slug) is None:
        raise SlugInvalidError(
            f"{slug!r} cannot be an agent's slug.",
            field="slug",
            hint="Use 1 to 63 lower-case letters, digits, '-' and '_', with a letter or digit first.",
        )
    if slug in RESERVED:
        raise SlugInvalidError(f"{slug!r} is an address of the API.", field="slug", hint="Use another name.")
    try:
        UUID(slug)
    except ValueError:
        return slug
    raise SlugInvalidError(f"{slug!r} looks like an id.", field="slug", hint="Use a name instead.")


def make_slug(spec: AgentFile) -> str:
    """A slug out of the file's own id or the agent's name; raises `agent_slug_invalid` when none is Latin."""
    for text in (spec.id or "", spec.agent.name):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:63].strip("-_")
        if slug:
            return slug
    raise SlugInvalidError(
        f"No slug can be made from the name {spec.agent.name!r}.", field="slug", hint="Send one: ?slug=my-agent."
    )


def check_expected(agent: Agent, expected: Collection[int] | None) -> None:
    """Raises `agent_changed` when the caller looked at another revision."""
    if expected is not None and agent.revision not in expected:
        wanted = " or ".join(str(revision) for revision in expected) or "the one that was sent"
        raise AgentChangedError(agent.slug, expected=wanted, present=agent.revision)


def check_not_archived(agent: Agent) -> None:
    if agent.status is AgentStatus.ARCHIVED:
        raise AgentArchivedError(agent.slug)


async def publish(
    conn: Connection, publication: Publication, reading: Reading, spec: AgentFile, *, tenant_id: UUID, now: datetime
) -> Published:
    """Makes the version and, when asked, the agent live; whoever publishes the same agent meanwhile waits."""
    agent, is_new = await _take(conn, publication, spec, tenant_id=tenant_id, now=now)
    check_not_archived(agent)
    check_expected(agent, publication.expected_revisions)
    if (known := await _find_same(conn, agent, publication, reading)) is not None:
        return Published(agent=await _note_import(conn, agent, publication), version=known, outcome="unchanged")
    if publication.mode == "create" and not is_new and agent.latest_version:
        raise AgentExistsError(agent.slug)
    latest = await repository.find_version(conn, agent.id, agent.latest_version)
    if latest is not None and _says(latest, publication, reading):
        version, number = latest, agent.latest_version
    else:
        number = agent.latest_version + 1
        version = _new_version(agent, publication, reading, spec, number=number, now=now)
        await repository.insert_version(conn, version, tenant_id=tenant_id)
    await _point(conn, agent, version, spec, publish=publication.publish, latest=number, now=now)
    await _note_import(conn, agent, publication)
    changed = await repository.find_agent(conn, agent.id)
    assert changed is not None, "the row is locked by this transaction"  # noqa: S101
    await repository.record_change(
        conn,
        tenant_id=tenant_id,
        agent=changed,
        action="agent.published" if publication.publish else "agent.version_added",
        actor=publication.author,
        data={"version": version.number, "content_hash": version.content_hash, "reason": publication.reason,
              "previous": agent.active_number},
        now=now,
    )  # fmt: skip
    outcome = "reused" if version is latest else "created" if is_new else "new_version"
    return Published(agent=changed, version=version, outcome=outcome)


async def _take(
    conn: Connection, publication: Publication, spec: AgentFile, *, tenant_id: UUID, now: datetime
) -> tuple[Agent, bool]:
    """The agent's locked row, made first where it may be."""
    if publication.mode == "replace":
        reference = publication.slug or ""
        agent = await repository.lock_agent(conn, reference)
        if agent is None:
            raise AgentNotFoundError(reference)
        return agent, False
    slug = check_slug(publication.slug or make_slug(spec))
    is_new = await repository.insert_agent(conn, tenant_id=tenant_id, slug=slug, name=spec.agent.name, now=now)
    agent = await repository.lock_agent(conn, slug)
    if agent is None:
        raise AgentNotFoundError(slug)
    return agent, is_new


async def _find_same(conn: Connection, agent: Agent, publication: Publication, reading: Reading) -> AgentVersion | None:
    """The version that stands there already, when nothing has to be done."""
    imported = publication.imported
    number = agent.active_number if publication.publish else agent.latest_version
    live = not publication.publish or agent.status in (AgentStatus.ACTIVE, AgentStatus.PAUSED)
    version = await repository.find_version(conn, agent.id, number) if number else None
    if imported is not None and imported.content_hash == agent.imported_hash and agent.latest_version:
        return version or await repository.find_version(conn, agent.id, agent.latest_version)
    return version if live and version is not None and _says(version, publication, reading) else None


def _says(version: AgentVersion, publication: Publication, reading: Reading) -> bool:
    """Whether a version is this very text: a remark that was added means nothing to the agent, yet must not be lost."""
    return version.content_hash == reading.content_hash and version.source == _text(publication)


def _text(publication: Publication) -> str:
    return publication.source.decode("utf-8-sig")


async def _note_import(conn: Connection, agent: Agent, publication: Publication) -> Agent:
    if publication.imported is None:
        return agent
    await repository.set_import(
        conn,
        agent.id,
        source_file=publication.imported.file,
        imported_hash=publication.imported.content_hash,
        faults=None,
    )
    return await repository.find_agent(conn, agent.id) or agent


def _new_version(
    agent: Agent, publication: Publication, reading: Reading, spec: AgentFile, *, number: int, now: datetime
) -> AgentVersion:
    return AgentVersion(
        id=new_id(),
        agent_id=agent.id,
        number=number,
        content_hash=reading.content_hash,
        source=_text(publication),
        spec={"version": spec.version, **spec.model_dump(mode="json", exclude_defaults=True)},
        warnings=[warning.as_dict() for warning in reading.warnings],
        author=publication.author,
        reason=publication.reason,
        base_dir=publication.base_dir,
        created_at=now,
    )


async def _point(
    conn: Connection, agent: Agent, version: AgentVersion, spec: AgentFile, *, publish: bool, latest: int, now: datetime
) -> None:
    """A draft leaves what is live as it is; a paused agent takes the new version and stays paused."""
    shown = publish or agent.active_version_id is None
    await repository.update_agent(
        conn,
        agent.id,
        repository.AgentChange(
            name=spec.agent.name if shown else agent.name,
            type=spec.agent.kind if shown else agent.type,
            status=status_when_live(agent.status) if publish else agent.status,
            active_version_id=version.id if publish else agent.active_version_id,
            latest_version=latest,
        ),
        now=now,
    )


def status_when_live(status: AgentStatus) -> AgentStatus:
    """What publishing makes of a state: live, unless a person paused the agent."""
    return AgentStatus.PAUSED if status is AgentStatus.PAUSED else AgentStatus.ACTIVE


async def record_gaps(conn: Connection, agent: Agent, gaps: Sequence[Gap], *, tenant_id: UUID, now: datetime) -> None:
    """Notes what the agent lacks now, and tells people of what it did not lack before."""
    fresh = await repository.record_gaps(conn, tenant_id=tenant_id, agent_id=agent.id, gaps=gaps, now=now)
    for gap in fresh:
        await notifications.tell(
            conn,
            tenant_id=tenant_id,
            kind="agent_gap",
            key=f"{gap.kind}:{gap.name}",
            subject=f"agent:{agent.slug}",
            data={"agent": agent.slug, "gap": gap.kind, "name": gap.name},
            at=now,
        )
