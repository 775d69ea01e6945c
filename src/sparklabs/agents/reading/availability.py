"""The availability level: tools, integrations and secrets that are not there yet, and what rests without them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sparklabs.agents.reading.credentials import SECRET_REFERENCE
from sparklabs.agents.reading.faults import Availability, Finding, Gap, GapKind, Path
from sparklabs.agents.reading.plain import walk_values
from sparklabs.agents.reading.suggestions import find_similar
from sparklabs.agents.reading.tree import Mapping, locate
from sparklabs.agents.reading.validation import Original
from sparklabs.agents.schema import AgentFile, MissingItem, ToolEntry


@dataclass(slots=True)
class _Search:
    """What was found so far; a gap that is met again only disables more."""

    tree: Mapping
    original: Original
    gaps: dict[tuple[GapKind, str], Gap] = field(default_factory=dict[tuple[GapKind, str], Gap])
    findings: list[Finding] = field(default_factory=list[Finding])

    def add(self, kind: GapKind, name: str, path: Path, message: str, cure: str, disables: tuple[str, ...]) -> None:
        known = self.gaps.get((kind, name))
        if known is None:
            finding = Finding("availability", f"missing_{kind}", self.original(path), message, cure, warning=True)
            self.findings.append(finding)
            line = locate(self.tree, finding.path).line
            self.gaps[kind, name] = Gap(kind, name, line, message, disables=disables)
            return
        more = tuple(dict.fromkeys(known.disables + disables))
        self.gaps[kind, name] = Gap(
            kind, name, known.line, known.description, known.required_for, more, known.declared, known.issue_id,
            known.parameters, known.result,
        )  # fmt: skip

    def declare(self, kind: GapKind, item: MissingItem, path: Path) -> None:
        description = item.description or f"The {kind} `{item.name}` is still to be built."
        message = f"The {kind} `{item.name}` is listed as missing."
        finding = Finding(
            "availability", f"declared_missing_{kind}", self.original(path), message,
            "The agent works without it; take it off the list once it is there.", warning=True,
        )  # fmt: skip
        self.findings.append(finding)
        self.gaps[kind, item.name] = Gap(
            kind, item.name, locate(self.tree, finding.path).line, description, tuple(item.required_for), (),
            True, item.issue_id, item.parameters, item.result,
        )  # fmt: skip


def find_gaps(
    spec: AgentFile, tree: Mapping, original: Original, availability: Availability | None
) -> tuple[list[Gap], list[Finding]]:
    """What the agent lacks, and the warnings that say so."""
    search = _Search(tree, original)
    for index, item in enumerate(spec.missing.tools):
        search.declare("tool", item, ("missing", "tools", index))
    for index, item in enumerate(spec.missing.integrations):
        search.declare("integration", item, ("missing", "integrations", index))
    if availability is not None:
        _find_tools(spec, search, availability)
        _find_integrations(spec, search, availability)
        _find_secrets(spec, search, availability)
    return list(search.gaps.values()), search.findings


def _find_tools(spec: AgentFile, search: _Search, availability: Availability) -> None:
    for index, tool in enumerate(spec.tools):
        if not tool.enabled:
            continue
        path: Path = ("tools", index)
        rests = (f"tools.{tool.name}",)
        if tool.type is None and tool.name not in availability.known_tools:
            near = find_similar(tool.name, availability.known_tools)
            hint = f"Did you mean `{near}`?" if near else "Give it a `type`, or install a tool of that name."
            message = f"No tool is called `{tool.name}`; it rests until there is one."
            search.add("tool", tool.name, (*path, "name"), message, hint, rests)
        elif tool.type is not None and tool.type not in availability.known_tool_types:
            near = find_similar(tool.type, availability.known_tool_types)
            hint = f"Did you mean `{near}`?" if near else _list_known(availability)
            message = f"No tool type is called `{tool.type}`; `{tool.name}` rests until there is one."
            search.add("tool", tool.name, (*path, "type"), message, hint, rests)


def _list_known(availability: Availability) -> str:
    return f"Known types: {', '.join(sorted(availability.known_tool_types)) or 'none'}."


def integration_of(tool: ToolEntry) -> str | None:
    """The integration a tool works through: its own key, or the provider in its settings."""
    provider = tool.config.get("provider")
    return tool.integration or (provider if isinstance(provider, str) else None)


def _find_integrations(spec: AgentFile, search: _Search, availability: Availability) -> None:
    declared: set[str] = set()
    for index, service in enumerate(spec.integrations):
        declared.add(service.name)
        if not service.enabled or service.name in availability.integrations:
            continue
        using = [f"tools.{tool.name}" for tool in spec.tools if tool.enabled and integration_of(tool) == service.name]
        message = f"The integration `{service.name}` is not connected; what needs it rests."
        rests = (f"integrations.{service.name}", *using)
        search.add("integration", service.name, ("integrations", index, "name"), message, "Connect it.", rests)
    for index, tool in enumerate(spec.tools):
        name = tool.integration
        if not tool.enabled or name is None or name in declared or name in availability.integrations:
            continue
        near = find_similar(name, declared)
        hint = f"Did you mean `{near}`?" if near else "Add it under `integrations`."
        message = f"`{tool.name}` works through `{name}`, which the file does not list and nobody connected."
        search.add("integration", name, ("tools", index, "integration"), message, hint, (f"tools.{tool.name}",))


def _find_secrets(spec: AgentFile, search: _Search, availability: Availability) -> None:
    for path, name, disables in _references(spec):
        if name not in availability.secrets:
            message = f"There is no secret `{name}`; what needs it rests."
            search.add("secret", name, path, message, f"Store the secret `{name}` for the tenant.", disables)


def _references(spec: AgentFile) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    for index, tool in enumerate(spec.tools):
        if tool.enabled:
            for path, name in _names_in(tool.config, ("tools", index, "config")):
                yield path, name, (f"tools.{tool.name}",)
    for index, service in enumerate(spec.integrations):
        if not service.enabled:
            continue
        using = [f"tools.{tool.name}" for tool in spec.tools if integration_of(tool) == service.name]
        rests = (f"integrations.{service.name}", *using)
        if service.credentials_secret:
            yield ("integrations", index, "credentials_secret"), service.credentials_secret, rests
        for path, name in _names_in(service.config, ("integrations", index, "config")):
            yield path, name, rests
    for side, channels in (("input", spec.channels.input), ("output", spec.channels.output)):
        for index, channel in enumerate(channels):
            if channel.enabled:
                for path, name in _names_in(channel.config, ("channels", side, index, "config")):
                    yield path, name, (f"channels.{channel.type}",)


def _names_in(config: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    for place, value in walk_values(config, path):
        for match in SECRET_REFERENCE.finditer(value) if isinstance(value, str) else ():
            yield place, match[1]
