"""Loads the utterances, dialogues and tool sets that the offline model is measured on."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from sparklabs.models.offline import OfflineChatModel
from sparklabs.models.schemas import ToolSchema

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Toolset:
    """One domain: its system prompt, its tools and the model bound to them."""

    name: str
    system: str
    model: OfflineChatModel

    def find_tool(self, name: str | None) -> ToolSchema | None:
        return next((tool for tool in self.model.tools if tool.name == name), None)


@dataclass(frozen=True)
class Sample:
    """One utterance with the right tool (None: no action may be begun) and the right arguments (None: not compared)."""

    toolset: str
    say: str
    tool: str | None
    args: dict[str, Any] | None
    kind: str


@dataclass(frozen=True)
class Dialogue:
    """Lines of a contact and the calls that must come of them; None for arguments means they are not compared."""

    toolset: str
    say: tuple[str, ...]
    calls: tuple[tuple[str, dict[str, Any] | None], ...]


def load_toolset(name: str) -> Toolset:
    raw = yaml.safe_load((FOLDER / "toolsets" / f"{name}.yaml").read_text())
    tools = tuple(ToolSchema(**{**tool, "examples": tuple(tool.get("examples", ()))}) for tool in raw["tools"])
    now = datetime.fromisoformat(raw["now"]).astimezone(ZoneInfo(raw["zone"]))
    return Toolset(name, raw["system"], OfflineChatModel(tools=tools, now=now, locale=raw["locale"]))


def load_samples(name: str) -> list[Sample]:
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return [
        Sample(toolset, one["say"], one["tool"], one.get("args"), one.get("kind", "tool"))
        for toolset, samples in raw.items()
        for one in samples
    ]


def load_dialogues(name: str) -> list[Dialogue]:
    raw: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return [
        Dialogue(one["toolset"], tuple(one["say"]), tuple(pair for call in one["calls"] for pair in call.items()))
        for one in raw
    ]
