"""Talking in the playground and finding talks again, against a model that does what it is told."""

import asyncio
import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.async_api import Page, expect

from tests.e2e.console.conftest import DESKTOP, ROOT, Platform, enter, entries, running, show_pane
from tests.e2e.console.inspection import find_faults, find_overflow
from tests.factories.talking import agent_file, obedient
from tests.fakes.openai_server import FakeOpenAI, Reply

pytestmark = pytest.mark.asyncio(loop_scope="session")

SLOW = "slow " + " ".join(f"word{number}" for number in range(80))
MANY = 10_000
SEED = """
WITH people AS (
    INSERT INTO contacts (id, tenant_id, external_id, created_at, updated_at)
    SELECT gen_random_uuid(), %(tenant)s, 'customer ' || n, now(), now() FROM generate_series(1, %(many)s) n
    RETURNING id, external_id)
INSERT INTO conversations (id, tenant_id, agent_id, contact_id, channel, status, created_at, updated_at)
SELECT gen_random_uuid(), %(tenant)s, (SELECT id FROM agents LIMIT 1), id, 'web_chat', 'open',
       now() - (substr(external_id, 10) || ' minutes')::interval, now() FROM people
"""
MORE_LOADED = """(before) => {
    const shown = Number(document.querySelector("footer span").textContent.split(" of ")[0].replaceAll(",", ""));
    return shown > before && shown;
}"""
# Every row in the window has words in it, and rows and the room of those left out are all there is.
BLANK_ROWS = """() => [...document.querySelectorAll("tbody tr[data-index]")].filter((row) => {
    const {top, bottom} = row.getBoundingClientRect();
    return bottom > 0 && top < innerHeight && !row.textContent.trim();
}).length"""
COVERED = """() => {
    const table = document.querySelector("tbody").getBoundingClientRect();
    const rows = [...document.querySelectorAll("tbody tr[data-index]")].map((row) => row.getBoundingClientRect());
    const top = Math.max(table.top, 0), bottom = Math.min(table.bottom, innerHeight);
    return rows.some((row) => row.top <= top + 1) && rows.some((row) => row.bottom >= bottom - 1);
}"""


# Rows of a table and their order by keyboard: a phone shows cards, of which TestOnEveryScreen counts few.
ON_A_DESKTOP = pytest.mark.parametrize("look", [DESKTOP], ids=["desktop-light"])


def unhurried(body: dict[str, Any]) -> Reply:
    """Does what the message says; an answer with `slow` in it comes word by word, whatever was called before."""
    reply = obedient(body)
    return replace(reply, chunk_delay=0.1) if "slow" in (reply.text or "") else reply


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform whose model does what the message says; the model's server has a loop of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    server = FakeOpenAI(unhurried)

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(server.__aenter__())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(server.__aexit__(None, None, None))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(10)
    source = agent_file(prompt="You take orders on {channel}.") + "  attachments: {accept: true, types: [text/plain]}\n"
    source = source.replace("conversation: {when_busy: queue}", "conversation:\n  when_busy: queue").replace(
        "  - name: create_order\n", "  - name: create_order\n    examples: [order a lamp]\n"
    )
    key = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": server.base_url}
    try:
        with running(tmp_path_factory.mktemp("talks"), {"tester": source}, **key) as place:
            yield place
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@pytest.fixture
def http(platform: Platform) -> Iterator[httpx.Client]:
    """The platform's API for its owner."""
    with httpx.Client(base_url=platform.url, timeout=30) as client:
        answer = client.post("/api/v1/auth/login", json={"email": platform.email, "password": platform.password})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


async def _enter(page: Page, platform: Platform, path: str) -> None:
    await enter(page.context, platform)
    await page.goto(path)


async def _say(page: Page, text: str) -> None:
    await page.get_by_label("Message", exact=True).fill(text)
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    await page.keyboard.press("Enter")


async def test_a_draft_with_another_model_on_another_channel_is_tried_and_the_choice_stands_in_the_address(
    page: Page, platform: Platform, http: httpx.Client
) -> None:
    source = http.get("/api/v1/agents/tester", headers={"Accept": "application/yaml"}).text
    draft = source.replace("You take orders on", "You love orders on")
    yaml = {"Content-Type": "application/yaml"}
    made = http.put("/api/v1/agents/tester?publish=false&reason=Warmer", content=draft, headers=yaml)
    assert made.status_code == 200, made.text

    await _enter(page, platform, "/playground?agent=tester")
    await page.get_by_label("Version").select_option(label="Version 2 · not published · Warmer")
    await page.get_by_label("Model").select_option("gpt-4.1-mini")
    await page.get_by_label("Channel").select_option("whatsapp")
    await expect(page).to_have_url(re.compile(r"version=2.*model=gpt-4\.1-mini.*channel=whatsapp"))
    await _say(page, "order lamp")

    await show_pane(page, "Trace")
    turn = page.get_by_label("Turn 1")
    await expect(turn.get_by_text("Version 2")).to_be_visible()
    await expect(turn.get_by_text("Completed")).to_be_visible()
    await turn.locator("summary").first.click()
    await expect(turn.get_by_text("gpt-4.1-mini", exact=True).first).to_be_visible()
    await page.get_by_role("button", name="Show the prompt").click()
    await expect(page.get_by_role("dialog").get_by_text("You love orders on whatsapp.")).to_be_visible()


async def test_an_example_of_the_agents_own_file_begins_a_talk(page: Page, platform: Platform) -> None:
    await _enter(page, platform, "/playground?agent=tester")
    await page.get_by_role("button", name="order a lamp").click()

    await expect(page.get_by_role("log").get_by_text("answer to order a lamp")).to_be_visible()


async def test_steps_appear_while_the_turn_runs_and_stopping_it_ends_it(page: Page, platform: Platform) -> None:
    await _enter(page, platform, "/playground?agent=tester")
    await _say(page, f"order lamp; {SLOW}")

    await show_pane(page, "Trace")
    turn = page.get_by_label("Turn 1")
    tool = turn.locator("summary").filter(has_text="Toolcreate_order")
    await expect(tool).to_be_visible()
    await expect(turn.get_by_text("Running", exact=True)).to_be_visible()
    await tool.click()
    await expect(turn.get_by_text('"item": "lamp"').first).to_be_visible()
    await show_pane(page, "Chat")
    await page.get_by_role("button", name="Stop", exact=True).click()

    await expect(page.get_by_role("log").get_by_text("Stopped")).to_be_visible()
    await show_pane(page, "Trace")
    await expect(turn.get_by_text("Cancelled")).to_be_visible()
    await show_pane(page, "Chat")
    await _say(page, "second")
    await expect(page.get_by_role("log").get_by_text("answer to second")).to_be_visible()


async def test_a_talk_is_begun_anew_from_a_message_and_the_first_one_stays(page: Page, platform: Platform) -> None:
    await _enter(page, platform, "/playground?agent=tester")
    log = page.get_by_role("log")
    for text in ("first", "second", "third"):
        await _say(page, text)
        await expect(log.get_by_text(f"answer to {text}")).to_be_visible()
    before = page.url

    await log.get_by_text("second", exact=True).hover()
    await page.get_by_role("button", name="Restart from here").nth(1).click()
    box = page.get_by_label("Message", exact=True)
    await expect(box).to_have_value("second")
    await expect(log.get_by_text("answer to second")).to_have_count(0)
    await box.fill("instead")
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    await page.keyboard.press("Enter")

    await expect(log.get_by_text("answer to instead")).to_be_visible()
    await expect(log.get_by_text("answer to first")).to_be_visible()
    await expect(log.get_by_text("answer to third")).to_have_count(0)
    assert page.url != before
    await show_pane(page, "Trace")
    await expect(page.get_by_text("Copied turn")).to_be_visible()
    await show_pane(page, "Chat")
    await page.go_back()
    await expect(log.get_by_text("answer to third")).to_be_visible()


async def test_what_did_not_get_through_stays_when_something_else_is_said(page: Page, platform: Platform) -> None:
    await _enter(page, platform, "/playground?agent=tester")
    said = re.compile("/api/v1/conversations/.*/messages")
    await page.route(said, lambda route: route.abort())
    await _say(page, "lost")
    again = page.get_by_role("button", name="Send again")
    await expect(again).to_be_visible()
    await page.unroute(said)
    await _say(page, "heard")

    log = page.get_by_role("log")
    await expect(log.get_by_text("answer to heard")).to_be_visible()
    await expect(log.get_by_text("lost", exact=True)).to_be_visible()
    await again.click()
    await expect(log.get_by_text("answer to lost")).to_be_visible()
    await expect(again).to_have_count(0)


async def test_a_file_is_sent_along_and_comes_back_as_it_was(page: Page, platform: Platform, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("the plan")
    await _enter(page, platform, "/playground?agent=tester")
    await page.locator("input[type=file]").set_input_files(plan)
    await _say(page, "look at this")
    await expect(page.get_by_role("log").get_by_text("answer to look at this")).to_be_visible()

    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download plan.txt").click()
    assert Path(await (await download.value).path()).read_text() == "the plan"


async def test_what_was_said_is_found_marked_and_shown_with_its_steps(page: Page, platform: Platform) -> None:
    await _enter(page, platform, "/playground?agent=tester")
    word = f"zebra{secrets.token_hex(4)}"
    await _say(page, f"order {word} blanket")
    await expect(page.get_by_role("log").get_by_text(f"answer to order {word} blanket")).to_be_visible()

    await page.goto("/conversations")
    await page.get_by_label("Search what was said, or an e-mail").fill(f"{word} blan")
    row = entries(page, "Conversations").filter(has_text=word)
    await expect(row).to_have_count(1)
    await expect(page).to_have_url(re.compile("search=zebra"))
    await expect(row.locator("mark").first).to_have_text(word)
    await row.get_by_role("link").click()

    transcript = page.get_by_label("Transcript")
    await expect(transcript.locator("mark").first).to_have_text(word)
    await transcript.get_by_role("button", name="Show its steps").click()
    await expect(page).to_have_url(re.compile("run="))
    await page.get_by_role("button", name="Show what was said").click()
    await page.get_by_role("button", name="Export").click()
    async with page.expect_download() as download:
        await page.get_by_role("menuitem", name="Save as text").click()
    assert f"answer to order {word} blanket" in Path(await (await download.value).path()).read_text()


async def test_filters_and_dates_narrow_the_list_and_stand_in_the_address(page: Page, platform: Platform) -> None:
    await _enter(page, platform, "/conversations")
    await page.get_by_role("combobox", name="Channel").select_option("playground")
    await expect(page).to_have_url(re.compile("channel=playground"))
    await page.get_by_label("From").fill("2020-01-01")
    await page.get_by_label("To", exact=True).fill("2020-01-31")
    await expect(page.get_by_text("Nothing matches")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("From")).to_have_value("2020-01-01")
    await page.get_by_role("button", name="Clear filters").click()
    await expect(entries(page, "Conversations").first).to_be_visible()


def _seed(platform: Platform) -> None:
    """Ten thousand conversations, straight into the platform's database."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "SPARKLABS_HOME": str(platform.home)}
    start = "import sys; from sparklabs.entry.cli import main; sys.exit(main())"
    told = subprocess.run(
        [sys.executable, "-c", start, "doctor", "--database-url"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    with psycopg.connect(told.stdout.strip()) as conn:
        with httpx.Client(base_url=platform.url) as client:
            body = {"email": platform.email, "password": platform.password}
            token = client.post("/api/v1/auth/login", json=body).json()["access_token"]
            me: Any = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).json()
        tenant = me["tenant"]["id"]
        conn.execute("SELECT set_config('app.tenant_id', %s, true)", (tenant,))
        if conn.execute("SELECT count(*) FROM conversations WHERE channel = 'web_chat'").fetchone() == (0,):
            conn.execute(SEED, {"tenant": tenant, "many": MANY})


@pytest.mark.slow
@ON_A_DESKTOP
async def test_ten_thousand_conversations_scroll_to_the_end_with_few_rows_in_the_page(
    page: Page, platform: Platform
) -> None:
    await asyncio.to_thread(_seed, platform)
    await _enter(page, platform, "/conversations?channel=web_chat")
    table = page.get_by_role("table", name="Conversations")
    await expect(table).to_have_attribute("aria-rowcount", str(MANY + 1))
    last = page.get_by_role("link", name=f"customer {MANY}", exact=True)
    await page.mouse.move(700, 500)
    rows = page.locator("tbody tr[data-index]")
    loaded = 0
    while loaded < MANY:
        await page.keyboard.press("End")
        loaded = await (await page.wait_for_function(MORE_LOADED, arg=loaded)).json_value()
        assert await rows.count() < 100
    await page.keyboard.press("End")
    await expect(last).to_be_visible()
    await expect(rows.last).to_have_attribute("aria-rowindex", str(MANY + 1))
    await page.keyboard.press("Home")
    await expect(page.get_by_role("link", name="customer 1", exact=True)).to_be_visible()
    for _ in range(30):
        await page.mouse.wheel(0, 4_000)
        await page.wait_for_function(COVERED)
        assert await page.evaluate(BLANK_ROWS) == 0
        assert await rows.count() < 100


@ON_A_DESKTOP
async def test_a_row_out_of_sight_is_reached_by_the_keyboard(page: Page, platform: Platform) -> None:
    await asyncio.to_thread(_seed, platform)
    await _enter(page, platform, "/conversations?channel=web_chat")
    await page.get_by_role("link", name="customer 1", exact=True).focus()
    for number in range(2, 62):
        following = page.get_by_role("link", name=f"customer {number}", exact=True)
        await following.wait_for(state="attached")
        await page.keyboard.press("Tab")
        await expect(following).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="customer 61").first).to_be_visible()


class TestOnEveryScreen:
    """Both pages, without a fault that keeps people out."""

    async def test_the_playground_and_a_transcript_have_no_serious_fault(self, page: Page, platform: Platform) -> None:
        await _enter(page, platform, "/playground?agent=tester")
        await _say(page, "order lamp")
        await expect(page.get_by_role("log").get_by_text("answer to order lamp")).to_be_visible()
        await self._check(page)
        await show_pane(page, "Trace")
        await expect(page.get_by_label("Turn 1").get_by_text("Completed")).to_be_visible()
        await page.locator("summary").nth(1).click()
        await self._check(page)
        conversation = re.search(r"conversation=([\w-]+)", page.url)
        assert conversation is not None
        await page.goto(f"/conversations/{conversation[1]}?search=lamp")
        await expect(page.locator("mark").first).to_be_visible()
        await self._check(page)

    async def test_a_long_list_stays_short_in_the_page(self, page: Page, platform: Platform) -> None:
        await asyncio.to_thread(_seed, platform)
        await _enter(page, platform, "/conversations?channel=web_chat")
        await page.get_by_role("link", name="customer 1", exact=True).wait_for()
        for _ in range(5):
            await page.keyboard.press("End")
            await page.mouse.wheel(0, 8_000)
        await expect(page.get_by_role("link", name="customer 1", exact=True)).to_have_count(0)
        assert await page.locator("[data-index]").count() < 100
        await self._check(page)

    async def _check(self, page: Page) -> None:
        assert await find_faults(page) == []
        assert await find_overflow(page) == []
