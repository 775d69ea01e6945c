"""Counts what the offline model gets right on a set; the sets themselves and the page of figures stand elsewhere."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from bench.offline_quality.sets import Dialogue, Sample, Toolset, load_toolset
from sparklabs.models.offline.decision import Decision

BEGUN = ("call", "ask", "confirm")
PASSAGE = [{"title": "Guide", "source": "guide.md", "text": "This is what the guide says about that.", "score": 0.5}]
MOST_STEPS = 6


@dataclass
class Tally:
    """How many of how many, and the ones that went wrong."""

    right: int = 0
    total: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, right: bool, note: str) -> None:
        self.total += 1
        self.right += right
        if not right:
            self.wrong.append(note)

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 0.0


@dataclass
class Score:
    """The figures of one set. False actions count utterances for which a changing tool was begun though none may be."""

    tool: Tally = field(default_factory=Tally)
    arguments: Tally = field(default_factory=Tally)
    quiet: Tally = field(default_factory=Tally)
    by_toolset: dict[str, Tally] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    @property
    def false_actions(self) -> float:
        return 1 - self.quiet.share


@cache
def toolset_of(name: str) -> Toolset:
    return load_toolset(name)


def score_samples(samples: Iterable[Sample]) -> Score:
    """Right tool over all utterances; exact arguments over those with a right tool named; false actions over
    the rest."""
    score = Score()
    for sample in samples:
        toolset = toolset_of(sample.toolset)
        toolset.model.decide([SystemMessage(toolset.system), HumanMessage("warm")])
        started = time.perf_counter()
        decision = toolset.model.decide([SystemMessage(toolset.system), HumanMessage(sample.say)])
        score.milliseconds.append((time.perf_counter() - started) * 1000)
        chosen = decision.tool if decision.act.value in BEGUN else None
        right = is_right_tool(sample, chosen, toolset)
        move = f"{decision.act}, {decision.confidence:.2f}"
        note = f"{sample.toolset}: {sample.say!r} wanted {sample.tool}, got {chosen} ({move})"
        score.tool.add(right, note)
        score.by_toolset.setdefault(sample.toolset, Tally()).add(right, note)
        if sample.tool is None:
            score.quiet.add(not _changes(toolset, chosen), note)
        elif sample.args is not None:
            exact = right and same_arguments(sample.args, decision.arguments)
            score.arguments.add(exact, f"{note}: wanted {sample.args}, got {decision.arguments}")
    return score


def is_right_tool(sample: Sample, chosen: str | None, toolset: Toolset) -> bool:
    """With no tool wanted, asking the documents or handing over is harmless and counts as right."""
    if sample.tool is not None:
        return chosen == sample.tool
    tool = toolset.find_tool(chosen)
    return tool is None or tool.role in ("knowledge", "handoff")


def _changes(toolset: Toolset, name: str | None) -> bool:
    tool = toolset.find_tool(name)
    return tool is not None and tool.role == "action" and (tool.side_effect != "none" or tool.risk != "low")


def score_dialogues(dialogues: Iterable[Dialogue]) -> Tally:
    """A dialogue counts when exactly the right calls were made in the right order with the right arguments."""
    tally = Tally()
    for dialogue in dialogues:
        made = play(dialogue)
        tally.add(_same_calls(dialogue.calls, made), f"{dialogue.toolset}: {list(dialogue.say)} made {made}")
    return tally


def play(dialogue: Dialogue) -> list[tuple[str, dict[str, Any]]]:
    """Runs a dialogue against a stand-in for the tools that answers every call with a plain record."""
    toolset = toolset_of(dialogue.toolset)
    messages: list[BaseMessage] = [SystemMessage(toolset.system)]
    made: list[tuple[str, dict[str, Any]]] = []
    for line in dialogue.say:
        messages.append(HumanMessage(line))
        for _ in range(MOST_STEPS):
            answer = toolset.model.invoke(messages)
            assert isinstance(answer, AIMessage)
            messages.append(answer)
            if not answer.tool_calls:
                break
            for call in answer.tool_calls:
                made.append((call["name"], call["args"]))
                tool = toolset.find_tool(call["name"])
                content: Any = PASSAGE if tool and tool.role == "knowledge" else {**call["args"], "status": "done"}
                messages.append(ToolMessage(json.dumps(content), tool_call_id=call["id"] or ""))
    return made


def _same_calls(
    wanted: Sequence[tuple[str, dict[str, Any] | None]], made: Sequence[tuple[str, dict[str, Any]]]
) -> bool:
    return len(wanted) == len(made) and all(
        name == called and (arguments is None or same_arguments(arguments, given))
        for (name, arguments), (called, given) in zip(wanted, made, strict=True)
    )


def same_arguments(wanted: dict[str, Any], given: dict[str, Any]) -> bool:
    """Exactly the same names, and equal values: case and a leading article do not count, moments compare to
    the minute."""
    return wanted.keys() == given.keys() and all(_same(value, given[name]) for name, value in wanted.items())


def _same(wanted: Any, given: Any) -> bool:
    if isinstance(wanted, list):
        return any(_same(one, given) for one in wanted)
    if isinstance(wanted, str) and isinstance(given, str):
        if len(wanted) == 16 and wanted[10] == "T":
            return datetime.fromisoformat(given).strftime("%Y-%m-%dT%H:%M") == wanted
        return _plain(wanted) == _plain(given)
    return wanted == given


def _plain(text: str) -> str:
    text = text.casefold().strip(" .,!?")
    for article in ("the ", "a ", "an "):
        text = text.removeprefix(article)
    return text


def describe(decision: Decision) -> str:
    return f"{decision.act} {decision.tool} {decision.arguments}"
