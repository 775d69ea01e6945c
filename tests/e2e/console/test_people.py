"""People in the browser: a contact's whole life, secrets that agents ask for, one's own devices, and ways not in."""

import json
import re
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.console.conftest import Platform, entries, fill_sign_in, open_navigation, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

MIA = """version: "1.0"
agent:
  name: Mia
  system_prompt: You help.
tools:
  - name: remember
  - name: look_up_orders
    type: api
    description: Look up an order.
    config:
      endpoint: https://crm.example.com/orders
      headers: {Authorization: "Bearer ${CRM_API_KEY}"}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def api(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """The API as the owner, with the agent Mia."""
    async with httpx.AsyncClient(base_url=f"{platform.url}/api/v1", timeout=60) as http:
        tokens = await http.post("/auth/login", json={"email": platform.email, "password": platform.password})
        http.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"
        made = await http.post("/agents", content=MIA, headers={"Content-Type": "application/yaml"})
        assert made.status_code in (200, 201), made.text
        yield http


async def told(api: httpx.AsyncClient, contact: dict[str, Any], said: str) -> None:
    opened = await api.post("/conversations", json={"agent_id": "mia", "channel": "web_chat", "contact": contact})
    assert opened.status_code == 201, opened.text
    answer = await api.post(f"/conversations/{opened.json()['id']}/messages", json={"content": said})
    assert answer.status_code == 200, answer.text


async def test_a_contact_is_made_found_corrected_and_erased(signed_in: Page, api: httpx.AsyncClient) -> None:
    page = signed_in
    await page.goto("/contacts")
    await page.get_by_role("button", name="New contact").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Create contact").click()
    await expect(dialog.get_by_text("Enter a name, an e-mail")).to_be_visible()
    await dialog.get_by_label("Name").fill("Ada Lovelace")
    await dialog.get_by_label("E-mail").fill("Ada@Example.com")
    await dialog.get_by_role("button", name="Create contact").click()
    await expect(page.get_by_role("heading", name="Ada Lovelace", level=1)).to_be_visible()
    await expect(page.get_by_text("ada@example.com").first).to_be_visible()

    await told(api, {"email": "ada@example.com"}, "I prefer mornings")
    for search in ("lovel", "ada@example.com"):
        await page.goto("/contacts")
        await page.get_by_role("searchbox").fill(search)
        await expect(page).to_have_url(re.compile("search="))
        await page.get_by_role("link", name="Ada Lovelace").click()
        await expect(page.get_by_role("heading", name="Ada Lovelace", level=1)).to_be_visible()
    await expect(page.get_by_label("Conversations").get_by_role("link", name="Mia")).to_be_visible()

    memories = page.get_by_label("What agents remember")
    await expect(memories.get_by_text("mornings", exact=True)).to_be_visible()
    await memories.get_by_role("button", name="Pin", exact=True).click()
    await expect(memories.get_by_text("Pinned", exact=True)).to_be_visible()
    await memories.get_by_role("button", name="Correct").click()
    await page.get_by_role("textbox", name="What is remembered").fill("Prefers evenings")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(memories.get_by_text("Prefers evenings")).to_be_visible()
    await memories.get_by_role("button", name="Forget").click()
    await page.get_by_role("dialog").get_by_role("button", name="Forget").click()
    await expect(memories.get_by_text("Nothing is remembered yet")).to_be_visible()

    await page.get_by_role("button", name="Edit", exact=True).click()
    await dialog.get_by_label("Name").fill("Ada King")
    await dialog.get_by_role("button", name="Remove ada@example.com").click()
    await dialog.get_by_label("Add phone").fill("+44 20 7946 0018")
    await dialog.get_by_role("button", name="Save changes").click()
    await expect(page.get_by_role("heading", name="Ada King", level=1)).to_be_visible()
    await expect(page.get_by_text("+442079460018").first).to_be_visible()
    await expect(page.get_by_text("ada@example.com")).to_have_count(0)

    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Export").click()
    document = json.loads((await (await waiting.value).path()).read_text())
    assert document["contact"]["name"] == "Ada King"
    assert document["conversations"][0]["messages"][0]["content"] == "I prefer mornings"

    await page.get_by_role("button", name="Erase person").click()
    await expect(dialog.get_by_role("button", name="Erase person")).to_be_disabled()
    await dialog.get_by_label("Type ERASE to confirm").fill("ERASE")
    await dialog.get_by_role("button", name="Erase person").click()
    await expect(page.get_by_text("The person is erased, with 2 messages")).to_be_visible()
    await page.get_by_role("searchbox").fill("king")
    await expect(page.get_by_text("Nothing matches")).to_be_visible()


async def test_a_handle_of_another_contact_is_refused_and_nothing_typed_is_lost(
    signed_in: Page, api: httpx.AsyncClient
) -> None:
    await api.post("/contacts", json={"name": "Grace", "handles": [{"kind": "email", "value": "grace@example.com"}]})
    await signed_in.goto("/contacts")
    await signed_in.get_by_role("button", name="New contact").first.click()
    dialog = signed_in.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Another Grace")
    await dialog.get_by_label("E-mail").fill("grace@example.com")
    await dialog.get_by_role("button", name="Create contact").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Another contact has this handle already")
    await expect(dialog.get_by_label("Name")).to_have_value("Another Grace")


async def test_a_change_by_somebody_else_in_between_is_told(signed_in: Page, api: httpx.AsyncClient) -> None:
    made = (await api.post("/contacts", json={"name": "Katherine"})).json()
    await signed_in.goto(f"/contacts/{made['id']}")
    await signed_in.get_by_role("button", name="Edit", exact=True).click()
    await api.patch(f"/contacts/{made['id']}", json={"name": "Katherine Johnson"})
    dialog = signed_in.get_by_role("dialog")
    await dialog.get_by_label("Your own id").fill("nasa-1")
    await dialog.get_by_role("button", name="Save changes").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Somebody else changed this")
    await expect(dialog.get_by_label("Your own id")).to_have_value("nasa-1")


async def test_a_secret_that_an_agent_asks_for_is_set_replaced_and_deleted(
    signed_in: Page, api: httpx.AsyncClient
) -> None:
    page = signed_in
    await page.goto("/settings/secrets")
    row = entries(page, "Secrets").filter(has_text="CRM_API_KEY")
    await expect(row.get_by_text("Missing")).to_be_visible()
    await expect(row.get_by_role("link", name="mia")).to_be_visible()
    await page.get_by_role("button", name="Set CRM_API_KEY").click()
    await page.get_by_label("Value").fill("very-secret-value")
    await page.get_by_role("button", name="Store secret").click()
    await expect(page.get_by_text("CRM_API_KEY is stored")).to_be_visible()
    await expect(row.get_by_text("Missing")).to_have_count(0)
    await page.reload()
    await expect(row.get_by_role("button", name="Replace")).to_be_visible()
    assert "very-secret-value" not in await page.content()
    await page.get_by_role("button", name="Delete CRM_API_KEY").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(row.get_by_text("Missing")).to_be_visible()


async def test_another_device_is_signed_out_from_here(signed_in: Page, browser: Browser, platform: Platform) -> None:
    context = await browser.new_context(base_url=platform.url, user_agent="Mozilla/5.0 (iPhone) Version/18 Safari/604")
    try:
        phone = await context.new_page()
        await sign_in(phone, platform)
        await phone.get_by_role("heading", name="Dashboard", exact=True).wait_for()
        await signed_in.goto("/settings/profile")
        await expect(signed_in.get_by_text("This device")).to_be_visible()
        await signed_in.get_by_role("button", name="Sign out Safari on iPhone").first.click()
        await expect(signed_in.get_by_text("Safari on iPhone is signed out")).to_be_visible()
        await phone.goto("/settings/profile")
        await expect(phone.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    finally:
        await context.close()


async def test_the_own_name_and_the_workspace_are_changed(signed_in: Page) -> None:
    page = signed_in
    await page.goto("/settings/profile")
    await page.get_by_label("Name", exact=True).fill(f"Grace {secrets.token_hex(4)}")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Your name is saved")).to_be_visible()
    await page.goto("/settings/workspace")
    await page.get_by_label("Time zone").select_option("Asia/Calcutta")
    await page.get_by_role("button", name="Save workspace").click()
    await expect(page.get_by_text("The workspace is saved")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Time zone")).to_have_value("Asia/Calcutta")
    await page.get_by_label("Time zone").select_option("UTC")
    await page.get_by_role("button", name="Save workspace").click()
    await expect(page.get_by_text("The workspace is saved")).to_be_visible()


async def test_a_wrong_password_is_said_and_the_way_back_leads_where_one_wanted(page: Page, platform: Platform) -> None:
    await page.goto("/contacts?search=ada")
    await expect(page.get_by_label("E-mail")).to_be_focused()
    await page.get_by_label("E-mail").fill(platform.email)
    await page.get_by_label("Password", exact=True).fill("not the password")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("E-mail or password is not right")
    await fill_sign_in(page, platform)
    await expect(page.get_by_role("heading", name="Contacts", level=1)).to_be_visible()
    await expect(page.get_by_role("searchbox")).to_have_value("ada")


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
async def test_signing_in_never_leads_to_another_site(page: Page, platform: Platform, away: str) -> None:
    await page.goto(f"/sign-in?next={httpx.QueryParams({'n': away})['n']}")
    await fill_sign_in(page, platform)
    await open_navigation(page)
    await page.get_by_role("navigation", name="Main navigation").wait_for()
    assert page.url.startswith(platform.url)


async def test_who_guesses_too_often_sees_how_long_to_wait(page: Page) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("E-mail").fill("guessed@example.com")
    waiting = page.get_by_role("button", name=re.compile("^Wait "))
    for attempt in range(30):
        await page.get_by_label("Password", exact=True).fill(f"guess {attempt}")
        async with page.expect_response("**/auth/login") as answered:
            await page.get_by_role("button", name="Sign in", exact=True).click()
        if (await answered.value).status == 429:
            break
    await expect(waiting).to_be_disabled()
    await expect(page.get_by_role("alert")).to_contain_text("Too many")


async def test_a_server_that_is_down_is_told_and_nothing_typed_is_lost(page: Page, platform: Platform) -> None:
    await page.goto("/sign-in")
    await page.route("**/auth/login", lambda route: route.abort())
    await fill_sign_in(page, platform)
    await expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached")
    await expect(page.get_by_label("E-mail")).to_have_value(platform.email)
    await page.unroute("**/auth/login")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await open_navigation(page)
    await page.get_by_role("navigation", name="Main navigation").wait_for()


async def test_the_console_can_be_installed(page: Page, platform: Platform) -> None:
    await page.goto("/sign-in")
    address = await page.locator("link[rel=manifest]").get_attribute("href")
    manifest = await page.request.get(f"{platform.url}{address}")
    assert manifest.headers["content-type"] == "application/manifest+json"
    told = await manifest.json()
    assert (told["display"], told["start_url"]) == ("standalone", "/")
    for icon in told["icons"]:
        answer = await page.request.get(f"{platform.url}{icon['src']}")
        assert (answer.status, answer.headers["content-type"]) == (200, icon["type"])
