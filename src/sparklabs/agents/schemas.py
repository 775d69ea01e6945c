"""Agents at the edge: what the API takes and gives; the agent file itself is `schema/`."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import PurePath
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from sparklabs.agents.authoring import Vocabulary
from sparklabs.agents.difference import Change
from sparklabs.agents.entities import Agent, AgentStatus, AgentVersion, ListedAgent, Published, VersionSummary
from sparklabs.agents.reading import Dialect, Fault, Gap
from sparklabs.agents.repository import GapRow

PLAIN = r"^[^\x00]*$"
"""Texts that PostgreSQL can hold."""

Names = Mapping[str, str]
AUTHOR_NAME: Any = Field(
    default=None, description="A member's name or e-mail, a key's name; null for the folder and for who is gone.",
    examples=["Anna Weber"],
)  # fmt: skip

EXAMPLE_FILE = """version: "1.0"
client: {name: Acme Corporation}
agent:
  name: Nora
  system_prompt: You are {agent_name} of {client_name}. Answer from the knowledge base.
tools: [search_knowledge, transfer_to_human]
"""


class FaultOut(BaseModel):
    """One thing wrong or doubtful, its place and the cure."""

    level: Literal["syntax", "schema", "rules", "security", "availability"]
    code: str = Field(examples=["unknown_key"])
    file: str = Field(examples=["acme-sales.yaml"])
    line: int = Field(description="From 1.", examples=[7])
    column: int = Field(description="From 1.", examples=[3])
    path: str = Field(examples=["agent.modell"])
    message: str = Field(examples=["The key `modell` is not known here."])
    cure: str = Field(examples=["Did you mean `model`?"])

    @classmethod
    def of(cls, fault: Fault) -> "FaultOut":
        return cls.model_validate(fault.as_dict())


class GapOut(BaseModel):
    """Something an agent names and the workspace has not got."""

    kind: Literal["tool", "integration", "secret"]
    name: str = Field(examples=["tax_lookup"])
    description: str = ""
    line: int | None = Field(default=None, description="Where the file names it.")
    disables: list[str] = Field(
        default=[], description="What rests until it is there.", examples=[["tools.tax_lookup"]]
    )

    @classmethod
    def of(cls, gap: Gap) -> "GapOut":
        return cls(
            kind=gap.kind, name=gap.name, description=gap.description, line=gap.line, disables=list(gap.disables)
        )


class ReportedGapOut(BaseModel):
    """A gap of the workspace with the issue that was opened for it."""

    id: UUID
    kind: Literal["tool", "integration", "secret"]
    name: str
    description: str
    agents: list[str] = Field(description="The slugs of the agents that name it.", examples=[["acme-sales"]])
    interface: dict[str, Any]
    issue_state: Literal["none", "opening", "open", "failed"]
    issue_number: int | None
    issue_url: str | None
    issue_error: str | None = Field(description="Why there is no issue yet; it is tried again.")

    @classmethod
    def of(cls, gap: GapRow) -> "ReportedGapOut":
        return cls.model_validate({name: getattr(gap, name) for name in cls.model_fields})


class AgentOut(BaseModel):
    """An agent. Its slug serves as its id in every address."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0199f3a0-5a54-7e0e-9d59-0d3a8d1c6b11", "slug": "acme-sales", "name": "Nora",
                    "type": "custom", "status": "active", "version": 3, "latest_version": 3, "revision": 4,
                    "source_file": None, "import_faults": [], "created_at": "2026-03-01T09:00:00Z",
                    "updated_at": "2026-03-02T10:30:00Z",
                }
            ]
        }
    )  # fmt: skip

    id: UUID
    slug: str
    name: str
    type: str
    status: AgentStatus
    version: int | None = Field(description="The number of the live version; null until one was published.")
    latest_version: int
    revision: int = Field(description="Grows with every change; it is the ETag.")
    source_file: str | None = Field(description="The file of the agent folder it comes from, by its name.")
    import_faults: list[FaultOut] = Field(description="What is wrong with that file; the live version stays meanwhile.")
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, agent: Agent) -> "AgentOut":
        return cls.model_validate(_agent(agent))


class AgentListedOut(AgentOut):
    """An agent in a list, with what a card shows of its live version (or, for a draft, its latest)."""

    model: str = Field(description="The first model asked.", examples=["auto"])
    channels: list[str] = Field(description="Where people write to it.", examples=[["web_chat"]])
    warning_count: int

    @classmethod
    def of_listed(cls, listed: ListedAgent) -> "AgentListedOut":
        card = {"model": listed.model, "channels": list(listed.channels), "warning_count": listed.warning_count}
        return cls.model_validate({**_agent(listed), **card})


class VersionSummaryOut(BaseModel):
    """A version in a list."""

    id: UUID
    number: int
    active: bool = Field(description="Whether it is the live one.")
    content_hash: str
    author: str = Field(examples=["account:0199f3a0-5a54-7e0e-9d59-0d3a8d1c6b11"])
    author_name: str | None = AUTHOR_NAME
    reason: str
    warning_count: int
    created_at: datetime

    @classmethod
    def of(cls, version: VersionSummary, *, live: int | None, names: Names) -> "VersionSummaryOut":
        return cls(
            id=version.id, number=version.number, active=version.number == live, content_hash=version.content_hash,
            author=version.author, author_name=names.get(version.author), reason=version.reason,
            warning_count=version.warning_count, created_at=version.created_at,
        )  # fmt: skip


class VersionOut(BaseModel):
    """A version, whole and for ever the same."""

    id: UUID
    number: int
    active: bool
    content_hash: str
    author: str
    author_name: str | None = AUTHOR_NAME
    reason: str
    source: str = Field(description="The file as it was sent.")
    spec: dict[str, Any] = Field(description="What it was read into, without what is default anyway.")
    warnings: list[FaultOut]
    created_at: datetime

    @classmethod
    def of(cls, version: AgentVersion, *, live: int | None, names: Names) -> "VersionOut":
        stored = {name: getattr(version, name) for name in set(cls.model_fields) - {"active", "author_name"}}
        active = version.number == live
        return cls.model_validate({**stored, "active": active, "author_name": names.get(version.author)})


class AgentDetailOut(AgentOut):
    """An agent with its live version (or, for a draft, its latest)."""

    current: VersionOut | None = Field(description="Null for an agent whose file never was without fault.")

    @classmethod
    def whole(cls, agent: Agent, version: AgentVersion | None, names: Names) -> "AgentDetailOut":
        current = VersionOut.of(version, live=agent.active_number, names=names) if version else None
        return cls.model_validate({**_agent(agent), "current": current})


class PublishedOut(AgentDetailOut):
    """What became of a file that was sent."""

    outcome: Literal["created", "new_version", "reused", "unchanged"] = Field(
        description="`reused`: a draft with this content went live; `unchanged`: it stood there already."
    )

    @classmethod
    def of_published(cls, done: Published, names: Names) -> "PublishedOut":
        current = VersionOut.of(done.version, live=done.agent.active_number, names=names)
        return cls.model_validate({**_agent(done.agent), "current": current, "outcome": done.outcome})


class ValidationOut(BaseModel):
    """A file without a fault; a file with faults is answered with 422 and every one of them in `errors`."""

    valid: Literal[True] = True
    content_hash: str
    dialect: Dialect = Field(description="`native` is schema 1.0; the others are older and are read into it.")
    name: str = Field(description="The agent's name.", examples=["Nora"])
    warnings: list[FaultOut]
    gaps: list[GapOut]


class ConvertedOut(BaseModel):
    """A file in schema 1.0."""

    dialect: Dialect = Field(description="What it was written in.")
    source: str
    warnings: list[FaultOut]


class NamedModelOut(BaseModel):
    """A model that a file may name; others work too."""

    name: str = Field(examples=["auto"])
    provider: str = Field(description="Empty for `auto`.", examples=["openai"])
    ready: bool = Field(description="Whether its provider is configured on this server.")


class ToolTypeOut(BaseModel):
    """A kind of tool that a file may declare."""

    name: str = Field(examples=["database"])
    settings: dict[str, Any] | None = Field(description="JSON Schema of its `config`, where there is one.")


class VocabularyOut(BaseModel):
    """What a file of this workspace may name."""

    models: list[NamedModelOut]
    tool_types: list[ToolTypeOut]
    secrets: list[str] = Field(description="Names of the workspace's secrets, for `${NAME}`.", examples=[["CRM_KEY"]])
    variables: list[str] = Field(description="Variables of the prompt, for `{name}`.", examples=[["agent_name"]])

    @classmethod
    def of(cls, words: Vocabulary) -> "VocabularyOut":
        return cls.model_validate(asdict(words))


class ChangeOut(BaseModel):
    """One change in meaning."""

    path: str = Field(examples=["tools[check_pricing].config.discount_authority"])
    kind: Literal["added", "removed", "changed"]
    before: Any
    after: Any
    summary: str = Field(examples=["~ tools[check_pricing].config.discount_authority: 0.1 -> 0.15"])

    @classmethod
    def of(cls, change: Change) -> "ChangeOut":
        return cls.model_validate(change.as_dict())


class DifferenceOut(BaseModel):
    """From one version to another."""

    old: int = Field(serialization_alias="from", examples=[2])
    new: int = Field(serialization_alias="to", examples=[3])
    changes: list[ChangeOut]


class ReasonIn(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "holiday"}]})

    reason: str = Field(default="", max_length=500, pattern=PLAIN, description="Kept in the audit.")


class PublishIn(ReasonIn):
    """Which version goes live."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 3, "reason": "approved"}]})

    version: int | None = Field(default=None, ge=1, description="Left out, the latest.")


class RollbackIn(ReasonIn):
    """Which version goes live again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 2, "reason": "too brief"}]})

    version: int = Field(ge=1, le=2_147_483_647, strict=True)


def _agent(agent: Agent) -> dict[str, Any]:
    return {
        "id": agent.id,
        "slug": agent.slug,
        "name": agent.name,
        "type": agent.type,
        "status": agent.status,
        "version": agent.active_number,
        "latest_version": agent.latest_version,
        "revision": agent.revision,
        "source_file": PurePath(agent.source_file).name if agent.source_file else None,
        "import_faults": agent.import_faults or [],
        "created_at": agent.created_at,
        "updated_at": agent.updated_at,
    }
