"""The two older dialects (`workflow:` and `automation_config:`) read into the one schema, every value at its place.

The dialects are those of the sample files in the product's specification (SPEC A1).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from sparklabs.agents.reading.merging import merge_mappings
from sparklabs.agents.reading.parsing import SyntaxFinding
from sparklabs.agents.reading.tree import Entry, Listing, Mapping, Mark, Node, Scalar

Dialect = Literal["native", "workflow", "automation_config"]
Names = dict[str, str]

REPEATING_SECTION = ("automation_config",)
"""Where whole sections may stand twice."""

_TOOL_TYPES = {"ai_vision": "vision"}
_AGENT_KEYS: Names = {"agent_name": "name", "agent_type": "type"}
_MISSING_KEYS: Names = {"github_issue_created": "issue_created", "estimated_complexity": "complexity"}
_LOGIC_KEYS: Names = {"cross_sell": "cross_sell_upsell", "escalation": "human_handoff"}
_CHANNEL_KEYS = frozenset({"type", "enabled", "provider", "config"})
_SYNTHETIC_VERSION = "1.0"


@dataclass(slots=True)
class Translation:
    """The tree in the one schema, what was noticed on the way, and the dialect it was written in."""

    root: Mapping
    dialect: Dialect = "native"
    warnings: list[SyntaxFinding] = field(default_factory=list[SyntaxFinding])

    def note(self, code: str, mark: Mark, path: str, message: str, cure: str) -> None:
        self.warnings.append(SyntaxFinding(code, mark, message, cure, path))


def translate(root: Mapping) -> Translation:
    """Recognises a dialect by its own keys; a file without them is given back as it is."""
    result = Translation(root)
    for key, dialect, read in (
        ("automation_config", "automation_config", _read_automation_config),
        ("workflow", "workflow", _read_workflow),
    ):
        entry = result.root.entries.get(key)
        if entry is None or not isinstance(entry.value, Mapping):
            continue
        result.dialect = "workflow" if dialect == "workflow" else "automation_config"
        result.note(
            "older_dialect",
            entry.mark,
            key,
            f"`{key}` belongs to an older dialect; it was read into schema 1.0.",
            "Nothing to do; paths in messages are those of schema 1.0.",
        )
        rest = result.root.without(key)
        for twice in rest.entries.keys() & entry.value.entries.keys():
            result.note(
                "contradiction",
                entry.value.entries[twice].mark,
                twice,
                f"`{twice}` stands under `{key}` and at the top of the file; the one at the top was kept.",
                "Delete one of the two.",
            )
        result.root = read(rest, entry.value, result)
    result.root = _flatten_voice(result.root)
    return result


def _read_automation_config(rest: Mapping, body: Mapping, result: Translation) -> Mapping:
    body = _merge_repeats(body, result)
    moved = {"config_id", "client_id", "use_case", "agent", "tools", "integrations", "business_logic", "voice"}
    root = rest.with_entries(*body.without(*moved).entries.values())
    root = root.with_entries(_entry("version", body.mark, _text(_SYNTHETIC_VERSION, body.mark)))
    if identity := body.entries.get("config_id"):
        root = root.with_entries(replace(identity, key="id"))
    client = _pick(body, {"client_id": "id", "use_case": "use_case"})
    if client:
        root = root.with_entries(_entry("client", client[0].mark, Mapping({e.key: e for e in client}, client[0].mark)))
    root = _put(root, body, "agent", lambda node: _rename(node, _AGENT_KEYS))
    root = _put(root, body, "voice", _read_voice)
    root = _put(root, body, "business_logic", lambda node: _read_business_logic(node, result), "behavior")
    for section, convert in (("tools", _read_tool), ("integrations", _same)):
        root = _read_available(root, body, section, convert)
    return root


def _merge_repeats(body: Mapping, result: Translation) -> Mapping:
    """Sections of this dialect may be written again: what is new is added, and what contradicts is named."""
    for repeat in body.repeats:
        first = body.entries[repeat.key]
        if not isinstance(first.value, Mapping) or not isinstance(repeat.value, Mapping):
            continue  # a fault of its own, found with the other repeated keys
        result.note(
            "repeated_section",
            repeat.mark,
            repeat.key,
            f"`{repeat.key}` stands at line {first.mark.line} and again at line {repeat.mark.line}; both were merged.",
            "Write the section once.",
        )
        merged, clashes = merge_mappings(first.value, repeat.value, (repeat.key,))
        for clash in clashes:
            result.note(
                "contradiction",
                clash.mark,
                clash.path,
                f"{clash.second!r} contradicts {clash.first!r} at line {clash.first_mark.line}; the first was kept.",
                "Delete one of the two.",
            )
        body = replace(body, entries={**body.entries, repeat.key: replace(first, value=merged)})
    return body


def _read_available(root: Mapping, body: Mapping, section: str, convert: Callable[[Node], Node]) -> Mapping:
    """`tools: {available, missing}` becomes the list `tools` and a part of `missing`."""
    entry = body.entries.get(section)
    if entry is None:
        return root
    if not isinstance(entry.value, Mapping):
        return root.with_entries(replace(entry, value=_each(entry.value, convert)))
    available, missing = entry.value.entries.get("available"), entry.value.entries.get("missing")
    if available:
        root = root.with_entries(replace(entry, value=_each(available.value, convert)))
    if missing:
        items = _each(missing.value, lambda node: _rename(node, _MISSING_KEYS))
        lacks = root.find_mapping("missing") or Mapping({}, missing.mark)
        lacks = lacks.with_entries(Entry(section, missing.mark, items))
        root = root.without("missing").with_entries(Entry("missing", missing.mark, lacks))
    unknown = entry.value.without("available", "missing")
    return root.with_entries(*(replace(e, key=f"{section}.{e.key}") for e in unknown.entries.values()))


def _read_tool(node: Node) -> Node:
    if not isinstance(node, Mapping):
        return node
    kind = node.find("type")
    if isinstance(kind, Scalar) and kind.text in _TOOL_TYPES:
        entry = replace(node.entries["type"], value=_text(_TOOL_TYPES[kind.text], kind.mark))
        return replace(node, entries={**node.entries, "type": entry})
    return node


def _read_voice(node: Node) -> Node:
    """Providers that stand beside `voice` go into `stt` and `tts`; rules written as a list become one mapping."""
    if not isinstance(node, Mapping):
        return node
    voice = node.without("stt_provider", "tts_provider")
    for old, new in (("stt_provider", "stt"), ("tts_provider", "tts")):
        if entry := node.entries.get(old):
            provider = Mapping({"provider": replace(entry, key="provider")}, entry.mark)
            voice = voice.with_entries(Entry(new, entry.mark, provider))
    voice = voice.with_entries(_entry("enabled", node.mark, Scalar(True, "true", True, node.mark)))
    rules = voice.find_mapping("business_logic")
    if rules is None:
        return voice
    joined = {key: replace(entry, value=_join(entry.value)) for key, entry in rules.entries.items()}
    logic = replace(voice.entries["business_logic"], value=replace(rules, entries=joined))
    return replace(voice, entries={**voice.entries, "business_logic": logic})


def _join(node: Node) -> Node:
    if not isinstance(node, Listing) or not all(isinstance(item, Mapping) for item in node.items):
        return node
    whole = Mapping({}, node.mark)
    for item in node.items:
        whole = whole.with_entries(*item.entries.values()) if isinstance(item, Mapping) else whole
    return whole


def _read_business_logic(node: Node, result: Translation) -> Node:
    if not isinstance(node, Mapping):
        return node
    behavior = _rename(node.without("surveys"), _LOGIC_KEYS)
    if not isinstance(behavior, Mapping):
        return node
    behavior = _change(behavior, "human_handoff", _read_escalation)
    behavior = _change(behavior, "outbound_retargeting", _read_retargeting)
    surveys = node.find_mapping("surveys")
    if surveys and (questions := surveys.entries.get("questions")):
        enabled = surveys.find("enabled")
        if isinstance(enabled, Scalar) and enabled.value is False:
            result.note(
                "surveys_off",
                enabled.mark,
                "behavior.survey_questions",
                "The surveys are switched off, so their questions were left out.",
                "Set `enabled: true`, or delete the questions.",
            )
        else:
            behavior = behavior.with_entries(replace(questions, key="survey_questions"))
    return behavior


def _read_escalation(node: Node) -> Node:
    renamed = _rename(node, {"handoff": "targets", "human_unavailable": "when_unavailable"})
    if not isinstance(renamed, Mapping):
        return renamed
    handoff = _change(renamed, "targets", lambda listed: _each(listed, _read_target))
    targets = handoff.find("targets")
    first = targets.items[0] if isinstance(targets, Listing) and targets.items else None
    if isinstance(first, Mapping) and (departments := first.entries.get("departments")):
        handoff = handoff.with_entries(departments)
    return handoff


def _read_target(node: Node) -> Node:
    return _rename(node, {"timeout": "timeout_seconds"})


def _read_retargeting(node: Node) -> Node:
    if not isinstance(node, Mapping):
        return node
    return _change(
        node, "triggers", lambda listed: _each(listed, lambda item: _rename(item, {"delay": "delay_seconds"}))
    )


def _read_workflow(rest: Mapping, body: Mapping, result: Translation) -> Mapping:
    """`workflow: {system_prompt, model, tools, integrations}`; the agent's name is the client's."""
    moved = {"tools", "integrations"}
    agent = rest.find_mapping("agent") or Mapping({}, body.mark)
    agent = agent.with_entries(*body.without(*moved).entries.values())
    client = rest.find_mapping("client")
    if client and "name" not in agent.entries and (name := client.entries.get("name")):
        agent = agent.with_entries(name)
        result.note(
            "name_from_client",
            name.mark,
            "agent.name",
            "The agent has no name of its own; the client's name stands for it.",
            "Write `agent:` with a `name:`.",
        )
    root = rest.without("agent").with_entries(_entry("agent", body.mark, agent))
    if tools := body.entries.get("tools"):
        root = root.with_entries(replace(tools, value=_each(tools.value, _read_tool)))
        root = _hours_from_transfer(root, tools.value)
    services = body.entries.get("integrations")
    if services is None or not isinstance(services.value, Mapping):
        return root.with_entries(services) if services else root
    channels = _pick(services.value, {"input_channels": "input", "output_channels": "output"})
    if channels:
        flat = {e.key: replace(e, value=_each(e.value, _read_channel)) for e in channels}
        root = root.with_entries(_entry("channels", services.mark, Mapping(flat, services.mark)))
    others = services.value.without("input_channels", "output_channels").entries.values()
    listed: list[Node] = [_read_service(entry) for entry in others]
    return root.with_entries(Entry("integrations", services.mark, Listing(listed, services.mark)))


def _read_channel(node: Node) -> Node:
    return _gather_config(node, _CHANNEL_KEYS)


def _read_service(entry: Entry) -> Node:
    """`crm: {type: salesforce, ...}` is the integration `salesforce` of the type `crm`."""
    if not isinstance(entry.value, Mapping):
        return entry.value
    name = entry.value.find("type") or _text(entry.key, entry.mark)
    service = entry.value.without("type").with_entries(_entry("name", entry.mark, name))
    service = replace(
        service, entries={**service.entries, "type": _entry("type", entry.mark, _text(entry.key, entry.mark))}
    )
    return _gather_config(service, frozenset({"name", "type", "enabled", "config", "credentials_secret"}))


def _gather_config(node: Node, own_keys: frozenset[str]) -> Node:
    """Keys that are not the section's own go into its `config`."""
    if not isinstance(node, Mapping):
        return node
    loose = [entry for key, entry in node.entries.items() if key not in own_keys]
    if not loose:
        return node
    config = (node.find_mapping("config") or Mapping({}, loose[0].mark)).with_entries(*loose)
    kept = node.without("config", *(entry.key for entry in loose))
    return kept.with_entries(_entry("config", loose[0].mark, config))


def _hours_from_transfer(root: Mapping, tools: Node) -> Mapping:
    """The hand-over's hours stand in its tool in this dialect."""
    for tool in tools.items if isinstance(tools, Listing) else []:
        name = tool.find("name") if isinstance(tool, Mapping) else None
        config = tool.find_mapping("config") if isinstance(tool, Mapping) else None
        if config is None or not isinstance(name, Scalar) or name.text != "transfer_to_human":
            continue
        hours = _pick(config, {"business_hours": "business_hours", "overflow_message": "unavailable_message"})
        behavior = root.find_mapping("behavior") or Mapping({}, config.mark)
        handoff = (behavior.find_mapping("human_handoff") or Mapping({}, config.mark)).with_entries(*hours)
        behavior = behavior.without("human_handoff").with_entries(_entry("human_handoff", config.mark, handoff))
        root = root.without("behavior").with_entries(_entry("behavior", config.mark, behavior))
    return root


def _flatten_voice(root: Mapping) -> Mapping:
    """`voice: {enabled, config: {...}}` has its config one level up."""
    voice = root.find_mapping("voice")
    config = voice.find_mapping("config") if voice else None
    if voice is None or config is None:
        return root
    flat = voice.without("config").with_entries(*config.entries.values())
    return replace(root, entries={**root.entries, "voice": replace(root.entries["voice"], value=flat)})


def _same(node: Node) -> Node:
    return node


def _text(value: str, mark: Mark) -> Scalar:
    return Scalar(value, value, False, mark)


def _entry(key: str, mark: Mark, value: Node) -> Entry:
    return Entry(key, mark, value)


def _pick(node: Mapping, names: Names) -> list[Entry]:
    return [replace(node.entries[old], key=new) for old, new in names.items() if old in node.entries]


def _rename(node: Node, names: Names) -> Node:
    if not isinstance(node, Mapping):
        return node
    renamed = (replace(entry, key=names.get(key, key)) for key, entry in node.entries.items())
    return replace(node, entries={entry.key: entry for entry in renamed})


def _each(node: Node, convert: Callable[[Node], Node]) -> Node:
    return replace(node, items=[convert(item) for item in node.items]) if isinstance(node, Listing) else node


def _change(node: Mapping, key: str, convert: Callable[[Node], Node]) -> Mapping:
    entry = node.entries.get(key)
    if entry is None:
        return node
    return replace(node, entries={**node.entries, key: replace(entry, value=convert(entry.value))})


def _put(root: Mapping, body: Mapping, key: str, convert: Callable[[Node], Node], name: str | None = None) -> Mapping:
    entry = body.entries.get(key)
    return root.with_entries(replace(entry, key=name or key, value=convert(entry.value))) if entry else root
