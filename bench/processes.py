"""Starts and stops the real processes that are measured; what they are asked is the scenarios' matter."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

ROOT = Path(__file__).resolve().parents[1]
READY_WITHIN_SECONDS = 60
STOP_WITHIN_SECONDS = 20
SPARKLABS = (sys.executable, "-c", "from sparklabs.entry.cli import main; main()")
_OURS = ("SPARKLABS_", "OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_")


FakeMode = Literal["tool-then-text", "text"]


class NotReadyError(Exception):
    """A process ended or stayed silent instead of getting ready."""


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """This machine's environment without any setting of the platform or its providers, then what is given."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
    return {**plain, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONUNBUFFERED": "1", **given}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Started:
    """A process of ours and where its words go."""

    process: psutil.Popen
    log: Path
    port: int
    started_at: float

    @property
    def pid(self) -> int:
        return self.process.pid

    def cpu_seconds(self) -> float:
        """User and system time of this one process, without its children."""
        times = self.process.cpu_times()
        return times.user + times.system

    def rss_mb(self) -> float:
        return self.process.memory_info().rss / 1e6

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_WITHIN_SECONDS)

    def stop(self) -> float:
        """Asks it to end and waits; gives the seconds that took."""
        began = time.perf_counter()
        if self.process.is_running():
            with contextlib.suppress(psutil.NoSuchProcess):
                self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_WITHIN_SECONDS)
            except psutil.TimeoutExpired:
                self.kill()
        return time.perf_counter() - began

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]


def spawn(command: Sequence[str], *, log: Path, port: int, given: Mapping[str, str]) -> Started:
    """Its standard output and error go to `log`."""
    with log.open("wb") as out:
        process = psutil.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment(given),
            cwd=ROOT,
        )
    return Started(process, log, port, time.perf_counter())


async def until_ready(started: Started, path: str = "/readyz") -> float:
    """Waits for a 200 at `path`; gives the seconds since the process was started."""
    from bench.http_client import HttpClient

    while time.perf_counter() - started.started_at < READY_WITHIN_SECONDS:
        if started.process.poll() is not None:
            raise NotReadyError(f"The process ended with {started.process.returncode}:\n{started.tail()}")
        with contextlib.suppress(OSError, TimeoutError):
            client = await HttpClient.connect(started.port)
            answer = await client.request("GET", path)
            client.close()
            if answer.status == 200:
                return time.perf_counter() - started.started_at
        await asyncio.sleep(0.01)
    raise NotReadyError(f"Not ready after {READY_WITHIN_SECONDS} s:\n{started.tail()}")


def fake_openai(folder: Path, *, stream_seconds: float, mode: FakeMode) -> Started:
    """The standalone stand-in for an OpenAI-compatible server."""
    port = free_port()
    command = (sys.executable, "-m", "tests.fakes.openai_server", "--port", str(port))
    given = ("--mode", mode, "--stream-seconds", str(stream_seconds))
    return spawn((*command, *given), log=folder / f"fake-{port}.log", port=port, given={})
