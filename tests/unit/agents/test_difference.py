"""Differences by meaning."""

from sparklabs.agents.difference import difference, render_difference
from sparklabs.agents.schema import AgentFile
from tests.unit.agents.reading_aid import read_sections


def spec(text: str = "", agent: str = "") -> AgentFile:
    reading = read_sections(text, agent=agent)
    assert reading.spec is not None, reading.faults
    return reading.spec


def test_files_that_mean_the_same_do_not_differ() -> None:
    assert difference(spec("memory: {window_messages: 20}"), spec("# only a comment\n")) == ()
    assert render_difference(()) == "No change in meaning."


def test_list_items_are_matched_by_name() -> None:
    changes = difference(
        spec("tools: [{name: a, risk: low}, b, c]"), spec("tools: [d, b, {name: a, risk: high, say: Done.}]")
    )
    assert [(change.path, change.kind) for change in changes] == [
        ("tools[a].risk", "changed"),
        ("tools[a].say", "added"),
        ("tools[c]", "removed"),
        ("tools[d]", "added"),
        ("tools", "changed"),
    ]
    assert changes[0].summary == '~ tools[a].risk: "low" -> "high"'
    assert (changes[0].before, changes[0].after) == ("low", "high")
    assert changes[-1].summary == "~ tools: put in another order"


def test_a_prompt_is_compared_line_by_line() -> None:
    old = spec(agent="greeting: |\n  one\n  two\n  three\n")
    new = spec(agent="greeting: |\n  one\n  2\n  three\n")
    changes = difference(old, new)
    assert changes[0].summary == "~ agent.greeting: 1 lines out, 1 lines in"
    assert render_difference(changes).splitlines()[1:] == ["      one", "    - two", "    + 2", "      three"]


def test_items_that_share_a_name_and_lists_of_texts_are_compared() -> None:
    old = spec("channels: {input: [{type: sms, config: {a: 1}}, {type: sms, config: {a: 2}}]}")
    new = spec("channels: {input: [{type: sms, config: {a: 1}}, {type: sms, config: {a: 3}}]}")
    assert [change.path for change in difference(old, new)] == ["channels.input[sms #2].config.a"]
    changes = difference(spec(agent="objectives: [a]\n"), spec(agent="objectives: [a, b]\n"))
    assert [(change.path, change.before, change.after) for change in changes] == [
        ("agent.objectives", ["a"], ["a", "b"])
    ]


def test_a_number_and_a_switch_of_equal_value_differ() -> None:
    old, new = (spec(f"tools: [{{name: a, config: {{x: {value}}}}}]") for value in ("1", "true"))
    assert [change.path for change in difference(old, new)] == ["tools[a].config.x"]


def test_a_change_is_json_for_the_api() -> None:
    change = difference(spec("id: a"), spec())[0]
    assert change.as_dict() == {"path": "id", "kind": "removed", "before": "a", "after": None, "summary": '- id: "a"'}
