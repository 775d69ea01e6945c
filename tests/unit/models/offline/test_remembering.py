"""What the offline model keeps of a person: only what was plainly told, and nothing of a passing request."""

from datetime import UTC, datetime
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from sparklabs.models.offline.decision import Act, Decision
from sparklabs.models.offline.model import OfflineChatModel
from sparklabs.models.schemas import ToolSchema

REMEMBER = ToolSchema(
    name="remember",
    description="Remember a fact about this person for later conversations.",
    parameters={
        "type": "object",
        "properties": {"name": {"type": "string"}, "fact": {"type": "string"}},
        "required": ["name", "fact"],
    },
    side_effect="idempotent",
    role="memory",
)
TICKET = ToolSchema(
    name="create_ticket",
    description="Open a support ticket for a problem.",
    parameters={"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]},
    side_effect="idempotent",
)
KNOWN = (
    "You are Maya.\n\nKnown about the contact:\n- name: Anna Kovács\n- preferred_time: mornings\n- company: Brightwave"
)


def decide(text: str, *, system: str = "You are Maya.", tools: tuple[ToolSchema, ...] = (REMEMBER, TICKET)) -> Decision:
    model = OfflineChatModel().with_tools(tools, now=datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    return model.decide([SystemMessage(system), HumanMessage(text)])


def facts(decision: Decision) -> dict[str, Any]:
    return {arguments["name"]: arguments["fact"] for name, arguments in decision.calls if name == "remember"}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("My name is Anna Kovács and I prefer mornings", {"name": "Anna Kovács", "preferred_time": "mornings"}),
        ("Please remember that I prefer email.", {"preferred_contact": "email"}),
        ("I'm allergic to peanuts.", {"allergies": "peanuts"}),
        ("Remember: the gate code is on the door", {"note_gate_code": "the gate code is on the door"}),
        ("I live in Szeged, my birthday is 4 May.", {"home": "Szeged", "birthday": "4 May"}),
    ],
)
def test_a_fact_plainly_told_is_kept(text: str, kept: dict[str, str]) -> None:
    assert facts(decide(text)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "What is my order status?",
        "I prefer Tuesday at ten.",
        "I prefer the second one.",
        "Do you prefer mornings?",
        "Is my name on the list?",
        "Yesterday I preferred mornings.",
        "What do you remember about me?",
    ],
)
def test_questions_and_passing_wishes_are_not_kept(text: str) -> None:
    assert facts(decide(text)) == {}


def test_nothing_is_kept_without_the_tool() -> None:
    assert decide("My name is Anna Kovács and I prefer mornings", tools=(TICKET,)).calls == ()


def test_a_known_fact_is_not_kept_again() -> None:
    assert facts(decide("My name is Anna Kovács.", system=KNOWN)) == {}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("What is my name?", "Your name is Anna Kovács."),
        ("When do I prefer to meet?", "You told me: preferred time: mornings."),
        ("What's my company?", "Your company: Brightwave."),
        (
            "What do you know about me?",
            "This is what I know about you: name: Anna Kovács; preferred time: mornings; company: Brightwave.",
        ),
    ],
)
def test_what_is_known_is_told_when_asked(text: str, answer: str) -> None:
    decision = decide(text, system=KNOWN)

    assert (decision.act, decision.text) == (Act.ANSWER, answer)


def test_a_name_that_was_never_told_is_not_made_up() -> None:
    assert decide("What is my name?").text == "You have not told me your name yet."
