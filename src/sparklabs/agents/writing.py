"""Writes a spec as a YAML file that any YAML reader reads the same; reading it back stands in `reading/`."""

import re
from typing import Any

import yaml

from sparklabs.agents.reading.scalars import AMBIGUOUS_WORDS, resolve_plain
from sparklabs.agents.schema import AgentFile

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ .,/()'?!-]*[A-Za-z0-9_.)?!]|[A-Za-z_]")


class _Dumper(yaml.SafeDumper):
    """SafeDumper with indented lists and with quotes wherever a reader could take text for something else."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _represent_text(_: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif not _PLAIN.fullmatch(text) or resolve_plain(text) != text or text.lower() in AMBIGUOUS_WORDS:
        style = '"'
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def write_agent(spec: AgentFile) -> str:
    """The spec as YAML in schema 1.0, without what is default anyway; reading it gives an equal spec."""
    data = spec.model_dump(mode="json", exclude_defaults=True)
    text: str = yaml.dump(
        {"version": spec.version, **data}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000
    )
    return text
