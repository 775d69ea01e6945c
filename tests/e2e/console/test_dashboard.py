"""The dashboard tells the truth after one talk, and leads a newcomer to the first answer within a few clicks."""

import re
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.console.conftest import AGENT, Platform, entries, fill_sign_in, running, show_pane, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOUR = "First steps"


@pytest.fixture(scope="module")
def platform(console_bundle: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of its own: what other journeys did would count among a newcomer's first steps."""
    with running(tmp_path_factory.mktemp("dashboard"), {"ada": AGENT}) as place:
        yield place


@pytest_asyncio.fixture(loop_scope="session")
async def api(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """The API for the owner, as a program uses it."""
    async with httpx.AsyncClient(base_url=f"{platform.url}/api/v1", timeout=60) as http:
        body = {"email": platform.email, "password": platform.password}
        token = (await http.post("/auth/login", json=body)).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield http


@pytest_asyncio.fixture(loop_scope="session")
async def newcomer(page: Page, platform: Platform, api: httpx.AsyncClient) -> Page:
    """Somebody who never chose anything here, on the dashboard."""
    (await api.put("/me/preferences", json={"values": {"tour": None}})).raise_for_status()
    await sign_in(page, platform)
    await expect(page.get_by_role("region", name=TOUR)).to_be_visible()
    return page


async def figure(page: Page, name: str) -> int:
    """The figure of a card at the top."""
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))
    return int(await card.locator("p").first.inner_text())


async def test_the_dashboard_counts_a_talk_and_names_it(signed_in: Page, api: httpx.AsyncClient) -> None:
    await signed_in.get_by_role("heading", name="Hand-offs", exact=True).wait_for()
    before = await figure(signed_in, "Conversations")
    opened = (await api.post("/conversations", json={"agent_id": "ada", "contact": {"name": "Grace"}})).json()
    said = await api.post(f"/conversations/{opened['id']}/messages", json={"content": "What is 6 * 7?"})
    assert said.status_code == 200, said.text

    await signed_in.reload()
    await signed_in.get_by_role("heading", name="Hand-offs", exact=True).wait_for()
    assert await figure(signed_in, "Conversations") == before + 1
    ada = entries(signed_in, "By agent").filter(has_text="Ada")
    await expect(ada).to_contain_text(re.compile(rf"Ada\s+{before + 1}\b"), use_inner_text=True)

    chart = signed_in.get_by_role("region", name="Conversations over time")
    await expect(chart.locator("svg.recharts-surface")).to_be_visible()
    await chart.get_by_role("button", name="As a table").click()
    await expect(chart.get_by_role("row").nth(1).get_by_role("cell").first).to_have_text(str(before + 1))

    await signed_in.get_by_role("link", name="Grace began to talk with Ada").first.click()
    await expect(signed_in.get_by_label("Transcript").get_by_text("What is 6 * 7?")).to_be_visible()


async def test_what_one_looks_at_stands_in_the_address(signed_in: Page) -> None:
    await signed_in.get_by_role("button", name="30d").click()
    await signed_in.get_by_label("Agent", exact=True).select_option("ada")
    await signed_in.get_by_label("Count playground").check()

    await expect(signed_in).to_have_url(re.compile(r"period=30d"))
    await expect(signed_in).to_have_url(re.compile(r"agent=ada"))
    await signed_in.reload()
    await expect(signed_in.get_by_role("button", name="30d")).to_have_attribute("aria-pressed", "true")
    await expect(signed_in.get_by_label("Agent", exact=True)).to_have_value("ada")
    await expect(signed_in.get_by_label("Count playground")).to_be_checked()


async def test_a_card_that_fails_is_tried_again_without_the_others(page: Page, platform: Platform) -> None:
    refused = {"status": 422, "code": "odd", "detail": "It did not work."}

    async def refuse(route: Route) -> None:
        await route.fulfill(status=422, json=refused)

    await page.route("**/api/v1/analytics/attention", refuse)
    await sign_in(page, platform)
    card = page.get_by_role("region", name="What needs you")
    await expect(card.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_role("region", name="System health").get_by_text("Database")).to_be_visible()

    await page.unroute("**/api/v1/analytics/attention")
    await card.get_by_role("button", name="Try again").click()
    await expect(card.get_by_role("alert")).to_have_count(0)


async def test_from_signing_in_to_the_first_answer_in_two_clicks(newcomer: Page) -> None:
    clicks = 0

    async def click(name: str | re.Pattern[str]) -> None:
        nonlocal clicks
        clicks += 1
        await newcomer.get_by_role("button", name=name).click()

    await click(re.compile(r"Ask Ada a question"))
    question = newcomer.get_by_role("list", name="Questions to begin with").get_by_role("button").first
    asked = await question.inner_text()
    clicks += 1
    await question.click()

    log = newcomer.get_by_role("log")
    await expect(log.get_by_text(asked, exact=True)).to_be_visible()
    await expect(newcomer.get_by_label("Turn 1").get_by_text("Completed")).to_be_attached()
    await expect(log.get_by_role("button", name="Show its steps")).to_be_visible()
    assert clicks == 2
    await show_pane(newcomer, "Trace")
    await expect(newcomer.get_by_label("Turn 1").get_by_text("Completed")).to_be_visible()
    # A reload asks nothing a second time.
    await newcomer.reload()
    await expect(log.get_by_text(asked, exact=True)).to_have_count(1)


async def test_the_guide_goes_along_and_steps_tick_themselves(newcomer: Page) -> None:
    tour = newcomer.get_by_role("region", name=TOUR)
    await tour.get_by_role("button", name="Meet Ada").click()
    await tour.get_by_role("link", name="Look at Ada").click()
    guide = newcomer.get_by_role("complementary", name=TOUR)
    await expect(guide.get_by_text("Step 1")).to_be_visible()

    await newcomer.goto("/playground?agent=ada")
    await newcomer.get_by_label("Message").fill("What is 2 + 2?")
    await newcomer.keyboard.press("Enter")
    await expect(guide.get_by_text("There is your answer.")).to_be_visible()
    await guide.get_by_role("link", name="Next: Make it yours").click()
    await expect(newcomer.get_by_role("textbox", name="Agent file, YAML")).to_be_visible()

    await newcomer.goto("/")
    for step in ("Meet Ada", "Ask Ada a question", "See how it answered"):
        await expect(tour.get_by_role("button", name=f"Done {step}")).to_be_visible()


async def test_the_line_for_a_site_carries_the_agents_key(newcomer: Page, api: httpx.AsyncClient) -> None:
    tour = newcomer.get_by_role("region", name=TOUR)
    await tour.get_by_role("button", name="Put it on your site").click()

    line = tour.get_by_label("The line for your site")
    await expect(line).to_contain_text("data-key=")
    key = re.search(r'data-key="(pk_[^"]+)"', await line.inner_text())
    assert key is not None
    assert (await api.get("/widget/config", params={"key": key[1]})).json()["agent"]["slug"] == "ada"
    await expect(tour.get_by_role("link", name="Or share its own page")).to_have_attribute("href", re.compile("/chat/"))


async def test_put_away_steps_stay_away_in_every_browser_until_they_are_asked_for(
    newcomer: Page, browser: Browser, platform: Platform
) -> None:
    tour = newcomer.get_by_role("region", name=TOUR)
    async with newcomer.expect_response("**/api/v1/me/preferences"):
        await tour.get_by_role("button", name="Put the first steps away").click()
    await newcomer.reload()
    await expect(newcomer.get_by_role("button", name="Show the first steps again")).to_be_visible()
    await expect(tour).to_have_count(0)

    elsewhere = await browser.new_context(base_url=platform.url, reduced_motion="reduce")
    other = await elsewhere.new_page()
    await other.goto("/")
    await fill_sign_in(other, platform)
    await other.get_by_role("button", name="Show the first steps again").click()
    await expect(other.get_by_role("region", name=TOUR)).to_be_visible()
    await elsewhere.close()
