"""Rows as talks of the past leave them behind, made by hand: for readers of what happened."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.ids import new_id
from tests.conftest import SECRET_KEY


@dataclass(slots=True)
class History:
    """One tenant's past: agents by slug, and what was said with them."""

    db: Database
    tenant_id: UUID
    agents: dict[str, UUID] = field(default_factory=dict[str, UUID])
    versions: dict[str, UUID] = field(default_factory=dict[str, UUID])

    async def agent(
        self, slug: str, *, at: datetime, status: str = "active", author: str = "folder", **more: Any
    ) -> UUID:
        agent_id, version_id = new_id(), new_id()
        faults = Jsonb(more["import_faults"]) if "import_faults" in more else None
        await self._insert(
            "agents", id=agent_id, slug=slug, name=slug.title(), status=status, import_faults=faults, latest_version=1,
            created_at=at, updated_at=at,
        )  # fmt: skip
        await self._insert(
            "agent_versions", id=version_id, agent_id=agent_id, number=1, content_hash="h", source="", spec=Jsonb({}),
            author=author, created_at=at,
        )  # fmt: skip
        self.agents[slug], self.versions[slug] = agent_id, version_id
        return agent_id

    async def contact(self, *, at: datetime, name: str | None = None) -> UUID:
        contact_id = new_id()
        sealer = Sealer(SECRET_KEY)
        key = sealer.new_data_key()
        await self._insert(
            "contacts", id=contact_id, created_at=at, updated_at=at,
            name_sealed=key.seal(name, "contacts.name_sealed") if name else None,
            key_sealed=sealer.seal_key(key, tenant_id=self.tenant_id, contact_id=contact_id),
        )  # fmt: skip
        return contact_id

    async def conversation(
        self,
        agent: str,
        *,
        at: datetime,
        channel: str = "web_chat",
        contact_id: UUID | None = None,
        status: str = "open",
    ) -> UUID:
        conversation_id = new_id()
        await self._insert(
            "conversations", id=conversation_id, agent_id=self.agents[agent], channel=channel, status=status,
            contact_id=contact_id or await self.contact(at=at), created_at=at, updated_at=at,
        )  # fmt: skip
        return conversation_id

    async def turn(
        self, agent: str, conversation_id: UUID, *, at: datetime, ms: int = 1000, state: str = "completed", **more: Any
    ) -> None:
        """A customer's message and what became of it: an answer, or a failed run."""
        run_id, problem = new_id(), more.pop("problem", None)
        await self._insert(
            "runs", id=run_id, agent_id=self.agents[agent], agent_version_id=self.versions[agent], state=state,
            conversation_id=conversation_id, started_at=at, ended_at=at + timedelta(milliseconds=ms),
            problem=Jsonb({"code": problem}) if problem else None, **more,
        )  # fmt: skip
        await self.message(conversation_id, at=at)
        if state == "completed":
            await self.message(conversation_id, at=at, role="assistant", run_id=run_id)

    async def message(
        self, conversation_id: UUID, *, at: datetime, role: str = "user", run_id: UUID | None = None
    ) -> None:
        [[row]] = await self.db.run(
            self.tenant_id,
            Statement(
                "UPDATE conversations SET last_seq = last_seq + 1 WHERE id = %s RETURNING last_seq", (conversation_id,)
            ),
        )
        await self._insert(
            "messages", id=new_id(), conversation_id=conversation_id, seq=row["last_seq"], role=role, content="…",
            run_id=run_id, created_at=at,
        )  # fmt: skip

    async def handoff(
        self, conversation_id: UUID, *, at: datetime, department: str | None = None, status: str = "waiting"
    ) -> None:
        await self._insert(
            "handoffs", id=new_id(), conversation_id=conversation_id, reason="asked", department=department,
            status=status, call_key=str(new_id()), created_at=at, updated_at=at,
        )  # fmt: skip

    async def ticket(self, agent: str, *, at: datetime, priority: str, number: int, **more: Any) -> None:
        await self._insert(
            "tickets", id=new_id(), number=number, agent_slug=agent, title=f"Ticket {number}", priority=priority,
            call_key=str(new_id()), created_at=at, updated_at=at, **more,
        )  # fmt: skip

    async def gap(self, name: str, *agents: str, at: datetime) -> None:
        await self._insert(
            "agent_gaps", id=new_id(), kind="tool", name=name, agent_ids=[self.agents[each] for each in agents],
            created_at=at, updated_at=at,
        )  # fmt: skip

    async def event(self, type: str, *, subject: UUID, at: datetime, **data: Any) -> None:
        await self._insert(
            "events", id=new_id(), type=f"dev.sparklabs.{type}", source="/test", subject=str(subject), data=Jsonb(data),
            created_at=at,
        )  # fmt: skip

    async def _insert(self, table: Any, **values: Any) -> None:
        columns = ", ".join(("tenant_id", *values))
        marks = ", ".join(["%s"] * (len(values) + 1))
        query: Any = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        await self.db.run(self.tenant_id, Statement(query, (self.tenant_id, *values.values())))
