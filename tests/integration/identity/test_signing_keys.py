"""Signing keys: sealed at rest, known to every process, rotated without ending sessions."""

import pytest

from sparklabs.identity.errors import TokenInvalidError
from sparklabs.identity.service import Identity
from sparklabs.kit.crypto import SealedValueError, Sealer
from sparklabs.kit.db import Database
from tests.integration.identity.conftest import EMAIL, PASSWORD, MovableClock


@pytest.fixture(autouse=True)
async def owner(identity: Identity) -> None:
    await identity.ensure_first_tenant(EMAIL, PASSWORD)


async def test_a_rotated_key_verifies_until_its_tokens_have_ended(
    identity: Identity, other_process: Identity, clock: MovableClock
) -> None:
    before = await identity.sign_in(EMAIL, PASSWORD)
    await other_process.tokens.verify(before.access_token)
    clock.move(seconds=6)
    new_id = await identity.signing_keys.rotate()
    after = await identity.sign_in(EMAIL, PASSWORD)
    for process in (identity, other_process):
        for tokens in (before, after):
            await process.tokens.verify(tokens.access_token)
    assert {key["kid"] for key in (await identity.signing_keys.jwks())["keys"]} > {new_id}
    clock.move(days=1, minutes=6)
    assert [key["kid"] for key in (await identity.signing_keys.jwks())["keys"]] == [new_id]


async def test_the_published_keys_hold_nothing_private(identity: Identity) -> None:
    [key] = (await identity.signing_keys.jwks())["keys"]
    assert set(key) == {"kty", "crv", "use", "alg", "kid", "x"}
    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA")


async def test_forged_key_ids_do_not_make_us_ask_the_database_each_time(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sparklabs.identity import signing_repository as repository

    reads: list[int] = []
    real = repository.signing_keys

    async def counted(*args: object, **kwargs: object) -> object:
        reads.append(1)
        return await real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(repository, "signing_keys", counted)
    for number in range(20):
        assert await identity.signing_keys.find_public(f"forged-{number}") is None
    assert reads == []


async def test_the_private_key_is_of_no_use_without_the_secret_key(identity: Identity, db: Database) -> None:
    async with db.system() as conn:
        cursor = await conn.execute("SELECT id, private_key_sealed FROM signing_keys")
        row = await cursor.fetchone()
    assert row is not None
    with pytest.raises(SealedValueError):
        Sealer(b"x" * 32).open(
            row["private_key_sealed"],
            purpose="signing-keys",
            tenant_id=None,
            about=f"signing_keys.private_key_sealed:{row['id']}",
        )


async def test_a_token_of_another_installation_is_refused(identity: Identity) -> None:
    tokens = await identity.sign_in(EMAIL, PASSWORD)
    header, payload, signature = tokens.access_token.split(".")
    with pytest.raises(TokenInvalidError):
        await identity.authenticate(authorization=f"Bearer {header}.{payload}.{signature[::-1]}", api_key=None)
