"""Agents from their form to their live answers: one text behind form and YAML, in a real browser on the real platform."""

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.e2e.console.conftest import Platform, show_pane

pytestmark = pytest.mark.asyncio(loop_scope="session")

YAML = {"Content-Type": "application/yaml"}
SHOP = """# The shop's own.
version: "1.0"
client:
  name: Corner Shop # since 1970
agent:
  name: Grace
  system_prompt: |
    You are {agent_name} of {client_name}. You work sums out.
  greeting: 'Hello, it''s Grace.'
  model: auto

tools:
  - calculate # sums
"""
CONFIGURATION = "/agents/grace/configuration"


@pytest_asyncio.fixture(loop_scope="session")
async def api(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the owner has it."""
    async with httpx.AsyncClient(base_url=platform.url) as http:
        sign_in = {"email": platform.email, "password": platform.password}
        told = (await http.post("/api/v1/auth/login", json=sign_in)).json()
        http.headers["Authorization"] = f"Bearer {told['access_token']}"
        yield http


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def grace(api: httpx.AsyncClient) -> None:
    """An agent of the API, as it stands in SHOP, whatever the test before made of it."""
    made = await api.post("/api/v1/agents?slug=grace", content=SHOP, headers=YAML)
    if made.status_code not in (200, 201):
        # A file that means the same as the live one is no new version: another one comes in between.
        for text in (SHOP.replace("name: Grace", "name: In between"), SHOP):
            again = await api.put("/api/v1/agents/grace", content=text, headers=YAML)
            assert again.status_code == 200, again.text
    assert await source(api) == SHOP


def _refuse(status: int) -> Callable[[Route], Awaitable[None]]:
    async def answer(route: Route) -> None:
        await route.fulfill(status=status, json={"status": status, "code": "x", "detail": "No."})

    return answer


async def source(api: httpx.AsyncClient) -> str:
    return (await api.get("/api/v1/agents/grace", headers={"Accept": "application/yaml"})).text


async def publish(page: Page) -> None:
    # A version published before may still be told of, so its own answer is waited for.
    async with page.expect_response(lambda answer: answer.request.method == "PUT") as published:
        await page.get_by_role("button", name="Publish", exact=True).click()
    assert (await published.value).ok
    await expect(page.get_by_text(re.compile(r"Version \d+ is live")).first).to_be_visible()


async def show(page: Page, view: str) -> None:
    """The form or the YAML; where both stand side by side, both are shown already."""
    views = page.get_by_role("group", name="How to edit")
    await views.wait_for()
    if not await views.get_by_role("button", name="Side by side").is_visible():
        await views.get_by_role("button", name=view, exact=True).click()


async def test_a_field_changes_its_line_alone_and_the_change_answers_live(
    signed_in: Page, api: httpx.AsyncClient
) -> None:
    await signed_in.goto(CONFIGURATION)
    await signed_in.get_by_label("Name of the agent").fill("Ida")
    await show(signed_in, "YAML")
    line = signed_in.locator(".cm-line", has_text="name: Ida")
    await expect(line).to_be_visible()
    await signed_in.get_by_label("Why this change (optional)").fill("A better name")
    await publish(signed_in)

    assert await source(api) == SHOP.replace("name: Grace", "name: Ida")
    await signed_in.goto("/playground?agent=grace")
    await signed_in.get_by_label("Message").fill("What is 6 * 7?")
    await signed_in.keyboard.press("Enter")
    await expect(signed_in.get_by_role("log").get_by_text("42")).to_be_visible()
    await show_pane(signed_in, "Trace")
    await signed_in.locator("summary").last.click()
    await signed_in.get_by_role("button", name="Show the prompt").click()
    await expect(signed_in.get_by_role("dialog").get_by_text("You are Ida of Corner Shop.")).to_be_visible()


async def test_what_is_typed_into_the_yaml_shows_in_the_form_at_once(signed_in: Page) -> None:
    await signed_in.goto(CONFIGURATION)
    await expect(signed_in.get_by_role("status").filter(has_text="No faults")).to_be_visible()
    await show(signed_in, "YAML")
    await signed_in.locator(".cm-line", has_text="name: Grace").click()
    await signed_in.keyboard.press("End")
    await signed_in.keyboard.type(" Hopper")

    await show(signed_in, "Form")
    await expect(signed_in.get_by_label("Name of the agent")).to_have_value("Grace Hopper")


async def test_a_short_form_grows_and_a_setting_taken_out_leaves_no_trace(
    signed_in: Page, api: httpx.AsyncClient
) -> None:
    await signed_in.goto(f"{CONFIGURATION}?section=model")
    temperature = signed_in.get_by_label("Temperature", exact=True).first
    await temperature.fill("0.4")
    await publish(signed_in)
    assert await source(api) == SHOP.replace("model: auto", "model:\n    primary: auto\n    temperature: 0.4")

    await signed_in.get_by_role("button", name="Take Temperature out of the file").click()
    await publish(signed_in)
    assert "temperature" not in await source(api)


async def test_a_tool_is_added_from_those_that_are_ready(signed_in: Page, api: httpx.AsyncClient) -> None:
    await signed_in.goto(f"{CONFIGURATION}?section=tools")
    await signed_in.get_by_role("button", name="Add a tool").click()
    await signed_in.get_by_role("button", name="Add current_time").click()
    await signed_in.keyboard.press("Escape")
    await publish(signed_in)

    assert await source(api) == SHOP.replace("  - calculate # sums\n", "  - calculate # sums\n  - current_time\n")


async def test_a_fault_stands_at_its_line_and_at_its_field_and_nothing_is_lost(signed_in: Page) -> None:
    await signed_in.goto(f"{CONFIGURATION}?section=channels")
    await signed_in.get_by_label("Main colour").last.fill("orange")

    field = signed_in.locator("[data-setting='widget.colour']")
    await expect(field.locator(".text-bad").first).to_be_visible()
    await show(signed_in, "YAML")
    await expect(signed_in.locator(".cm-lint-marker-error")).to_be_visible()
    await show(signed_in, "Form")
    await expect(
        signed_in.get_by_label("Parts of the configuration").get_by_text("1 fault in this part")
    ).to_be_attached()
    await signed_in.get_by_role("button", name="Publish", exact=True).click()
    await expect(signed_in.get_by_role("alert").first).to_be_visible()
    await expect(signed_in.get_by_label("Main colour").last).to_have_value("orange")


async def to_the_shop(page: Page) -> None:
    """The caret before the name of the shop, in the YAML; its line may be wrapped."""
    await show(page, "YAML")
    await page.locator(".cm-line", has_text="name: Corner Shop").click(position={"x": 40, "y": 8})
    await page.keyboard.press("Home")


async def test_while_the_text_cannot_be_read_the_form_waits(signed_in: Page) -> None:
    await signed_in.goto(CONFIGURATION)
    await to_the_shop(signed_in)
    await signed_in.keyboard.type("name: [")

    await show(signed_in, "Form")
    await expect(signed_in.get_by_role("alert").filter(has_text="The file cannot be read at line")).to_be_visible()
    await expect(signed_in.get_by_label("Name of the agent")).to_be_disabled()
    await to_the_shop(signed_in)
    for _ in "name: [":
        await signed_in.keyboard.press("Delete")
    await show(signed_in, "Form")
    await expect(signed_in.get_by_label("Name of the agent")).to_be_enabled()


async def test_keys_and_tools_are_offered_while_typing(signed_in: Page) -> None:
    await signed_in.goto(f"{CONFIGURATION}?view=yaml")
    editor = signed_in.get_by_role("textbox", name="Agent file, YAML")
    await editor.click()
    await signed_in.keyboard.press("Control+End")
    await signed_in.keyboard.type("  - curr")
    await signed_in.get_by_role("option", name="current_time").click()
    await expect(editor).to_contain_text("- current_time")
    await signed_in.locator(".cm-line", has_text="greeting").get_by_text("greeting").hover()
    await expect(signed_in.get_by_text("What it says first, before any message.")).to_be_visible()


async def test_what_somebody_else_published_is_compared_and_mine_stays(signed_in: Page, api: httpx.AsyncClient) -> None:
    await signed_in.goto(CONFIGURATION)
    await signed_in.get_by_label("Name of the agent").fill("Mine")
    theirs = SHOP.replace("since 1970", "since 1971").replace("You work", "You always work")
    assert (await api.put("/api/v1/agents/grace", content=theirs, headers=YAML)).status_code == 200
    await signed_in.get_by_role("button", name="Publish", exact=True).click()

    dialog = signed_in.get_by_role("dialog", name="Somebody else published meanwhile")
    await expect(dialog.get_by_text("You always work")).to_be_visible()
    await dialog.get_by_role("button", name="Publish mine over it").click()
    await expect(signed_in.get_by_text(re.compile(r"Version \d+ is live")).first).to_be_visible()
    assert await source(api) == SHOP.replace("name: Grace", "name: Mine")


async def test_leaving_with_something_unpublished_asks_first(signed_in: Page) -> None:
    await signed_in.goto(CONFIGURATION)
    await signed_in.get_by_label("Name of the agent").fill("Half")
    await signed_in.get_by_role("link", name="Versions").click()
    dialog = signed_in.get_by_role("dialog", name="Leave without publishing?")
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(signed_in.get_by_label("Name of the agent")).to_have_value("Half")
    await signed_in.get_by_role("link", name="Versions").click()
    await dialog.get_by_role("button", name="Leave").click()
    await expect(signed_in).to_have_url(re.compile(r"/versions"))


async def test_a_server_that_fails_loses_nothing(signed_in: Page) -> None:
    await signed_in.goto(CONFIGURATION)
    await signed_in.get_by_label("Name of the agent").fill("Kept")
    refused = re.compile(r"/api/v1/agents/grace\?")
    for status, said in ((500, "Something went wrong on the server"), (429, "Too many requests")):
        await signed_in.route(refused, _refuse(status))
        await signed_in.keyboard.press("Control+s")
        await expect(signed_in.get_by_role("alert").filter(has_text=said)).to_be_visible()
        await signed_in.unroute(refused)
    await expect(signed_in.get_by_label("Name of the agent")).to_have_value("Kept")
    await publish(signed_in)


async def test_versions_say_what_changed_in_meaning_and_one_click_rolls_back(
    signed_in: Page, api: httpx.AsyncClient
) -> None:
    await api.put("/api/v1/agents/grace?reason=Renamed", content=SHOP.replace("Grace\n", "Ida\n"), headers=YAML)
    await signed_in.goto("/agents/grace/versions")
    meaning = signed_in.get_by_role("region", name="What changed in meaning")
    await expect(meaning.get_by_text("Ida")).to_be_visible()
    newest = signed_in.get_by_role("listitem").filter(has_text="Renamed").first
    await expect(newest).to_contain_text("by Owner")
    await signed_in.get_by_role("button", name="Roll back to this").first.click()
    dialog = signed_in.get_by_role("dialog")
    await dialog.get_by_label("Why (optional)").fill("Too soon")
    await dialog.get_by_role("button", name="Roll back to this").click()

    await expect(signed_in.get_by_text(re.compile(r"Version \d+ is live again")).first).to_be_visible()
    assert "name: Grace" in await source(api)


async def test_the_chat_is_put_on_a_page_and_the_list_of_pages_holds(signed_in: Page, api: httpx.AsyncClient) -> None:
    await signed_in.goto("/agents/grace/settings")
    await signed_in.get_by_label("Add a page").first.fill("shop")
    await signed_in.get_by_role("button", name="Add a page").click()
    await expect(signed_in.get_by_text("'shop' is no origin.")).to_be_visible()
    await signed_in.get_by_label("Add a page").first.fill("https://shop.example")
    await signed_in.get_by_role("button", name="Add a page").click()
    await expect(signed_in.get_by_role("button", name="Remove https://shop.example")).to_be_visible()
    told = (await api.get("/api/v1/agents/grace/embed")).json()
    assert told["allowed_origins"] == ["https://shop.example"]
    await expect(signed_in.get_by_text(f'data-key="{told["key"]}"')).to_be_visible()
    await signed_in.get_by_role("radio", name="Paused").click()
    await expect(signed_in.get_by_role("radio", name="Paused")).to_be_checked()
    await signed_in.get_by_role("radio", name="Active").click()
    await expect(signed_in.get_by_role("radio", name="Active")).to_be_checked()


async def test_a_new_agent_from_a_short_form_is_duplicated_and_archived(signed_in: Page) -> None:
    name = f"Lina-{secrets.token_hex(4)}"
    copy = f"{name.lower()}-2"
    await signed_in.goto("/new-agent")
    await signed_in.get_by_role("radio", name="Appointments").click()
    await signed_in.get_by_label("Name", exact=True).fill(name)
    await signed_in.get_by_label("Your business").fill("Corner Salon")
    await expect(signed_in.locator(".cm-line", has_text="name: Corner Salon # the business")).to_be_visible()
    await expect(signed_in.get_by_role("status").filter(has_text="No faults")).to_be_visible()
    await signed_in.get_by_role("button", name="Make agent").click()
    await expect(signed_in.get_by_role("heading", name=name)).to_be_visible()

    await signed_in.get_by_role("link", name="Settings").last.click()
    await signed_in.get_by_role("link", name="Duplicate").click()
    await expect(signed_in.get_by_label("Name", exact=True)).to_have_value(f"{name} 2")
    await signed_in.get_by_role("button", name="Make agent").click()
    await expect(signed_in.get_by_role("heading", name=f"{name} 2")).to_be_visible()

    await signed_in.goto(f"/agents/{copy}/settings")
    await signed_in.get_by_role("button", name="Archive").click()
    dialog = signed_in.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Archive")).to_be_disabled()
    await dialog.get_by_label(f"Type {copy} to confirm").fill(copy)
    await dialog.get_by_role("button", name="Archive").click()
    await expect(signed_in.get_by_role("heading", name="Agents", exact=True)).to_be_visible()
    await expect(signed_in.get_by_text(copy, exact=True)).to_have_count(0)


async def test_any_setting_is_found_by_its_name(signed_in: Page) -> None:
    await signed_in.goto(f"{CONFIGURATION}?view=form")
    await signed_in.get_by_role("combobox", name="Find a setting").fill("business hours")
    await signed_in.get_by_role("option", name="Business hours").click()

    await expect(signed_in.get_by_label("Business hours", exact=True)).to_be_focused()


async def test_an_older_file_is_told_and_converted(signed_in: Page, api: httpx.AsyncClient) -> None:
    older = 'version: "1.0"\nclient:\n  name: Old Shop\nworkflow:\n  system_prompt: You help.\n  tools: [calculate]\n'
    assert (await api.post("/api/v1/agents?slug=older", content=older, headers=YAML)).status_code in (200, 201)
    await signed_in.goto("/agents/older/configuration")
    await expect(signed_in.get_by_text("This file is written in an older form")).to_be_visible()
    await expect(signed_in.get_by_label("Name of the agent")).to_be_disabled()
    await signed_in.get_by_role("button", name="Convert to version 1.0").click()

    await expect(signed_in.get_by_label("Name of the agent")).to_have_value("Old Shop")
    await expect(signed_in.get_by_label("Name of the agent")).to_be_enabled()
