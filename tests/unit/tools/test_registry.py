"""Discovery: built-in tools, a folder of files, and files that are broken."""

from pathlib import Path
from typing import cast

import pytest

from sparklabs.kit.db import Database
from sparklabs.kit.errors import SparkError
from sparklabs.tools.registry import ToolRegistry
from tests.factories.tool_contexts import make_rooms

GOOD = """
from dataclasses import dataclass
from sparklabs.models.schemas import ToolSchema
from sparklabs.tools.schemas import ToolResult, ToolSpec

@dataclass(frozen=True)
class Greet:
    spec: ToolSpec = ToolSpec(ToolSchema("{name}", "Greets.", {{"type": "object", "properties": {{}}}}), "x", "folder")

    async def run(self, arguments, context):
        return ToolResult(ok=True, content="hello")

tool = Greet()
"""


def registry(folder: Path) -> ToolRegistry:
    return ToolRegistry(make_rooms(cast(Database, None)), folder=folder)


def test_the_built_in_tools_are_exactly_those_that_work(tmp_path: Path) -> None:
    assert registry(tmp_path).names() == [
        "calculate", "create_ticket", "current_time", "get_context", "http_request", "remember", "schedule_action",
        "search_knowledge", "send_message", "transfer_to_human", "update_context",
    ]  # fmt: skip


def test_every_built_in_tool_says_what_it_does_and_has_a_closed_schema(tmp_path: Path) -> None:
    for spec in registry(tmp_path).specs():
        assert spec.schema.description.endswith(".")
        assert spec.schema.parameters["additionalProperties"] is False
        assert all("description" in part for part in spec.schema.parameters["properties"].values())


def test_broken_files_are_reported_with_their_line_and_the_others_load(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD.format(name="greet"))
    (tmp_path / "syntax.py").write_text("x = 1\ndef broken(:\n")
    (tmp_path / "crash.py").write_text("x = 1\ny = x / 0\n")
    (tmp_path / "exits.py").write_text("import sys\nsys.exit(3)\n")
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "taken.py").write_text(GOOD.format(name="calculate"))
    (tmp_path / "_private.py").write_text("raise RuntimeError")
    found = registry(tmp_path)
    assert found.get_spec("greet").source == "folder"
    faults = {Path(fault.origin).name: fault.message for fault in found.faults}
    assert set(faults) == {"syntax.py", "crash.py", "exits.py", "empty.py", "taken.py"}
    assert "line 2" in faults["syntax.py"]
    assert "ZeroDivisionError at line 2" in faults["crash.py"]
    assert "already a tool named 'calculate'" in faults["taken.py"]


def test_an_unknown_tool_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(SparkError) as caught:
        registry(tmp_path).get_spec("calculat")
    assert (caught.value.code, caught.value.hint) == ("tool_not_found", "Did you mean 'calculate'?")


def test_tools_of_installed_packages_are_found_and_a_broken_one_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site"
    info = package / "acme_tools-1.0.dist-info"
    info.mkdir(parents=True)
    (package / "acme_tools_for_test.py").write_text(GOOD.format(name="greet"))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-tools\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[sparklabs.tools]\ngreet = acme_tools_for_test:Greet\ngone = acme_tools_absent:Tool\n"
    )
    monkeypatch.syspath_prepend(str(package))
    found = registry(tmp_path / "none")
    assert found.get_spec("greet").source == "entry_point"
    assert [fault.origin for fault in found.faults] == ["entry point gone (acme_tools_absent:Tool)"]
    assert "acme_tools_absent" in found.faults[0].message
