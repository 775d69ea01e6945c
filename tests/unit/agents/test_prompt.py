"""Prompts with their variables filled."""

from sparklabs.agents.prompt import render, render_system_prompt, variables_in
from tests.unit.agents.reading_aid import read_sample, read_sections


def test_every_variable_of_the_file_is_filled() -> None:
    spec = read_sample("automation_dialect.yaml").spec
    assert spec is not None
    text = render_system_prompt(spec)
    assert text.startswith("I am Maya, healthcare assistant at client_123: caring, professional, empathetic.")
    assert "Speak Hindi and English. We do medical diagnostics and test booking." in text


def test_objectives_are_bulleted_and_codes_are_said_as_languages() -> None:
    reading = read_sections(agent="language: en-IN\nobjectives: [Help, Sell]\ngreeting: x\n")
    assert reading.spec is not None
    spec = reading.spec.model_copy(
        update={
            "agent": reading.spec.agent.model_copy(update={"system_prompt": "{language}:\n{objectives}\n{agent_type}"})
        }
    )
    assert render_system_prompt(spec) == "English:\n- Help\n- Sell\nassistant"


def test_runtime_variables_win_over_the_files() -> None:
    reading = read_sections(agent="variables: {mine: file, count: 3}\n")
    assert reading.spec is not None
    agent = reading.spec.agent.model_copy(update={"system_prompt": "{mine} {count} {contact_name}"})
    spec = reading.spec.model_copy(update={"agent": agent})
    assert render_system_prompt(spec, variables={"mine": "turn", "contact_name": "Asha"}) == "turn 3 Asha"


def test_an_unknown_variable_stays_visible_and_doubled_braces_are_literal() -> None:
    assert render('{a} {b} {{c}} {"d": {e}} { } {0} }', {"a": "{b}"}) == '{b} {b} {c} {"d": {e}} { } {0} }'
    assert variables_in("{a} {{b}} {c} {a}") == ("a", "c")
