"""Fills the `{variables}` of a prompt or greeting; which of them are known is said here, once."""

import re
from collections.abc import Mapping
from functools import lru_cache

from sparklabs.agents.languages import describe_language
from sparklabs.agents.schema import AgentFile

RUNTIME_VARIABLES = ("contact_name", "today", "now", "channel", "timezone")
"""Variables that are known only when a turn runs; the caller of `render_system_prompt` gives them."""

_PIECE = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}")
_KIND_WORDS = {
    "voice": "voice agent",
    "scraping": "data agent",
    "automation": "automation agent",
    "custom": "assistant",
}

Piece = tuple[str, str | None]


@lru_cache(maxsize=512)
def split_template(template: str) -> tuple[Piece, ...]:
    """The template as (text before, variable after) pairs; `{{` and `}}` are literal braces."""
    pieces: list[Piece] = []
    text, end = "", 0
    for match in _PIECE.finditer(template):
        text += template[end : match.start()]
        end = match.end()
        if match[1] is None:
            text += match[0][0]
        else:
            pieces.append((text, match[1]))
            text = ""
    pieces.append((text + template[end:], None))
    return tuple(pieces)


def variables_in(template: str) -> tuple[str, ...]:
    """The names of a template's variables, in order, each once."""
    return tuple(dict.fromkeys(name for _, name in split_template(template) if name))


def file_variables(spec: AgentFile) -> dict[str, str]:
    """Every variable that the file itself gives a value; one that it leaves out is empty."""
    agent, client = spec.agent, spec.client
    kind = agent.type.strip()
    return {
        "agent_name": agent.name,
        "agent_type": _KIND_WORDS.get(kind, kind),
        "client_name": client.name or client.id or "",
        "client_id": client.id or "",
        "use_case": client.use_case or "",
        "vertical": client.vertical or "",
        "personality": agent.personality or "",
        "objectives": "\n".join(f"- {objective}" for objective in agent.objectives),
        "language": describe_language(agent.language),
        "business_context": agent.business_context or "",
    } | {name: str(value) for name, value in agent.variables.items()}


def render(template: str, variables: Mapping[str, str]) -> str:
    """The template with its variables filled; one that is unknown stays visible as `{name}`."""
    return "".join(
        text if name is None else f"{text}{variables.get(name, '{' + name + '}')}"
        for text, name in split_template(template)
    )


def render_system_prompt(spec: AgentFile, *, variables: Mapping[str, str] | None = None) -> str:
    """The system prompt of an agent; `variables` are the runtime's own and win over the file's."""
    return render(spec.agent.system_prompt, file_variables(spec) | dict(variables or {}))
