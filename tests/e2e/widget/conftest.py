"""A browser, and the places the chat is tried at: the stand-in backend and, where there is one, the whole platform."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from sparklabs.channels.web.schemas import AgentCard
from tests.e2e.widget.platform import Platform, running_platform
from tests.fakes.web_chat_backend import WebChatBackend, serving, web_chat_backend

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOP_STYLES = (
    "* { color: red !important; font-size: 40px; display: block; } button { visibility: hidden; } input { width: 90%; }"
)

CARD = AgentCard(
    slug="acme-sales",
    name="Maya",
    company="Acme Software",
    about="Answers questions on plans and prices.",
    greeting="Hi, I am **Maya**.",
    languages=("en", "hi"),
    model_label="Offline model, English only",
    allowed_origins=("*",),
    starters=("What is the price of Pro?",),
    accepts_files=True,
    file_types=("image/*", "application/pdf"),
    largest_file_bytes=1000,
)


@dataclass(frozen=True)
class Site:
    """Where a chat is served, for one agent."""

    url: str
    agent: str = "acme-sales"

    @property
    def page(self) -> str:
        return f"{self.url}/chat/{self.agent}"

    def key(self) -> str:
        """The public key, as the agent's own page carries it."""
        found = re.search(r'data-key="([^"]+)"', httpx.get(self.page).text)
        assert found is not None
        return found[1]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport={"width": 1100, "height": 760}, locale="en-GB")
    context.set_default_timeout(10_000)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """A tab; any error of a script in it fails the test."""
    faults: list[Any] = []
    page = await context.new_page()
    page.on("pageerror", lambda error: faults.append(error))  # noqa: PLW0108 - a bound builtin cannot be wrapped
    yield page
    assert faults == []


@pytest.fixture
def backend() -> Iterator[WebChatBackend]:
    with web_chat_backend(acme=CARD) as running:
        yield running


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The whole platform, started once: the real server over its own database, with the offline model."""
    with running_platform(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture(params=["backend", "platform"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each place that serves the chat: anything with a `url` and an agent (`chat_agent`) that allows every origin."""
    place = request.getfixturevalue(request.param)
    return Site(place.url, agent=getattr(place, "chat_agent", "acme-sales"))


@pytest.fixture
def shop() -> Iterator[str]:
    """A page of another origin, with rude styles; `?src=` and `?key=` say whose chat it carries, the rest goes on the tag."""

    async def home(request: Request) -> HTMLResponse:
        query = dict(request.query_params)
        source, lang = query.pop("src"), query.pop("page_lang", "en")
        attributes = " ".join(f'data-{name}="{value}"' for name, value in query.items())
        return HTMLResponse(
            f"<!doctype html><html lang={lang}><meta name=viewport content=width=device-width><style>{SHOP_STYLES}</style><h1>Shop</h1><input id=other>"
            f'<script src="{source}/widget.js" {attributes} async></script>'
        )

    with serving(Starlette(routes=[Route("/", home)])) as (url, _):
        yield url
