"""Every page, desktop light and phone dark: nothing serious for those who cannot see or point, nothing cut off."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.e2e.console.conftest import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
FIND_FAULTS = """async () => (await axe.run()).violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .map(({id, nodes}) => [id, ...nodes.map((node) => node.html.slice(0, 200))])"""
TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"
DESKTOP = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 360, "height": 780}, "color_scheme": "dark", "has_touch": True}
PAGES = {
    "/": "text=System health",
    "/?period=30d&playground=true": "text=By agent",
    "/agents": "main a[href='/agents/ada']",
    "/agents/ada": "text=System prompt",
    "/agents?layout=cards": "main a[href='/agents/ada']",
    "/agents/ada/configuration": "text=Name of the agent",
    "/agents/ada/configuration?section=tools": "text=Add a tool",
    "/agents/ada/configuration?view=yaml": ".cm-line",
    "/agents/ada/settings": "text=Script tag",
    "/agents/ada/versions": "text=No reason given",
    "/new-agent": "text=No faults",
    "/playground": "textarea",
    "/conversations": "h1",
    "/contacts": "text=New contact",
    "/tools?tool=create_ticket": "text=Run it",
    "/notifications": "text=What I am told of",
    "/outbox": "text=No message has been written",
    "/health": "text=Background jobs",
    "/settings/profile": "text=Change password",
    "/settings/workspace": "text=Save workspace",
    "/settings/secrets": "text=New secret",
    "/settings/api-keys": "text=New API key",
    "/settings/appearance": "text=As the system",
    "/nowhere": "text=This page does not exist",
}


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop-light", "phone-dark"])
def look(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


async def _check(page: Page) -> None:
    await page.evaluate(Path(AXE).read_text())
    assert await page.evaluate(FIND_FAULTS) == []
    assert await page.evaluate(TOO_WIDE) <= 0


async def test_the_way_in_has_no_serious_fault(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Sign in", exact=True).wait_for()
    await _check(page)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_serious_fault(signed_in: Page, path: str) -> None:
    await signed_in.goto(path)
    await signed_in.locator(PAGES[path]).first.wait_for(state="attached")
    await signed_in.wait_for_load_state("networkidle")
    await _check(signed_in)


async def test_an_answer_with_its_trace_has_no_serious_fault(signed_in: Page) -> None:
    await signed_in.goto("/playground?agent=ada")
    await signed_in.get_by_label("Message").fill("What is 3 * 4?")
    await signed_in.keyboard.press("Enter")
    await signed_in.get_by_text("Turn 1").first.wait_for(state="attached")
    trace = signed_in.get_by_role("button", name="Trace")
    if await trace.is_visible():
        await trace.click()
    await signed_in.locator("summary").last.click()
    await _check(signed_in)
    await signed_in.get_by_role("button", name="Show the prompt").click()
    await signed_in.get_by_role("dialog").get_by_text("System").wait_for()
    await _check(signed_in)
