"""Every page: nothing serious for those who cannot see or point, nothing cut off, a name, a heading, a visible focus."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.console.conftest import Platform, open_account_menu, open_navigation, settled
from tests.e2e.console.inspection import find_everything, find_faults, find_overflow, find_small_targets, find_unringed

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = {
    "/": ("text=System health", "Dashboard"),
    "/?period=30d&playground=true": ("text=By agent", "Dashboard"),
    "/agents": ("main a[href='/agents/ada'] >> visible=true", "Agents"),
    "/agents?layout=cards": ("main a[href='/agents/ada'] >> visible=true", "Agents"),
    "/agents/ada": ("text=System prompt", "Ada"),
    "/agents/ada/configuration": ("text=Name of the agent", "Ada"),
    "/agents/ada/configuration?section=tools": ("text=Add a tool", "Ada"),
    "/agents/ada/configuration?view=yaml": (".cm-line", "Ada"),
    "/agents/ada/settings": ("[aria-label='Script tag']", "Ada"),
    "/agents/ada/versions": ("text=by the agents folder", "Ada"),
    "/agents/nobody": ("text=There is no such thing", "nobody"),
    "/new-agent": ("text=No faults", "New agent"),
    "/playground": ("textarea", "Playground"),
    "/conversations": ("h1", "Conversations"),
    "/conversations/nothing": ("[role=alert]", "Conversations"),
    "/contacts": ("text=New contact", "Contacts"),
    "/tools?tool=create_ticket": ("text=Run it", "Tools"),
    "/notifications": ("text=What I am told of", "Notifications"),
    "/outbox": ("text=No message has been written", "Outbox"),
    "/health": ("text=Background jobs", "Jobs and health"),
    "/settings/profile": ("text=Change password", "Settings"),
    "/settings/workspace": ("text=Save workspace", "Settings"),
    "/settings/secrets": ("text=New secret", "Settings"),
    "/settings/api-keys": ("text=New API key", "Settings"),
    "/settings/appearance": ("text=As the system", "Settings"),
    "/nowhere": ("text=This page does not exist", "Not found"),
}
"""By address: what shows that the page is there, and how its tab is called."""


async def _assert_sound(page: Page, look: dict[str, Any]) -> None:
    await settled(page)
    assert await find_everything(page, touch=look.get("has_touch", False)) == {}


async def _assert_open_part_is_sound(page: Page, look: dict[str, Any]) -> None:
    """A dialog, drawer or menu: its page behind it is checked elsewhere."""
    await settled(page)
    assert await find_faults(page) == []
    assert await find_overflow(page) == []
    if look.get("has_touch"):
        assert await find_small_targets(page) == []


async def test_the_way_in_is_sound(page: Page, look: dict[str, Any]) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Sign in", exact=True).wait_for()

    await expect(page).to_have_title("Sign in · SparkLabs")
    await _assert_sound(page, look)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_sound(signed_in: Page, path: str, look: dict[str, Any]) -> None:
    there, title = PAGES[path]
    await signed_in.goto(path)
    await signed_in.locator(there).first.wait_for()

    await expect(signed_in).to_have_title(f"{title} · SparkLabs")
    await expect(signed_in.locator("html")).to_have_attribute("lang", "en")
    await _assert_sound(signed_in, look)


async def test_an_answer_with_its_trace_is_sound(signed_in: Page, look: dict[str, Any]) -> None:
    await signed_in.goto("/playground?agent=ada")
    await signed_in.get_by_label("Message", exact=True).fill("What is 3 * 4?")
    await signed_in.keyboard.press("Enter")
    await expect(signed_in.get_by_role("log").get_by_text("12", exact=False).last).to_be_visible()
    trace = signed_in.get_by_role("button", name=re.compile("^Trace"))
    if await trace.is_visible():
        await trace.click()
    await signed_in.get_by_label("Turn 1").locator("summary").last.click()
    await _assert_sound(signed_in, look)
    await signed_in.get_by_role("button", name="Show the prompt").click()
    await signed_in.get_by_role("dialog").get_by_text("System").wait_for()
    await _assert_open_part_is_sound(signed_in, look)


async def test_the_palette_is_sound(signed_in: Page, look: dict[str, Any]) -> None:
    await signed_in.keyboard.press("Control+k")
    await signed_in.get_by_role("option", name="Agents").wait_for()
    await _assert_open_part_is_sound(signed_in, look)


async def test_the_navigation_and_the_menu_of_the_account_are_sound(
    signed_in: Page, platform: Platform, look: dict[str, Any]
) -> None:
    await open_navigation(signed_in)
    await _assert_open_part_is_sound(signed_in, look)
    await signed_in.keyboard.press("Escape")
    await expect(signed_in.get_by_role("dialog")).to_have_count(0)
    await open_account_menu(signed_in, platform)
    await signed_in.get_by_role("menuitem", name="Sign out").wait_for()
    await _assert_open_part_is_sound(signed_in, look)


async def test_the_help_for_the_keyboard_is_sound(signed_in: Page, look: dict[str, Any]) -> None:
    await signed_in.keyboard.press("?")
    await signed_in.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    await _assert_open_part_is_sound(signed_in, look)
    assert await find_unringed(signed_in) == []


async def test_a_form_dialog_is_sound(signed_in: Page, look: dict[str, Any]) -> None:
    await signed_in.goto("/settings/api-keys")
    await signed_in.get_by_role("button", name="New API key").click()
    await signed_in.get_by_role("button", name="Make key").click()
    await signed_in.get_by_role("dialog").get_by_text("This is needed.").wait_for()
    await _assert_open_part_is_sound(signed_in, look)
