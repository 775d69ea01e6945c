"""Generates the reference of the agent file from its models: a page for people and a JSON Schema for editors.

`python -m sparklabs.agents.reference [FOLDER]` writes both into `docs/reference`.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sparklabs.agents.reading.suggestions import models_in
from sparklabs.agents.schema import AgentFile, Section
from sparklabs.agents.writing import write_agent

_SCHEMA_ID = "urn:sparklabs:agent-file:1.0"
_WORDS: dict[Any, str] = {
    str: "text", int: "whole number", float: "number", bool: "true or false", NoneType: "nothing", Any: "anything",
}  # fmt: skip
_MINIMAL = {
    "version": "1.0",
    "agent": {"name": "Maya", "system_prompt": "You are {agent_name}. Answer briefly and truthfully."},
}
_HEAD = """# The agent file

<!-- Generated from src/sparklabs/agents/schema by `python -m sparklabs.agents.reference`. -->

One agent is one YAML (or JSON) file. The least that works:

```yaml
{minimal}```

Unknown keys are refused, and every message names file, line, column, path and the cure. A secret stands as `${{NAME}}`,
never as its value. Editors check and complete the file with `agent.schema.json` beside this page; put this on the
first line:

```yaml
# yaml-language-server: $schema=agent.schema.json
```

An unquoted `no`, `12:30` or date is text here, and so are numbers that would lose something (`+14155550100`, `007`).
Files are UTF-8, at most 1 MiB, 40 levels deep and one document long; a key stands once, and tags such as `!!python`
are refused. The keys `workflow:` and `automation_config:` mark files of two older dialects, which are read into this
schema.

"""


def build_json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an agent file."""
    schema = AgentFile.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": _SCHEMA_ID,
        **schema,
        "title": "SparkLabs agent file 1.0",
    }


def build_page() -> str:
    """The reference page in Markdown."""
    parts = [_HEAD.format(minimal=write_agent(AgentFile.model_validate(_MINIMAL)))]
    for title, model in _sections():
        parts.append(f"## {title}\n\n{(model.__doc__ or '').strip()}\n")
        if issubclass(model, Section) and model.shorthand:
            parts.append(f"\nOne text alone stands for `{model.shorthand}`.\n")
        parts.append("\n| key | holds | default | meaning | example |\n| --- | --- | --- | --- | --- |\n")
        parts += [_row(key, field) for key, field in model.model_fields.items()]
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Every section with its path, outermost first and each model once."""
    pending: list[tuple[str, type[BaseModel]]] = [("The whole file", AgentFile)]
    seen: set[type[BaseModel]] = set()
    while pending:
        title, model = pending.pop(0)
        if model in seen:
            continue
        seen.add(model)
        yield title, model
        prefix = "" if model is AgentFile else f"{title}."
        inner = [
            (f"{prefix}{key}{'[]' if get_origin(field.annotation) is list else ''}", found)
            for key, field in model.model_fields.items()
            for found in models_in(field.annotation)
        ]
        pending = inner + pending


def _row(key: str, field: FieldInfo) -> str:
    holds = "; ".join([_name_type(field.annotation), *_limits(field)])
    cells = (f"`{key}`", holds, _default(field), field.description or "", f"`{_inline(field.examples)}`")
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def _name_type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _name_type(inner[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inner)
    if origin is list:
        return f"list of {_name_type(inner[0])}"
    if origin is dict:
        return f"keys with {_name_type(inner[1])}"
    if origin in (Union, UnionType):
        return " or ".join(_name_type(part) for part in inner if part is not NoneType)
    return _WORDS.get(annotation, "group of keys")


def _limits(field: FieldInfo) -> Iterator[str]:
    for limit in field.metadata:
        if isinstance(limit, annotated_types.Ge):
            yield f"at least {limit.ge}"
        elif isinstance(limit, annotated_types.Gt):
            yield f"more than {limit.gt}"
        elif isinstance(limit, annotated_types.Le):
            yield f"at most {limit.le}"
        elif isinstance(limit, annotated_types.MaxLen):
            yield f"at most {limit.max_length} characters"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    value = field.get_default(call_default_factory=False)
    if isinstance(value, BaseModel) or value in (None, [], {}):
        return ""
    if isinstance(value, list):
        return f"`{json.dumps([_plain(item) for item in cast('list[Any]', value)], ensure_ascii=False)}`"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _plain(item: Any) -> Any:
    return item.model_dump(exclude_defaults=True) if isinstance(item, BaseModel) else item


def _inline(examples: list[Any] | None) -> str:
    return json.dumps((examples or [""])[0], ensure_ascii=False)


def write_reference(folder: Path) -> None:
    """Writes `agent-file.md` and `agent.schema.json` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agent-file.md").write_text(build_page(), encoding="utf-8")
    schema = json.dumps(build_json_schema(), indent=2, ensure_ascii=False)
    (folder / "agent.schema.json").write_text(schema + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/reference"))
