"""What an agent remembers of a person between conversations, end to end with the offline model."""

from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.integration.one_process.house import House

REMEMBERING = "tools:\n  - name: remember\n"
FORGETFUL = "memory:\n  long_term: false\n"


async def test_what_a_customer_tells_once_is_known_in_a_new_conversation(house: House) -> None:
    await house.publish(more=REMEMBERING)
    first = await house.open(contact="anna")
    assert await house.say(first, "My name is Anna Kovács and I prefer mornings") == "I will remember that."

    second = await house.open(contact="anna")

    assert await house.say(second, "What is my name?") == "Your name is Anna Kovács."
    assert "mornings" in await house.say(second, "When do I prefer to meet?")
    assert (await house.conversations.get(house.tenant_id, second.id)).contact.name == "Anna Kovács"


async def test_nobody_else_is_told_what_one_customer_said(house: House) -> None:
    await house.publish(more=REMEMBERING)
    await house.say(await house.open(contact="anna"), "My name is Anna Kovács and I prefer mornings")

    other = await house.open(contact="bela")

    assert await house.say(other, "What do you remember about me?") == (
        "I know nothing about you yet. Tell me, and I will use it while we talk."
    )


async def test_a_name_that_is_told_is_sealed_and_stands_nowhere_in_plain_text(house: House) -> None:
    await house.publish(more=REMEMBERING)
    header = await house.open(contact="anna")
    await house.say(header, "My name is Anna Kovács and I prefer mornings")

    memories = await house.query("SELECT name, content FROM memories")
    [contact] = await house.query("SELECT name_sealed FROM contacts")

    assert memories == [{"name": "preferred_time", "content": "mornings"}]
    assert b"Anna" not in bytes(contact["name_sealed"])


async def test_a_name_on_file_is_not_replaced_by_one_that_is_told(house: House) -> None:
    await house.publish(more=REMEMBERING)
    header = await house.open(contact="anna", name="Dr. Anna Kovács")

    await house.say(header, "Call me Annie")

    assert (await house.conversations.get(house.tenant_id, header.id)).contact.name == "Dr. Anna Kovács"
    assert await house.query("SELECT name, content FROM memories") == [{"name": "preferred_name", "content": "Annie"}]


async def test_a_later_preference_takes_the_place_of_the_earlier_one(house: House) -> None:
    await house.publish(more=REMEMBERING)
    header = await house.open(contact="anna")

    await house.say_all(header, ["I prefer mornings", "I prefer evenings"])

    assert await house.query("SELECT name, content FROM memories") == [
        {"name": "preferred_time", "content": "evenings"}
    ]


async def test_a_memory_can_be_searched_by_meaning(house: House) -> None:
    await house.publish(more=REMEMBERING)
    header = await house.open(contact="anna")
    await house.say_all(header, ["I prefer mornings", "I'm allergic to peanuts"])

    [nearest, *_] = await house.query(
        "SELECT content FROM memories ORDER BY embedding <=>"
        " (SELECT embedding FROM memories WHERE content = 'peanuts') LIMIT 2"
    )
    [unfilled] = await house.query("SELECT count(*) AS n FROM memories WHERE embedding IS NULL")

    assert nearest["content"] == "peanuts"
    assert unfilled["n"] == 0


async def test_memories_reach_the_prompt_only_of_an_agent_that_remembers(modelled: House, openai: FakeOpenAI) -> None:
    openai.script = [Reply(text="Hello.")]
    await modelled.publish()
    await modelled.publish("forgetful", more=FORGETFUL)
    contact = await modelled.contacts.find_or_create(modelled.tenant_id, "anna", channel="api")
    await _remember(modelled, contact, count=1)

    await modelled.say(await modelled.open(contact="anna"), "Hello")
    await modelled.say(await modelled.open("forgetful", contact="anna"), "Hello")

    with_memory, without = (body["messages"][0]["content"] for body in openai.requests)
    assert "- fact_0: likes 0" in with_memory
    assert "likes" not in without


async def test_at_most_twelve_memories_of_500_characters_reach_the_prompt_the_newest(
    modelled: House, openai: FakeOpenAI
) -> None:
    openai.script = [Reply(text="Hello.")]
    await modelled.publish()
    contact = await modelled.contacts.find_or_create(modelled.tenant_id, "anna", channel="api")
    await _remember(modelled, contact, count=20, padding=900)

    await modelled.say(await modelled.open(contact="anna"), "Hello")

    lines = [line for line in openai.requests[0]["messages"][0]["content"].splitlines() if line.startswith("- fact_")]
    assert [line.split(":")[0] for line in lines] == [f"- fact_{number}" for number in range(8, 20)]
    assert all(len(line.partition(": ")[2]) == 500 for line in lines)


async def test_the_offline_model_knows_a_name_told_earlier_although_it_left_the_window(house: House) -> None:
    await house.publish(more="memory:\n  window_messages: 4\n")
    header = await house.open()
    await house.say_all(header, ["My name is Anna Kovács.", "Hello", "Thank you", "ok"])
    await house.summaries.summarise(header)

    assert await house.say(header, "What is my name?") == "Your name is Anna Kovács."


async def _remember(house: House, contact_id: object, *, count: int, padding: int = 0) -> None:
    await house.query(
        "INSERT INTO memories (id, tenant_id, contact_id, name, content, created_at, updated_at)"
        " SELECT gen_random_uuid(), %s, %s, 'fact_' || n, 'likes ' || n || repeat('x', %s),"
        " now(), now() + n * interval '1 second' FROM generate_series(0, %s) AS n",
        house.tenant_id,
        contact_id,
        padding,
        count - 1,
    )
