"""The widget over the whole platform: who may carry it, and that a change of the agent reaches pages at once."""

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.e2e.widget.conftest import Site
from tests.e2e.widget.platform import AGENT, Platform
from tests.e2e.widget.steps import answers, launcher, say, visit, visit_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_page_that_is_not_on_the_list_gets_no_chat_until_the_agent_names_it(
    page: Page, platform: Platform, shop: str
) -> None:
    site = Site(platform.url, agent=platform.strict_agent)
    await page.goto(f"{shop}/?src={site.url}&key={site.key()}")
    await page.wait_for_timeout(500)
    await expect(launcher(page)).to_have_count(0)
    with platform.owner() as owner:
        changed = owner.put(f"/agents/{site.agent}", content=AGENT.format(origin=shop).encode())
    assert changed.status_code == 200, changed.text
    await visit_shop(page, shop, site)
    await launcher(page).click()
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)


async def test_only_the_origins_of_the_agent_get_a_session(platform: Platform) -> None:
    site = Site(platform.url, agent=platform.chat_agent)
    strict = Site(platform.url, agent=platform.strict_agent)
    answers = {
        origin: httpx.post(
            f"{platform.url}/api/v1/widget/sessions", json={"key": strict.key()}, headers={"Origin": origin}
        )
        for origin in ("https://evil.example", "null", platform.url)
    }
    assert [answer.status_code for answer in answers.values()] == [403, 403, 200]
    anywhere = httpx.post(
        f"{platform.url}/api/v1/widget/sessions", json={"key": site.key()}, headers={"Origin": "https://any.example"}
    )
    assert anywhere.status_code == 200
    assert anywhere.headers["access-control-allow-origin"] == "*"


async def test_an_agent_that_takes_no_files_refuses_one_that_is_sent_all_the_same(platform: Platform) -> None:
    key = Site(platform.url, agent=platform.chat_agent).key()
    session = httpx.post(f"{platform.url}/api/v1/widget/sessions", json={"key": key}).json()
    answer = httpx.post(
        f"{platform.url}/api/v1/conversations/{session['conversation_id']}/files",
        files={"file": ("a.txt", b"hello", "text/plain")},
        headers={"Authorization": f"Bearer {session['token']}"},
    )
    assert answer.status_code in {403, 409, 415, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_chat_can_be_used_by_keyboard_alone(page: Page, platform: Platform, shop: str) -> None:
    await visit_shop(page, shop, Site(platform.url, agent=platform.chat_agent))
    await launcher(page).focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("hello")
    await page.keyboard.press("Enter")
    await expect(answers(page)).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(launcher(page)).to_be_focused()


async def test_the_public_page_fits_the_smallest_phone(page: Page, platform: Platform) -> None:
    await page.set_viewport_size({"width": 320, "height": 568})
    await page.emulate_media(color_scheme="dark")
    await visit(page, Site(platform.url, agent=platform.chat_agent))
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth <= 320")
