"""What the platform takes while nobody asks anything."""

import asyncio
import re

import psutil

from bench.figure import Figure, Value
from bench.processes import ROOT, until_ready
from bench.stage import Stage, standing

IDLE_SECONDS = 10
MOST_MB = 300
_VENDORS = re.compile(
    r"\| +((?:openai|anthropic|google\.genai|google\.auth|langchain_anthropic|langchain_google_genai|langchain_openai"
    r"|dateparser|playwright|torch|transformers|tokenizers|cohere|mistralai|boto3|botocore)(?:\.[\w.]+)?)$",
    re.MULTILINE,
)


async def measure(stage: Stage) -> Figure:
    async with standing(quick=stage.quick) as fresh:
        shipped = ROOT / "agents"
        if any(shipped.glob("*.yaml")):
            fresh.agents = shipped
        first = fresh.launch("up", model=None)
        await until_ready(first)
        first.stop()
        platform = fresh.launch("up", model=None)
        await until_ready(platform)
        await asyncio.sleep(IDLE_SECONDS)
        rss, cpu = platform.rss_mb(), platform.cpu_seconds()
        postgres = _unique_mb(fresh.postgres())
        await asyncio.sleep(IDLE_SECONDS)
        busy = (platform.cpu_seconds() - cpu) / IDLE_SECONDS * 100
        platform.stop()
        told = fresh.launch("up", model=None, given={"PYTHONPROFILEIMPORTTIME": "1"})
        await until_ready(told)
        await asyncio.sleep(3)
        told.stop()
        words = told.log.read_text(errors="replace")
    vendors = sorted({name.split(".")[0] for name in _VENDORS.findall(words)})
    modules = len(re.findall(r"^import time: +\d+ \|", words, re.MULTILINE))
    if not modules:
        raise RuntimeError("The interpreter told no imports; the check for vendors' modules would pass on anything.")
    return Figure(
        "The idle platform",
        (
            Value("api and worker in one process (RSS)", rss, "MB", at_most=MOST_MB),
            Value("vendor SDKs loaded", len(vendors), "", at_most=1),
            Value("modules loaded in all", modules, ""),
            Value("PostgreSQL (memory of its own)", postgres, "MB"),
            Value("CPU while idle", busy, "%"),
        ),
        f"`sparklabs up` with the shipped agents and no key, second start, {IDLE_SECONDS} s after it was ready. A"
        " further start tells every import (`PYTHONPROFILEIMPORTTIME`), and vendors' packages are looked for there.",
        (f"vendor packages found: {', '.join(vendors)}",) if vendors else (),
    )


def _unique_mb(server: psutil.Process) -> float:
    """Without pages shared among the server's processes, counted once with its first process."""
    each = [process.memory_full_info() for process in [server, *server.children(recursive=True)]]
    return (sum(one.uss for one in each) + max(one.shared for one in each)) / 1e6
