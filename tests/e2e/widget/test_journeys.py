"""What every visitor must be able to do, wherever the chat is served."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.widget.conftest import Site
from tests.e2e.widget.steps import answers, field, launcher, own, say, visit, visit_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_visitor_asks_on_the_public_page_and_is_answered(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "Hello there")
    await expect(own(page)).to_contain_text("Hello there")
    await expect(answers(page)).to_have_count(1)
    await expect(answers(page).locator(".bubble")).not_to_be_empty()
    await expect(page.locator(".typing")).to_have_count(0)


async def test_history_is_there_after_a_reload(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "Remember this")
    await expect(answers(page)).to_have_count(1)
    await page.reload()
    await expect(own(page)).to_have_count(1)
    await expect(own(page)).to_contain_text("Remember this")
    await expect(answers(page)).to_have_count(1)


async def test_the_widget_works_on_a_page_of_another_origin_whatever_its_styles(
    page: Page, site: Site, shop: str
) -> None:
    await visit_shop(page, shop, site)
    await launcher(page).click()
    await say(page, "Hello from a shop")
    await expect(answers(page)).to_have_count(1)
    size = await field(page).evaluate("element => getComputedStyle(element).fontSize")
    colour = await answers(page).locator(".bubble").evaluate("element => getComputedStyle(element).color")
    assert size == "16px"
    assert colour != "rgb(255, 0, 0)"


async def test_two_tabs_of_one_visitor_show_the_same_conversation(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "From the first tab")
    await expect(answers(page)).to_have_count(1)
    second = await page.context.new_page()
    await visit(second, site)
    await expect(answers(second)).to_have_count(1)
    await say(second, "From the second tab")
    await expect(answers(second)).to_have_count(2)
    await expect(answers(page)).to_have_count(2)
    await expect(own(page)).to_have_count(2)


async def test_a_new_conversation_starts_empty_and_stays_after_a_reload(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "Old matter")
    await expect(answers(page)).to_have_count(1)
    await page.get_by_role("button", name="New conversation").click()
    await expect(own(page)).to_have_count(0)
    await say(page, "New matter")
    await expect(answers(page)).to_have_count(1)
    await page.reload()
    await expect(own(page)).to_have_count(1)
    await expect(own(page)).to_contain_text("New matter")


async def test_an_unknown_agent_has_a_page_that_says_so(page: Page, site: Site) -> None:
    response = await page.goto(f"{site.url}/chat/nobody-here")
    assert response is not None
    assert response.status == 404
    await expect(page.get_by_role("heading")).to_have_text("There is no chat here.")


async def test_the_public_page_runs_no_script_but_its_own(page: Page, site: Site) -> None:
    response = await page.goto(site.page)
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    refused = "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.hacked=1>')"
    with pytest.raises(Exception, match="TrustedHTML"):
        await page.evaluate(refused)
