"""What the chooser knows of each bound tool, computed once per tool set: vectors, verbs, words; no message in sight."""

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sparklabs.models.embeddings import get_embedder
from sparklabs.models.offline.lexicon import STOP_WORDS, content_stems, humanise, verb_families, word_set, words
from sparklabs.models.offline.slots.kinds import Parameter, read_parameters
from sparklabs.models.schemas import ToolSchema

HANDOFF_EXAMPLES = (
    "I want to talk to a human", "connect me to a real person", "can I speak with someone from your staff",
    "transfer me to an agent", "get me a representative", "I'd like to talk to your manager",
)  # fmt: skip
READ_NAME = re.compile(
    r"^(?:get|list|find|search|check|look|lookup|show|read|fetch|estimate|calculate|track|tell|view)\b(?! "
    r"(?:in|out)\b)|\bstatus\b"
)
CHANGING = word_set("book cancel move change create refund pay join renew pause suggest send leave hold order call")
PROBLEM = re.compile(
    r"\b(problem|issue|fault|broken|complaint|bug|incident|trouble|feedback|lost|stolen|damaged?|needs? "
    r"(?:a )?repair)\b",
    re.IGNORECASE,
)
_WIDER = frozenset({"find", "price", "status"})
TASK_WORDS = 8
_LIGHT_VERBS = word_set("start begin make request initiate create do")
# A description that begins so names a thing, not a deed.
_NO_VERBS = word_set(
    "use used this tool a an the where when how what which whether who free all any your our their its"
)
KEPT_TOOL_SETS = 256


@dataclass(frozen=True, slots=True)
class Card:
    """One tool, ready to be compared with a clause."""

    tool: ToolSchema
    parameters: tuple[Parameter, ...]
    task: str
    verbs: frozenset[str]
    name_verbs: frozenset[str]
    nouns: frozenset[str]
    examples: Any
    description: Any
    mutating: bool
    takes_problems: bool

    @property
    def name(self) -> str:
        return self.tool.name

    def parameter(self, name: str) -> Parameter:
        return next(one for one in self.parameters if one.name == name)


@dataclass(frozen=True, slots=True)
class Deck:
    """All cards of a tool set, and in how many of them each noun stands."""

    cards: tuple[Card, ...]
    noun_spread: dict[str, int]

    def find(self, name: str | None) -> Card | None:
        return next((card for card in self.cards if card.name == name), None)

    def of_role(self, role: str) -> Card | None:
        return next((card for card in self.cards if card.tool.role == role), None)


def task_of(tool: ToolSchema) -> str:
    """The tool's deed in a few words, as it stands after "To ...": "book a showroom demo"."""
    sentence = re.split(r"[.;:(\n]", tool.description.strip(), maxsplit=1)[0].strip()
    parts = sentence.split()
    if not parts or len(parts) == 1:
        return humanise(tool.name)
    sentence = re.split(r",| (?:at|so that|when|by|between|which|that|who|and) ", sentence, maxsplit=1)[0]
    parts = sentence.split()[:TASK_WORDS]
    while len(parts) > 2 and parts[-1].lower() in STOP_WORDS:
        parts.pop()
    if parts[0].lower() in _NO_VERBS:
        return humanise(tool.name)
    first = parts[0].lower()
    if first.endswith("s") and not first.endswith("ss") and not first.startswith("focus"):
        first = first[:-1]
    return " ".join([first, *parts[1:]])


def build_deck(tools: Sequence[ToolSchema]) -> Deck:
    """The cards of a tool set, from the cache when the same set was seen before."""
    key = tuple((tool.name, tool.description, tool.examples, tool.role, repr(tool.parameters)) for tool in tools)
    with _Kept.lock:
        deck = _Kept.decks.get(key)
        if deck is not None:
            _Kept.decks.move_to_end(key)
            if all(card.tool == tool for card, tool in zip(deck.cards, tools, strict=True)):
                return deck
    deck = _build(tools)
    with _Kept.lock:
        _Kept.decks[key] = deck
        while len(_Kept.decks) > KEPT_TOOL_SETS:
            _Kept.decks.popitem(last=False)
    return deck


class _Kept:
    lock = threading.Lock()
    decks: ClassVar[OrderedDict[Any, Deck]] = OrderedDict()


def _build(tools: Sequence[ToolSchema]) -> Deck:
    cards = tuple(_card(tool) for tool in tools)
    spread: dict[str, int] = {}
    for card in cards:
        for noun in card.nouns:
            spread[noun] = spread.get(noun, 0) + 1
    return Deck(cards, spread)


def _declared_changing(tool: ToolSchema) -> bool:
    return tool.side_effect != "none" or tool.risk != "low"


def _name_verbs(tool: ToolSchema, task: str) -> frozenset[str]:
    """The families of the tool's deed: its name's, save `get_` and the like, which say only that it reads."""
    spoken = humanise(tool.name)
    if READ_NAME.search(spoken) and not _declared_changing(tool):
        return (verb_families(words(spoken)[1:]) & _WIDER) | (verb_families(words(spoken)[:1]) & {"find"}) or frozenset(
            {"find"}
        )
    first, rest = words(spoken)[:1], words(spoken)[1:]
    # "start return" returns something; "create ticket" creates.
    light = verb_families(rest) if set(first) & _LIGHT_VERBS else frozenset[str]()
    return light or verb_families(first) or verb_families(words(task)[:1])


def _card(tool: ToolSchema) -> Card:
    task = task_of(tool)
    parameters = read_parameters(tool)
    made_up = (f"I want to {task}", f"can you {task}?", humanise(tool.name))
    examples = [*tool.examples, *(HANDOFF_EXAMPLES if tool.role == "handoff" else ()), *made_up]
    vectors = get_embedder().embed([*examples, tool.description or humanise(tool.name)])
    name_verbs = _name_verbs(tool, task)
    reads = bool(READ_NAME.search(humanise(tool.name)))
    verbs = name_verbs | verb_families(words(tool.description)) & _WIDER if reads else name_verbs
    about = [humanise(tool.name), tool.description, *(f"{one.words} {one.description}" for one in parameters)]
    enums = [str(value) for one in parameters for value in one.schema.get("enum") or ()]
    return Card(
        tool=tool,
        parameters=parameters,
        task=task,
        verbs=verbs,
        name_verbs=name_verbs,
        nouns=content_stems(" ".join([*about, *enums, *tool.examples])),
        examples=vectors[:-1],
        description=vectors[-1],
        mutating=tool.role == "action" and (_declared_changing(tool) or bool(name_verbs & CHANGING)),
        takes_problems=bool(PROBLEM.search(f"{tool.name} {tool.description}".replace("_", " "))),
    )
