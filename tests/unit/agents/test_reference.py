"""The generated reference is in step with the models."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from sparklabs.agents.reference import build_json_schema, build_page
from tests.unit.agents.reading_aid import SAMPLES

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
REMEDY = "run `python -m sparklabs.agents.reference`"


def test_the_page_and_the_json_schema_are_in_step_with_the_models() -> None:
    assert (REFERENCE / "agent-file.md").read_text() == build_page(), REMEDY
    assert json.loads((REFERENCE / "agent.schema.json").read_text()) == build_json_schema(), REMEDY


def test_the_page_names_every_section() -> None:
    page = build_page()
    for title in ("## agent.model", "## behavior.human_handoff", "## tests[].turns[].expect", "## voice.stt"):
        assert f"\n{title}\n" in page


@pytest.mark.parametrize(
    ("change", "right"),
    [
        ({}, True),
        ({"tools": ["search_knowledge", {"name": "a", "risk": "low"}]}, True),
        ({"knowledge": "a/*.md"}, True),
        ({"agent": {"name": "a", "system_prompt": "b", "model": "offline", "objectives": "one"}}, True),
        ({"tools": [5]}, False),
        ({"nonsense": 1}, False),
        ({"version": 1.0}, False),
        ({"agent": {"name": "a"}}, False),
    ],
)
def test_editors_judge_a_file_as_the_reader_does(change: dict[str, Any], right: bool) -> None:
    Draft202012Validator.check_schema(build_json_schema())
    data = yaml.safe_load((SAMPLES / "minimal.yaml").read_text()) | change
    assert Draft202012Validator(build_json_schema()).is_valid(data) is right
