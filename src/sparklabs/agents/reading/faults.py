"""What a reading finds: faults, warnings and gaps, each with its place in the file."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["syntax", "schema", "rules", "security", "availability"]
GapKind = Literal["tool", "integration", "secret"]
Path = tuple[str | int, ...]


def show_path(path: Path) -> str:
    """`("tools", 2, "config")` as people write it: `tools[2].config`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "(whole file)"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong (or, among the warnings, doubtful), its place (from 1) and how to mend it."""

    level: Level
    code: str
    file: str
    line: int
    column: int
    path: str
    message: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}  {self.path}  {self.message}  {self.cure}"

    def as_dict(self) -> dict[str, Any]:
        """For the `errors` of a problem document."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault or warning before its place is known: a path in the tree stands for it."""

    level: Level
    code: str
    path: Path
    message: str
    cure: str
    warning: bool = False
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Something the agent needs and does not have; `disables` names what rests until it is there.

    `disables` holds `tools.NAME`, `integrations.NAME` or `channels.TYPE`. `declared` means that the file itself
    lists it under `missing`.
    """

    kind: GapKind
    name: str
    line: int
    description: str
    required_for: tuple[str, ...] = ()
    disables: tuple[str, ...] = ()
    declared: bool = False
    issue_id: str | None = None
    parameters: dict[str, Any] | None = None
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """What stands ready for the tenant: names of tools and tool types, secrets, connected integrations."""

    known_tools: Collection[str] = ()
    known_tool_types: Collection[str] = ()
    secrets: Collection[str] = ()
    integrations: Collection[str] = ()
