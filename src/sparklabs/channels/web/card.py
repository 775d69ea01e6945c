"""Makes an agent's card from the stored specification of a version (agent_versions.spec)."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sparklabs.channels.web.schemas import AgentCard

STARTERS = 4


def card_of(spec: Mapping[str, Any], *, slug: str, model_label: str | None) -> AgentCard:
    """The card of a published version; `model_label` says what visitors should know of the model."""
    agent, widget, client = _section(spec, "agent"), _section(spec, "widget"), _section(spec, "client")
    files = _section(_section(spec, "conversation"), "attachments")
    language = agent.get("language")
    languages = [each for each in (language, *(agent.get("languages") or ())) if isinstance(each, str)]
    return AgentCard(
        slug=slug,
        name=agent.get("name") or slug,
        company=client.get("name") or "",
        about=_sentence(agent.get("business_context") or str(client.get("use_case") or "").replace("_", " ")),
        greeting=widget.get("greeting") or _greeting(agent.get("greeting"), languages),
        languages=tuple(dict.fromkeys(languages)) or ("en",),
        model_label=model_label,
        title=widget.get("title"),
        colour=widget.get("colour"),
        proactive_after_seconds=widget.get("proactive_after_seconds"),
        allowed_origins=tuple(widget.get("allowed_origins") or ()),
        starters=tuple(widget.get("starters") or _examples(spec.get("tools") or ())),
        accepts_files=bool(files.get("accept")),
        file_types=tuple(files.get("types") or ()),
        largest_file_bytes=int(files.get("max_bytes") or 5_000_000),
    )


def _section(spec: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", spec.get(name) or {})


def _sentence(text: str) -> str:
    """Agent files write it to go on a sentence of the prompt; on the page it stands alone."""
    plain = " ".join(text.split()).rstrip(".")
    return f"{plain[0].upper()}{plain[1:]}." if plain else ""


def _greeting(greeting: str | Mapping[str, str] | None, languages: list[str]) -> str:
    """A greeting may be one text or one per language."""
    if isinstance(greeting, Mapping):
        return next((greeting[each] for each in languages if each in greeting), next(iter(greeting.values()), ""))
    return greeting or ""


def _examples(tools: Iterable[Mapping[str, Any]]) -> list[str]:
    """One utterance of each tool: questions the agent surely understands."""
    firsts = [str(tool["examples"][0]) for tool in tools if tool.get("examples")]
    return firsts[:STARTERS]
