"""The button on somebody's page: opening and closing, keyboard, phone, greeting, badge, theme, language and the page's API."""

import pytest
from playwright.async_api import Browser, Page, expect

from sparklabs.channels.web.schemas import AgentCard
from tests.e2e.widget.conftest import CARD, Site
from tests.e2e.widget.steps import answers, field, launcher, say, visit, visit_shop
from tests.fakes.web_chat_backend import WebChatBackend

pytestmark = pytest.mark.asyncio(loop_scope="session")
INK_OR_WHITE = {"rgb(35, 16, 5)", "rgb(255, 255, 255)"}


@pytest.fixture
def site(backend: WebChatBackend) -> Site:
    return Site(backend.url)


def change_card(backend: WebChatBackend, **changes: object) -> None:
    from dataclasses import replace

    [(agent_id, card)] = backend.memory.cards.items()
    changed: AgentCard = replace(card, **changes)  # type: ignore[arg-type]
    backend.memory.cards[agent_id] = changed


async def test_opening_puts_the_focus_in_the_field_and_escape_gives_it_back(page: Page, site: Site, shop: str) -> None:
    await visit_shop(page, shop, site)
    await launcher(page).focus()
    await page.keyboard.press("Enter")
    await expect(field(page)).to_be_focused()
    await expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(page.locator(".panel")).to_be_hidden()
    await expect(launcher(page)).to_be_focused()


async def test_closing_returns_the_focus_to_where_the_page_opened_it_from(page: Page, site: Site, shop: str) -> None:
    await visit_shop(page, shop, site)
    await page.locator("#other").focus()
    await page.evaluate("window.SparkLabs.open()")
    await expect(field(page)).to_be_focused()
    await page.evaluate("window.SparkLabs.close()")
    await expect(page.locator("#other")).to_be_focused()


async def test_shift_enter_breaks_the_line_and_enter_sends(page: Page, site: Site, backend: WebChatBackend) -> None:
    await visit(page, site)
    await field(page).fill("one")
    await field(page).press("Shift+Enter")
    await page.keyboard.type("two")
    await field(page).press("Enter")
    await expect(answers(page)).to_have_count(1)
    assert backend.heard() == ["one\ntwo"]


async def test_a_host_page_hears_no_keys_typed_in_the_chat(page: Page, site: Site, shop: str) -> None:
    await visit_shop(page, shop, site)
    await page.evaluate("window.heard = []; addEventListener('keydown', event => window.heard.push(event.key))")
    await launcher(page).click()
    await field(page).press("k")
    assert await page.evaluate("window.heard") == []


async def test_on_a_phone_the_chat_fills_the_screen_and_keeps_the_focus(
    browser: Browser, site: Site, shop: str
) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page = await context.new_page()
    await visit_shop(page, shop, site)
    await launcher(page).tap()
    panel = page.locator(".panel")
    await expect(panel).to_have_attribute("aria-modal", "true")
    await page.wait_for_timeout(400)
    assert await panel.bounding_box() == {"x": 0, "y": 0, "width": 320, "height": 640}
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.tagName") == "SPARKLABS-CHAT"
    overflow = await panel.evaluate("element => element.scrollWidth > element.clientWidth")
    assert not overflow
    await context.close()


async def test_every_button_is_large_enough_for_a_thumb(page: Page, site: Site, shop: str) -> None:
    await visit_shop(page, shop, site)
    await launcher(page).click()
    await say(page, "What are your prices?")
    await expect(page.locator(".sources summary")).to_be_visible()
    sizes = await page.locator("sparklabs-chat button:visible, sparklabs-chat summary").evaluate_all(
        "all => all.map(each => [each.className, each.getBoundingClientRect().height])"
    )
    assert [size for size in sizes if size[1] < 44] == []


async def test_the_log_and_every_control_have_a_name_for_screen_readers(page: Page, site: Site) -> None:
    await visit(page, site)
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    log = page.get_by_role("log", name="Conversation with Maya")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(answers(page)).to_contain_text("Maya said")
    await expect(page.get_by_role("textbox", name="Write a message…")).to_be_visible()
    nameless = await page.locator("button, textarea, a, summary").evaluate_all(
        "all => all.filter(each => !(each.getAttribute('aria-label') || each.textContent.trim())).length"
    )
    assert nameless == 0


async def test_a_greeting_comes_by_itself_once_and_opens_the_chat(
    page: Page, site: Site, backend: WebChatBackend, shop: str
) -> None:
    change_card(backend, proactive_after_seconds=0.2)
    await visit_shop(page, shop, site)
    teaser = page.locator(".teaser")
    await expect(teaser).to_contain_text("Hi, I am Maya.")
    await teaser.get_by_role("button", name="Dismiss").click()
    await expect(teaser).to_be_hidden()
    await page.reload()
    await expect(launcher(page)).to_be_visible()
    await page.wait_for_timeout(500)
    await expect(teaser).to_be_hidden()


async def test_an_answer_to_a_closed_chat_shows_as_a_badge(
    page: Page, site: Site, backend: WebChatBackend, shop: str
) -> None:
    await visit_shop(page, shop, site)
    await launcher(page).click()
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.locator(".badge")).to_be_hidden()
    backend.say("One more thing.")
    await expect(page.locator(".badge")).to_have_text("1")
    await expect(launcher(page)).to_have_attribute("aria-label", "Open chat, 1 unread")
    await launcher(page).click()
    await expect(page.locator(".badge")).to_be_hidden()


async def test_an_open_chat_is_open_on_the_next_page_too(page: Page, site: Site, shop: str) -> None:
    await visit_shop(page, shop, site)
    await launcher(page).click()
    await page.reload()
    await expect(field(page)).to_be_visible()


async def test_the_page_hears_messages_and_may_say_who_is_there(
    page: Page, site: Site, backend: WebChatBackend, shop: str
) -> None:
    await visit_shop(page, shop, site)
    await page.evaluate(
        """() => {
            window.told = [];
            window.SparkLabs.on('message', message => window.told.push(message.content));
            window.SparkLabs.identify({ name: 'Ada', email: 'ada@acme.example' });
            window.SparkLabs.open();
        }"""
    )
    await say(page, "hello")
    await expect(answers(page)).to_have_count(1)
    assert await page.evaluate("window.told") == ["You said: hello"]
    assert list(backend.memory.contact_names.values()) == ["Ada"]
    assert backend.newest().metadata["claimed_profile"]["email"] == "ada@acme.example"


@pytest.mark.parametrize("colour", ["#ff6b35", "#0a7d55", "#ffd54f", "#1a237e", "#9e9e9e"])
async def test_any_colour_keeps_its_text_readable(page: Page, site: Site, shop: str, colour: str) -> None:
    await visit_shop(page, shop, site, colour=colour)
    ink = await launcher(page).evaluate("element => getComputedStyle(element).color")
    assert ink in INK_OR_WHITE
    assert _contrast(ink, colour) >= (3 if colour == "#9e9e9e" else 4.5)


async def test_light_and_dark_follow_the_tag_and_else_the_system(
    browser: Browser, page: Page, site: Site, shop: str
) -> None:
    async def ground(page: Page) -> str:
        return await page.locator(".panel").evaluate("element => getComputedStyle(element).backgroundColor")

    await visit_shop(page, shop, site, theme="dark")
    assert await ground(page) == "rgb(24, 19, 16)"
    await visit_shop(page, shop, site)
    assert await ground(page) == "rgb(255, 255, 255)"
    await page.emulate_media(color_scheme="dark")
    assert await ground(page) == "rgb(24, 19, 16)"


@pytest.mark.parametrize(("lang", "placeholder"), [("hi", "संदेश लिखें…"), ("de-AT", "Nachricht schreiben…"), ("ja", "Write a message…")])
async def test_the_words_are_in_the_language_of_the_page(
    page: Page, site: Site, shop: str, lang: str, placeholder: str
) -> None:
    await visit_shop(page, shop, site, page_lang=lang)
    await launcher(page).click()
    await expect(field(page)).to_have_attribute("placeholder", placeholder)


async def test_motion_stops_for_those_who_ask_for_less(page: Page, site: Site) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await visit(page, site)
    await say(page, "slow and long enough to be looked at while it streams")
    await expect(page.locator(".streaming")).to_be_visible()
    moving = "element => element.getAnimations({ subtree: true }).filter(each => each.playState === 'running').length"
    assert await page.locator(".panel").evaluate(moving) == 0


async def test_a_starter_question_is_asked_by_one_click(page: Page, site: Site, backend: WebChatBackend) -> None:
    await visit(page, site)
    await page.get_by_role("button", name=CARD.starters[0]).click()
    await expect(answers(page)).to_have_count(1)
    assert backend.heard() == [CARD.starters[0]]
    await expect(page.locator(".starters")).to_be_hidden()


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""

    def light(colour: str) -> float:
        digits = colour.removeprefix("#")
        whole = [int(digits[at : at + 2], 16) for at in (0, 2, 4)] if colour.startswith("#") else _numbers(colour)
        red, green, blue = (
            share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in (n / 255 for n in whole)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def _numbers(colour: str) -> list[int]:
    return [int(each) for each in colour.removeprefix("rgb(").removesuffix(")").split(",")]
