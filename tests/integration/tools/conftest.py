"""A tenant with the tables of a small shop and a toolbox over them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from sparklabs.kit.db import Database
from sparklabs.tools.binding import AgentBinding, DataField, DataTable
from sparklabs.tools.building import Rooms
from sparklabs.tools.datafiles import read_rows
from sparklabs.tools.execution import execute
from sparklabs.tools.records import RecordStore, collection_of
from sparklabs.tools.registry import ToolRegistry
from sparklabs.tools.schemas import ToolDeclaration, ToolResult
from sparklabs.tools.service import Toolbox
from tests.factories.tool_contexts import make_context, make_rooms

PRODUCTS = b"""sku,name,category,price,active,description
CRM-S,Starter plan,plan,29,true,Contacts and pipeline for teams of up to five people
CRM-T,Team plan,plan,59,true,Reports and automation for growing teams
CRM-E,Enterprise plan,plan,119,true,Single sign-on and an audit log for large companies
ADD-A,Analytics add-on,addon,19.90,true,Dashboards and forecasts on top of any plan
ADD-T,Telephony add-on,addon,24.50,true,Calls from the browser with recordings
SRV-O,Onboarding workshop,service,890,true,A day with a trainer for your team
OLD-1,Legacy plan,plan,9,false,No longer sold
"""
ORDERS = b"""order_id,email,phone,status,carrier,eta
1001,ann@example.com,+1 555 010 2233,delivered,UPS,2026-11-18
1002,bob@example.com,+1 555 010 4455,shipped,DHL,2026-11-23
1003,ann@example.com,+1 555 010 2233,processing,,2026-11-25
"""
SLOTS = b"""id,date,time,status,doctor
s1,2026-11-21,10:00,free,Rao
s2,2026-11-21,10:00,free,Iyer
s3,2026-11-21,11:00,booked,Rao
s4,2026-11-20,08:00,free,Rao
"""


@dataclass
class Shop:
    """The tenant's toolbox with short ways to bind and call one tool."""

    db: Database
    tenant_id: UUID
    rooms: Rooms
    toolbox: Toolbox
    agent: AgentBinding

    async def tool(self, config: dict[str, Any], *, name: str = "tool", type: str = "database", **more: Any) -> Any:
        declaration = ToolDeclaration(name, type=type, config=config, **more)
        toolset = await self.toolbox.bind(self.tenant_id, [declaration], agent=self.agent)
        assert not toolset.missing, toolset.missing[0].what
        return toolset.get(name)

    async def call(self, tool: Any, arguments: dict[str, Any] | None = None, **context: Any) -> ToolResult:
        tenant_id = context.pop("tenant_id", self.tenant_id)
        return await execute(tool, arguments or {}, make_context(self.db, tenant_id, **context))


def table(name: str, key: str, *fields: DataField) -> DataTable:
    return DataTable(name, collection_of("acme-sales", name), key=key, fields=fields)


@pytest.fixture
async def shop(db: Database, tenant_id: UUID) -> AsyncIterator[Shop]:
    store = RecordStore(db)
    for name, key, content in (("products", "sku", PRODUCTS), ("orders", "order_id", ORDERS), ("slots", "id", SLOTS)):
        await store.import_records(
            tenant_id, collection=collection_of("acme-sales", name), rows=read_rows(content, file=f"{name}.csv"),
            key=key, file=f"{name}.csv", content_hash=name,
        )  # fmt: skip
    rooms = make_rooms(db)
    text = [DataField(name) for name in ("id", "name", "company", "interest", "status")]
    agent = AgentBinding(
        "acme-sales",
        tables=(
            table("products", "sku"), table("orders", "order_id"), table("slots", "id"),
            table("leads", "id", *text, DataField("email", "email"), DataField("phone", "phone")),
            table("appointments", "id", DataField("patient_name"), DataField("phone", "phone")),
        ),
        collections=("acme-sales",),
    )  # fmt: skip
    yield Shop(db, tenant_id, rooms, Toolbox(ToolRegistry(rooms), rooms, db=db), agent)
    await rooms.outbound.aclose()
