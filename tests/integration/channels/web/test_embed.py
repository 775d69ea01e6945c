"""How an agent's chat is put on a page, for whoever builds the page."""

from typing import Any
from uuid import UUID

import pytest

from sparklabs.channels.web.errors import ChatPageNotFoundError
from sparklabs.channels.web.service import WebChat
from sparklabs.kit.clock import SystemClock
from sparklabs.kit.db import Database
from tests.integration.channels.web.test_repository import make_agent


def web_chat(db: Database) -> WebChat:
    nothing: Any = None
    return WebChat.over(
        db,
        cards=nothing,
        conversations=nothing,
        contacts=nothing,
        tokens=nothing,
        admissions=nothing,
        clock=SystemClock(),
    )


async def test_an_agent_has_one_key_and_a_page_by_slug_and_by_id(db: Database, tenant_id: UUID) -> None:
    agent_id = await make_agent(db, tenant_id)
    chat = web_chat(db)

    by_slug, by_id = await chat.get_embed(tenant_id, "maya"), await chat.get_embed(tenant_id, str(agent_id))

    assert by_slug == by_id
    assert (by_slug.key[:3], by_slug.chat_path) == ("pk_", "/chat/acme/maya")


async def test_an_agent_of_another_tenant_has_no_key_here(db: Database, tenant_id: UUID, other_tenant_id: UUID) -> None:
    await make_agent(db, other_tenant_id)
    with pytest.raises(ChatPageNotFoundError):
        await web_chat(db).get_embed(tenant_id, "maya")
