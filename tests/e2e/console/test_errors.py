"""When things go wrong: each is said in plain words with what to do next, and nothing that was typed is lost."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from tests.e2e.console.conftest import DESKTOP, Platform, enter, fill_sign_in, go, platform_in
from tests.factories.platform import PlatformProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGENTS = re.compile(r"/api/v1/agents\?.*limit=50")
REQUEST_ID = "0198c0de-7000-7000-8000-00000000beef"
FAILURES = {
    403: ("You may not do this", "Your role only reads. Ask the owner."),
    409: ("This is not possible just now", "It is archived. Restore it first."),
    422: ("Something here is not right yet", "The filter is not known. Leave it out."),
    500: ("Something went wrong on the server", "Nothing you typed is lost."),
}
SAID = {
    403: {"detail": "Your role only reads.", "hint": "Ask the owner."},
    409: {"detail": "It is archived.", "hint": "Restore it first."},
    422: {"detail": "The filter is not known.", "hint": "Leave it out."},
    500: {"detail": "ZeroDivisionError in repository.py"},
}


@pytest.fixture
def look() -> dict[str, Any]:
    return DESKTOP


async def _refuse(route: Route, status: int, *, headers: dict[str, str] | None = None, **told: Any) -> None:
    problem = {"status": status, "code": f"code_{status}", "detail": "It did not work.", **told}
    body = {**problem, "request_id": REQUEST_ID}
    await route.fulfill(status=status, json=body, headers=headers or {})


def _refusing(status: int, **told: Any) -> Any:
    async def refuse(route: Route) -> None:
        await _refuse(route, status, **told)

    return refuse


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("status", FAILURES)
async def test_a_list_that_fails_says_why_and_what_to_do_and_comes_when_tried_again(
    signed_in: Page, status: int
) -> None:
    title, detail = FAILURES[status]
    await signed_in.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await signed_in.route(AGENTS, _refusing(status, **SAID[status]))
    await signed_in.goto("/agents")

    alert = signed_in.get_by_role("alert")
    await expect(alert.get_by_role("heading", name=title)).to_be_visible()
    await expect(alert).to_contain_text(detail)
    await expect(alert).not_to_contain_text("ZeroDivisionError")
    await alert.get_by_role("button", name="Copy the request number").click()
    await expect(alert.get_by_role("button", name="Copied")).to_be_visible()
    assert await signed_in.evaluate("navigator.clipboard.readText()") == REQUEST_ID

    await signed_in.unroute(AGENTS)
    await alert.get_by_role("button", name="Try again").click()
    await expect(signed_in.get_by_role("link", name="Ada", exact=True)).to_be_visible()


async def test_a_busy_server_is_asked_again_once_after_the_time_it_named(signed_in: Page) -> None:
    asked: list[str] = []

    async def busy_once(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            await _refuse(route, 429, headers={"Retry-After": "2"})
        else:
            await route.continue_()

    await signed_in.route(AGENTS, busy_once)
    await signed_in.goto("/agents")

    await expect(signed_in.get_by_text("Too many requests. Try again in 2 seconds.")).to_be_visible()
    await expect(signed_in.get_by_role("link", name="Ada", exact=True)).to_be_visible()
    assert len(asked) == 2


async def test_a_server_that_stays_busy_says_when_to_try_again(signed_in: Page) -> None:
    asked: list[str] = []

    async def busy(route: Route) -> None:
        asked.append(route.request.url)
        await _refuse(route, 429, headers={"Retry-After": "2" if len(asked) > 2 else "90"})

    await signed_in.route(AGENTS, busy)
    await signed_in.goto("/agents")

    alert = signed_in.get_by_role("alert")
    await expect(alert).to_contain_text("Try again in 90 seconds.")
    again = alert.get_by_role("button", name=re.compile(r"Try again in \d+ s"))
    await expect(again).to_be_disabled()
    assert len(asked) == 1


async def test_a_slow_server_is_waited_for_with_a_word_and_everything_else_goes_on(signed_in: Page) -> None:
    answer = asyncio.Event()

    async def hold(route: Route) -> None:
        await answer.wait()
        await route.continue_()

    await signed_in.route(AGENTS, hold)
    await signed_in.goto("/agents")
    await expect(signed_in.get_by_text("Still loading. The server takes longer than usual.")).to_be_visible()
    await go(signed_in, "Tools")
    await expect(signed_in.get_by_role("link", name="calculate")).to_be_visible()
    await go(signed_in, "Agents")
    answer.set()

    await expect(signed_in.get_by_role("link", name="Ada", exact=True)).to_be_visible()
    await expect(signed_in.get_by_text("Still loading")).to_have_count(0)


async def test_a_failure_within_a_page_leaves_its_heading_and_the_navigation(signed_in: Page) -> None:
    await signed_in.route("**/api/v1/agents/ada", _refusing(500))
    await signed_in.goto("/agents/ada")

    await expect(signed_in.get_by_role("alert")).to_contain_text("Something went wrong on the server")
    await expect(signed_in.get_by_role("heading", level=1, name="ada")).to_be_visible()
    await go(signed_in, "Tools")
    await expect(signed_in.get_by_role("link", name="calculate")).to_be_visible()


# ── what somebody has typed ──────────────────────────────────────────────────────────────────────────────────────────
async def _edit(page: Page, agent: str) -> None:
    await page.goto(f"/agents/{agent}/configuration?view=yaml")
    await page.get_by_role("textbox", name="Agent file, YAML").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.insert_text("  - current_time\n")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "You may not do this"),
        (409, "This is not possible just now"),
        (422, "Something here is not right yet"),
        (429, "Too many requests"),
        (500, "Something went wrong on the server"),
    ],
)
async def test_an_agent_that_could_not_be_published_keeps_its_text_and_is_published_by_the_next_try(
    signed_in: Page, agent: str, status: int, said: str
) -> None:
    async def refuse_put(route: Route) -> None:
        if route.request.method == "PUT":
            await _refuse(route, status, headers={"Retry-After": "7"})
        else:
            await route.continue_()

    place = re.compile(rf"/api/v1/agents/{agent}\?")
    await _edit(signed_in, agent)
    await signed_in.route(place, refuse_put)
    await signed_in.get_by_role("button", name="Publish", exact=True).click()
    await expect(signed_in.get_by_role("alert").filter(has_text=said)).to_be_visible()
    await expect(signed_in.locator(".cm-content")).to_contain_text("- current_time")
    await signed_in.unroute(place)
    await signed_in.get_by_role("button", name="Publish", exact=True).click()

    await expect(signed_in.get_by_text("Version 2 is live").first).to_be_visible()


async def test_an_agent_is_published_once_however_often_one_presses(signed_in: Page, agent: str) -> None:
    sent: list[str] = []
    go_on = asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == "PUT":
            sent.append(route.request.url)
            await go_on.wait()
        await route.continue_()

    await _edit(signed_in, agent)
    await signed_in.route(re.compile(rf"/api/v1/agents/{agent}\?"), hold)
    for _ in range(3):
        await signed_in.keyboard.press("Control+s")
    await signed_in.get_by_role("button", name="Publish", exact=True).click(force=True)
    go_on.set()
    await expect(signed_in.get_by_text("Version 2 is live").first).to_be_visible()

    assert len(sent) == 1


async def test_a_message_that_could_not_be_sent_stays_and_is_sent_once_by_the_next_try(
    signed_in: Page, agent: str
) -> None:
    await signed_in.goto(f"/playground?agent={agent}")
    refused = re.compile(r"/api/v1/conversations/[^/]+/messages$")

    async def refuse_post(route: Route) -> None:
        if route.request.method == "POST":
            await _refuse(route, 500)
        else:
            await route.continue_()

    await signed_in.route(refused, refuse_post)
    await signed_in.get_by_label("Message", exact=True).fill("What is 12 * 12?")
    await signed_in.keyboard.press("Enter")
    log = signed_in.get_by_role("log")
    await expect(log.get_by_role("alert")).to_contain_text("Something went wrong on the server")
    await expect(log.get_by_text("What is 12 * 12?")).to_be_visible()
    await signed_in.unroute(refused)
    await signed_in.get_by_role("button", name="Send again").click()

    await expect(log.get_by_text("144")).to_be_visible()
    await expect(log.get_by_text("What is 12 * 12?")).to_have_count(1)


@pytest.mark.parametrize("status", [403, 409, 422, 429, 500])
async def test_a_form_that_was_refused_keeps_what_was_filled_in(signed_in: Page, status: int) -> None:
    async def refuse_post(route: Route) -> None:
        if route.request.method == "POST":
            await _refuse(route, status, hint="Do this next.")
        else:
            await route.continue_()

    await signed_in.goto("/settings/api-keys")
    await signed_in.route("**/api/v1/api-keys*", refuse_post)
    await signed_in.get_by_role("button", name="New API key").click()
    dialog = signed_in.get_by_role("dialog")
    await dialog.get_by_label("Name").fill(f"Nightly {status}")
    await dialog.get_by_role("button", name="Make key").click()

    await expect(dialog.get_by_role("alert")).to_contain_text("Do this next.")
    await expect(dialog.get_by_label("Name")).to_have_value(f"Nightly {status}")
    await signed_in.unroute("**/api/v1/api-keys*")
    await dialog.get_by_role("button", name="Make key").click()
    await expect(signed_in.get_by_role("textbox", name="Key")).to_be_visible()


# ── who one is ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_session_that_was_ended_elsewhere_asks_again_and_keeps_the_unsaved_text(
    signed_in: Page, platform: Platform, agent: str
) -> None:
    await _edit(signed_in, agent)
    ended = await signed_in.context.request.post(f"{platform.url}/api/v1/auth/logout")
    assert ended.status == 204
    # Whatever asks first meets the end of the session: a read of the page's own, or this press behind the dialog.
    await signed_in.get_by_role("button", name="Publish", exact=True).dispatch_event("click")

    await expect(signed_in.get_by_role("dialog", name="Sign in to go on")).to_be_visible()
    await signed_in.keyboard.press("Escape")
    await expect(signed_in.get_by_role("dialog", name="Sign in to go on")).to_be_visible()
    await fill_sign_in(signed_in, platform)
    await expect(signed_in.get_by_role("dialog")).to_have_count(0)
    await expect(signed_in.locator(".cm-content")).to_contain_text("- current_time")
    await signed_in.get_by_role("button", name="Publish", exact=True).click()
    await expect(signed_in.get_by_text("Version 2 is live").first).to_be_visible()


# ── the console itself ───────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_page_whose_code_went_away_with_an_update_asks_for_a_reload(
    signed_in: Page, expected_faults: list[str]
) -> None:
    expected_faults.append("could not be loaded|may have been updated|dynamically imported|MIME type")
    gone = re.compile(r"/assets/tools-page-.*\.js$")
    await signed_in.route(gone, lambda route: route.fulfill(status=404, body="Not found"))
    await go(signed_in, "Tools")
    await expect(signed_in.get_by_text("SparkLabs may have been updated meanwhile.")).to_be_visible()
    await expect(signed_in.get_by_role("navigation", name="Main navigation")).to_be_visible()
    await signed_in.unroute(gone)
    await signed_in.get_by_role("button", name="Reload").click()

    await expect(signed_in.get_by_role("link", name="calculate")).to_be_visible()


async def test_a_page_that_stumbles_leaves_the_navigation(signed_in: Page, expected_faults: list[str]) -> None:
    expected_faults.append("TypeError")
    odd = {"name": "odd", "description": "Its schema is missing.", "risk": "low", "side_effect": "none"}
    told = {"items": [odd], "total": 1}
    await signed_in.route(re.compile(r"/api/v1/tools(\?|$)"), lambda route: route.fulfill(json=told))
    await signed_in.goto("/tools?tool=odd")

    await expect(signed_in.get_by_role("alert")).to_contain_text("This page stumbled")
    await go(signed_in, "Agents")
    await expect(signed_in.get_by_role("link", name="Ada", exact=True)).to_be_visible()


# ── no server, no network ────────────────────────────────────────────────────────────────────────────────────────────
class TestServerDown:
    """A platform of its own, which is really stopped and started again."""

    @pytest.fixture
    def process(self, console_bundle: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformProcess]:
        with platform_in(tmp_path_factory.mktemp("mortal")) as running:
            yield running

    @pytest.fixture
    def platform(self, process: PlatformProcess) -> Platform:
        return Platform(process.url, process.home)

    @pytest_asyncio.fixture(loop_scope="session")
    async def inside(self, page: Page, platform: Platform) -> AsyncIterator[Page]:
        await enter(page.context, platform)
        yield page

    async def test_nothing_is_lost_while_the_server_is_down_and_all_goes_on_when_it_is_back(
        self, inside: Page, process: PlatformProcess
    ) -> None:
        page = inside
        await _edit(page, "ada")
        await asyncio.to_thread(process.stop)
        await page.get_by_role("button", name="Publish", exact=True).click()
        await expect(page.get_by_role("alert").filter(has_text="The server cannot be reached")).to_be_visible()
        await expect(page.get_by_text("The server cannot be reached. Trying again")).to_be_visible()
        await expect(page.locator(".cm-content")).to_contain_text("- current_time")

        await asyncio.to_thread(process.restart)
        await expect(page.get_by_text("The server cannot be reached. Trying again")).to_have_count(0)
        await page.get_by_role("button", name="Publish", exact=True).click()
        await expect(page.get_by_text("Version 2 is live").first).to_be_visible()

        await go(page, "Playground")
        await page.get_by_label("Message", exact=True).fill("What is 12 * 12?")
        await asyncio.to_thread(process.stop)
        await page.keyboard.press("Enter")
        log = page.get_by_role("log")
        await expect(log.get_by_role("alert")).to_contain_text("The server cannot be reached")
        await expect(log.get_by_text("What is 12 * 12?")).to_be_visible()
        await asyncio.to_thread(process.restart)
        await page.get_by_role("button", name="Send again").click()
        await expect(log.get_by_text("144")).to_be_visible()
        await expect(log.get_by_text("What is 12 * 12?")).to_have_count(1)

    async def test_a_list_that_could_not_be_reached_comes_by_itself_when_the_server_is_back(
        self, inside: Page, process: PlatformProcess
    ) -> None:
        await inside.goto("/conversations")
        await inside.get_by_text("No conversations yet").wait_for()
        await go(inside, "Agents")
        await inside.get_by_role("link", name="Ada", exact=True).wait_for()
        await asyncio.to_thread(process.stop)
        await inside.get_by_label("Search by name or slug").fill("ada")

        await expect(inside.get_by_role("alert")).to_contain_text("The server cannot be reached")
        await asyncio.to_thread(process.restart)
        await expect(inside.get_by_role("link", name="Ada", exact=True)).to_be_visible()


async def test_being_offline_is_said_and_what_failed_comes_back_with_the_network(signed_in: Page) -> None:
    await signed_in.goto("/agents")
    await signed_in.get_by_role("link", name="Ada", exact=True).wait_for()
    await signed_in.context.set_offline(True)
    await expect(signed_in.get_by_text("You are offline.")).to_be_visible()
    await signed_in.get_by_label("Search by name or slug").fill("ad")
    await expect(signed_in.get_by_role("alert")).to_contain_text("The server cannot be reached")
    await signed_in.context.set_offline(False)

    await expect(signed_in.get_by_role("link", name="Ada", exact=True)).to_be_visible()
    await expect(signed_in.get_by_text("You are offline.")).to_have_count(0)
