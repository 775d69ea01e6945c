"""The whole platform in a process of its own, and a browser whose every fault fails the test."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from scripts import bundles

ROOT = Path(__file__).resolve().parents[3]
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
START = "import sys; from sparklabs.entry.cli import main; sys.exit(main())"
expect.set_options(timeout=20_000)
AGENT = """version: "1.0"
client:
  name: Corner Shop
agent:
  name: Ada
  objectives:
    - Help with sums.
  system_prompt: |
    You are {agent_name} of {client_name}. You work sums out.
tools:
  - calculate
"""


@dataclass(frozen=True)
class Platform:
    """A running platform and its owner."""

    url: str
    home: Path
    email: str = "owner@example.com"
    password: str = "correct-horse-battery"


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """`sparklabs up` with a data folder, an agent folder and a database of its own."""
    with running(tmp_path_factory.mktemp("home"), {"ada": AGENT}) as place:
        yield place


@contextmanager
def running(home: Path, agents: Mapping[str, str], **more: str) -> Iterator[Platform]:
    """A platform with these agent files by name; `more` is its further environment."""
    console = ROOT / "console"
    if not bundles.is_current(console):
        bundles.build(console, bundles.find_node(Path(sysconfig.get_path("purelib"))))
    folder = home / "agents"
    folder.mkdir()
    for name, text in agents.items():
        (folder / f"{name}.yaml").write_text(text)
    place = Platform(f"http://localhost:{_free_port()}", home)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SPARKLABS_")},
        "PYTHONPATH": str(ROOT / "src"),
        "SPARKLABS_HOME": str(home),
        "SPARKLABS_AGENTS": str(folder),
        "SPARKLABS_PORT": place.url.rpartition(":")[2],
        "SPARKLABS_OWNER_EMAIL": place.email,
        "SPARKLABS_OWNER_PASSWORD": place.password,
        "SPARKLABS_LOG_LEVEL": "error",
        **more,
    }
    log = home / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-c", START, "up"], env=environment, stdout=output, stderr=output)
        try:
            asyncio.run(_wait(place.url, process, log))
            yield place
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


async def _wait(url: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    async with httpx.AsyncClient() as http:
        for _ in range(400):
            if running.poll() is not None:
                break
            try:
                if (await http.get(f"{url}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise RuntimeError(f"The platform did not start:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def look() -> dict[str, object]:
    """How the browser's window is; a test that asks for another overrides it."""
    return {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}


@pytest.fixture
def hears_events() -> bool:
    """Whether the console listens to the stream of events; one that does is never idle. test_pulse.py has it listen."""
    return False


@pytest_asyncio.fixture(loop_scope="session")
async def context(
    browser: Browser, platform: Platform, look: dict[str, object], hears_events: bool
) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(
        base_url=platform.url,
        locale="en-GB",
        reduced_motion="reduce",
        **look,  # pyright: ignore[reportArgumentType]
    )
    context.set_default_timeout(25_000)
    if not hears_events:
        await context.route("**/api/v1/events/stream", lambda route: route.fulfill(status=403, json={}))
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A tab; an error of a script or a breach of the page's policy fails the test."""
    faults: list[str] = []
    page = await context.new_page()

    def on_console(message: ConsoleMessage) -> None:
        # A refused request is told by the browser as an error too; the page's own answer to it is what is tested.
        if message.type == "error" and not re.search(r"Failed to load resource", message.text):
            faults.append(message.text)

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert faults == []


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(page: Page, platform: Platform) -> Page:
    """A tab of somebody who is signed in, on the dashboard."""
    await sign_in(page, platform)
    await page.get_by_role("heading", name="Dashboard", exact=True).wait_for()
    return page


async def sign_in(page: Page, platform: Platform) -> None:
    await page.goto("/")
    await fill_sign_in(page, platform)


async def fill_sign_in(page: Page, platform: Platform) -> None:
    await page.get_by_label("E-mail").fill(platform.email)
    await page.get_by_label("Password", exact=True).fill(platform.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
