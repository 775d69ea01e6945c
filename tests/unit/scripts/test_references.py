"""The reference pages say what the code says: regenerate them with `make docs` when one of these fails."""

import fnmatch
from itertools import chain

import pytest

from scripts import references
from scripts.seed_paths import DRAFTS
from sparklabs.agents import reference as agent_files
from sparklabs.kit.event_types import EVENT_TYPES
from sparklabs.kit.settings import Settings
from sparklabs.runtime.events import TurnEventType

IN_STEP = "Run `make docs` and commit what it wrote."


@pytest.mark.parametrize("name", references.PAGES)
def test_the_page_is_in_step_with_the_code(name: str) -> None:
    assert (references.FOLDER / name).read_text(encoding="utf-8") == references.PAGES[name](), IN_STEP


def test_the_page_of_the_agent_file_is_in_step_with_its_schema() -> None:
    assert (references.FOLDER / "agent-file.md").read_text(encoding="utf-8") == agent_files.build_page(), IN_STEP


def test_every_path_said_to_live_here_is_served() -> None:
    claimed = {path.ours for path in chain(*DRAFTS.values()) if path.ours}

    assert sorted(claimed - references.served_paths()) == []


def test_every_path_of_the_drafts_lives_here_or_says_with_what_it_comes() -> None:
    assert [path.asked for path in chain(*DRAFTS.values()) if bool(path.ours) == bool(path.comes_with)] == []


def test_every_setting_is_explained_and_secrets_are_marked() -> None:
    page = references.settings_page()

    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    for name in ("OPENAI_API_KEY", "SPARKLABS_DATABASE_URL", "SPARKLABS_OWNER_PASSWORD", "SPARKLABS_SECRET_KEY"):
        assert any(f"`{name}`" in line and "**Secret.**" in line for line in page.splitlines()), name


def test_errors_are_found_in_classes_and_in_calls() -> None:
    errors = references.coded_errors()

    assert errors["turn_interrupted"][0] == 409
    assert errors["file_too_large"][0] == 413
    assert all(400 <= status < 600 for status, _ in errors.values())


def test_every_recorded_event_type_is_explained() -> None:
    unknown = [
        used
        for used in references.recorded_types()
        if not any(fnmatch.fnmatch(known, used.replace("{}", "*")) for known in EVENT_TYPES)
    ]
    assert unknown == []


def test_every_explained_event_type_is_recorded_somewhere() -> None:
    patterns = [used.replace("{}", "*") for used in references.recorded_types()]

    assert [known for known in EVENT_TYPES if not any(fnmatch.fnmatch(known, each) for each in patterns)] == []


def test_every_stream_event_but_the_queueing_one_tells_its_data() -> None:
    lines = references.events_page().splitlines()
    told = {kind: next(line for line in lines if line.startswith(f"| `{kind.value}` |")) for kind in TurnEventType}

    assert [kind for kind, line in told.items() if line.split("|")[2].strip() == ""] == [TurnEventType.TURN_QUEUED]
