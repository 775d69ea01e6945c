"""Everything about one person as one document, for the person to take away (GDPR, article 15 and 20)."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sparklabs.conversations.people import erasure_repository as rows
from sparklabs.conversations.people.service import PeopleService, not_found
from sparklabs.identity import audit
from sparklabs.kit.clock import Clock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row
from sparklabs.kit.web import Principal

FORMAT = "sparklabs-contact-1"


class ExportService:
    """Reads everything of a contact, audited."""

    def __init__(self, db: Database, *, clock: Clock, sealer: Sealer, people: PeopleService) -> None:
        self._db = db
        self._clock = clock
        self._sealer = sealer
        self._people = people

    async def export(self, principal: Principal, contact_id: UUID) -> dict[str, Any]:
        """The contact, what was said, what is remembered and what was done; raises ContactNotFoundError."""
        tenant_id = principal.tenant_id
        [found] = await self._db.run(tenant_id, rows.select_traces(contact_id))
        if not found:
            raise not_found()
        profile = await self._people.get(principal, contact_id, audited=False)
        traces = rows.Traces(contact_id, found[0]["conversation_ids"], found[0]["run_ids"])
        line = audit.entry(
            tenant_id,
            actor=principal.actor,
            action="contact.exported",
            subject=f"contact:{contact_id}",
            now=self._clock.now(),
        )
        *read, _ = await self._db.run(tenant_id, *rows.export_statements(traces), line)
        parts = dict(zip(rows.EXPORTED, read, strict=True))
        conversations = _nested(parts.pop("conversations"), messages=parts.pop("messages"), steps=parts.pop("steps"))
        for each in parts["outgoing_messages"]:
            each["recipient"] = self._recipient(tenant_id, each.pop("recipient_sealed"), each.pop("id"))
        return {
            "format": FORMAT,
            "exported_at": self._clock.now(),
            "contact": profile.model_dump(mode="json", exclude={"masked"}),
            "conversations": conversations,
            **parts,
        }

    def _recipient(self, tenant_id: UUID, sealed: bytes, message_id: UUID) -> str:
        about = f"outbox_messages.recipient_sealed:{message_id}"
        return self._sealer.open(bytes(sealed), purpose="outbox", tenant_id=tenant_id, about=about).decode()


def _nested(conversations: list[Row], **parts: list[Row]) -> list[dict[str, Any]]:
    """Each conversation with its own messages and steps."""
    by_conversation: dict[UUID, dict[str, list[Row]]] = defaultdict(lambda: {name: [] for name in parts})
    for name, found in parts.items():
        for row in found:
            by_conversation[row.pop("conversation_id")][name].append(row)
    return [{**each, **by_conversation[each["id"]]} for each in conversations]
