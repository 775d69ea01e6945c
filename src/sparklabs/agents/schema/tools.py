"""The sections `tools`, `integrations` and `missing`: what the agent can do, through whom, and what it still lacks."""

from typing import Any, Literal

from pydantic import Field

from sparklabs.agents.schema.base import LATER, Section, Texts

TOOL_NAME = r"^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$"


class ToolEntry(Section):
    """One tool of the agent: a known one by its name, or one declared here by its type."""

    shorthand = "name"

    name: str = Field(
        pattern=TOOL_NAME,
        description="The name the model calls it by; it must be unique in the file.",
        examples=["search_products"],
    )
    type: str | None = Field(
        default=None,
        description="How a tool declared here works: `database`, `api`, `rag`, `vision`, `messaging`, `ticketing`, "
        "`workflow`, `mcp`, `python`. Left out, the name is looked up among the platform's tools.",
        examples=["database"],
    )
    enabled: bool = Field(default=True, description="Whether the agent may use it.", examples=[True])
    risk: Literal["low", "medium", "high"] | None = Field(
        default=None, description="How much harm a wrong call does; left out, the tool's own.", examples=["high"]
    )
    description: str | None = Field(
        default=None,
        description="What it does, in the words the model reads.",
        examples=["Find products by name or kind."],
    )
    config: dict[str, Any] = Field(
        default={},
        description="Settings of the tool. A secret stands as `${NAME}`.",
        examples=[{"table": "products", "operation": "search"}],
    )
    integration: str | None = Field(
        default=None, description="The name of the integration it works through.", examples=["salesforce"]
    )
    parameters: dict[str, Any] | None = Field(
        default=None,
        description="A JSON Schema of its arguments; left out, it is made from `config`.",
        examples=[{"type": "object", "properties": {"sku": {"type": "string"}}}],
    )
    examples: Texts = Field(
        default=[],
        description="Things a person might say that call for this tool.",
        examples=[["what does the blue one cost"]],
    )
    say: str | None = Field(
        default=None, description="A plain sentence made from its result.", examples=["Your ticket is {id}."]
    )


class Integration(Section):
    """A service of somebody else that tools and channels work through."""

    shorthand = "name"

    name: str = Field(min_length=1, max_length=120, description="The name tools refer to.", examples=["salesforce"])
    type: str | None = Field(default=None, description="The kind of service.", examples=["crm"])
    enabled: bool = Field(default=True, description="Whether it may be used.", examples=[True])
    config: dict[str, Any] = Field(
        default={},
        description="Settings of the connection. A secret stands as `${NAME}`.",
        examples=[{"instance_url": "https://acme.example.com", "api_key": "${ACME_CRM_KEY}"}],
    )
    credentials_secret: str | None = Field(
        default=None,
        description="The name (never the value) of the tenant's secret with its credentials.",
        examples=["salesforce-acme-prod"],
    )


class MissingItem(Section):
    """A tool or an integration that the agent should have and that nobody has built yet."""

    shorthand = "name"

    name: str = Field(min_length=1, max_length=120, description="What it shall be called.", examples=["tax_lookup"])
    description: str | None = Field(
        default=None, description="What it shall do.", examples=["Finds the tax rate of a postcode."]
    )
    required_for: Texts = Field(default=[], description="What cannot be done without it.", examples=[["quotes"]])
    parameters: dict[str, Any] | None = Field(
        default=None, description="A JSON Schema of its arguments, for the issue.", examples=[{"type": "object"}]
    )
    result: dict[str, Any] | None = Field(
        default=None, description="A JSON Schema of its result, for the issue.", examples=[{"type": "object"}]
    )
    issue_created: bool = Field(default=False, description="Whether an issue for it stands already.", examples=[True])
    issue_id: str | None = Field(default=None, description="The id of that issue.", examples=["ISSUE-12"])
    complexity: Literal["low", "medium", "high"] | None = Field(
        default=None, description=f"How much work it is thought to be. {LATER}", examples=["medium"]
    )


class Missing(Section):
    """What the agent lacks: it loads without, says so, and an issue is opened where a repository is configured."""

    tools: list[MissingItem] = Field(default=[], description="Tools still to be built.", examples=[["tax_lookup"]])
    integrations: list[MissingItem] = Field(
        default=[], description="Integrations still to be built.", examples=[["epic_emr"]]
    )
