"""A visitor of a shipped agent: the offline model over the real tools and the real database, without HTTP."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from sparklabs.conversations.window import known_of, system_prompt, variables
from sparklabs.kit.ids import new_id
from sparklabs.models.offline import OfflineChatModel
from sparklabs.runtime.ledger import result_json, tool_message
from sparklabs.runtime.schemas import Binding
from sparklabs.tools.execution import execute
from sparklabs.tools.schemas import ToolResult
from tests.factories.shipped_agents import MONDAY, Platform
from tests.factories.tool_contexts import make_context

MOST_STEPS = 6
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Made:
    """A call that the model made and what came of it."""

    tool: str
    arguments: dict[str, Any]
    result: ToolResult


@dataclass
class Visitor:
    """One contact in one conversation with one agent."""

    platform: Platform
    binding: Binding
    contact_id: UUID
    conversation_id: UUID
    now: datetime
    messages: list[BaseMessage] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)

    async def say(self, text: str) -> str:
        """The agent's answer to one message, after all the tools that it calls."""
        system = await self._system()
        self.messages.append(HumanMessage(text, additional_kwargs={"sent_at": self.now.isoformat()}))
        model = OfflineChatModel(tools=self.binding.tool_schemas, now=self.now, locale=self.binding.locale)
        self.transcript.append(f"YOU> {text}")
        for _ in range(MOST_STEPS):
            answer = await model.ainvoke([SystemMessage(system), *self.messages])
            assert isinstance(answer, AIMessage)
            self.messages.append(answer)
            if not answer.tool_calls:
                return self._heard(str(answer.content))
            for call in answer.tool_calls:
                ended = await self._run(call)
                if ended is not None:
                    self.messages.append(AIMessage(ended))
                    return self._heard(ended)
        raise AssertionError("the model goes on calling tools")

    def _heard(self, text: str) -> str:
        self.transcript.append(f"BOT> {text}")
        return text

    async def _run(self, call: Any) -> str | None:
        context = make_context(
            self.platform.db, self.platform.tenant_id, agent_slug=self.binding.agent_slug, now=self.now,
            timezone=self.binding.timezone, call_key=f"{self.conversation_id}-{next(_numbers)}",
            conversation_id=self.conversation_id, contact_id=self.contact_id,
        )  # fmt: skip
        tool = self.binding.tool_by_name[call["name"]]
        result = await execute(tool, call["args"], context)
        self.made.append(Made(call["name"], call["args"], result))
        self.transcript.append(f"     [{call['name']} {call['args']} {'ok' if result.ok else result.error}]")
        status = "done" if result.ok else "error"
        self.messages.append(tool_message(call, result_json(result), status=status))
        # The runtime ends the turn on a hand-off and says the tool's own words.
        return result.text or "" if result.ok and tool.spec.schema.role == "handoff" else None

    async def _system(self) -> str:
        """The prompt as a turn renders it, with the memories of this contact."""
        async with self.platform.db.tenant(self.platform.tenant_id) as conn:
            rows = await (
                await conn.execute("SELECT name, content FROM memories WHERE contact_id = %s", (self.contact_id,))
            ).fetchall()
        surroundings: Any = {"summary": "", "memories": rows, "contact_context": {}, "context": {}}
        values = variables(
            surroundings, contact_name=None, channel="web_chat", now=self.now, timezone=self.binding.timezone
        )
        assert values["known"] == known_of(surroundings, contact_name=None)
        values = {**values, "now": f"{values['today']}, {values['time']}"}
        return system_prompt(self.binding.render_system(values), values)

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """Every call that went well, in order."""
        return [(each.tool, each.arguments) for each in self.made if each.result.ok]

    @property
    def called(self) -> list[str]:
        return [name for name, _ in self.calls]


async def visit(platform: Platform, slug: str) -> Visitor:
    """A new visitor of that agent."""
    active = await platform.service.active(platform.tenant_id, slug)
    binding = await platform.bindings.current(platform.tenant_id, active.agent_id)
    contact_id, conversation_id = new_id(), new_id()
    async with platform.db.tenant(platform.tenant_id) as conn:
        await conn.execute(
            "INSERT INTO contacts (id, tenant_id, created_at, updated_at) VALUES (%s, %s, %s, %s)",
            (contact_id, platform.tenant_id, MONDAY, MONDAY),
        )
        await conn.execute(
            "INSERT INTO conversations (id, tenant_id, agent_id, contact_id, channel, created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, 'web_chat', %s, %s)",
            (conversation_id, platform.tenant_id, active.agent_id, contact_id, MONDAY, MONDAY),
        )
    return Visitor(platform, binding, contact_id, conversation_id, MONDAY.astimezone(ZoneInfo(binding.timezone)))
