"""What holds for any bytes and for any spec."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sparklabs.agents.difference import difference
from sparklabs.agents.reading import hash_content, read_agent
from sparklabs.agents.schema import AgentFile
from sparklabs.agents.writing import write_agent
from tests.unit.agents.reading_aid import SAMPLES

SOURCES = [path.read_bytes() for path in sorted(SAMPLES.glob("*.yaml"))]
CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from("\n\t{}:#'\"-"),
    max_size=60,
)
NAMES = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_-]{0,20}", fullmatch=True)
WORDS = st.sampled_from(
    ["no", "yes", "null", "~", "1.0", "1e3", "007", "0o17", "12:30", "2026-01-01", "<<", "=", ".nan"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.binary(max_size=300))
@CALM
def test_any_bytes_give_a_reading(source: bytes) -> None:
    reading = read_agent(source, file="x")
    assert (reading.spec is None) == bool(reading.faults)


@given(st.sampled_from(SOURCES), st.data())
@CALM
def test_any_damage_to_a_right_file_gives_a_reading(source: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, min(len(source), start + 40)))
    patch = data.draw(
        st.binary(max_size=8) | st.sampled_from([b": ", b"- ", b"*a ", b"&a ", b"[", b"{", b"\n", b"null"])
    )
    reading = read_agent(source[:start] + patch + source[end:], file="x")
    assert (reading.spec is None) == bool(reading.faults)
    assert all(fault.line >= 1 and fault.column >= 1 for fault in reading.faults + reading.warnings)


@given(JSON, JSON)
@CALM
def test_any_values_in_any_section_give_a_reading(first: object, second: object) -> None:
    for key in ("agent", "tools", "channels", "workflow", "automation_config", "behavior", "voice"):
        text = json.dumps({"version": "1.0", key: first, "tests": second})
        reading = read_agent(text.encode(), file="x")
        assert (reading.spec is None) == bool(reading.faults)


@given(
    name=TEXT.filter(bool),
    prompt=TEXT.filter(bool).map(lambda text: text.replace("{", "{{").replace("}", "}}")),
    greeting=WORDS | NAMES,
    objectives=st.lists(TEXT | WORDS, max_size=3),
    tools=st.lists(NAMES, max_size=3, unique=True),
    config=st.dictionaries(st.sampled_from(["alpha", "beta", "no", "1", "a b", "<"]), JSON, max_size=3),
    temperature=st.none() | st.floats(0, 2),
)
@CALM
def test_a_spec_written_as_yaml_reads_back_equal(
    name: str, prompt: str, greeting: str, objectives: list[str], tools: list[str],
    config: dict[str, object], temperature: float | None,
) -> None:  # fmt: skip
    spec = AgentFile.model_validate(
        {
            "version": "1.0",
            "agent": {
                "name": name, "system_prompt": prompt, "greeting": greeting, "objectives": objectives,
                "model": {"temperature": temperature},
            },
            "tools": [{"name": tool, "config": config} for tool in tools],
        }
    )  # fmt: skip
    reading = read_agent(write_agent(spec).encode(), file="x")
    assert reading.spec == spec, [str(fault) for fault in reading.faults]
    assert reading.content_hash == hash_content(spec)
    assert difference(spec, reading.spec) == ()
