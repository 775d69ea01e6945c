"""How an answer is shown: while it comes, what it rests on, and what may never run."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.widget.conftest import Site
from tests.e2e.widget.steps import answers, own, say, visit
from tests.fakes.web_chat_backend import WebChatBackend

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def site(backend: WebChatBackend) -> Site:
    """Only the stand-in says what these tests look for."""
    return Site(backend.url)


async def test_text_is_shown_while_it_streams(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "A slow and rather long answer, please, so that it can be watched")
    streaming = page.locator(".streaming")
    await expect(streaming).to_contain_text("You said")
    early = len(await streaming.inner_text())
    await expect(page.get_by_role("log")).to_have_attribute("aria-busy", "true")
    await expect(answers(page)).to_contain_text("so that it can be watched")
    assert early < len(await answers(page).locator(".bubble").inner_text())
    await expect(streaming).to_have_count(0)
    await expect(page.get_by_role("log")).to_have_attribute("aria-busy", "false")


async def test_a_running_tool_is_named_and_sources_stand_under_the_answer(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "What are your prices?")
    await expect(page.locator(".activity")).to_have_text("Looking up prices…")
    await expect(answers(page).locator("strong")).to_have_text("$49")
    await expect(page.locator(".activity")).to_have_count(0)
    await page.locator(".sources summary").click()
    link = page.locator(".sources a")
    await expect(link).to_have_attribute("href", "https://acme.example/prices")
    await expect(link).to_have_attribute("rel", re.compile("noopener"))
    await expect(page.locator(".sources li")).to_have_count(2)


async def test_markdown_becomes_lists_links_code_and_tables(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "markdown")
    await expect(answers(page).locator("ol li")).to_have_count(2)
    await expect(answers(page).locator("code")).to_have_text("3 seats")
    await expect(answers(page).locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    await expect(answers(page).locator("tbody tr")).to_have_count(2)


async def test_markup_in_an_answer_stays_text_and_runs_nothing(page: Page, site: Site, shop: str) -> None:
    # The shop has no content security policy, so only the widget itself protects it.
    await page.goto(f"{shop}/?src={site.url}&key={site.key()}")
    await page.locator("button.launcher").click()
    await say(page, "script")
    await expect(answers(page)).to_contain_text("<img src=x onerror=")
    await expect(answers(page).locator("img, script, b")).to_have_count(0)
    links = await answers(page).locator("a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert links == ["https://safe.example/?a="]
    await page.wait_for_timeout(100)
    assert await page.evaluate("window.hacked") is None


async def test_a_failed_turn_is_told_and_the_next_question_works(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "please fail")
    await expect(page.locator(".notice")).to_contain_text("The model is down.")
    await say(page, "and now")
    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".notice")).to_have_count(0)


async def test_a_hand_over_to_a_person_is_told_and_still_known_after_a_reload(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "a person please")
    await expect(page.locator(".notice")).to_contain_text("connected with a person")
    await page.reload()
    await expect(page.locator(".notice")).to_contain_text("connected with a person")


async def test_an_action_of_unknown_outcome_asks_not_to_repeat_it(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "unsure")
    await expect(page.locator(".notice")).to_contain_text("not certain")


async def test_messages_sent_while_a_turn_runs_are_answered_in_order(page: Page, backend: WebChatBackend) -> None:
    await visit(page, Site(backend.url))
    await say(page, "one slow question that takes its time")
    await say(page, "two")
    await say(page, "three")
    await expect(page.get_by_text("Waiting for its turn").first).to_be_visible()
    await expect(answers(page)).to_have_count(3)
    assert backend.heard() == ["one slow question that takes its time", "two", "three"]
    said = await page.locator(".list .bubble").all_inner_texts()
    # The log follows the platform's numbers, which every tab and every reload shows alike.
    assert said[1:3] == ["two", "three"]
    assert said[4:] == ["You said: two", "You said: three"]
    await expect(own(page)).to_have_count(3)
