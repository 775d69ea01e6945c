"""Finds tools: built in, from entry points and from a folder of Python files; a broken one never stops others."""

import importlib.util
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from sparklabs.tools.binding import AgentBinding
from sparklabs.tools.building import Builder, Rooms
from sparklabs.tools.builtin import BUILTINS
from sparklabs.tools.errors import ToolBrokenError, ToolNotFoundError
from sparklabs.tools.execution import bind_tool
from sparklabs.tools.schemas import Tool, ToolDeclaration, ToolSource, ToolSpec

ENTRY_POINTS = "sparklabs.tools"
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]{0,63}$")


@dataclass(frozen=True, slots=True)
class DiscoveryFault:
    """A tool that could not be loaded: where it comes from, what is wrong and how to mend it."""

    origin: str
    message: str
    cure: str


class ToolRegistry:
    """All tools that agents may name, and the faults of those that could not be loaded."""

    def __init__(self, rooms: Rooms, *, folder: Path | None = None) -> None:
        self._rooms = rooms
        self._folder = folder
        self._builders: dict[str, Builder] = {}
        self._specs: dict[str, ToolSpec] = {}
        self.faults: tuple[DiscoveryFault, ...] = ()
        self.discover()

    def discover(self) -> None:
        """Reads all sources again; tools that are already bound stay as they were."""
        self._builders, self._specs = {}, {}
        faults: list[DiscoveryFault] = []
        for name, builder in BUILTINS.items():
            spec = builder(ToolDeclaration(name), AgentBinding(agent_slug=""), self._rooms).spec  # pyright: ignore
            self._builders[name], self._specs[name] = builder, spec
        for origin, source, load in (*_entry_points(), *_files(self._folder)):
            try:
                for tool in load():
                    self._add(tool, source)
            except ToolBrokenError as error:
                faults.append(DiscoveryFault(origin, error.detail, error.hint or "Mend it and start again."))
            except (Exception, SystemExit) as error:
                faults.append(DiscoveryFault(origin, _what(error), "Mend it and start again; other tools are loaded."))
        self.faults = tuple(faults)

    def specs(self) -> list[ToolSpec]:
        """Every tool, by name."""
        return [self._specs[name] for name in sorted(self._specs)]

    def get_spec(self, name: str) -> ToolSpec:
        """The tool's spec; raises `tool_not_found` with the nearest name."""
        if name not in self._specs:
            raise ToolNotFoundError(name, known=self._specs)
        return self._specs[name]

    def find_builder(self, name: str) -> Builder | None:
        return self._builders.get(name)

    def names(self) -> list[str]:
        return sorted(self._specs)

    def _add(self, tool: Tool, source: ToolSource) -> None:
        spec = getattr(tool, "spec", None)
        if not isinstance(spec, ToolSpec) or not callable(getattr(tool, "run", None)):
            raise ToolBrokenError(
                f"{type(tool).__name__} is no tool.",
                hint="It needs `spec` (a ToolSpec) and `async run(arguments, context)`.",
            )
        name = spec.schema.name
        if not _NAME.match(name):
            raise ToolBrokenError(f"{name!r} is no name for a tool.", hint="Use letters, digits, _ and -.")
        if name in self._specs:
            raise ToolBrokenError(f"There is already a tool named {name!r}.", hint="Give it another name.")
        spec = replace(spec, source=source)
        bind_tool(tool, spec=spec)
        self._specs[name] = spec
        self._builders[name] = _rebuild(tool, spec)


def _rebuild(tool: Tool, spec: ToolSpec) -> Builder:
    """A foreign tool takes the agent's wording and risk, and its config when it has `configured(config)`."""

    def build(declaration: ToolDeclaration, agent: AgentBinding, rooms: Rooms) -> Tool:  # noqa: ARG001
        configured = cast(Callable[[Mapping[str, Any]], Tool] | None, getattr(tool, "configured", None))
        if declaration.config and configured is None:
            raise ToolBrokenError(
                f"The tool {spec.schema.name!r} takes no settings.", field="config", hint="Leave out `config`."
            )
        made = configured(declaration.config) if configured else tool
        schema = replace(
            spec.schema,
            description=declaration.description or spec.schema.description,
            risk=declaration.risk or spec.schema.risk,
            examples=declaration.examples or spec.schema.examples,
            say=declaration.say or spec.schema.say,
        )
        return bind_tool(made, spec=replace(spec, schema=schema))

    return build


Load = Callable[[], list[Tool]]


def _entry_points() -> Iterator[tuple[str, ToolSource, Load]]:
    for point in entry_points(group=ENTRY_POINTS):
        yield f"entry point {point.name} ({point.value})", "entry_point", _loader(point)


def _loader(point: EntryPoint) -> Load:
    return lambda: _tools_of(point.load(), where=point.value)


def _files(folder: Path | None) -> Iterator[tuple[str, ToolSource, Load]]:
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.py")):
        if not path.name.startswith("_"):
            yield str(path), "folder", _file_loader(path)


def _file_loader(path: Path) -> Load:
    return lambda: _tools_of(_import(path), where=path.name)


def _import(path: Path) -> ModuleType:
    name = f"sparklabs_folder_tools.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ToolBrokenError(f"{path.name} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses of the file look their module up while it is still being read.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _tools_of(found: Any, *, where: str) -> list[Tool]:
    """A module gives its `tool` or `tools`; a class or function is called; anything else is the tool itself."""
    if isinstance(found, ModuleType):
        found = getattr(found, "tools", None) or getattr(found, "tool", None)
        if found is None:
            raise ToolBrokenError(f"{where} holds no tool.", hint="Name it `tool`, or a list of them `tools`.")
    if (callable(found) and not hasattr(found, "run")) or isinstance(found, type):
        found = found()
    return list(cast(list[Tool], found)) if isinstance(found, list | tuple) else [cast(Tool, found)]


def _what(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    trace = error.__traceback__
    line = 0
    while trace is not None:
        line, trace = trace.tb_lineno, trace.tb_next
    return f"{type(error).__name__} at line {line}: {error}"[:300]
