"""What README and the guides show works as it stands: they are run against a whole platform."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.factories.platform import OWNER_EMAIL, OWNER_PASSWORD, ROOT, PlatformProcess

LEAST = 'version: "1.0"\nclient: {name: Harbour Books}\nagent:\n  name: Ida\n  system_prompt: You help.\n'


def _blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language, in order."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", path.read_text(), re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(body) for _, body in found]


def _example_files() -> list[tuple[str, str]]:
    """Each YAML block of a guide as a whole agent file, with where it stands."""
    pages = sorted((ROOT / "docs" / "guides").glob("*.md"))
    blocks = [(f"{page.name} {at}", block) for page in pages for at, block in enumerate(_blocks(page, "yaml"), start=1)]
    return [(where, LEAST + ("tools:\n" + block if block.startswith("-") else block)) for where, block in blocks]


def test_readmes_program_talks_with_the_sample_agent(platform: PlatformProcess) -> None:
    [program] = _blocks(ROOT / "README.md", "python")
    mine = {"http://localhost:8000": platform.url, "you@example.com": OWNER_EMAIL, '"..."': f'"{OWNER_PASSWORD}"'}
    for shown, real in mine.items():
        assert shown in program
        program = program.replace(shown, real)
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "980" in done.stdout


def test_readmes_agent_file_is_valid_beside_its_data(tmp_path: Path) -> None:
    [source] = _blocks(ROOT / "README.md", "yaml")
    for name, content in {
        "harbour-books.yaml": source,
        "data/books.csv": "isbn,title,author,subject\n1,The Summer Book,Tove Jansson,islands\n",
        "knowledge/opening.md": "# Opening hours\nWe open at nine.\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    command = [sys.executable, "-c", "from sparklabs.entry.cli import main; main()", "agent", "validate"]
    done = subprocess.run(
        [*command, str(tmp_path / "harbour-books.yaml")], check=False, capture_output=True, text=True, timeout=120,
        env={"PYTHONPATH": str(ROOT / "src"), "SPARKLABS_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "valid (0 warnings)" in done.stdout


@pytest.mark.parametrize("source", [pytest.param(source, id=where) for where, source in _example_files()])
def test_a_guides_yaml_is_taken_by_an_agent_file(platform: PlatformProcess, source: str) -> None:
    with platform.client() as client:
        answer = client.post("/api/v1/agents/validate", content=source, headers={"Content-Type": "application/yaml"})
    assert answer.status_code == 200, answer.text
