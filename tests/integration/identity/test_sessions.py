"""Signing in, refreshing and signing out against the real database."""

import asyncio

import pytest

from sparklabs.identity.errors import (
    AccountLockedError,
    InvalidCredentialsError,
    RefreshReusedError,
    SessionEndedError,
    TokenExpiredError,
    TokenInvalidError,
)
from sparklabs.identity.service import Identity
from sparklabs.identity.sessions import SignedIn
from sparklabs.kit.db import Database, Statement
from sparklabs.kit.errors import UnauthenticatedError
from sparklabs.kit.web import Principal
from tests.integration.identity.conftest import EMAIL, PASSWORD, MovableClock


async def caller(identity: Identity, tokens: SignedIn) -> Principal:
    return await identity.authenticate(authorization=f"Bearer {tokens.access_token}", api_key=None)


@pytest.fixture(autouse=True)
async def owner(identity: Identity) -> None:
    await identity.ensure_first_tenant(EMAIL, PASSWORD)


async def test_the_owner_signs_in_and_may_do_everything(identity: Identity) -> None:
    tokens = await identity.sign_in(" OWNER@example.com", PASSWORD)
    principal = await caller(identity, tokens)
    assert (principal.kind, principal.role, principal.allows("agents:write")) == ("account", "owner", True)
    assert (tokens.token_type, tokens.expires_in) == ("bearer", 900)


async def test_a_wrong_password_an_unknown_email_and_a_foreign_tenant_get_the_same_answer(identity: Identity) -> None:
    answers: list[tuple[str, str]] = []
    for email, password, tenant in (
        (EMAIL, "wrong horse", None),
        ("nobody@example.com", PASSWORD, None),
        (EMAIL, PASSWORD, "elsewhere"),
    ):
        with pytest.raises(InvalidCredentialsError) as caught:
            await identity.sign_in(email, password, tenant=tenant)
        answers.append((caught.value.code, caught.value.detail))
    assert len(set(answers)) == 1


async def test_a_refresh_token_gives_new_tokens_once(identity: Identity) -> None:
    first = await identity.sign_in(EMAIL, PASSWORD)
    second = await identity.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert (await caller(identity, second)).role == "owner"
    third = await identity.refresh(second.refresh_token)
    assert third.refresh_token not in (first.refresh_token, second.refresh_token)


async def test_a_replayed_refresh_token_ends_its_whole_family(identity: Identity) -> None:
    first = await identity.sign_in(EMAIL, PASSWORD)
    bystander = await identity.sign_in(EMAIL, PASSWORD)
    second = await identity.refresh(first.refresh_token)
    await caller(identity, second)
    with pytest.raises(RefreshReusedError):
        await identity.refresh(first.refresh_token)
    with pytest.raises(SessionEndedError):
        await identity.refresh(second.refresh_token)
    for tokens in (first, second):
        with pytest.raises(SessionEndedError):
            await caller(identity, tokens)
    assert (await caller(identity, bystander)).role == "owner"


async def test_of_many_concurrent_refreshes_at_most_one_gets_tokens(identity: Identity) -> None:
    first = await identity.sign_in(EMAIL, PASSWORD)
    answers = await asyncio.gather(*(identity.refresh(first.refresh_token) for _ in range(6)), return_exceptions=True)
    given = [answer for answer in answers if isinstance(answer, SignedIn)]
    assert len(given) <= 1
    assert all(isinstance(answer, SignedIn | RefreshReusedError | SessionEndedError) for answer in answers)
    for tokens in given:
        with pytest.raises(UnauthenticatedError):
            await identity.refresh(tokens.refresh_token)


async def test_no_token_survives_when_rotation_and_replay_race(identity: Identity, db: Database) -> None:
    for _ in range(5):
        first = await identity.sign_in(EMAIL, PASSWORD)
        second = await identity.refresh(first.refresh_token)
        await asyncio.gather(
            identity.refresh(second.refresh_token), identity.refresh(first.refresh_token), return_exceptions=True
        )
    principal = await caller(identity, await identity.sign_in(EMAIL, PASSWORD))
    [rows] = await db.run(
        principal.tenant_id,
        Statement(
            "SELECT family_id FROM refresh_tokens GROUP BY family_id"
            " HAVING bool_or(revoked_at IS NULL) AND bool_or(revoked_at IS NOT NULL)"
        ),
    )
    assert rows == []


async def test_signing_out_ends_access_and_refresh(identity: Identity) -> None:
    tokens = await identity.sign_in(EMAIL, PASSWORD)
    await caller(identity, tokens)
    await identity.sign_out(refresh_token=tokens.refresh_token, authorization=None)
    with pytest.raises(SessionEndedError):
        await caller(identity, tokens)
    with pytest.raises(SessionEndedError):
        await identity.refresh(tokens.refresh_token)


async def test_another_process_refuses_an_ended_session_when_its_short_memory_runs_out(
    identity: Identity, other_process: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = await identity.sign_in(EMAIL, PASSWORD)
    await caller(other_process, tokens)
    await identity.sign_out(refresh_token=None, authorization=f"Bearer {tokens.access_token}")
    cache = other_process.sessions._roles  # pyright: ignore[reportPrivateUsage]
    real_now = cache._now  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(cache, "_now", lambda: real_now() + 3.1)
    with pytest.raises(SessionEndedError):
        await caller(other_process, tokens)


async def test_an_access_token_lives_fifteen_minutes_and_a_refresh_token_thirty_days(
    identity: Identity, clock: MovableClock
) -> None:
    tokens = await identity.sign_in(EMAIL, PASSWORD)
    await caller(identity, tokens)
    clock.move(minutes=14, seconds=58)
    await caller(identity, tokens)
    clock.move(seconds=3)
    with pytest.raises(TokenExpiredError):
        await caller(identity, tokens)
    clock.move(days=30)
    with pytest.raises(TokenExpiredError):
        await identity.refresh(tokens.refresh_token)


async def test_an_invented_refresh_token_is_refused(identity: Identity) -> None:
    with pytest.raises(TokenInvalidError):
        await identity.refresh("rt_invented")


async def test_a_role_taken_away_counts_for_tokens_already_given(identity: Identity, db: Database) -> None:
    tokens = await identity.sign_in(EMAIL, PASSWORD)
    tenant_id = (await identity.tokens.verify(tokens.access_token)).principal.tenant_id
    await db.run(tenant_id, Statement("UPDATE memberships SET role = 'viewer'"))
    principal = await caller(identity, tokens)
    assert (principal.role, principal.allows("agents:write"), principal.allows("agents:read")) == (
        "viewer", False, True,
    )  # fmt: skip
    await db.run(tenant_id, Statement("DELETE FROM memberships"))
    identity.sessions._roles.clear()  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(SessionEndedError):
        await caller(identity, tokens)


async def test_five_wrong_passwords_lock_the_account_and_time_unlocks_it(
    identity: Identity, clock: MovableClock
) -> None:
    for _ in range(5):
        with pytest.raises(InvalidCredentialsError):
            await identity.sign_in(EMAIL, "wrong horse")
    with pytest.raises(AccountLockedError) as caught:
        await identity.sign_in(EMAIL, PASSWORD)
    assert caught.value.headers["Retry-After"] == "30"
    clock.move(seconds=31)
    await identity.sign_in(EMAIL, PASSWORD)
    with pytest.raises(InvalidCredentialsError):
        await identity.sign_in(EMAIL, "wrong horse")


async def test_a_burst_of_guesses_does_not_outrun_the_lock(identity: Identity) -> None:
    guesses = [identity.sign_in(EMAIL, f"guess number {i}", address=str(i)) for i in range(12)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(answer, InvalidCredentialsError) for answer in answers) == 5
    assert sum(isinstance(answer, AccountLockedError) for answer in answers) == 7


async def test_an_unknown_email_locks_like_a_known_one(identity: Identity) -> None:
    for _ in range(5):
        with pytest.raises(InvalidCredentialsError):
            await identity.sign_in("nobody@example.com", "wrong horse")
    with pytest.raises(AccountLockedError) as caught:
        await identity.sign_in("nobody@example.com", "wrong horse")
    assert caught.value.headers["Retry-After"] == "30"


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
async def test_a_refused_sign_in_costs_one_argon2_run_whoever_is_asked_for(
    identity: Identity, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    from argon2 import PasswordHasher

    runs: list[str] = []
    for name in ("hash", "verify"):
        real = getattr(PasswordHasher, name)
        monkeypatch.setattr(
            PasswordHasher,
            name,
            lambda self, *a, real=real, name=name, **k: (runs.append(name), real(self, *a, **k))[1],
        )
    with pytest.raises(InvalidCredentialsError):
        await identity.sign_in(email, "wrong horse")
    assert len(runs) == 1


async def test_a_changed_password_ends_the_other_sessions_only(identity: Identity) -> None:
    mine, theirs = await identity.sign_in(EMAIL, PASSWORD), await identity.sign_in(EMAIL, PASSWORD)
    await identity.change_password(f"Bearer {mine.access_token}", current=PASSWORD, new="another horse")
    await caller(identity, mine)
    with pytest.raises(SessionEndedError):
        await caller(identity, theirs)
    with pytest.raises(InvalidCredentialsError):
        await identity.sign_in(EMAIL, PASSWORD)
    await identity.sign_in(EMAIL, "another horse")


async def test_a_reset_password_lifts_the_lock_and_ends_every_session(identity: Identity) -> None:
    tokens = await identity.sign_in(EMAIL, PASSWORD)
    for _ in range(5):
        with pytest.raises(InvalidCredentialsError):
            await identity.sign_in(EMAIL, "wrong horse")
    password = await identity.reset_password(EMAIL)
    await identity.sign_in(EMAIL, password)
    with pytest.raises(SessionEndedError):
        await caller(identity, tokens)


async def test_many_right_passwords_at_once_all_sign_in(identity: Identity) -> None:
    answers = await asyncio.gather(*(identity.sign_in(EMAIL, PASSWORD, address="::1") for _ in range(12)))
    assert len({answer.refresh_token for answer in answers}) == 12
