"""API keys: shown once, narrowed by role and scopes, ended at once."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from sparklabs.identity.api_keys import NewApiKey
from sparklabs.identity.errors import (
    ApiKeyExpiredError,
    ApiKeyInvalidError,
    ApiKeyNotFoundError,
    ScopeInvalidError,
    TokenInvalidError,
)
from sparklabs.identity.permissions import permissions_of
from sparklabs.identity.service import Identity
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.web import Principal
from tests.integration.identity.conftest import MovableClock


def person(tenant_id: UUID, role: str = "owner") -> Principal:
    return Principal(tenant_id=tenant_id, kind="account", subject_id=uuid4(), role=role, scopes=permissions_of(role))


@pytest.fixture
async def made(identity: Identity, tenant_id: UUID) -> NewApiKey:
    return await identity.api_keys.create(person(tenant_id), name="CI", scopes=["agents:read"])


async def test_a_key_works_in_either_header_with_its_scopes_only(
    identity: Identity, made: NewApiKey, tenant_id: UUID
) -> None:
    for authorization, api_key in ((None, made.key), (f"Bearer {made.key}", None)):
        principal = await identity.authenticate(authorization=authorization, api_key=api_key)
        assert (principal.kind, principal.tenant_id, principal.subject_id) == ("api_key", tenant_id, made.id)
        assert principal.scopes == {"agents:read"}


async def test_a_key_without_scopes_has_its_role(identity: Identity, tenant_id: UUID) -> None:
    made = await identity.api_keys.create(person(tenant_id), name="all", role="operator")
    principal = await identity.authenticate(authorization=None, api_key=made.key)
    assert principal.scopes == permissions_of("operator")


async def test_the_key_stands_nowhere_but_in_the_answer(
    identity: Identity, made: NewApiKey, tenant_id: UUID, db: Database
) -> None:
    assert made.key.startswith("sk_spark_") and made.key not in repr(made)
    secret = made.key.rpartition("_")[2]
    rows = await db.run(tenant_id, Statement("SELECT * FROM api_keys"), Statement("SELECT * FROM audit"))
    assert secret not in str(rows) and secret not in str(await identity.api_keys.list_all(tenant_id))
    assert [line["action"] for line in rows[1]] == ["api_key.created"]


async def test_a_wrong_secret_an_unknown_prefix_and_garbage_are_refused_alike(
    identity: Identity, made: NewApiKey
) -> None:
    head, _, secret = made.key.rpartition("_")
    wrong = [f"{head}_{'A' * len(secret)}", f"{head}_", f"sk_spark_{'A' * 12}_{secret}", "sk_spark_", "", "x", head]
    for key in [*wrong, made.key + "A", "sk_spark_" + "A" * 5000]:
        with pytest.raises(ApiKeyInvalidError):
            await identity.authenticate(authorization=None, api_key=key)
    await identity.authenticate(authorization=None, api_key=made.key)


async def test_another_scheme_than_bearer_is_refused(identity: Identity, made: NewApiKey) -> None:
    for header in (f"Basic {made.key}", made.key, "Bearer", "Bearer  ", ""):
        with pytest.raises(TokenInvalidError):
            await identity.authenticate(authorization=header, api_key=None)


async def test_a_revoked_key_is_refused_at_once_here_and_soon_elsewhere(
    identity: Identity, other_process: Identity, made: NewApiKey, tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for process in (identity, other_process):
        await process.authenticate(authorization=None, api_key=made.key)
    await identity.api_keys.revoke(person(tenant_id), made.id)
    with pytest.raises(ApiKeyInvalidError):
        await identity.authenticate(authorization=None, api_key=made.key)
    cache = other_process.api_keys._known  # pyright: ignore[reportPrivateUsage]
    real_now = cache._now  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(cache, "_now", lambda: real_now() + 5.1)
    with pytest.raises(ApiKeyInvalidError):
        await other_process.authenticate(authorization=None, api_key=made.key)
    assert await identity.api_keys.list_all(tenant_id) == []


async def test_a_key_ends_at_its_time_also_when_it_is_cached(
    identity: Identity, tenant_id: UUID, clock: MovableClock
) -> None:
    made = await identity.api_keys.create(
        person(tenant_id), name="short", expires_at=clock.now() + timedelta(seconds=10)
    )
    await identity.authenticate(authorization=None, api_key=made.key)
    clock.move(seconds=10)
    with pytest.raises(ApiKeyExpiredError):
        await identity.authenticate(authorization=None, api_key=made.key)


async def test_the_last_use_is_written_at_most_once_a_minute(
    identity: Identity, other_process: Identity, made: NewApiKey, tenant_id: UUID, clock: MovableClock
) -> None:
    started = clock.now()
    seen: list[object] = []
    for seconds, process in ((0, identity), (30, other_process), (29, identity), (2, identity)):
        clock.move(seconds=seconds)
        await process.authenticate(authorization=None, api_key=made.key)
        [row] = await identity.api_keys.list_all(tenant_id)
        seen.append((row["last_used_at"] - started).total_seconds())
    assert seen == [0, 0, 0, 61]


@pytest.mark.parametrize(
    ("caller", "role", "scopes"),
    [
        ("owner", "owner", []),
        ("owner", "visitor", []),
        ("owner", "emperor", []),
        ("owner", "viewer", ["agents:write"]),
        ("developer", "admin", []),
        ("developer", "admin", ["secrets:read"]),
        ("developer", "admin", ["*"]),
        ("viewer", "developer", ["agents:write"]),
    ],
)
async def test_nobody_gives_away_more_than_the_role_holds_or_than_they_have(
    identity: Identity, tenant_id: UUID, caller: str, role: str, scopes: list[str]
) -> None:
    with pytest.raises(ScopeInvalidError):
        await identity.api_keys.create(person(tenant_id, caller), name="more", role=role, scopes=scopes)
    assert await identity.api_keys.list_all(tenant_id) == []


async def test_a_tenant_neither_sees_nor_revokes_the_keys_of_another(
    identity: Identity, made: NewApiKey, other_tenant_id: UUID
) -> None:
    assert await identity.api_keys.list_all(other_tenant_id) == []
    with pytest.raises(ApiKeyNotFoundError):
        await identity.api_keys.revoke(person(other_tenant_id), made.id)
    await identity.authenticate(authorization=None, api_key=made.key)
