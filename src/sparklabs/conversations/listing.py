"""Finds conversations: by agent, person, state, channel, time and by what was said in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from sparklabs.conversations import listing_repository as rows
from sparklabs.conversations.contacts import ContactService
from sparklabs.conversations.listing_repository import HIT_BEGINS, HIT_ENDS, Wanted
from sparklabs.conversations.schemas import ChannelOut, ConversationOut, MatchOut, MatchPart
from sparklabs.conversations.service import AgentDirectory, ConversationService
from sparklabs.kit.db import Database
from sparklabs.kit.pagination import Page, order_of, page_query, to_page

_SORTS: dict[str, LiteralString] = {"created_at": "c.created_at", "updated_at": "c.updated_at"}
SHORTEST_BEGINNING = 3
_MARKS = re.compile(f"{HIT_BEGINS}(.*?){HIT_ENDS}", re.DOTALL)


class ConversationList:
    """The lists of conversations; reads only."""

    def __init__(
        self,
        db: Database,
        *,
        agents: AgentDirectory,
        contacts: ContactService,
        conversations: ConversationService,
    ) -> None:
        self._db = db
        self._agents = agents
        self._contacts = contacts
        self._conversations = conversations

    async def find(
        self,
        tenant_id: UUID,
        *,
        agent: str | None = None,
        search: str | None = None,
        contact_id: UUID | None = None,
        status: str | None = None,
        channel: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[ConversationOut]:
        """A page of conversations, the newest first unless sorted otherwise; `since` and `until` bound their start.

        `search` finds words that were said, the last as the beginning of one, and the exact e-mail address, phone
        number or own id of the contact.
        """
        order = order_of(sort, columns=_SORTS, default="-created_at")
        page = page_query(order, cursor=cursor, limit=limit, id_column="c.id", cast="timestamptz")
        wanted = Wanted(contact_id=contact_id, status=status, channel=channel, since=since, until=until)
        if agent:
            wanted = replace(wanted, agent_id=await self._agents.identify(tenant_id, agent))
        words = words_query(search or "")
        if search and search.strip():
            contact_ids = await self._contacts.find_ids(tenant_id, search)
            wanted = replace(wanted, words=words, contact_ids=contact_ids)
        [found] = await self._db.run(tenant_id, rows.select_conversations(wanted, page))
        total = found[0]["total"] if found else 0
        shown, next_cursor, total = to_page(found, order=order, limit=limit, total=total)
        items = [self._conversations.shown(tenant_id, dict(row)) for row in shown]
        if words:
            await self._add_matches(tenant_id, items, words)
        return Page(items=items, next_cursor=next_cursor, total=total)

    async def channels(self, tenant_id: UUID) -> list[ChannelOut]:
        """The channels that have conversations, the busiest first."""
        [found] = await self._db.run(tenant_id, rows.CHANNELS)
        return [ChannelOut(**row) for row in found]

    async def _add_matches(self, tenant_id: UUID, items: Sequence[ConversationOut], words: str) -> None:
        if not items:
            return
        [hits] = await self._db.run(tenant_id, rows.select_hits([each.id for each in items], words=words))
        by_conversation = {hit["conversation_id"]: hit for hit in hits}
        for item in items:
            hit = by_conversation.get(item.id)
            if hit is not None:
                item.match = _match(hit)


def words_query(text: str) -> str:
    """What somebody typed as a tsquery: every word must occur, the last one as the beginning of a word.

    A short last word must occur as it is, for too much begins with it. Each word is quoted, so that no character of
    it is an operator (PostgreSQL 18, 8.11.2).
    """
    words = text.split()
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    if not quoted:
        return ""
    return " & ".join(quoted) + (":*" if len(words[-1]) >= SHORTEST_BEGINNING else "")


def _match(hit: Mapping[str, Any]) -> MatchOut:
    parts = [
        MatchPart(text=text, hit=bool(number % 2)) for number, text in enumerate(_MARKS.split(hit["snippet"])) if text
    ]
    return MatchOut(message_id=hit["message_id"], seq=hit["seq"], role=hit["role"], parts=parts)
