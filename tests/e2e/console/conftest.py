"""The whole platform in a process of its own, and a browser whose every fault fails the test."""

import asyncio
import re
import secrets
import sysconfig
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from scripts import bundles
from tests.factories.platform import OWNER_EMAIL, OWNER_PASSWORD, PlatformProcess

ROOT = Path(__file__).resolve().parents[3]
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
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

SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 360, "height": 780}, "has_touch": True},
    "tablet": {"viewport": {"width": 768, "height": 1024}, "has_touch": True},
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}
EVERY_TIME = {("desktop", "light"), ("phone", "dark")}
"""What `make test` looks at; `make test-all` looks at every size in both themes."""


@dataclass(frozen=True)
class Platform:
    """A running platform and its owner."""

    url: str
    home: Path
    email: str = OWNER_EMAIL
    password: str = OWNER_PASSWORD


def _looks() -> Iterator[object]:
    for size, window in SIZES.items():
        for theme in ("light", "dark"):
            marks = [] if (size, theme) in EVERY_TIME else [pytest.mark.slow]
            yield pytest.param({**window, "color_scheme": theme}, id=f"{size}-{theme}", marks=marks)


DESKTOP: dict[str, Any] = {**SIZES["desktop"], "color_scheme": "light"}
PHONE: dict[str, Any] = {**SIZES["phone"], "color_scheme": "dark"}


@pytest.fixture(params=_looks())
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the browser's window is: each test sees the pair of `make test`, or in test-all the whole matrix.

    A module whose subject is no matter of size or theme overrides it by a fixture of the same name.
    """
    return request.param


@pytest.fixture(scope="session")
def console_bundle() -> None:
    """The console as its sources are now."""
    console = ROOT / "console"
    if not bundles.is_current(console):
        bundles.build(console, bundles.find_node(Path(sysconfig.get_path("purelib"))))


@pytest.fixture(scope="session")
def platform(console_bundle: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """`sparklabs up` with a data folder, an agent folder and a database of its own."""
    with running(tmp_path_factory.mktemp("platform"), {"ada": AGENT}) as place:
        yield place


@contextmanager
def running(folder: Path, agents: Mapping[str, str], **more: str) -> Iterator[Platform]:
    """A platform with these agent files by name; `more` is its further environment."""
    with platform_in(folder, agents, **more) as process:
        yield Platform(process.url, process.home)


def platform_in(folder: Path, agents: Mapping[str, str] | None = None, **more: str) -> PlatformProcess:
    """A platform that is not started yet; its only agent is Ada unless others are given."""
    files = folder / "agents"
    files.mkdir()
    for name, text in (agents or {"ada": AGENT}).items():
        (files / f"{name}.yaml").write_text(text)
    own = {"SPARKLABS_DATABASE_CONNECTIONS": "12", "SPARKLABS_LOG_LEVEL": "error", **more}
    return PlatformProcess(home=folder / "home", agents=files, environment=own, ready_seconds=150)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
def locale() -> str:
    """The language of the browser; a test that asks for another overrides it."""
    return "en-GB"


@pytest.fixture
def hears_events() -> bool:
    """Whether the console listens to the stream of events; one that does is never idle. test_pulse.py has it listen."""
    return False


@pytest_asyncio.fixture(loop_scope="session")
async def context(
    browser: Browser, platform: Platform, look: dict[str, Any], locale: str, hears_events: bool
) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(base_url=platform.url, locale=locale, reduced_motion="reduce", **look)
    context.set_default_timeout(25_000)
    if not hears_events:
        await context.route("**/api/v1/events/stream", lambda route: route.fulfill(status=403, json={}))
    yield context
    await context.close()


@pytest.fixture
def expected_faults() -> list[str]:
    """Patterns of what the browser may complain of; a test that breaks something on purpose adds its own."""
    # A refused request is told by the browser as an error too; the page's own answer to it is what is tested.
    return ["Failed to load resource"]


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext, expected_faults: list[str]) -> AsyncIterator[Page]:
    """A tab; an error of a script or a breach of the page's policy fails the test."""
    faults: list[str] = []
    page = await context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert [each for each in faults if not re.search("|".join(expected_faults), each)] == []


@pytest_asyncio.fixture(loop_scope="session")
async def signed_in(page: Page, platform: Platform) -> Page:
    """A tab of somebody who signed in a while ago, on the dashboard."""
    await enter(page.context, platform)
    await page.goto("/")
    await page.get_by_role("heading", name="Dashboard", exact=True).wait_for()
    return page


async def enter(context: BrowserContext, platform: Platform) -> None:
    """Signs a whole context in by its cookie, as if the form had been filled in; each context has its own session."""
    who = {"email": platform.email, "password": platform.password, "keep_in": "cookie"}
    answer = await context.request.post(f"{platform.url}/api/v1/auth/login", data=who)
    assert answer.ok, await answer.text()
    await context.add_init_script("localStorage.setItem('sparklabs.signed-in', '1')")


async def sign_in(page: Page, platform: Platform) -> None:
    """Signs in by the form, from wherever that leads."""
    await page.goto("/")
    await fill_sign_in(page, platform)


async def fill_sign_in(page: Page, platform: Platform) -> None:
    await page.get_by_label("E-mail").fill(platform.email)
    await page.get_by_label("Password", exact=True).fill(platform.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def go(page: Page, section: str) -> None:
    """To a page by the navigation: the sidebar, or the drawer where there is no room for one."""
    await open_navigation(page)
    await page.get_by_role("navigation", name="Main navigation").get_by_role("link", name=section, exact=True).click()
    await expect(page.get_by_role("dialog", name="Main navigation")).to_have_count(0)


async def open_account_menu(page: Page, platform: Platform) -> None:
    await open_navigation(page)
    await page.get_by_role("button", name=platform.email).click()


async def open_navigation(page: Page) -> None:
    """The navigation in view; on a phone that takes the menu's button."""
    await page.locator("#content").wait_for()
    menu = page.get_by_role("button", name="Open menu")
    if await menu.is_visible():
        await menu.click()


def entries(page: Page, name: str) -> Locator:
    """What a list holds: rows of a table, or the cards that stand in for them on a phone."""
    rows = page.get_by_role("table", name=name).get_by_role("row")
    return rows.or_(page.get_by_role("list", name=name).get_by_role("listitem"))


async def show_pane(page: Page, name: str) -> None:
    """One of two panes that stand beside each other; on a phone there is one at a time."""
    switch = page.get_by_role("button", name=re.compile(f"^{name}"))
    if await switch.is_visible():
        await switch.click()


@pytest_asyncio.fixture(loop_scope="session")
async def agent(platform: Platform) -> str:
    """The slug of an agent of this test's own, whose name is its slug with a capital: nobody else changes it."""
    name = f"Ada-{secrets.token_hex(4)}"
    headers = {**await bearer(platform), "Content-Type": "application/yaml"}
    async with httpx.AsyncClient(base_url=platform.url, headers=headers) as http:
        made = await http.post("/api/v1/agents", content=AGENT.replace("name: Ada", f"name: {name}"))
    assert made.status_code == 201, made.text
    assert made.json()["name"] == name
    return made.json()["slug"]


async def bearer(platform: Platform) -> dict[str, str]:
    """The headers of a program that signed in as the owner."""
    async with httpx.AsyncClient(base_url=platform.url) as http:
        answer = await http.post("/api/v1/auth/login", json={"email": platform.email, "password": platform.password})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def settled(page: Page) -> None:
    """Until nothing of the page is under way any more: no grey rows, no turning wheel."""
    await expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await asyncio.wait_for(page.evaluate("document.fonts.ready.then(() => true)"), 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A journey in a real browser gets a second try, as Playwright's own runner gives it; one that fails twice fails."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))
