"""The console stays true by itself: lists, the bell and the jobs follow what happens elsewhere."""

import re
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import httpx
import psycopg
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from psycopg.types.json import Jsonb

from sparklabs.entry.ground import standing
from sparklabs.kit.settings import load_settings
from tests.e2e.console.conftest import Platform, entries

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK = """version: "1.0"
agent:
  name: Desk
  system_prompt: You are the desk.
tools:
  - transfer_to_human
"""


@pytest.fixture
def hears_events() -> bool:
    return True


@pytest_asyncio.fixture(loop_scope="session")
async def http(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """A program of the same workspace."""
    async with httpx.AsyncClient(base_url=f"{platform.url}/api/v1", timeout=60) as client:
        tokens = await client.post("/auth/login", json={"email": platform.email, "password": platform.password})
        client.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"
        yield client


@pytest.fixture
def database(platform: Platform) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The platform's own database, for what cannot be brought about from outside."""
    with (
        standing(load_settings(home=platform.home), migrated=False) as ground,
        psycopg.connect(ground.addresses.system, autocommit=True) as conn,
    ):
        yield conn


async def hand_off(http: httpx.AsyncClient) -> str:
    """A conversation whose customer asks for a person; its id."""
    sent = {"content": DESK.encode(), "headers": {"Content-Type": "application/yaml"}}
    published = await http.put("/agents/desk", **sent)  # type: ignore[arg-type]
    if published.status_code == 404:
        published = await http.post("/agents", **sent)  # type: ignore[arg-type]
    assert published.status_code < 300, published.text
    talk = (await http.post("/conversations", json={"agent_id": "desk"})).json()["id"]
    answer = await http.post(f"/conversations/{talk}/messages", json={"content": "I want to talk to a human"})
    assert answer.status_code == 200, answer.text
    return talk


async def listening(page: Page, path: str = "/agents") -> None:
    """Goes to a page and waits until it hears what happens."""
    async with page.expect_response("**/api/v1/events/stream"):
        await page.goto(path)


async def unread(page: Page) -> int:
    label = await page.get_by_role("button", name=re.compile("^Notifications")).get_attribute("aria-label")
    found = re.search(r"\d+", label or "")
    return int(found[0]) if found else 0


async def test_a_talk_that_begins_elsewhere_appears_without_a_reload(signed_in: Page, http: httpx.AsyncClient) -> None:
    await listening(signed_in, "/conversations")
    name = f"Nora {uuid4().hex[:6]}"
    made = await http.post("/conversations", json={"agent_id": "ada", "contact": {"name": name}})
    assert made.status_code == 201, made.text
    await expect(signed_in.get_by_role("link", name=name).first).to_be_visible()

    talk = made.json()["id"]
    await signed_in.get_by_role("link", name=name).first.click()
    await expect(signed_in.get_by_role("heading", name=name, level=1)).to_be_visible()
    await http.post(f"/conversations/{talk}/messages", json={"content": "What is 6 * 7?"})
    await expect(signed_in.get_by_label("Transcript").get_by_text("42").first).to_be_visible()
    await http.delete(f"/conversations/{talk}")
    await expect(signed_in.get_by_text("Closed", exact=True).first).to_be_visible()


async def test_a_hand_off_rings_the_bell_leads_to_its_conversation_and_is_then_read(
    signed_in: Page, http: httpx.AsyncClient
) -> None:
    await listening(signed_in, "/notifications")
    await expect(
        signed_in.get_by_role("list", name="Notifications").or_(signed_in.get_by_text("Nothing needs you"))
    ).to_be_visible()
    before = await unread(signed_in)
    talk = await hand_off(http)
    await expect(signed_in.get_by_role("button", name=f"Notifications, {before + 1} unread")).to_be_visible()
    await expect(signed_in.get_by_role("status").get_by_text("A customer waits for a person")).to_be_visible()

    await signed_in.get_by_role("button", name=re.compile("^Notifications")).click()
    newest = signed_in.get_by_role("dialog").get_by_role("listitem").first
    await expect(newest).to_contain_text("Desk handed the conversation over.")
    await newest.get_by_role("link").click()
    await expect(signed_in).to_have_url(re.compile(f"/conversations/{talk}$"))
    after = "Notifications" if before == 0 else f"Notifications, {before} unread"
    await expect(signed_in.get_by_role("button", name=after, exact=True)).to_be_visible()


async def test_all_are_marked_as_read_from_the_page_and_stay_listed(signed_in: Page, http: httpx.AsyncClient) -> None:
    await listening(signed_in, "/notifications")
    await hand_off(http)
    await expect(signed_in.get_by_role("button", name=re.compile(r"^Notifications, \d+ unread"))).to_be_visible()
    await expect(signed_in.get_by_role("link", name=re.compile("^Unread: A customer waits")).first).to_be_visible()
    await signed_in.get_by_role("button", name="Mark all as read").click()
    await expect(signed_in.get_by_role("button", name="Notifications", exact=True)).to_be_visible()
    await expect(signed_in.get_by_role("link", name=re.compile("^A customer waits")).first).to_be_visible()
    await signed_in.get_by_label("Which").select_option("unread")
    await expect(signed_in.get_by_text("Everything is read")).to_be_visible()


async def test_a_kind_that_is_not_wanted_is_hidden(signed_in: Page, http: httpx.AsyncClient) -> None:
    await hand_off(http)
    await signed_in.goto("/notifications")
    handed = signed_in.get_by_role("list", name="Notifications").get_by_text("A customer waits for a person")
    await expect(handed.first).to_be_visible()
    wanted = signed_in.get_by_role("checkbox", name=re.compile("Asked for a person"))
    await wanted.click()
    await expect(handed).to_have_count(0)
    await wanted.click()
    await expect(handed.first).to_be_visible()


async def test_a_failed_job_says_why_and_is_run_again_and_another_is_discarded(
    signed_in: Page, http: httpx.AsyncClient, database: "psycopg.Connection[tuple[object, ...]]"
) -> None:
    tenant_id = (await http.get("/auth/me")).json()["tenant"]["id"]
    broken = {"tenant_id": tenant_id, "conversation_id": "no id at all"}
    await listening(signed_in, "/health?status=failed")
    await expect(signed_in.get_by_text("Everything works")).to_be_visible()
    ids: list[int] = []
    for _ in range(2):
        [made] = database.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'conversations.drain', %s)"
            " RETURNING id",
            (Jsonb(broken),),
        )
        ids.append(int(str(made[0])))
    rows = [entries(signed_in, "Background jobs").filter(has_text=f"No. {job_id} ") for job_id in ids]
    for row in rows:
        await expect(row.get_by_text("An error nobody foresaw (ValueError)")).to_be_visible()

    mended = Jsonb(broken | {"conversation_id": str(uuid4())})
    database.execute("UPDATE procrastinate_jobs SET args = %s WHERE id = %s", (mended, ids[0]))
    await rows[0].get_by_role("button", name=re.compile("^Run again")).click()
    await signed_in.get_by_role("dialog").get_by_role("button", name="Run again").click()
    await expect(signed_in.get_by_text("The job is back in the queue")).to_be_visible()
    await expect(rows[0]).to_have_count(0)

    await rows[1].get_by_role("button", name=re.compile("^Discard")).click()
    await signed_in.get_by_role("dialog").get_by_role("button", name="Discard").click()
    await expect(signed_in.get_by_text("The job was discarded")).to_be_visible()
    await expect(rows[1]).to_have_count(0)
    left = [each["id"] for each in (await http.get("/jobs", params={"status": "failed"})).json()["items"]]
    assert not set(ids) & set(left)


async def test_a_lost_connection_is_told_and_what_was_missed_is_caught_up_with(
    signed_in: Page, http: httpx.AsyncClient
) -> None:
    await listening(signed_in, "/conversations")
    await signed_in.context.set_offline(True)
    await expect(signed_in.get_by_role("status").get_by_text("Offline")).to_be_visible()
    name = f"Missed {uuid4().hex[:6]}"
    await http.post("/conversations", json={"agent_id": "ada", "contact": {"name": name}})
    await signed_in.context.set_offline(False)

    await expect(signed_in.get_by_role("link", name=name).first).to_be_visible()
    await expect(signed_in.get_by_role("status").get_by_text("Offline")).to_have_count(0)


async def test_an_answer_that_streams_in_is_not_disturbed_by_its_own_events(signed_in: Page) -> None:
    await listening(signed_in, "/playground?agent=ada")
    log = signed_in.get_by_role("log")
    await signed_in.evaluate(
        """() => { window.most = 0; new MutationObserver(() => {
            const said = [...document.querySelectorAll('[role=log] *')].filter((each) =>
                each.children.length === 0 && each.textContent.trim() === 'What is 11 * 11?');
            window.most = Math.max(window.most, said.length);
        }).observe(document.body, {subtree: true, childList: true}); }"""
    )
    await signed_in.get_by_label("Message").fill("What is 11 * 11?")
    await signed_in.keyboard.press("Enter")
    await expect(log.get_by_text("121").first).to_be_visible()
    await signed_in.get_by_text("Turn 1").first.wait_for(state="attached")

    assert await signed_in.evaluate("() => window.most") == 1
