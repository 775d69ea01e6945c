"""Binding an agent's declarations: what works, and what is missing and why."""

from sparklabs.tools.schemas import ToolDeclaration
from tests.integration.tools.conftest import Shop

SEED = [
    ToolDeclaration("search_product_catalog"),
    ToolDeclaration("create_crm_lead", integration="salesforce"),
    ToolDeclaration("transfer_to_human", config={"business_hours": "9am-5pm EST", "overflow_message": "Later."}),
    ToolDeclaration("fetch_customer_data", type="database", config={"table": "customers", "permissions": ["read"]}),
    ToolDeclaration(
        "create_medical_order",
        type="api",
        config={
            "endpoint": "https://api.client.com/orders",
            "method": "POST",
            "auth_type": "bearer",
            "required_fields": ["customer_name", "phone", "test_codes"],
        },
    ),
    ToolDeclaration(
        "medical_rag_tool", type="rag", config={"knowledge_base": "medical_knowledge", "include_pricing": True}
    ),
    ToolDeclaration("prescription_analysis", type="ai_vision", config={"supported_formats": ["jpg"]}),
    ToolDeclaration(
        "send_whatsapp_message", type="messaging", config={"provider": "twilio_whatsapp", "templates": ["x"]}
    ),
    ToolDeclaration(
        "create_support_ticket",
        type="ticketing",
        config={"priority_levels": ["urgent", "low"], "auto_escalation": True},
    ),
    ToolDeclaration(
        "pay", type="api", config={"endpoint": "https://x.example.com", "auth_type": "bearer", "auth": "${PAY_KEY}"}
    ),
    ToolDeclaration("off", enabled=False),
    ToolDeclaration("odd", type="databse"),
]


async def test_what_works_is_bound_and_the_rest_says_what_it_waits_for(shop: Shop) -> None:
    toolset = await shop.toolbox.bind(shop.tenant_id, SEED, agent=shop.agent)
    assert [schema.name for schema in toolset.schemas] == ["transfer_to_human", "create_support_ticket"]
    assert {missing.name: missing.needs for missing in toolset.missing} == {
        "search_product_catalog": "tool",
        "create_crm_lead": "integration",
        "fetch_customer_data": "tool",
        "create_medical_order": "tool",
        "medical_rag_tool": "integration",
        "prescription_analysis": "tool",
        "send_whatsapp_message": "integration",
        "pay": "secret",
        "odd": "tool",
    }
    what = {missing.name: missing.what for missing in toolset.missing}
    assert "The secret PAY_KEY is not set." in what["pay"]
    assert "Did you mean 'database'?" in what["odd"]
    assert "'customers'" in what["fetch_customer_data"]


async def test_a_missing_tool_carries_the_interface_expected_of_it(shop: Shop) -> None:
    toolset = await shop.toolbox.bind(shop.tenant_id, SEED, agent=shop.agent)
    order = next(missing for missing in toolset.missing if missing.name == "create_medical_order")
    assert order.interface["parameters"]["required"] == ["customer_name", "phone", "test_codes"]
    assert order.interface["parameters"]["properties"]["phone"] == {"type": "string", "format": "phone"}


async def test_the_wording_of_the_agent_file_stands_before_the_tools_own(shop: Shop) -> None:
    declaration = ToolDeclaration(
        "create_ticket", risk="high", description="Report it.", examples=("it is broken",), say="Noted as {id}."
    )
    schema = (await shop.toolbox.bind(shop.tenant_id, [declaration], agent=shop.agent)).schemas[0]
    assert (schema.risk, schema.description, schema.examples, schema.say) == (
        "high",
        "Report it.",
        ("it is broken",),
        "Noted as {id}.",
    )


async def test_priorities_are_those_the_file_allows(shop: Shop) -> None:
    toolset = await shop.toolbox.bind(shop.tenant_id, SEED, agent=shop.agent)
    schema = toolset.get("create_support_ticket").spec.schema
    assert schema.parameters["properties"]["priority"]["enum"] == ["urgent", "low"]
