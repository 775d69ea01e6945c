"""Longer languages: with every text 40 % longer (the test language en-XA) nothing is cut off on the smallest phone."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.console.conftest import PHONE, Platform, enter, settled
from tests.e2e.console.inspection import NARROWEST_PX, find_overflow

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = {
    "/": "Daashbooaard",
    "/agents": "Aageents",
    "/agents?layout=cards": "Aageents",
    "/agents/ada": None,
    "/agents/ada/configuration": None,
    "/agents/ada/configuration?view=form&section=tools": None,
    "/agents/ada/configuration?view=yaml": None,
    "/agents/ada/versions": None,
    "/agents/ada/settings": None,
    "/new-agent": "Neew aageent",
    "/playground": "Plaaygroouund",
    "/conversations": "Coonveersaatiioons",
    "/contacts": "Coontaacts",
    "/tools?tool=create_ticket": "Tooools",
    "/notifications": "Nootiifiicaatiioons",
    "/outbox": "Oouutboox",
    "/health": "Joobs aand heeaalth",
    "/settings/profile": "Seettiings",
    "/settings/workspace": "Seettiings",
    "/settings/secrets": "Seettiings",
    "/settings/api-keys": "Seettiings",
    "/settings/appearance": "Seettiings",
}
"""By address: how its heading reads in the test language; none where it is a name."""
CUT_OFF = """() => [...document.querySelectorAll("button, a, h1, h2, label, th, summary, [role=option]")]
    .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1)
    .filter((each) => getComputedStyle(each).display !== "inline" && !each.querySelector(".truncate, .line-clamp-2"))
    .map((each) => each.outerHTML.slice(0, 160))"""


@pytest.fixture
def look() -> dict[str, Any]:
    return PHONE


@pytest.fixture
def locale() -> str:
    return "en-XA"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_bears_a_longer_language(page: Page, platform: Platform, path: str) -> None:
    await enter(page.context, platform)
    await page.goto(path)
    heading = page.get_by_role("heading", level=1)
    await heading.wait_for()
    if title := PAGES[path]:
        await expect(heading).to_have_text(title)
    await expect(page.locator("[aria-label=Looaadiing]")).to_have_count(0)
    await settled(page)

    assert await find_overflow(page) == []
    assert await find_overflow(page, width=NARROWEST_PX) == []
    assert await page.evaluate(CUT_OFF) == []
