"""Customers who never give up, a killer of processes, and the count of what came of it all."""

import asyncio
import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from tests.factories.platform import PlatformProcess
from tests.fakes.counting_service import CountingService

COMMANDS = ("order {0}", "charge {0}", "order {0}; charge {0}", "find {0}", "hello {0}", "charge {0}; order {0}")
RETRY_SECONDS = 0.1


@dataclass(slots=True)
class Traffic:
    """Keeps several conversations busy; every message is sent again, with its key, until it was accepted."""

    base_url: str
    token: str
    chance: random.Random
    accepted: dict[str, str] = field(default_factory=dict[str, str])
    """Content by Idempotency-Key."""
    answered_at_once: int = 0
    redelivered: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def run(self, *, conversations: int, senders: int) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.base_url, headers=headers, timeout=10) as client:
            ids = [await self._open(client, f"conversation-{number}") for number in range(conversations)]
            self.begun.set()
            await asyncio.gather(*(self._talk(client, id) for id in ids for _ in range(senders)))

    async def _open(self, client: httpx.AsyncClient, key: str) -> str:
        answer = await self._insist(client, "/api/v1/conversations", {"agent_id": "tester"}, key)
        return answer.json()["id"]

    async def _talk(self, client: httpx.AsyncClient, conversation_id: str) -> None:
        path = f"/api/v1/conversations/{conversation_id}/messages"
        while not self.over.is_set():
            number = next(self._numbers)
            key, content = f"key-{number}", self.chance.choice(COMMANDS).format(f"item-{number}-")
            answer = await self._insist(client, path, {"content": content}, key)
            self.accepted[key] = content
            if answer.status_code == 200:
                self.answered_at_once += 1
                assert answer.json()["content"] == f"answer to {content}"
            if self.chance.random() < 0.2:
                self.redelivered += 1
                again = await self._insist(client, path, {"content": content}, key)
                if answer.status_code == again.status_code == 200:
                    assert again.json() == answer.json()

    async def _insist(self, client: httpx.AsyncClient, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        while True:
            try:
                answer = await client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            retried = answer.status_code == 503 or answer.json().get("code") == "request_under_way"
            if not retried:
                assert answer.status_code in (200, 201, 202), answer.text
                return answer
            await asyncio.sleep(RETRY_SECONDS)


async def kill_at_random(processes: list[PlatformProcess], chance: random.Random, *, kills: int) -> list[str]:
    """Kills one of the processes at each of so many random moments and starts it again; who was killed, in order."""
    killed: list[str] = []
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.05, 0.7))
        victim = chance.choice(processes)
        victim.kill()
        killed.append(victim.command)
        await asyncio.to_thread(victim.restart)
    return killed


@dataclass(frozen=True, slots=True)
class Account:
    """What stands in the database after the storm."""

    messages: list[dict[str, Any]]
    runs: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    orders: Counter[str]

    @property
    def unknown(self) -> list[dict[str, Any]]:
        return [call for call in self.calls if call["state"] == "outcome_unknown"]


async def settled(owner_url: str, *, seconds: float) -> Account:
    """Waits until nothing is open any more, then takes stock."""
    deadline = asyncio.get_running_loop().time() + seconds
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True, row_factory=dict_row) as conn:

        async def rows(sql: Any) -> list[dict[str, Any]]:
            return await (await conn.execute(sql)).fetchall()

        while await rows("SELECT 1 FROM inbox WHERE state IN ('waiting', 'running')"):
            assert asyncio.get_running_loop().time() < deadline, "messages stayed open"
            await asyncio.sleep(0.1)
        return Account(
            messages=await rows(
                "SELECT i.conversation_id, i.idempotency_key AS key, i.seq, i.state, i.attempts, i.problem,"
                " m.content AS asked, r.content AS answer, r.seq AS reply_seq,"
                " (SELECT count(*) FROM messages a WHERE a.run_id = i.run_id) AS answers"
                " FROM inbox i JOIN messages m ON m.id = i.message_id LEFT JOIN messages r ON r.id = i.reply_id"
                " ORDER BY i.conversation_id, i.seq"
            ),
            runs=await rows("SELECT id, state FROM runs WHERE kind = 'turn'"),
            calls=await rows("SELECT name, state, input->>'item' AS item FROM steps WHERE kind = 'tool'"),
            orders=Counter(
                row["item"] for row in await rows("SELECT data->>'item' AS item FROM records ORDER BY created_at")
            ),
        )


def check(account: Account, traffic: Traffic, service: CountingService) -> None:
    """Every accepted message answered exactly once and in order; no effect twice; nothing left open."""
    by_key = {row["key"]: row for row in account.messages}
    assert len(by_key) == len(account.messages), "a key stands twice"
    lost = sorted(set(traffic.accepted) - set(by_key))
    assert not lost, f"accepted and lost: {lost}"
    for row in account.messages:
        assert (row["state"], row["answers"]) == ("done", 1), row
        assert row["answer"] == f"answer to {row['asked']}", row
    for _, rows in itertools.groupby(account.messages, key=lambda row: row["conversation_id"]):
        replies = [row["reply_seq"] for row in rows]
        assert replies == sorted(replies), "answers are out of order"
    assert {run["state"] for run in account.runs} == {"completed"}
    assert len(account.runs) == len(account.messages)

    wanted = Counter(item for row in account.messages for item in _items(row["asked"], "order"))
    assert account.orders == wanted, account.orders - wanted or wanted - account.orders

    charged = Counter(call.body["item"] for call in service.calls)
    assert set(charged.values()) <= {1}, f"charged twice: {[item for item, n in charged.items() if n > 1]}"
    unsure = {call["item"] for call in account.unknown}
    to_charge = {item for row in account.messages for item in _items(row["asked"], "charge")}
    assert set(charged) <= to_charge
    assert to_charge - set(charged) <= unsure, "not charged, and nobody was told"
    assert {call["name"] for call in account.unknown} <= {"charge"}
    assert {call["state"] for call in account.calls} <= {"done", "outcome_unknown"}


def _items(asked: str, verb: str) -> list[str]:
    commands = (command.strip().partition(" ") for command in asked.split(";"))
    return [item for word, _, item in commands if word == verb]
