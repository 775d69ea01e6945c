"""Signed tokens: made, read strictly, remembered until they expire; whether their session lives is not known here."""

import uuid
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

import jwt

from sparklabs.identity.errors import TokenExpiredError, TokenInvalidError
from sparklabs.identity.permissions import Role, permissions_of
from sparklabs.identity.signing import ALGORITHM, SigningKeys
from sparklabs.kit.clock import Clock
from sparklabs.kit.ids import new_id
from sparklabs.kit.web import Principal

ISSUER = "sparklabs"
AUDIENCE = "sparklabs-api"
ACCESS_TOKEN_SECONDS = 900
LONGEST_TOKEN_SECONDS = 86_400
LONGEST_TOKEN_CHARACTERS = 2_048
_CLOCK_SKEW_SECONDS = 60
_REQUIRED = ["iss", "aud", "sub", "exp", "iat", "jti", "kind", "tenant"]
_REMEMBERED = 10_000

TokenKind = Literal["access", "visitor"]


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What a token says; `family_id` is the sign-in it came from (none for visitors)."""

    principal: Principal
    expires_at: float
    family_id: UUID | None


class Tokens:
    """EdDSA (Ed25519) JWTs of two kinds: `access` for people, `visitor` for one conversation of one contact."""

    def __init__(self, keys: SigningKeys, *, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._remembered: OrderedDict[str, VerifiedToken] = OrderedDict()

    async def issue_access(self, *, account_id: UUID, tenant_id: UUID, role: str, family_id: UUID) -> str:
        """A token of 15 minutes for one tenant and one sign-in."""
        claims = {"role": role, "family": str(family_id)}
        return await self._issue("access", account_id, tenant_id, claims, ttl_seconds=ACCESS_TOKEN_SECONDS)

    async def issue_visitor(
        self, *, tenant_id: UUID, contact_id: UUID, conversation_id: UUID, agent_id: UUID, ttl_seconds: int
    ) -> str:
        """A token that opens one conversation and nothing else."""
        if not 1 <= ttl_seconds <= LONGEST_TOKEN_SECONDS:
            raise ValueError(f"A visitor token lives 1 to {LONGEST_TOKEN_SECONDS} s, not {ttl_seconds}.")
        claims = {"conversation": str(conversation_id), "agent": str(agent_id)}
        return await self._issue("visitor", contact_id, tenant_id, claims, ttl_seconds=ttl_seconds)

    async def verify(self, token: str) -> VerifiedToken:
        """What the token says; raises TokenInvalidError or TokenExpiredError."""
        now = self._clock.now().timestamp()
        known = self._remembered.get(token)
        if known is not None:
            if known.expires_at > now:
                return known
            del self._remembered[token]
            raise TokenExpiredError
        verified = _read(await self._decode(token), now=now)
        self._remembered[token] = verified
        if len(self._remembered) > _REMEMBERED:
            self._remembered.popitem(last=False)
        return verified

    async def _issue(
        self, kind: TokenKind, subject_id: UUID, tenant_id: UUID, claims: Mapping[str, Any], *, ttl_seconds: int
    ) -> str:
        key = await self._keys.current()
        now = self._clock.now()
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(subject_id),
            "iat": now,
            "exp": now + timedelta(seconds=ttl_seconds),
            "jti": str(new_id()),
            "kind": kind,
            "tenant": str(tenant_id),
            **claims,
        }
        return jwt.encode(payload, key.private_key, algorithm=ALGORITHM, headers={"kid": key.id})

    async def _decode(self, token: str) -> dict[str, Any]:
        """Signature, algorithm, issuer, audience and required claims; times are read with our own clock."""
        if len(token) > LONGEST_TOKEN_CHARACTERS:
            raise TokenInvalidError("The token is too long to be one of ours.")
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.find_public(key_id) if isinstance(key_id, str) else None
            if key is None:
                raise TokenInvalidError("The token was signed with a key we do not know.")
            return jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={
                    "require": _REQUIRED,
                    "strict_aud": True,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.PyJWTError as error:
            raise TokenInvalidError from error


def _read(claims: Mapping[str, Any], *, now: float) -> VerifiedToken:
    expires_at, issued_at = claims["exp"], claims["iat"]
    if type(expires_at) is not int or type(issued_at) is not int or issued_at > now + _CLOCK_SKEW_SECONDS:
        raise TokenInvalidError
    if expires_at <= now:
        raise TokenExpiredError
    if expires_at - issued_at > LONGEST_TOKEN_SECONDS:
        raise TokenInvalidError
    try:
        tenant_id, subject_id = uuid.UUID(claims["tenant"]), uuid.UUID(claims["sub"])
        if claims["kind"] == "access":
            role = claims["role"]
            if not isinstance(role, str):
                raise TokenInvalidError
            principal = Principal(
                tenant_id=tenant_id,
                kind="account",
                subject_id=subject_id,
                role=role,
                scopes=permissions_of(role),
            )
            return VerifiedToken(principal, expires_at, uuid.UUID(claims["family"]))
        if claims["kind"] == "visitor":
            return VerifiedToken(_visitor(claims, tenant_id=tenant_id, contact_id=subject_id), expires_at, None)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TokenInvalidError from error
    raise TokenInvalidError


def _visitor(claims: Mapping[str, Any], *, tenant_id: UUID, contact_id: UUID) -> Principal:
    return Principal(
        tenant_id=tenant_id,
        kind="visitor",
        subject_id=contact_id,
        role=Role.VISITOR,
        scopes=permissions_of(Role.VISITOR),
        conversation_id=uuid.UUID(claims["conversation"]),
        contact_id=contact_id,
    )
