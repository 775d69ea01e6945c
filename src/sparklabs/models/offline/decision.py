"""What the offline model decides in answer to a message list, and what it decides from."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from sparklabs.models.offline.choosing.cards import Deck
from sparklabs.models.offline.reading.brief import Brief, read_brief
from sparklabs.models.offline.reading.window import Window
from sparklabs.models.schemas import ToolSchema


class Act(StrEnum):
    """The kinds of move the model makes."""

    CALL = "call"
    ASK = "ask"
    CONFIRM = "confirm"
    ANSWER = "answer"
    SMALL_TALK = "small_talk"
    DECLINE = "decline"
    FOREIGN = "foreign_language"
    OUT_OF_DEPTH = "out_of_depth"


@dataclass(frozen=True, slots=True)
class Decision:
    """Either tool calls (name, arguments) or text. `tool` is what the move is about, `arguments` what is known
    for it."""

    act: Act
    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    tool: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    confidence: float = 1.0


@dataclass(frozen=True)
class Scene:
    """All that a decision may look at; the tools that keep memories lie beside the deck, for no wish chooses them."""

    window: Window
    deck: Deck
    locale: str | None = None
    memory: ToolSchema | None = None

    @cached_property
    def brief(self) -> Brief:
        return read_brief(self.window.system)
