"""The console without a mouse: the focus always stands somewhere that makes sense, and every journey can be made."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.e2e.console.conftest import DESKTOP, PHONE, Platform

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOCUSED = """() => {
    const one = document.activeElement;
    const named = one.getAttribute("aria-label") || (one.labels?.[0]?.textContent ?? one.textContent) || one.placeholder;
    return [one.tagName.toLowerCase(), (named ?? "").trim().slice(0, 80)];
}"""
INSIDE_DIALOG = "() => document.activeElement.closest('[role=dialog]') !== null"


@pytest.fixture
def look() -> dict[str, Any]:
    return DESKTOP


async def _focused(page: Page) -> tuple[str, str]:
    tag, name = await page.evaluate(FOCUSED)
    return tag, name


async def _tab_to(page: Page, name: str, *, key: str = "Tab", most: int = 60) -> None:
    """Tabs until something of this name has the focus, as a person would; never through nothing."""
    passed: list[tuple[str, str]] = []
    for _ in range(most):
        await page.keyboard.press(key)
        passed.append(await _focused(page))
        if re.search(name, passed[-1][1]):
            return
    raise AssertionError(f"{name!r} was not reached by {key}: {passed}")


async def _expect_heading_has_focus(page: Page, name: str | re.Pattern[str]) -> None:
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_focused()


@pytest_asyncio.fixture(loop_scope="session")
async def watched(page: Page) -> AsyncIterator[Page]:
    """A tab that knows no mouse, and in which the focus may not get lost: no key may fall on the bare page.

    Tab may lead there: past the last stop it goes to the browser itself.
    """
    lost: list[str] = []
    await page.expose_function("focusLost", lambda where: lost.append(where))  # pyright: ignore[reportUnknownLambdaType]
    await page.add_init_script(
        """let had = false, last = "nothing";
        addEventListener("focusin", () => { had = true; }, true);
        addEventListener("keydown", ({key}) => {
            if (key === "Shift") return;
            const stands = document.activeElement && document.activeElement !== document.body;
            if (had && !stands && last !== "Tab") focusLost(`${location.pathname}: ${key} after ${last}`);
            last = key;
        }, true);
        addEventListener("pointerdown", () => focusLost("a mouse was used"), true);"""
    )
    yield page
    assert lost == []


async def test_from_signing_in_to_signing_out_without_a_mouse(watched: Page, platform: Platform, agent: str) -> None:
    page = watched
    await page.goto("/")
    await page.get_by_role("heading", name="Welcome back").wait_for()
    await _tab_to(page, "^E-mail$")
    await page.keyboard.type(platform.email)
    await _tab_to(page, "^Password$")
    await page.keyboard.type(platform.password)
    await page.keyboard.press("Enter")
    await page.locator("#content").wait_for()
    await _expect_heading_has_focus(page, re.compile("."))

    await page.keyboard.press("Control+k")
    await page.get_by_role("option", name=re.compile(f"^{agent} {agent}$", re.IGNORECASE)).wait_for()
    await page.keyboard.type(agent)
    await page.keyboard.press("Enter")
    await _expect_heading_has_focus(page, re.compile(agent, re.IGNORECASE))

    await _tab_to(page, "^Configuration$")
    await page.keyboard.press("Enter")
    await _tab_to(page, "^YAML$")
    await page.keyboard.press("Enter")
    await _tab_to(page, "^Agent file, YAML$")
    await page.keyboard.press("Control+End")
    await page.keyboard.insert_text("  - current_time\n")
    await page.keyboard.press("Escape")  # closes what the editor suggests
    await page.keyboard.press("Escape")  # and lets the next Tab leave it
    await _tab_to(page, "Why this change")
    await page.keyboard.type("By keyboard")
    await _tab_to(page, "^Publish$")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Version 2 is live").first).to_be_visible()
    assert await _focused(page) == ("button", "Publish")

    await _tab_to(page, "^Try it$", key="Shift+Tab")
    await page.keyboard.press("Enter")
    await _expect_heading_has_focus(page, "Playground")
    await _tab_to(page, "^Message$")
    await page.keyboard.type("What is 12 * 12?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_text("144")).to_be_visible()
    await expect(page.get_by_label("Message", exact=True)).to_be_focused()

    await _tab_to(page, "^Tool")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Turn 1").get_by_text("Arguments")).to_be_visible()
    await _tab_to(page, "^Show the prompt$")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_text("of Corner Shop.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Show the prompt")).to_be_focused()

    await page.keyboard.press("g")
    await page.keyboard.press("c")
    await _expect_heading_has_focus(page, "Conversations")
    await _tab_to(page, "^Visitor")
    await page.keyboard.press("Enter")
    await _expect_heading_has_focus(page, re.compile("^Visitor"))

    await _tab_to(page, platform.email, key="Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Profile")).to_be_focused()
    await page.keyboard.press("End")
    await expect(page.get_by_role("menuitem", name="Sign out")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Welcome back").wait_for()
    await expect(page.get_by_label("E-mail")).to_be_focused()


async def test_the_first_stop_skips_the_navigation(signed_in: Page) -> None:
    await signed_in.keyboard.press("Tab")
    await expect(signed_in.get_by_role("link", name="Skip to content")).to_be_focused()
    await expect(signed_in.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    await signed_in.keyboard.press("Enter")
    await signed_in.keyboard.press("Tab")

    assert await signed_in.evaluate("() => document.activeElement.closest('main') !== null")


async def test_the_stops_of_a_page_go_from_the_navigation_over_the_bar_into_the_content(signed_in: Page) -> None:
    places: list[str] = []
    for _ in range(40):
        await signed_in.keyboard.press("Tab")
        place = await signed_in.evaluate(
            "() => document.activeElement.closest('nav, header, main')?.tagName ?? 'outside'"
        )
        if not places or places[-1] != place:
            places.append(place)
        if place == "MAIN":
            break

    assert [place for place in places if place != "outside"] == ["NAV", "HEADER", "MAIN"]


async def test_a_dialog_holds_the_focus_and_gives_it_back(signed_in: Page) -> None:
    await signed_in.goto("/settings/api-keys")
    opener = signed_in.get_by_role("button", name="New API key")
    await opener.focus()
    await signed_in.keyboard.press("Enter")
    await expect(signed_in.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(8):
            await signed_in.keyboard.press(key)
            assert await signed_in.evaluate(INSIDE_DIALOG)
    await signed_in.keyboard.press("Escape")

    await expect(opener).to_be_focused()


async def test_the_palette_gives_the_focus_back_when_nothing_was_chosen(signed_in: Page) -> None:
    await signed_in.goto("/agents")
    search = signed_in.get_by_label("Search by name or slug")
    await search.focus()
    await signed_in.keyboard.press("Control+k")
    await expect(signed_in.get_by_placeholder("Search pages, agents and actions")).to_be_focused()
    await signed_in.keyboard.press("Escape")

    await expect(search).to_be_focused()


async def test_a_button_that_works_keeps_the_focus_and_does_not_work_twice(signed_in: Page) -> None:
    sent: list[str] = []
    go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        sent.append(route.request.url)
        await go_on.wait()
        await route.continue_()

    await signed_in.route("**/tools/current_time/test", hold)
    await signed_in.goto("/tools?tool=current_time")
    run = signed_in.get_by_role("button", name="Run it")
    await run.focus()
    for _ in range(3):
        await signed_in.keyboard.press("Enter")
    await expect(run).to_be_disabled()
    go_on.set()
    await expect(signed_in.get_by_label("Result").get_by_text("Worked")).to_be_visible()

    await expect(run).to_be_focused()
    assert len(sent) == 1


async def test_letters_go_to_pages_but_not_while_somebody_types(signed_in: Page) -> None:
    await signed_in.goto("/agents")
    await signed_in.get_by_label("Search by name or slug").focus()
    await signed_in.keyboard.type("gt?")
    await expect(signed_in.get_by_label("Search by name or slug")).to_have_value("gt?")
    await expect(signed_in).to_have_url(re.compile(r"/agents\?filter=gt"))
    await signed_in.get_by_role("heading", level=1).focus()
    await signed_in.keyboard.type("gt")

    await _expect_heading_has_focus(signed_in, "Tools")


async def test_letters_can_be_switched_off(signed_in: Page) -> None:
    await signed_in.keyboard.press("?")
    await expect(signed_in.get_by_role("dialog").get_by_text("Go to Tools")).to_be_visible()
    await _tab_to(signed_in, "Shortcuts of single letters")
    await signed_in.keyboard.press("Space")
    await expect(signed_in.get_by_role("dialog").get_by_text("Go to Tools")).to_have_count(0)
    await signed_in.keyboard.press("Escape")
    await signed_in.keyboard.type("gt?")

    await expect(signed_in.get_by_role("dialog")).to_have_count(0)
    await expect(signed_in.get_by_role("heading", level=1, name="Dashboard")).to_be_visible()


class TestOnAPhone:
    """The drawer is a dialog too."""

    @pytest.fixture
    def look(self) -> dict[str, Any]:
        return PHONE

    async def test_the_drawer_holds_the_focus_and_leads_to_the_heading(self, signed_in: Page) -> None:
        menu = signed_in.get_by_role("button", name="Open menu")
        await menu.focus()
        await signed_in.keyboard.press("Enter")
        await signed_in.get_by_role("dialog", name="Main navigation").wait_for()
        assert await signed_in.evaluate(INSIDE_DIALOG)
        await signed_in.keyboard.press("Escape")
        await expect(menu).to_be_focused()

        await signed_in.keyboard.press("Enter")
        await _tab_to(signed_in, "^Tools$")
        await signed_in.keyboard.press("Enter")
        await _expect_heading_has_focus(signed_in, "Tools")
