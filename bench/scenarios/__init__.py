"""One module a scenario, each with `async def measure(stage) -> Figure`; how figures are told is report.py's matter."""

from collections.abc import Awaitable, Callable
from importlib import import_module

from bench.figure import Figure
from bench.stage import Stage

# In the order in which they are measured and told.
NAMES = (
    "turn",
    "throughput",
    "storage",
    "long_conversation",
    "concurrent_streams",
    "sockets",
    "idle",
    "start",
    "reload",
    "offline",
)


def scenario(name: str) -> Callable[[Stage], Awaitable[Figure]]:
    """The `measure` of a scenario."""
    measure: Callable[[Stage], Awaitable[Figure]] = import_module(f"bench.scenarios.{name}").measure
    return measure
