"""The schema level: unknown keys, wrong types, and everything wrong told at once."""

from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter

from sparklabs.agents.reading.suggestions import models_in
from sparklabs.agents.schema import AgentFile
from tests.unit.agents.reading_aid import codes, only_fault, read, read_sample, read_sections


def every_model() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = [AgentFile]
    for model in found:
        for field in model.model_fields.values():
            found += [inner for inner in models_in(field.annotation) if inner not in found]
    return found


@pytest.mark.parametrize("model", every_model(), ids=lambda model: model.__name__)
def test_every_field_is_described_and_its_example_is_valid(model: type[BaseModel]) -> None:
    assert model.__doc__
    for name, field in model.model_fields.items():
        assert field.description, name
        assert field.examples, name
        adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
        for example in field.examples:
            adapter.validate_python(example)


def test_unions_in_the_schema_hold_at_most_one_group_of_keys() -> None:
    for model in every_model():
        for name, field in model.model_fields.items():
            if get_origin(field.annotation) is not list:
                assert sum(bool(models_in(part)) for part in get_args(field.annotation)) <= 1, name


def test_the_least_file_is_three_keys() -> None:
    reading = read_sample("minimal.yaml")
    assert not reading.faults
    assert not reading.warnings
    spec = reading.spec
    assert spec is not None
    assert (spec.agent.model.primary, spec.memory.window_messages, spec.conversation.when_busy) == ("auto", 20, "queue")
    assert [channel.type for channel in spec.channels.input] == ["web_chat"]
    assert spec.agent.languages == ["en"]


@pytest.mark.parametrize(
    ("text", "path", "cure"),
    [
        ("tolls: []", "tolls", "Did you mean `tools`?"),
        ("system_prompt: x", "system_prompt", "Did you mean `agent.system_prompt`?"),
        ("agents: {}", "agents", "Did you mean `agent`?"),
        ("behaviour: {}", "behaviour", "Did you mean `behavior`?"),
        ("widget: {color: '#fff'}", "widget.color", "Did you mean `colour`?"),
        ("tools: [{name: a, riks: low}]", "tools[0].riks", "Did you mean `risk`?"),
        ("behavior: {human_handoff: {mod: callback}}", "behavior.human_handoff.mod", "Did you mean `mode`?"),
        ("memory: {zzz: 1}", "memory.zzz", "Delete it; known here: window_messages, summary, long_term."),
    ],
)
def test_an_unknown_key_is_refused_with_what_was_probably_meant(text: str, path: str, cure: str) -> None:
    fault = only_fault(read_sections(text))
    assert (fault.level, fault.code, fault.path, fault.cure) == ("schema", "unknown_key", path, cure)


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("tools: {a: b}", "wrong_type", "tools"),
        ("tools: [5]", "wrong_type", "tools[0]"),
        ("tools: [{name: 5}]", "wrong_type", "tools[0].name"),
        ("tools: [{name: 'two words'}]", "wrong_form", "tools[0].name"),
        ("tools: [{type: api}]", "missing_key", "tools[0].name"),
        ("tools: [{name: a, risk: hihg}]", "wrong_value", "tools[0].risk"),
        ("tools: [{name: a, enabled: maybe}]", "wrong_type", "tools[0].enabled"),
        ("memory: {window_messages: many}", "wrong_type", "memory.window_messages"),
        ("memory: {window_messages: 1}", "out_of_range", "memory.window_messages"),
        ("memory: none of it", "wrong_type", "memory"),
        ("widget: {colour: green}", "wrong_form", "widget.colour"),
        ("monitoring: {alerts: [{metric: errors, threshold: nan}]}", "wrong_type", "monitoring.alerts[0].threshold"),
        ("monitoring: {alerts: [{metric: error_rate, threshold: 1, window: soon}]}", "wrong_form",
         "monitoring.alerts[0].window"),
        ("experiments: [{name: a, variants: [{name: b}]}]", "out_of_range", "experiments[0].variants"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_at_its_place(text: str, code: str, path: str) -> None:
    fault = only_fault(read_sections(text))
    assert (fault.level, fault.code, fault.path) == ("schema", code, path)
    assert fault.line == 5


@pytest.mark.parametrize("temperature", ["-0.1", "2.01", "hot", ".nan", "[1]"])
def test_a_temperature_outside_zero_to_two_is_refused(temperature: str) -> None:
    fault = only_fault(read_sections(agent=f"model: {{temperature: {temperature}}}\n"))
    assert fault.path == "agent.model.temperature"


def test_an_unquoted_version_says_how_to_quote_it() -> None:
    fault = only_fault(read("version: 1.0\nagent: {name: a, system_prompt: b}\n"))
    assert (fault.code, fault.line, fault.column, fault.cure) == (
        "unknown_version", 1, 10, 'Put it in quotes: version: "1.0".',
    )  # fmt: skip
    assert only_fault(read('version: "2.0"\nagent: {name: a, system_prompt: b}\n')).cure == 'Write version: "1.0".'


def test_a_near_value_of_a_choice_is_suggested() -> None:
    assert only_fault(read_sections("conversation: {when_busy: queu}")).cure == "Did you mean `queue`?"


def test_everything_wrong_on_every_level_is_told_at_once() -> None:
    reading = read("""
version: "1.0"
agent:
  nmae: Maya
  system_prompt: Hello {agent_nam}.
  model: {primary: a, fallback: a, temperature: 5}
tools:
  - name: 17
  - name: pricing
    config: {discount_authority: 0.5}
  - name: orders
    config:
      api_key: sk-proj-abcdefghijklmnop1234
widget:
  allowed_origins: [acme.com/shop]
widget:
  title: again
""")
    assert reading.spec is None
    assert [(fault.level, fault.code, fault.line, fault.path) for fault in reading.faults] == [
        ("schema", "missing_key", 3, "agent.name"),
        ("schema", "unknown_key", 4, "agent.nmae"),
        ("rules", "unknown_variable", 5, "agent.system_prompt"),
        ("rules", "fallback_repeats", 6, "agent.model.fallback[0]"),
        ("schema", "out_of_range", 6, "agent.model.temperature"),
        ("schema", "wrong_type", 8, "tools[0].name"),
        ("rules", "discount_too_high", 10, "tools[1].config.discount_authority"),
        ("security", "literal_credential", 13, "tools[2].config.api_key"),
        ("rules", "not_an_origin", 15, "widget.allowed_origins[0]"),
        ("syntax", "duplicate_key", 16, "widget"),
    ]
    assert reading.gaps == ()
    assert reading.content_hash == ""


def test_a_broken_agent_section_does_not_hide_the_other_faults() -> None:
    for broken in ("agent: 5\n", "agents: {}\n"):
        found = read(f'version: "1.0"\n{broken}tools: [{{name: a, config: {{discount_authority: 30}}}}]\n')
        assert "discount_too_high" in codes(found.faults)


def test_shorthands_stand_for_the_longer_form() -> None:
    reading = read_sections("""
        tools: [search_knowledge]
        knowledge: "notes/*.md"
        data: [{name: products, fields: [sku, {name: price, type: number}]}]
        tests:
          - name: greets
            turns: [{user: Hello, expect: {tools: [search_knowledge], must_say: Hello}}]
    """)
    spec = reading.spec
    assert spec is not None, reading.faults
    assert spec.tools[0].name == "search_knowledge"
    assert spec.knowledge.files == ["notes/*.md"]
    assert [(item.name, item.type) for item in spec.data[0].fields] == [("sku", "string"), ("price", "number")]
    assert spec.tests[0].turns[0].expect.must_say == ["Hello"]


def test_a_key_with_nothing_after_it_counts_as_left_out() -> None:
    reading = read_sections("tools:\nwidget:\nmemory: {summary: }\n")
    assert reading.spec is not None, reading.faults
    assert reading.spec.tools == []
    assert reading.spec.memory.summary is True


def test_the_content_hash_is_of_the_meaning_and_the_source_hash_of_the_bytes() -> None:
    first = read_sections("memory: {window_messages: 20}\nid: x")
    second = read_sections('id: "x"  # the same\n')
    third = read_sections("id: y")
    assert first.content_hash == second.content_hash != third.content_hash
    assert first.source_hash != second.source_hash
    assert len(first.content_hash) == 64
