"""Write groups on libpq itself: whole or not at all, and the connection serves on after an error."""

import asyncio
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from sparklabs.kit.db import Database, Statement
from sparklabs.kit.ids import new_id

INSERT = (
    "INSERT INTO records (tenant_id, collection, key, data, created_at, updated_at)"
    " VALUES (%(tenant)s, 'things', %(key)s, %(data)s, now(), now())"
)


def put(tenant_id: UUID, key: str, data: Any = None) -> Statement:
    return Statement(INSERT, {"tenant": tenant_id, "key": key, "data": Jsonb(data)})


COUNT = Statement("SELECT count(*) AS n FROM records")


async def test_each_statement_gives_its_own_rows_in_order(db: Database, tenant_id: UUID) -> None:
    one, none, two = await db.run(
        tenant_id,
        Statement("SELECT %s::int AS a, %s::text AS b", (1, "x")),
        put(tenant_id, "k"),
        Statement("SELECT n FROM generate_series(1, 3) n"),
    )
    assert one == [{"a": 1, "b": "x"}]
    assert none == []
    assert [row["n"] for row in two] == [1, 2, 3]


async def test_a_group_with_a_fault_in_it_leaves_nothing_and_the_next_one_works(db: Database, tenant_id: UUID) -> None:
    for _ in range(5):
        with pytest.raises(psycopg.errors.UniqueViolation):
            await db.run(tenant_id, put(tenant_id, "same"), put(tenant_id, "other"), put(tenant_id, "same"))
        [[row]] = await db.run(tenant_id, COUNT)
        assert row["n"] == 0


async def test_a_statement_first_prepared_in_a_failed_group_works_afterwards(db: Database, tenant_id: UUID) -> None:
    late = Statement("SELECT %s::int + 41 AS answer", (1,))
    with pytest.raises(psycopg.errors.DivisionByZero):
        await db.run(tenant_id, Statement("SELECT 1 / %s::int", (0,)), late)
    [[row]] = await db.run(tenant_id, late)
    assert row["answer"] == 42


async def test_a_group_far_larger_than_a_socket_buffer_goes_through(db: Database, tenant_id: UUID) -> None:
    large = {"text": "x" * 3_000_000}
    echo = Statement("SELECT length(%s::text) AS n, %s::text AS back", (large["text"], large["text"]))
    results = await db.run(tenant_id, echo, *(put(tenant_id, str(number), large) for number in range(6)), echo)
    assert [len(results[0][0]["back"]), len(results[-1][0]["back"])] == [3_000_000, 3_000_000]


async def test_a_percent_sign_means_the_same_with_and_without_parameters(db: Database, tenant_id: UUID) -> None:
    [[one], [two]] = await db.run(
        tenant_id, Statement("SELECT 7 %% 4 AS n"), Statement("SELECT 7 %% %s::int AS n", (4,))
    )
    assert one == two == {"n": 3}


async def test_another_tenants_rows_do_not_exist_after_any_number_of_groups(
    db: Database, tenant_id: UUID, other_tenant_id: UUID
) -> None:
    await db.run(tenant_id, put(tenant_id, str(new_id())))
    for _ in range(8):
        [[mine], [same]] = await db.run(tenant_id, COUNT, COUNT)
        [[theirs]] = await db.run(other_tenant_id, COUNT)
        assert (mine["n"], same["n"], theirs["n"]) == (1, 1, 0)


async def test_a_parameter_that_cannot_be_sent_spoils_nothing(db: Database, tenant_id: UUID) -> None:
    with pytest.raises(psycopg.ProgrammingError):
        await db.run(tenant_id, put(tenant_id, "k"), Statement("SELECT %s", (object(),)))
    [[row]] = await db.run(tenant_id, COUNT)
    assert row["n"] == 0


async def test_a_cancelled_group_leaves_connections_that_serve(db: Database, tenant_id: UUID) -> None:
    slow = Statement("SELECT pg_sleep(%s)", (30,))
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await db.run(tenant_id, put(tenant_id, "k"), slow)
        [[row]] = await db.run(tenant_id, COUNT)
        assert row["n"] == 0


async def test_a_group_survives_that_its_statements_were_deallocated(db: Database, tenant_id: UUID) -> None:
    one = Database(db.addresses, app_connections=1, system_connections=1)
    await one.open()
    try:
        for number in range(6):
            await one.run(tenant_id, Statement("SELECT %s::int AS n", (number,)))
            async with one.tenant(tenant_id) as conn:
                await conn.execute("SELECT slug FROM tenants")
        with pytest.raises(ZeroDivisionError):
            async with one.tenant(tenant_id):
                raise ZeroDivisionError  # rolls back, upon which psycopg deallocates all
        async with one.tenant(tenant_id) as conn:
            await conn.execute("DEALLOCATE ALL")
        [[row]] = await one.run(tenant_id, Statement("SELECT %s::int AS n", (7,)))
        assert row == {"n": 7}
    finally:
        await one.close()
