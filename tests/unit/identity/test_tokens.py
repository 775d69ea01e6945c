"""Signed tokens: only what we signed, for us, in time, is believed."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sparklabs.identity.errors import TokenExpiredError, TokenInvalidError
from sparklabs.identity.signing import SigningKey
from sparklabs.identity.tokens import AUDIENCE, ISSUER, Tokens

PRIVATE_KEY = Ed25519PrivateKey.generate()
KEY = SigningKey("key-1", PRIVATE_KEY, PRIVATE_KEY.public_key())
TENANT, ACCOUNT, FAMILY = uuid4(), uuid4(), uuid4()


class OneKey:
    """Stands for the signing keys of the database."""

    async def current(self) -> SigningKey:
        return KEY

    async def find_public(self, key_id: str) -> Ed25519PublicKey | None:
        return KEY.public_key if key_id == KEY.id else None


class StillClock:
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def tokens(clock: StillClock) -> Tokens:
    return Tokens(OneKey(), clock=clock)  # type: ignore[arg-type]


def claims(**changes: Any) -> dict[str, Any]:
    now = int(StillClock.moment.timestamp())
    whole = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(ACCOUNT),
        "iat": now,
        "exp": now + 900,
        "jti": str(uuid4()),
        "kind": "access",
        "tenant": str(TENANT),
        "role": "owner",
        "family": str(FAMILY),
    }
    return {key: value for key, value in {**whole, **changes}.items() if value is not None}


def signed(payload: dict[str, Any], *, kid: str = "key-1", key: Any = PRIVATE_KEY, algorithm: str = "EdDSA") -> str:
    return jwt.encode(payload, key, algorithm=algorithm, headers={"kid": kid})


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


async def refused(tokens: Tokens, token: str) -> None:
    with pytest.raises(TokenInvalidError) as caught:
        await tokens.verify(token)
    assert caught.value.code == "token_invalid"


async def test_an_access_token_says_who_where_and_in_which_role(tokens: Tokens, clock: StillClock) -> None:
    token = await tokens.issue_access(account_id=ACCOUNT, tenant_id=TENANT, role="viewer", family_id=FAMILY)
    verified = await tokens.verify(token)
    principal = verified.principal
    assert (principal.kind, principal.tenant_id, principal.subject_id) == ("account", TENANT, ACCOUNT)
    assert (principal.role, principal.allows("agents:read"), principal.allows("agents:write")) == (
        "viewer",
        True,
        False,
    )
    assert verified.family_id == FAMILY
    assert verified.expires_at - clock.now().timestamp() == 900
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": "key-1", "typ": "JWT"}


async def test_a_visitor_token_is_for_its_own_conversation_only(tokens: Tokens) -> None:
    conversation_id, contact_id = uuid4(), uuid4()
    token = await tokens.issue_visitor(
        tenant_id=TENANT, contact_id=contact_id, conversation_id=conversation_id, agent_id=uuid4(), ttl_seconds=3600
    )
    principal = (await tokens.verify(token)).principal
    assert (principal.kind, principal.conversation_id, principal.contact_id) == ("visitor", conversation_id, contact_id)
    assert principal.scopes == {"conversations:read", "conversations:write"}


@pytest.mark.parametrize("ttl_seconds", [0, -1, 86_401])
async def test_a_visitor_token_lives_a_day_at_most(tokens: Tokens, ttl_seconds: int) -> None:
    with pytest.raises(ValueError, match="lives"):
        await tokens.issue_visitor(
            tenant_id=TENANT, contact_id=uuid4(), conversation_id=uuid4(), agent_id=uuid4(), ttl_seconds=ttl_seconds
        )


async def test_a_token_ends_at_its_second_also_when_it_is_remembered(tokens: Tokens, clock: StillClock) -> None:
    token = signed(claims())
    await tokens.verify(token)
    clock.moment += timedelta(seconds=899)
    await tokens.verify(token)
    clock.moment += timedelta(seconds=1)
    for _ in range(2):
        with pytest.raises(TokenExpiredError):
            await tokens.verify(token)


async def test_a_changed_token_is_refused(tokens: Tokens) -> None:
    header, payload, signature = signed(claims(role="viewer")).split(".")
    await refused(tokens, f"{header}.{part(claims(role='owner'))}.{signature}")
    await refused(tokens, f"{header}.{payload}.{signature[:-4]}AAAA")
    await refused(tokens, f"{header}.{payload}.")
    await refused(tokens, f"{header}.{payload}")


async def test_a_token_without_signature_is_refused(tokens: Tokens) -> None:
    for algorithm in ("none", "None", "NONE"):
        await refused(tokens, f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'key-1'})}.{part(claims())}.")


async def test_the_public_key_is_not_a_shared_secret(tokens: Tokens) -> None:
    raw = KEY.public_key.public_bytes_raw()
    pem = KEY.public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    header, payload = part({"alg": "HS256", "typ": "JWT", "kid": "key-1"}), part(claims())
    import hashlib
    import hmac

    for secret in (raw, pem):
        mac = hmac.digest(secret, f"{header}.{payload}".encode(), hashlib.sha256)
        await refused(tokens, f"{header}.{payload}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}")


async def test_a_token_of_a_foreign_key_is_refused(tokens: Tokens) -> None:
    foreign = Ed25519PrivateKey.generate()
    await refused(tokens, signed(claims(), key=foreign))
    await refused(tokens, signed(claims(), key=foreign, kid="key-2"))
    await refused(tokens, jwt.encode(claims(), PRIVATE_KEY, algorithm="EdDSA"))


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "another-api"},
        {"aud": [AUDIENCE, "another-api"]},
        {"iss": "another-issuer"},
        {"kind": "refresh"},
        {"kind": ["access"]},
        {"tenant": "not-a-uuid"},
        {"tenant": 7},
        {"sub": "not-a-uuid"},
        {"role": 7},
        {"family": "not-a-uuid"},
        {"exp": "9999999999"},
        {"exp": 9_999_999_999},
        {"iat": int(StillClock.moment.timestamp()) + 300},
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(tokens: Tokens, change: dict[str, Any]) -> None:
    await refused(tokens, signed(claims(**change)))


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "exp", "iat", "jti", "kind", "tenant", "role", "family"])
async def test_a_token_without_a_required_claim_is_refused(tokens: Tokens, name: str) -> None:
    await refused(tokens, signed(claims(**{name: None})))


@pytest.mark.parametrize("token", ["", "a.b.c", "....", "{}", "x" * 5000, "é.é.é", part([]) + "." + part([]) + ".x"])
async def test_garbage_is_refused(tokens: Tokens, token: str) -> None:
    await refused(tokens, token)


async def test_a_refused_token_is_not_remembered(tokens: Tokens) -> None:
    bad = signed(claims(aud="another-api"))
    await refused(tokens, bad)
    await refused(tokens, bad)
    assert not tokens._remembered  # pyright: ignore[reportPrivateUsage]


def test_a_signing_key_does_not_show_its_private_part() -> None:
    assert repr(KEY) == "SigningKey(id='key-1')"
