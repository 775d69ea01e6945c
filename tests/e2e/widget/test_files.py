"""Files in the chat: taken or refused by the agent's rules, with words that say why."""

from dataclasses import replace

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.e2e.widget.conftest import Site
from tests.e2e.widget.steps import answers, own, say, visit
from tests.fakes.web_chat_backend import WebChatBackend

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def site(backend: WebChatBackend) -> Site:
    return Site(backend.url)


def payload(name: str, kind: str, size: int = 10) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": b"x" * size}


async def test_an_allowed_file_goes_with_the_message(page: Page, site: Site) -> None:
    await visit(page, site)
    await page.set_input_files("input[type=file]", payload("plan.pdf", "application/pdf"))
    await expect(page.locator(".chips .file:not(.uploading)")).to_contain_text("plan.pdf")
    await say(page, "see this")
    await expect(answers(page)).to_contain_text("with plan.pdf")
    await page.reload()
    await expect(own(page).locator(".file")).to_contain_text("plan.pdf")


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (payload("tool.exe", "application/x-msdownload"), "tool.exe is not of a kind this chat takes (IMAGE, PDF)."),
        (payload("big.png", "image/png", 1001), "big.png is larger than 1 kB."),
        (payload("none.png", "image/png", 0), "none.png is empty."),
    ],
)
async def test_a_file_against_the_rules_is_refused_with_the_reason(
    page: Page, site: Site, file: FilePayload, why: str
) -> None:
    await visit(page, site)
    await page.set_input_files("input[type=file]", file)
    await expect(page.locator(".problem")).to_contain_text(why)
    await expect(page.locator(".chips .file")).to_have_count(0)


async def test_an_agent_that_takes_no_files_offers_none_and_says_so_to_a_paste(
    page: Page, site: Site, backend: WebChatBackend
) -> None:
    [(agent_id, card)] = backend.memory.cards.items()
    backend.memory.cards[agent_id] = replace(card, accepts_files=False)
    await visit(page, site)
    await expect(page.get_by_role("button", name="Attach a file")).to_have_count(0)
    await page.locator("textarea").evaluate(
        """field => {
            const files = new DataTransfer();
            files.items.add(new File(["x"], "a.png", { type: "image/png" }));
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true }));
        }"""
    )
    await expect(page.locator(".problem")).to_have_text("This chat does not take files.")


async def test_a_file_can_be_taken_back_before_it_is_sent(page: Page, site: Site) -> None:
    await visit(page, site)
    await page.set_input_files("input[type=file]", payload("plan.pdf", "application/pdf"))
    await page.get_by_role("button", name="Remove plan.pdf").click()
    await expect(page.locator(".chips .file")).to_have_count(0)
    await expect(page.get_by_role("button", name="Send message")).to_be_disabled()


async def test_a_growing_field_leaves_the_newest_message_in_sight(page: Page, site: Site) -> None:
    await page.set_viewport_size({"width": 400, "height": 420})
    await visit(page, site)
    for number in range(3):
        await say(page, f"message {number}")
        await expect(answers(page)).to_have_count(number + 1)
    await page.locator("textarea").fill("\n" * 5)
    await expect(answers(page).last.locator("time")).to_be_in_viewport(ratio=1)
    gap = await page.get_by_role("log").evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight")
    assert gap < 2
