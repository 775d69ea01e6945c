"""The business rules: what the schema cannot say, from the discount limit to variables that nobody fills."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from sparklabs.agents.hours import HoursError, parse_business_hours
from sparklabs.agents.languages import ENGLISH_NAME_BY_CODE, find_code, read_languages
from sparklabs.agents.prompt import RUNTIME_VARIABLES, file_variables, variables_in
from sparklabs.agents.reading.faults import Finding, Path
from sparklabs.agents.reading.plain import walk_values
from sparklabs.agents.reading.suggestions import find_similar
from sparklabs.agents.schema import AgentFile

MAX_DISCOUNT = 0.20
_DISCOUNT_KEYS = frozenset({"discount_authority", "max_discount", "max_discount_percent", "discount_limit"})
_CHANNELS = (
    "web_chat", "api", "cli", "whatsapp", "instagram", "messenger", "sms", "email", "slack", "teams", "telegram",
    "voice", "web_voice",
)  # fmt: skip
_DATA_ENDINGS = (".csv", ".yaml", ".yml", ".json")

Rule = Callable[[AgentFile], Iterator[Finding]]


def check_rules(spec: AgentFile, *, lenient: bool = False) -> list[Finding]:
    """Every rule over a file. `lenient` (older dialects) makes a warning of what only a newer file must get right."""
    findings = [finding for rule in _RULES for finding in rule(spec)]
    return [replace(f, warning=True) if lenient and f.code in _LENIENT else f for f in findings]


def _fault(code: str, path: Path, message: str, cure: str, *, warning: bool = False) -> Finding:
    return Finding("rules", code, path, message, cure, warning=warning)


def _discount(spec: AgentFile) -> Iterator[Finding]:
    for index, tool in enumerate(spec.tools):
        for path, value in walk_values(tool.config, ("tools", index, "config")):
            if path[-1] not in _DISCOUNT_KEYS:
                continue
            share = _read_share(value)
            if share is None or share < 0:
                yield _fault("discount_unreadable", path, f"`{value}` is no discount.", "Write a share such as 0.15.")
            elif share > MAX_DISCOUNT + 1e-9:
                message = f"A discount of {share:.0%} is above the {MAX_DISCOUNT:.0%} that an agent may give."
                yield _fault("discount_too_high", path, message, "Write at most 0.20; a person decides above that.")


def _read_share(value: Any) -> float | None:
    """0.15, 15 and "15%" are all fifteen in a hundred; 1 is the whole price."""
    if isinstance(value, bool):
        return None
    percent = isinstance(value, str) and value.strip().endswith("%")
    try:
        number = float(value.strip().rstrip("%") if isinstance(value, str) else value)
    except (TypeError, ValueError):
        return None
    return number / 100 if percent or number > 1 else number


def _voice(spec: AgentFile) -> Iterator[Finding]:
    voice = spec.voice
    if voice.enabled:
        for key, value in (("stt", voice.stt), ("tts", voice.tts)):
            if value is None:
                message = f"Voice is on, and `{key}` says nothing of who does it."
                yield _fault(
                    "voice_config_missing", ("voice", key), message, f"Add `{key}: PROVIDER`, or turn voice off."
                )
    for index, channel in enumerate(spec.channels.input):
        if channel.type in {"voice", "web_voice"} and channel.enabled and not voice.enabled:
            message = "This channel takes calls, and voice is off."
            path: Path = ("channels", "input", index)
            yield _fault(
                "voice_is_off", path, message, "Set `voice.enabled: true`, or close the channel.", warning=True
            )


def _models(spec: AgentFile) -> Iterator[Finding]:
    seen = {spec.agent.model.primary}
    for index, name in enumerate(spec.agent.model.fallback):
        if name in seen:
            message = f"`{name}` is asked before already; falling back to it helps nobody."
            yield _fault("fallback_repeats", ("agent", "model", "fallback", index), message, "Name another model.")
        seen.add(name)


def _unique_names(spec: AgentFile) -> Iterator[Finding]:
    groups = (
        ("tools", [tool.name for tool in spec.tools]),
        ("integrations", [service.name for service in spec.integrations]),
        ("data", [table.name for table in spec.data]),
        ("policies", [policy.name for policy in spec.policies]),
        ("experiments", [experiment.name for experiment in spec.experiments]),
        ("tests", [scenario.name for scenario in spec.tests]),
    )
    for section, names in groups:
        for index, name in enumerate(names):
            if name in names[:index]:
                message = f"`{name}` is the name of {section}[{names.index(name)}] already."
                yield _fault("name_taken", (section, index, "name"), message, "Give it a name of its own.")


def _tables(spec: AgentFile) -> Iterator[Finding]:
    tables = [table.name for table in spec.data]
    has_database = any(service.type == "database" for service in spec.integrations)
    for index, tool in enumerate(spec.tools):
        table = tool.config.get("table")
        if tool.type != "database" or tool.integration or has_database or table in tables:
            continue
        if table is None:
            message, cure = f"`{tool.name}` names no table.", "Add `table:` to its config."
            yield _fault("table_missing", ("tools", index, "config"), message, cure, warning=True)
            continue
        near = find_similar(str(table), tables)
        cure = f"Did you mean `{near}`?" if near else "Add it under `data`; until then it starts empty."
        path: Path = ("tools", index, "config", "table")
        yield _fault("undeclared_table", path, f"No table `{table}` is declared.", cure, warning=True)


def _templates(spec: AgentFile) -> Iterator[tuple[Path, str]]:
    handoff = spec.behavior.human_handoff
    for path, text in (
        (("agent", "system_prompt"), spec.agent.system_prompt),
        (("agent", "greeting"), spec.agent.greeting),
        (("widget", "greeting"), spec.widget.greeting),
        (("voice", "greeting", "message"), spec.voice.greeting.message),
        (("behavior", "human_handoff", "unavailable_message"), handoff.unavailable_message),
    ):
        if text:
            yield path, text


def _variables(spec: AgentFile) -> Iterator[Finding]:
    values = file_variables(spec)
    known = (*values, *RUNTIME_VARIABLES)
    for path, text in _templates(spec):
        for name in variables_in(text):
            if name not in known:
                near = find_similar(name, known)
                hint = f"did you mean {{{near}}}? Else give" if near else "give"
                cure = f"{hint} it a value under agent.variables, or write {{{{{name}}}}} for literal braces."
                yield _fault("unknown_variable", path, f"Nothing fills {{{name}}}.", cure[0].upper() + cure[1:])
            elif values.get(name) == "":
                message = f"{{{name}}} is used and the file gives it no value."
                yield _fault(
                    "empty_variable", path, message, f"Write {_source_of(name)}, or take it out.", warning=True
                )


def _source_of(name: str) -> str:
    client = {"client_name": "client.name", "client_id": "client.id"}
    return client.get(name) or (f"client.{name}" if name in {"use_case", "vertical"} else f"agent.{name}")


def _handoff(spec: AgentFile) -> Iterator[Finding]:
    handoff = spec.behavior.human_handoff
    path: Path = ("behavior", "human_handoff", "mode")
    if handoff.enabled and handoff.mode == "warm_transfer" and not _has_tool(spec, "transfer_to_human"):
        message = "A warm transfer needs the tool `transfer_to_human`, which is not among the agent's tools."
        yield _fault("handoff_without_tool", path, message, "Add `- transfer_to_human` to `tools`.", warning=True)


def _has_tool(spec: AgentFile, name: str) -> bool:
    return any(tool.name == name and tool.enabled for tool in spec.tools)


def _hours(spec: AgentFile) -> Iterator[Finding]:
    places: list[tuple[Path, Any]] = [
        (("behavior", "human_handoff", "business_hours"), spec.behavior.human_handoff.business_hours)
    ]
    for index, tool in enumerate(spec.tools):
        if "business_hours" in tool.config:
            places.append((("tools", index, "config", "business_hours"), tool.config["business_hours"]))
    for path, text in places:
        if isinstance(text, str):
            try:
                parse_business_hours(text)
            except HoursError as error:
                cure = "Write them as `Mon-Fri 09:00-18:00 Asia/Kolkata`."
                yield _fault("hours_unreadable", path, f"These hours cannot be read: {error}.", cure)


def _languages(spec: AgentFile) -> Iterator[Finding]:
    agent = spec.agent
    unknown = read_languages(agent.language).unknown
    if unknown or not read_languages(agent.language).codes:
        words = ", ".join(f"`{word}`" for word in unknown) or f"`{agent.language}`"
        near = find_similar(unknown[0] if unknown else agent.language, ENGLISH_NAME_BY_CODE.values())
        cure = f"Did you mean {near}?" if near else "Write a code such as `en-IN`, and more under `languages`."
        yield _fault(
            "unknown_language",
            ("agent", "language"),
            f"{words} names no language.",
            cure,
            warning=bool(agent.languages),
        )
    coded: list[tuple[Path, str | None]] = [
        (("voice", "language"), spec.voice.language),
        (("voice", "stt", "language"), spec.voice.stt.language if spec.voice.stt else None),
    ]
    coded += [(("agent", "languages", index), code) for index, code in enumerate(agent.languages)]
    supported = spec.voice.greeting.supported_languages
    coded += [(("voice", "greeting", "supported_languages", index), code) for index, code in enumerate(supported)]
    for path, code in coded:
        if code is not None and find_code(code) is None:
            yield _fault(
                "unknown_language", path, f"`{code}` is no language code.", "Write a code such as `en` or `en-IN`."
            )


def _timezone(spec: AgentFile) -> Iterator[Finding]:
    name = spec.conversation.timezone
    if name is None:
        return
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = find_similar(name, available_timezones())
        cure = f"Did you mean `{near}`?" if near else "Write an IANA name such as `Asia/Kolkata`."
        yield _fault("unknown_timezone", ("conversation", "timezone"), f"`{name}` is no time zone.", cure)


def _origins(spec: AgentFile) -> Iterator[Finding]:
    for index, origin in enumerate(spec.widget.allowed_origins):
        if origin != "*" and not _is_origin(origin):
            path: Path = ("widget", "allowed_origins", index)
            cure = "Write scheme and host (and port), such as `https://www.acme.com`; no path."
            yield _fault("not_an_origin", path, f"`{origin}` is no origin.", cure)


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").removeprefix("*.")
    rebuilt = f"{parts.scheme}://{parts.netloc}"
    plain = bool(host) and "*" not in host and not set(host) & set(" \\,;\"'<>") and "@" not in parts.netloc
    return plain and parts.scheme in {"http", "https"} and rebuilt == text and port != 0


def _paths(spec: AgentFile) -> Iterator[Finding]:
    for index, glob in enumerate(spec.knowledge.files):
        path: Path = ("knowledge", "files", index)
        if problem := _leaves_folder(glob):
            yield _fault("outside_folder", path, f"`{glob}` {problem}.", "Name files beside the agent file.")
        elif not glob.endswith((".md", ".markdown", "*")):
            yield _fault("not_markdown", path, f"`{glob}` is no Markdown file.", "Name `.md` files.")
    for index, table in enumerate(spec.data):
        path = ("data", index, "file")
        if table.file is None:
            continue
        if problem := _leaves_folder(table.file):
            yield _fault("outside_folder", path, f"`{table.file}` {problem}.", "Name a file beside the agent file.")
        elif not table.file.lower().endswith(_DATA_ENDINGS):
            yield _fault(
                "not_a_data_file", path, f"`{table.file}` is no data file.", "Name a .csv, .yaml or .json file."
            )


def _leaves_folder(text: str) -> str | None:
    pure = PurePosixPath(text)
    if pure.is_absolute() or text.startswith("~") or "\\" in text or ":" in text:
        return "is no path beside the agent file"
    if ".." in pure.parts:
        return "leads out of the agent's folder"
    return None if text.strip() else "is empty"


def _channels(spec: AgentFile) -> Iterator[Finding]:
    for side, channels in (("input", spec.channels.input), ("output", spec.channels.output)):
        for index, channel in enumerate(channels):
            if channel.type not in _CHANNELS:
                near = find_similar(channel.type, _CHANNELS)
                cure = f"Did you mean `{near}`?" if near else f"Known: {', '.join(_CHANNELS)}."
                path: Path = ("channels", side, index, "type")
                yield _fault("unknown_channel", path, f"No channel is called `{channel.type}`.", cure, warning=True)


def _tests(spec: AgentFile) -> Iterator[Finding]:
    names = [tool.name for tool in spec.tools] + [item.name for item in spec.missing.tools]
    for index, scenario in enumerate(spec.tests):
        for number, turn in enumerate(scenario.turns):
            for place, tool in enumerate(turn.expect.tools):
                if tool.name not in names:
                    near = find_similar(tool.name, names)
                    cure = f"Did you mean `{near}`?" if near else "Add it to `tools`."
                    path: Path = ("tests", index, "turns", number, "expect", "tools", place)
                    yield _fault("unknown_tool", path, f"The agent has no tool `{tool.name}`.", cure, warning=True)


_LENIENT = frozenset({"unknown_variable", "unknown_language", "hours_unreadable"})
_RULES: tuple[Rule, ...] = (
    _discount, _voice, _models, _unique_names, _tables, _variables, _handoff, _hours, _languages, _timezone,
    _origins, _paths, _channels, _tests,
)  # fmt: skip
