"""The offline model's decisions and the reading of an agent file, in this process; the command that validates one."""

import subprocess
import time
from collections.abc import Callable

from bench.figure import Figure, Value, median, percentile
from bench.processes import ROOT, SPARKLABS, environment
from bench.stage import AGENT, Stage

DECISIONS, READINGS = 300, 20


async def measure(stage: Stage) -> Figure:
    from langchain_core.messages import HumanMessage, SystemMessage

    from bench.offline_quality.scoring import toolset_of
    from bench.offline_quality.sets import load_samples
    from sparklabs.agents.reading import read_agent

    samples = load_samples("dev")[: 60 if stage.quick else DECISIONS]
    decisions: list[float] = []
    for sample in samples:
        toolset = toolset_of(sample.toolset)
        words = [SystemMessage(toolset.system), HumanMessage(sample.say)]
        toolset.model.decide([SystemMessage(toolset.system), HumanMessage("warm")])
        decisions.append(_milliseconds(lambda model=toolset.model, words=words: model.decide(words)))
    file = max(
        [*(ROOT / "agents").glob("*.yaml"), stage.agents / f"{AGENT}.yaml"], key=lambda each: each.stat().st_size
    )
    source = file.read_bytes()
    readings = [_milliseconds(lambda: read_agent(source, file=file.name)) for _ in range(READINGS)]
    command = [_milliseconds(lambda: _validate(str(file))) / 1000 for _ in range(3)]
    return Figure(
        "Without a provider",
        (
            Value("offline model, one decision, median", median(decisions), "ms"),
            Value("offline model, one decision, 95th percentile", percentile(decisions, 95), "ms"),
            Value("reading and checking an agent file, median", median(readings), "ms"),
            Value("`sparklabs agent validate`, whole command", median(command), "s"),
        ),
        f"{len(decisions)} utterances of the development set over its toolsets, embeddings loaded beforehand; the"
        f" largest shipped agent file ({len(source):,} bytes) read {READINGS} times.",
    )


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _validate(file: str) -> None:
    command = [*SPARKLABS, "agent", "validate", file]
    subprocess.run(command, env=environment({}), cwd=ROOT, check=False, capture_output=True, timeout=60)
