"""What becomes of a conversation when the line, the server or the token fails: nothing is lost and nothing doubled."""

import pytest
from playwright.async_api import Page, expect

from tests.e2e.widget.conftest import Site
from tests.e2e.widget.steps import answers, field, own, say, visit, visit_shop
from tests.fakes.web_chat_backend import WebChatBackend

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def site(backend: WebChatBackend) -> Site:
    """Faults are made by the stand-in's knobs."""
    return Site(backend.url)


async def test_an_answer_that_breaks_off_is_completed_without_asking_twice(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    backend.cut = 1
    await visit(page, site)
    await say(page, "slow but whole in the end")
    await expect(answers(page)).to_have_count(1)
    await expect(answers(page)).to_contain_text("You said: slow but whole in the end")
    assert backend.heard() == ["slow but whole in the end"]
    assert len({key for key, _ in backend.posts}) == 1


async def test_a_lost_confirmation_is_retried_with_the_same_key(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    backend.lose = 2
    await visit(page, site)
    await say(page, "once only")
    await expect(answers(page)).to_have_count(1)
    await expect(own(page)).to_have_count(1)
    assert backend.heard() == ["once only"]
    assert len({key for key, _ in backend.posts}) == 1


async def test_an_unavailable_server_is_asked_again_by_itself(page: Page, site: Site, backend: WebChatBackend) -> None:
    backend.refuse = 1
    await visit(page, site)
    await say(page, "are you there")
    await expect(answers(page)).to_have_count(1)
    assert [content for _, content in backend.posts] == ["are you there"] * 2


async def test_a_refused_message_waits_for_the_running_turn(page: Page, site: Site, backend: WebChatBackend) -> None:
    backend.busy = 1
    await visit(page, site)
    await say(page, "patience")
    await expect(answers(page)).to_have_count(1)
    assert backend.heard() == ["patience"]


async def test_what_is_written_offline_is_kept_over_a_reload_and_sent_later(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    await visit(page, site)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    await page.context.set_offline(True)
    await expect(page.locator(".banner")).to_contain_text("You are offline")
    await say(page, "written in a tunnel")
    await expect(own(page)).to_have_count(2)
    await page.context.set_offline(False)
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator(".banner")).to_be_hidden()
    assert backend.heard() == ["hello", "written in a tunnel"]


async def test_a_message_that_never_left_is_sent_after_a_reload(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    backend.refuse = 1
    await visit(page, site)
    await say(page, "do not lose me")
    await page.wait_for_function("() => localStorage.length > 0")
    await page.reload()
    await expect(answers(page)).to_have_count(1)
    await expect(own(page)).to_have_count(1)
    assert backend.heard() == ["do not lose me"]


async def test_a_message_that_cannot_be_sent_is_given_back_with_a_retry(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    await visit(page, site)
    await page.route("**/messages", lambda route: route.fulfill(status=422, json={"detail": "Too long for me."}))
    await say(page, "not yet")
    await expect(page.locator(".error")).to_contain_text("Too long for me.")
    await page.unroute("**/messages")
    await page.get_by_role("button", name="Try again").click()
    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".error")).to_have_count(0)
    assert backend.heard() == ["not yet"]


async def test_an_expired_token_is_renewed_without_the_visitor_noticing(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    await visit(page, site)
    await say(page, "first")
    await expect(answers(page)).to_have_count(1)
    backend.revoke_tokens()
    await say(page, "second")
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator(".error, .notice")).to_have_count(0)
    assert len(backend.memory.conversations) == 1
    assert len(backend.memory.visitors) == 1


async def test_what_was_said_while_the_socket_was_down_is_shown_when_it_is_back(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    await visit(page, site)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    await page.route("**/tickets", lambda route: route.abort())
    backend.drop_sockets()
    await expect(page.locator(".banner")).to_have_text("Reconnecting…")
    backend.say("Said while you were away.")
    await page.unroute("**/tickets")
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator(".banner")).to_be_hidden()
    backend.say("And live again.")
    await expect(answers(page)).to_have_count(3)


async def test_a_reload_in_mid_turn_still_shows_the_answer_once(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    await visit(page, site)
    await say(page, "a slow answer that outlives a reload of the page")
    await expect(page.locator(".streaming")).to_be_visible()
    await page.reload()
    await expect(page.locator(".typing")).to_be_visible()
    await expect(answers(page)).to_have_count(1)
    await expect(own(page)).to_have_count(1)
    assert len(backend.posts) == 1


async def test_a_closed_conversation_goes_on_in_a_new_one(page: Page, site: Site, backend: WebChatBackend) -> None:
    await visit(page, site)
    await say(page, "first matter")
    await expect(answers(page)).to_have_count(1)
    backend.newest().status = "closed"
    await say(page, "second matter")
    await expect(own(page).last).to_contain_text("second matter")
    await expect(answers(page)).to_contain_text("You said: second matter")
    assert len(backend.memory.conversations) == 2


async def test_a_half_written_message_is_there_after_a_reload(page: Page, site: Site) -> None:
    await visit(page, site)
    await field(page).fill("I was about to")
    await page.reload()
    await expect(field(page)).to_have_value("I was about to")


async def test_a_page_that_is_not_on_the_list_gets_no_chat(
    page: Page, site: Site, backend: WebChatBackend, shop: str
) -> None:
    from dataclasses import replace

    [agent_id] = backend.memory.cards
    backend.memory.cards[agent_id] = replace(backend.memory.cards[agent_id], allowed_origins=("https://acme.example",))
    async with page.expect_console_message(lambda message: "widget_origin_not_allowed" in message.text):
        await page.goto(f"{shop}/?src={site.url}&key={site.key()}")
    assert await page.locator("sparklabs-chat").count() == 0
    backend.memory.cards[agent_id] = replace(backend.memory.cards[agent_id], allowed_origins=(shop,))
    await visit_shop(page, shop, site)
