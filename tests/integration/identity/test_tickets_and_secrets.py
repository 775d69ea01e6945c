"""Socket tickets work once; secrets stay sealed, unlogged and within their tenant."""

import asyncio
import logging
from uuid import UUID, uuid4

import pytest

from sparklabs.identity import audit
from sparklabs.identity.errors import (
    SecretNameInvalidError,
    SecretNotFoundError,
    SecretValueInvalidError,
    TicketInvalidError,
)
from sparklabs.identity.permissions import permissions_of
from sparklabs.identity.service import Identity
from sparklabs.kit.crypto import SealedValueError, Sealer
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.notices import Notices
from sparklabs.kit.web import Principal
from tests.conftest import SECRET_KEY
from tests.integration.identity.conftest import MovableClock

ACTOR = "system"
VALUE = "sk-live-5e884898da28047151d0e56f8dc62927"


def person(tenant_id: UUID, role: str = "developer") -> Principal:
    return Principal(tenant_id=tenant_id, kind="account", subject_id=uuid4(), role=role, scopes=permissions_of(role))


async def test_a_ticket_brings_back_its_caller_narrowed_to_the_conversation(
    identity: Identity, other_process: Identity, tenant_id: UUID
) -> None:
    caller, conversation_id = person(tenant_id), uuid4()
    found = await other_process.redeem_ticket(await identity.issue_ticket(caller, conversation_id))
    assert (found.tenant_id, found.kind, found.subject_id, found.role) == (
        tenant_id, "account", caller.subject_id, "developer",
    )  # fmt: skip
    assert found.conversation_id == conversation_id
    assert found.scopes == {"conversations:read", "conversations:write"}


async def test_a_ticket_gives_no_more_than_its_caller_had(identity: Identity, tenant_id: UUID) -> None:
    found = await identity.redeem_ticket(await identity.issue_ticket(person(tenant_id, "viewer"), uuid4()))
    assert found.scopes == {"conversations:read"}


async def test_a_ticket_works_once_however_many_come_with_it_at_once(
    identity: Identity, other_process: Identity, tenant_id: UUID
) -> None:
    ticket = await identity.issue_ticket(person(tenant_id), uuid4())
    answers = await asyncio.gather(
        *(each.redeem_ticket(ticket) for each in (identity, other_process) * 5), return_exceptions=True
    )
    assert sum(isinstance(answer, Principal) for answer in answers) == 1
    assert sum(isinstance(answer, TicketInvalidError) for answer in answers) == 9


async def test_a_ticket_is_good_for_thirty_seconds(
    identity: Identity, tenant_id: UUID, clock: MovableClock, db: Database
) -> None:
    ticket, unused = [await identity.issue_ticket(person(tenant_id), uuid4()) for _ in range(2)]
    clock.move(seconds=30)
    with pytest.raises(TicketInvalidError):
        await identity.redeem_ticket(ticket)
    clock.move(seconds=1)
    await identity.issue_ticket(person(tenant_id), uuid4())
    [[row]] = await db.run(tenant_id, Statement("SELECT count(*) AS n FROM socket_tickets"))
    assert row["n"] == 1, "issuing clears away what has expired"
    for wrong in (unused, "", "st_invented", "x" * 10_000):
        with pytest.raises(TicketInvalidError):
            await identity.redeem_ticket(wrong)


async def test_a_secret_is_set_replaced_listed_by_name_and_deleted(identity: Identity, tenant_id: UUID) -> None:
    secrets = identity.secrets
    await secrets.put(tenant_id, "CRM_KEY", "old", actor=ACTOR)
    assert await identity.resolve_secret(tenant_id, "CRM_KEY") == "old"
    await secrets.put(tenant_id, "CRM_KEY", VALUE, actor=ACTOR)
    await secrets.put(tenant_id, "ANOTHER", "é" * 100, actor=ACTOR)
    assert await secrets.get(tenant_id, "CRM_KEY") == VALUE
    listed = await secrets.list_all(tenant_id)
    assert [row["name"] for row in listed] == ["ANOTHER", "CRM_KEY"] and VALUE not in str(listed)
    await secrets.delete(tenant_id, "CRM_KEY", actor=ACTOR)
    assert await identity.resolve_secret(tenant_id, "CRM_KEY") is None
    for missing in (secrets.get(tenant_id, "CRM_KEY"), secrets.delete(tenant_id, "CRM_KEY", actor=ACTOR)):
        with pytest.raises(SecretNotFoundError):
            await missing


async def test_a_secret_is_its_tenants_alone_even_when_rows_are_moved(
    identity: Identity, tenant_id: UUID, other_tenant_id: UUID, db: Database
) -> None:
    await identity.secrets.put(tenant_id, "CRM_KEY", VALUE, actor=ACTOR)
    assert await identity.resolve_secret(other_tenant_id, "CRM_KEY") is None
    assert await identity.secrets.list_all(other_tenant_id) == []
    [[row]] = await db.run(tenant_id, Statement("SELECT value_sealed FROM secrets"))
    for target, name in ((other_tenant_id, "CRM_KEY"), (tenant_id, "OTHER_NAME")):
        await db.run(
            target,
            Statement(
                "INSERT INTO secrets (tenant_id, name, value_sealed, created_at, updated_at)"
                " VALUES (%s, %s, %s, now(), now())"
                " ON CONFLICT (tenant_id, name) DO UPDATE SET value_sealed = excluded.value_sealed",
                (target, name, row["value_sealed"]),
            ),
        )
        fresh = Identity(db, Sealer(SECRET_KEY))
        with pytest.raises(SealedValueError):
            await fresh.resolve_secret(target, name)
        fresh.close()


async def test_a_secrets_value_stands_in_no_row_log_line_error_or_repr(
    identity: Identity, tenant_id: UUID, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await identity.secrets.put(tenant_id, "CRM_KEY", VALUE, actor=ACTOR)
    await identity.resolve_secret(tenant_id, "CRM_KEY")
    with pytest.raises(SecretValueInvalidError) as caught:
        await identity.secrets.put(tenant_id, "CRM_KEY", VALUE * 1000, actor=ACTOR)
    rows = await db.run(tenant_id, Statement("SELECT * FROM secrets"), Statement("SELECT * FROM audit"))
    seen = f"{rows} {caplog.text} {caught.value!r} {caught.value.detail} {identity.secrets.__dict__}"
    assert VALUE not in seen
    assert [line["action"] for line in rows[1]] == ["secret.set"]


@pytest.mark.parametrize("name", ["", "1A", "A-B", "A B", "a.b", "é", "A" * 129, "A\n"])
async def test_a_name_that_an_agent_file_could_not_use_is_refused(
    identity: Identity, tenant_id: UUID, name: str
) -> None:
    with pytest.raises(SecretNameInvalidError):
        await identity.secrets.put(tenant_id, name, "x", actor=ACTOR)


async def test_other_processes_learn_of_changes_at_once_by_notice(
    db: Database, tenant_id: UUID, clock: MovableClock
) -> None:
    notices = [Notices(db.addresses.app, process_id=name) for name in ("one", "two")]
    rooms = [Identity(db, Sealer(SECRET_KEY), clock=clock, notices=each) for each in notices]
    for each in notices:
        await each.start()
    try:
        told = asyncio.Event()
        key = await rooms[0].api_keys.create(person(tenant_id, "owner"), name="CI")
        await rooms[0].secrets.put(tenant_id, "A", "old", actor=ACTOR)
        await rooms[1].authenticate(authorization=None, api_key=key.key)
        assert await rooms[1].resolve_secret(tenant_id, "A") == "old"
        notices[1].subscribe("api_key_revoked", lambda _: told.set())
        await rooms[0].secrets.put(tenant_id, "A", "new", actor=ACTOR)
        await rooms[0].api_keys.revoke(person(tenant_id, "owner"), key.id)
        await asyncio.wait_for(told.wait(), 10)
        assert await rooms[1].resolve_secret(tenant_id, "A") == "new"
        assert rooms[1].api_keys._known.find(key.prefix) is None  # pyright: ignore[reportPrivateUsage]
    finally:
        for each in notices:
            await each.stop()
        for room in rooms:
            room.close()


@pytest.mark.parametrize("key", ["password", "new_secret", "Email", "access_token"])
def test_the_audit_refuses_what_must_not_stand_in_it(key: str) -> None:
    with pytest.raises(ValueError, match="does not store"):
        audit.entry(uuid4(), actor=ACTOR, action="test.done", data={key: "x"})
