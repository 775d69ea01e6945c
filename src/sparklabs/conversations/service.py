"""The door of the room: conversations are opened, found, read and closed here; turns.py answers what is said."""

from collections import OrderedDict
from typing import Any, LiteralString, Protocol
from uuid import UUID

from sparklabs.conversations import conversations_repository as rows
from sparklabs.conversations.contacts import ContactNames, ContactService
from sparklabs.conversations.errors import ConversationNotFoundError
from sparklabs.conversations.messages import row_json
from sparklabs.conversations.schemas import ContactIn, ContactOut, ConversationOut
from sparklabs.conversations.shapes import Header, Opening
from sparklabs.kit import events
from sparklabs.kit.clock import Clock
from sparklabs.kit.db import Database, Row, Statement
from sparklabs.kit.errors import NotFoundError
from sparklabs.kit.ids import new_id
from sparklabs.kit.pagination import Page, order_of, page_query, to_page
from sparklabs.kit.web import Principal

_MESSAGE_SORTS: dict[str, LiteralString] = {"seq": "m.seq"}
_CACHED_HEADERS = 20_000


class AgentDirectory(Protocol):
    """What this room needs to know of agents."""

    async def resolve(self, tenant_id: UUID, agent: str) -> UUID:
        """The id behind an id or slug of an agent that takes conversations; raises coded errors."""
        ...

    async def identify(self, tenant_id: UUID, agent: str) -> UUID:
        """The id behind an id or slug of any agent, whatever its state; raises coded errors."""
        ...


class ConversationService:
    """Opens, finds and reads conversations."""

    def __init__(
        self, db: Database, *, clock: Clock, agents: AgentDirectory, contacts: ContactService, names: ContactNames
    ) -> None:
        self._db = db
        self._clock = clock
        self._agents = agents
        self._contacts = contacts
        self._names = names
        self._headers: OrderedDict[tuple[UUID, UUID], Header] = OrderedDict()

    async def create(
        self,
        tenant_id: UUID,
        *,
        agent: str,
        channel: str,
        contact: ContactIn | str | None,
        metadata: dict[str, Any] | None = None,
        id: UUID | None = None,
    ) -> ConversationOut:
        """Opens a conversation, under this `id` when one is given: what has it already is given back as it is.

        Raises the agents room's errors and ContactInvalidError, ContactNotFoundError.
        """
        agent_id = await self._agents.resolve(tenant_id, agent)
        made = await self.find(tenant_id, id) if id else None
        if made is not None:
            return made
        contact_id = await self._contacts.find_or_create(tenant_id, contact, channel=channel)
        return await self.open(
            tenant_id, agent_id=agent_id, contact_id=contact_id, channel=channel, metadata=metadata or {}, id=id
        )

    async def open(
        self,
        tenant_id: UUID,
        *,
        agent_id: UUID,
        contact_id: UUID,
        channel: str,
        metadata: dict[str, Any],
        id: UUID | None = None,
    ) -> ConversationOut:
        """Opens a conversation between a known agent and a known contact."""
        return await self.open_as(tenant_id, Opening(agent_id, contact_id, channel, metadata, id=id or new_id()))

    async def open_as(self, tenant_id: UUID, opening: Opening, *further: Statement) -> ConversationOut:
        """Opens a conversation with all that is said of it, and runs `further` statements in the same transaction."""
        now = self._clock.now()
        await self._db.run(
            tenant_id,
            *rows.insert_conversation(opening, tenant_id=tenant_id, now=now),
            *further,
            events.record_if(
                rows.OPENED,
                (opening.id, now),
                tenant_id=tenant_id,
                type="conversation.opened",
                source=f"/channels/{opening.channel}",
                subject=str(opening.id),
                data={"agent_id": opening.agent_id, "contact_id": opening.contact_id},
                at=now,
            ),
        )
        return await self.get(tenant_id, opening.id)

    async def get(self, tenant_id: UUID, conversation_id: UUID) -> ConversationOut:
        """One conversation; raises ConversationNotFoundError."""
        found = await self.find(tenant_id, conversation_id)
        if found is None:
            raise _not_found()
        return found

    async def find(self, tenant_id: UUID, conversation_id: UUID) -> ConversationOut | None:
        """One conversation, if it is there."""
        [found] = await self._db.run(tenant_id, rows.select_conversation(conversation_id))
        return self.shown(tenant_id, found[0]) if found else None

    async def header(self, principal: Principal, conversation_id: UUID) -> Header:
        """What never changes of a conversation the caller may see; a visitor sees only his own."""
        if principal.conversation_id is not None and principal.conversation_id != conversation_id:
            raise _not_found()
        key = (principal.tenant_id, conversation_id)
        header = self._headers.get(key)
        if header is None:
            header = await self.find_header(principal.tenant_id, conversation_id)
            if header is None:
                raise _not_found()
            self._headers[key] = header
            if len(self._headers) > _CACHED_HEADERS:
                self._headers.popitem(last=False)
        return header

    def forget(self, tenant_id: UUID) -> None:
        """Drops what is held of a tenant's conversations: some of them may be gone."""
        for key in [key for key in self._headers if key[0] == tenant_id]:
            del self._headers[key]

    async def find_header(self, tenant_id: UUID, conversation_id: UUID) -> Header | None:
        [found] = await self._db.run(tenant_id, rows.select_header(conversation_id))
        return Header(**found[0]) if found else None

    async def messages(
        self, header: Header, *, sort: str | None, cursor: str | None, limit: int
    ) -> Page[dict[str, Any]]:
        """A page of messages, the first first unless sorted by `-seq`."""
        order = order_of(sort, columns=_MESSAGE_SORTS, default="seq")
        page = page_query(order, cursor=cursor, limit=limit, id_column="m.id", cast="int")
        found, counted = await self._db.run(header.tenant_id, *rows.select_messages(header.id, page))
        total = counted[0]["total"] if counted else 0
        shown, next_cursor, total = to_page(found, order=order, limit=limit, total=total)
        return Page(items=[row_json(dict(row)) for row in shown], next_cursor=next_cursor, total=total)

    async def close(self, header: Header) -> ConversationOut:
        """Closes the conversation; closing again changes nothing."""
        now = self._clock.now()
        await self._db.run(
            header.tenant_id,
            rows.close_conversation(header.id, now=now),
            events.record(
                tenant_id=header.tenant_id,
                type="conversation.closed",
                source=f"/agents/{header.agent_slug}",
                subject=str(header.id),
                data={},
                at=now,
            ),
        )
        return await self.get(header.tenant_id, header.id)

    async def find_latest_open(self, tenant_id: UUID, *, contact_id: UUID, agent_id: UUID) -> UUID | None:
        """The contact's newest conversation with the agent that is not closed."""
        [found] = await self._db.run(tenant_id, rows.select_latest_open(contact_id=contact_id, agent_id=agent_id))
        return found[0]["id"] if found else None

    def shown(self, tenant_id: UUID, row: Row) -> ConversationOut:
        """A row of the list or of one conversation, with the contact's name opened."""
        name = self._names.open_name(tenant_id, row)
        contact = ContactOut(id=row["contact_id"], name=name, external_id=row["external_id"])
        fields = {key: row[key] for key in ConversationOut.model_fields if key in row}
        return ConversationOut(**fields, contact=contact)


def _not_found() -> NotFoundError:
    return ConversationNotFoundError("There is no such conversation.", hint="Check the id, or start a new one.")
