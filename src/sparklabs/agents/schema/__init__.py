"""The agent file, version 1.0, as Pydantic models: one section a module; how a file is read stands in `reading/`."""

from typing import Literal

from pydantic import Field

from sparklabs.agents.schema.agent import Agent, AgentKind, Client, Model
from sparklabs.agents.schema.base import Section
from sparklabs.agents.schema.behavior import Behavior
from sparklabs.agents.schema.channels import Channel, Channels, Conversation, Voice, Widget
from sparklabs.agents.schema.knowledge import DataTable, Knowledge, Memory
from sparklabs.agents.schema.oversight import Experiment, Monitoring, Policy, Scenario
from sparklabs.agents.schema.tools import Integration, Missing, MissingItem, ToolEntry

__all__ = [
    "Agent",
    "AgentFile",
    "AgentKind",
    "Behavior",
    "Channel",
    "Channels",
    "Client",
    "Conversation",
    "DataTable",
    "Experiment",
    "Integration",
    "Knowledge",
    "Memory",
    "Missing",
    "MissingItem",
    "Model",
    "Monitoring",
    "Policy",
    "Scenario",
    "Section",
    "ToolEntry",
    "Voice",
    "Widget",
]


class AgentFile(Section):
    """An agent: who it is, what it can do, where it is reached and how it is bounded."""

    version: Literal["1.0"] = Field(description="The version of this format, in quotes.", examples=["1.0"])
    id: str | None = Field(
        default=None, max_length=120, description="An id the file carries from elsewhere.", examples=["config_acme_v1"]
    )
    client: Client = Field(default=Client(), description="The business it works for.", examples=[{"name": "Acme"}])
    agent: Agent = Field(description="Who it is.", examples=[{"name": "Maya", "system_prompt": "You help."}])
    tools: list[ToolEntry] = Field(default=[], description="What it can do.", examples=[["search_knowledge"]])
    integrations: list[Integration] = Field(
        default=[], description="Services its tools work through.", examples=[[{"name": "salesforce", "type": "crm"}]]
    )
    missing: Missing = Field(
        default=Missing(), description="What it still lacks.", examples=[{"tools": ["tax_lookup"]}]
    )
    channels: Channels = Field(
        default=Channels(), description="Where it is reached.", examples=[{"input": ["web_chat"]}]
    )
    voice: Voice = Field(default=Voice(), description="How it sounds on calls.", examples=[{"enabled": False}])
    knowledge: Knowledge = Field(default=Knowledge(), description="What it can look up.", examples=["acme-sales/*.md"])
    data: list[DataTable] = Field(
        default=[], description="Tables its tools use.", examples=[[{"name": "products", "file": "products.csv"}]]
    )
    memory: Memory = Field(default=Memory(), description="What it remembers.", examples=[{"window_messages": 20}])
    conversation: Conversation = Field(
        default=Conversation(), description="How a conversation is carried on.", examples=[{"when_busy": "queue"}]
    )
    widget: Widget = Field(
        default=Widget(), description="How the chat looks on a page.", examples=[{"title": "Ask Maya"}]
    )
    behavior: Behavior = Field(
        default=Behavior(),
        description="What it does beyond answering.",
        examples=[{"human_handoff": {"mode": "callback"}}],
    )
    policies: list[Policy] = Field(
        default=[],
        description="Rules over its tool calls.",
        examples=[[{"name": "no_refunds", "when": "tool == 'refund'", "verdict": "deny"}]],
    )
    monitoring: Monitoring = Field(
        default=Monitoring(),
        description="What is written down and who is woken.",
        examples=[{"log_events": ["tool_invocation"]}],
    )
    experiments: list[Experiment] = Field(
        default=[],
        description="Trials of variants.",
        examples=[[{"name": "greeting", "variants": [{"name": "a"}, {"name": "b"}]}]],
    )
    tests: list[Scenario] = Field(
        default=[],
        description="Conversations that try it.",
        examples=[[{"name": "greets", "turns": [{"user": "Hello"}]}]],
    )
