"""What people come to the console for, from signing in to rolling back, in a real browser against the real platform."""

import re

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.e2e.console.conftest import Platform, bearer, fill_sign_in, go, open_account_menu, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _type_at_end(page: Page, text: str) -> None:
    editor = page.get_by_role("textbox", name="Agent file, YAML")
    await editor.click()
    await page.keyboard.press("Control+End")
    await page.keyboard.insert_text(text)


async def _show_trace(page: Page) -> None:
    """Where there is no room for both, the trace is behind a switch."""
    switch = page.get_by_role("button", name=re.compile(r"^Trace"))
    if await switch.is_visible():
        await switch.click()


async def test_from_signing_in_over_an_edit_and_an_answer_with_its_trace_to_a_rollback(
    page: Page, platform: Platform, agent: str
) -> None:
    await sign_in(page, platform)
    await go(page, "Agents")
    await page.get_by_label("Search by name or slug").fill(agent)
    await page.get_by_role("link", name=agent).first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(agent, re.IGNORECASE))

    await page.get_by_role("link", name="Configuration").click()
    await page.get_by_role("button", name="YAML", exact=True).click()
    await _type_at_end(page, "  - current_time\n")
    await page.get_by_label("Why this change (optional)").fill("She should know the time")
    await page.get_by_role("button", name="Publish", exact=True).click()
    await expect(page.get_by_text(re.compile(r"Version \d+ is live")).first).to_be_visible()

    await page.get_by_role("link", name="Try it").click()
    await page.get_by_label("Message", exact=True).fill("What is 12 * 12?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log").get_by_text("144")).to_be_visible()
    await _show_trace(page)
    step = page.get_by_label("Turn 1").locator("summary").filter(has_text="Tool")
    await step.click()
    await expect(page.get_by_label("Turn 1").get_by_text("Arguments")).to_be_visible()
    await page.get_by_role("button", name="Show the prompt").click()
    await expect(page.get_by_role("dialog").get_by_text("of Corner Shop.")).to_be_visible()
    await page.keyboard.press("Escape")

    await go(page, "Conversations")
    await page.get_by_label("Agent", exact=True).select_option(agent)
    await page.get_by_role("link", name="Visitor").first.click()
    await expect(page.get_by_label("Transcript").get_by_text("What is 12 * 12?")).to_be_visible()

    await page.goto(f"/agents/{agent}/versions")
    await expect(page.get_by_role("listitem").filter(has_text="She should know the time").first).to_be_visible()
    compared = page.get_by_role("region", name="Compare").get_by_text("- current_time")
    await expect(compared.filter(visible=True)).to_be_visible()
    await page.get_by_role("button", name="Roll back to this").last.click()
    await page.get_by_role("dialog").get_by_role("button", name="Roll back to this").click()
    await expect(page.get_by_text("Version 1 is live again").first).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text="Live")).to_contain_text("Version 1")


async def test_a_fault_of_the_file_stands_at_its_line(signed_in: Page, agent: str) -> None:
    await signed_in.goto(f"/agents/{agent}/configuration?view=yaml")
    await _type_at_end(signed_in, "\nagnet: {}\n")
    await signed_in.get_by_role("button", name="Show what is wrong").click()

    await expect(signed_in.get_by_role("button", name=re.compile(r"Line \d+.*agnet"))).to_be_visible()
    await expect(signed_in.locator(".cm-lint-marker-error")).to_be_visible()


async def test_what_somebody_else_published_meanwhile_is_shown_and_nothing_typed_is_lost(
    signed_in: Page, platform: Platform, agent: str
) -> None:
    await signed_in.goto(f"/agents/{agent}/configuration?view=yaml")
    await _type_at_end(signed_in, "# mine\n")
    async with httpx.AsyncClient(base_url=platform.url, headers=await bearer(platform)) as http:
        source = (await http.get(f"/api/v1/agents/{agent}", headers={"Accept": "application/yaml"})).text
        theirs = source.replace("Help with sums.", "Help with every sum.")
        yaml = {"Content-Type": "application/yaml"}
        assert (await http.put(f"/api/v1/agents/{agent}", content=theirs, headers=yaml)).status_code == 200

    await signed_in.get_by_role("button", name="Publish", exact=True).click()

    dialog = signed_in.get_by_role("dialog", name="Somebody else published meanwhile")
    await expect(dialog.get_by_text("Help with every sum.")).to_be_visible()
    await expect(dialog.get_by_text("# mine")).to_be_visible()
    await dialog.get_by_role("button", name="Discard mine, take theirs").click()
    await expect(signed_in.locator(".cm-content")).to_contain_text("Help with every sum.")


async def test_a_session_that_ended_asks_again_over_the_page_and_keeps_what_was_typed(
    signed_in: Page, platform: Platform
) -> None:
    await go(signed_in, "Tools")
    await signed_in.get_by_role("link", name="calculate").click()
    await signed_in.get_by_label("Expression *").fill("6 * 7")
    await signed_in.context.clear_cookies()
    refused = re.compile(r"/api/v1/tools/calculate/test")
    problem = {"status": 401, "code": "token_expired", "detail": "The token has expired."}
    await signed_in.route(refused, lambda route: route.fulfill(status=401, json=problem))
    await signed_in.get_by_role("button", name="Run it").click()

    await expect(signed_in.get_by_role("dialog", name="Sign in to go on")).to_be_visible()
    await signed_in.unroute(refused)
    await fill_sign_in(signed_in, platform)
    await expect(signed_in.get_by_role("dialog")).to_have_count(0)
    await expect(signed_in.get_by_label("Expression *")).to_have_value("6 * 7")
    await signed_in.get_by_role("button", name="Run it").click()
    await expect(signed_in.get_by_label("Result").get_by_text("Worked")).to_be_visible()


async def test_a_reload_keeps_one_signed_in_and_signing_out_does_not(page: Page, platform: Platform) -> None:
    await sign_in(page, platform)
    await page.locator("#content").wait_for()
    await page.goto("/agents")
    await expect(page.get_by_role("link", name="Ada", exact=True)).to_be_visible()

    await open_account_menu(page, platform)
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    await page.goto("/settings/profile")
    await expect(page).to_have_url(re.compile(r"/sign-in\?next="))


async def test_a_key_is_shown_once_works_and_is_revoked(signed_in: Page, platform: Platform) -> None:
    await signed_in.goto("/settings/api-keys")
    await signed_in.get_by_role("button", name="New API key").click()
    await signed_in.get_by_label("Name").fill("CI")
    await signed_in.get_by_role("button", name="Make key").click()
    key = await signed_in.get_by_role("textbox", name="Key").input_value()
    async with httpx.AsyncClient(base_url=platform.url, headers={"X-API-Key": key}) as http:
        assert (await http.get("/api/v1/agents")).status_code == 200

    await signed_in.get_by_role("button", name="Done, I have it").click()
    revoke = signed_in.get_by_role("button", name="Revoke CI")
    await revoke.filter(visible=True).click()
    await signed_in.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await expect(revoke).to_have_count(0)
    async with httpx.AsyncClient(base_url=platform.url, headers={"X-API-Key": key}) as http:
        assert (await http.get("/api/v1/agents")).status_code == 401


async def test_an_agent_pauses_and_answers_again(signed_in: Page, agent: str) -> None:
    await signed_in.goto(f"/agents/{agent}")
    await signed_in.get_by_role("button", name="Pause").click()
    await signed_in.get_by_role("dialog").get_by_role("button", name="Pause").click()
    await expect(signed_in.get_by_text("Paused", exact=True).first).to_be_visible()
    await signed_in.get_by_role("button", name="Activate").click()
    await expect(signed_in.get_by_text("Active", exact=True).first).to_be_visible()


async def test_the_palette_goes_to_an_agent_by_keyboard_alone(signed_in: Page) -> None:
    await signed_in.keyboard.press("Control+k")
    await expect(signed_in.get_by_role("option", name="Ada ada", exact=True)).to_be_visible()
    await signed_in.keyboard.type("ada")
    await signed_in.keyboard.press("Enter")

    await expect(signed_in).to_have_url(re.compile(r"/agents/ada$|/playground"))


async def test_a_new_agent_is_live_as_soon_as_it_is_made(signed_in: Page) -> None:
    await signed_in.goto("/agents")
    await signed_in.get_by_role("link", name="New agent").first.click()
    await expect(signed_in.get_by_role("status").filter(has_text="No faults")).to_be_visible()
    await signed_in.get_by_role("button", name="Make agent").click()

    await expect(signed_in.get_by_role("heading", name="Nora")).to_be_visible()
    await expect(signed_in.get_by_text("Active", exact=True).first).to_be_visible()


async def test_the_search_of_the_list_stands_in_the_address(signed_in: Page) -> None:
    await signed_in.goto("/agents")
    await signed_in.get_by_label("Search by name or slug").fill("nobody")

    await expect(signed_in.get_by_text("Nothing matches")).to_be_visible()
    await expect(signed_in).to_have_url(re.compile(r"filter=nobody"))
    await signed_in.get_by_role("button", name="Clear filters").click()
    await expect(signed_in.get_by_role("link", name="Ada", exact=True).filter(visible=True)).to_be_visible()
