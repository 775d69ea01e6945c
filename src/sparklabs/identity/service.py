"""The door of the identity room: who is asking, and the parts that answer for people, keys, tickets and secrets."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sparklabs.identity import audit, repository
from sparklabs.identity.accounts import Accounts, FirstOwner
from sparklabs.identity.api_keys import ApiKeys, is_api_key
from sparklabs.identity.errors import SessionEndedError, TimezoneInvalidError, TokenInvalidError
from sparklabs.identity.names import names_of
from sparklabs.identity.passwords import Passwords
from sparklabs.identity.permissions import permissions_of
from sparklabs.identity.preferences import Preferences
from sparklabs.identity.sessions import Sessions, SignedIn
from sparklabs.identity.signing import SigningKeys
from sparklabs.identity.tenant_secrets import TenantSecrets
from sparklabs.identity.tickets import Tickets
from sparklabs.identity.tokens import Tokens, VerifiedToken
from sparklabs.kit.clock import Clock, SystemClock
from sparklabs.kit.crypto import Sealer
from sparklabs.kit.db import Database, Row
from sparklabs.kit.notices import Notices
from sparklabs.kit.web import Principal

WORKSPACE_CHANGED_NOTICE = "workspace_changed"


class Identity:
    """Everything about who may do what, over one database. `notices` makes revocation reach other processes at once;
    without it they notice within 5 s."""

    def __init__(
        self, db: Database, sealer: Sealer, *, clock: Clock | None = None, notices: Notices | None = None
    ) -> None:
        clock = clock or SystemClock()
        self._db = db
        self._clock = clock
        self._notices = notices
        self._passwords = Passwords()
        self.signing_keys = SigningKeys(db, sealer, clock=clock)
        self.tokens = Tokens(self.signing_keys, clock=clock)
        self.sessions = Sessions(db, sealer, self.tokens, clock=clock, notices=notices)
        self.accounts = Accounts(db, self.sessions, self._passwords, clock=clock)
        self.api_keys = ApiKeys(db, sealer, clock=clock, notices=notices)
        self.tickets = Tickets(db, sealer, clock=clock)
        self.secrets = TenantSecrets(db, sealer, clock=clock, notices=notices)
        self.preferences = Preferences(db, clock=clock)

    async def authenticate(self, *, authorization: str | None, api_key: str | None) -> Principal:
        """The caller behind an Authorization header or an X-API-Key; raises a coded UnauthenticatedError.

        An API key is taken as a bearer credential too; when both headers come, the bearer counts.
        """
        if authorization is None:
            return await self.api_keys.authenticate(api_key or "")
        credential = _bearer(authorization)
        if is_api_key(credential):
            return await self.api_keys.authenticate(credential)
        principal, _ = await self.authenticate_token(credential)
        return principal

    async def authenticate_token(self, token: str) -> tuple[Principal, VerifiedToken]:
        """The caller behind a token with the role it has now, and what the token says."""
        verified = await self.tokens.verify(token)
        principal, family_id = verified.principal, verified.family_id
        if family_id is None:
            return principal, verified
        role = await self.sessions.find_role(
            tenant_id=principal.tenant_id, account_id=principal.subject_id, family_id=family_id
        )
        if role is None:
            raise SessionEndedError
        if role != principal.role:
            principal = replace(principal, role=role, scopes=permissions_of(role))
        return principal, verified

    async def ensure_first_tenant(self, owner_email: str | None, owner_password: str | None) -> FirstOwner:
        """Called at every start: see Accounts.ensure_first_tenant; makes the signing key as well."""
        owner = await self.accounts.ensure_first_tenant(owner_email, owner_password)
        await self.signing_keys.current()
        return owner

    async def sign_in(
        self, email: str, password: str, *, tenant: str | None = None, address: str = "", user_agent: str = ""
    ) -> SignedIn:
        """See Accounts.sign_in."""
        return await self.accounts.sign_in(email, password, tenant=tenant, address=address, user_agent=user_agent)

    async def refresh(self, refresh_token: str, *, user_agent: str = "") -> SignedIn:
        """See Sessions.refresh."""
        return await self.sessions.refresh(refresh_token, user_agent=user_agent)

    async def sign_out(self, *, refresh_token: str | None, authorization: str | None) -> None:
        """Ends the sign-in behind either; a refresh token nobody knows is as good as signed out (RFC 7009, 2.2)."""
        if refresh_token is not None:
            await self.sessions.end_by_refresh_token(refresh_token)
        if authorization is not None:
            principal, verified = await self.authenticate_token(_bearer(authorization))
            if verified.family_id is not None:
                await self.sessions.end(
                    tenant_id=principal.tenant_id, family_id=verified.family_id, actor=principal.actor
                )

    async def issue_visitor_token(
        self, *, tenant_id: UUID, contact_id: UUID, conversation_id: UUID, agent_id: UUID, ttl_seconds: int
    ) -> str:
        """A token for one conversation of one contact; see Tokens.issue_visitor."""
        return await self.tokens.issue_visitor(
            tenant_id=tenant_id,
            contact_id=contact_id,
            conversation_id=conversation_id,
            agent_id=agent_id,
            ttl_seconds=ttl_seconds,
        )

    async def issue_ticket(self, principal: Principal, conversation_id: UUID) -> str:
        """See Tickets.issue."""
        return await self.tickets.issue(principal, conversation_id)

    async def redeem_ticket(self, ticket: str) -> Principal:
        """See Tickets.redeem."""
        return await self.tickets.redeem(ticket)

    async def resolve_secret(self, tenant_id: UUID, name: str) -> str | None:
        """See TenantSecrets.resolve."""
        return await self.secrets.resolve(tenant_id, name)

    async def change_password(self, authorization: str, *, current: str, new: str) -> None:
        """See Accounts.change_password; the session that asks lives on."""
        principal, verified = await self.authenticate_token(_bearer(authorization))
        await self.accounts.change_password(
            principal.subject_id, current=current, new=new, keep_family=verified.family_id
        )

    async def reset_password(self, email: str) -> str:
        """See Accounts.reset_password."""
        return await self.accounts.reset_password(email)

    async def session_of(self, authorization: str) -> UUID | None:
        """Which sign-in a bearer token belongs to."""
        _, verified = await self.authenticate_token(_bearer(authorization))
        return verified.family_id

    async def change_workspace(self, principal: Principal, *, name: str | None, timezone: str | None) -> Row:
        """Renames the workspace or moves it to another time zone, audited; raises TimezoneInvalidError.

        Figures are counted by this zone, and agents without one of their own tell the time by it.
        """
        if timezone is not None:
            _check_zone(timezone)
        now, given = self._clock.now(), {"name": name, "timezone": timezone}
        _, _, [row] = await self._db.run(
            principal.tenant_id,
            repository.set_tenant(name=name, timezone=timezone, now=now),
            audit.entry(
                principal.tenant_id,
                actor=principal.actor,
                action="workspace.changed",
                data={"changed": [field for field, value in given.items() if value is not None]},
                now=now,
            ),
            repository.this_tenant(),
        )
        if self._notices is not None:
            await self._notices.publish(WORKSPACE_CHANGED_NOTICE, {"tenant_id": str(principal.tenant_id)})
        return row

    async def get_tenant(self, tenant_id: UUID) -> Row:
        """Id, slug, name and timezone of the caller's tenant."""
        [[row]] = await self._db.run(tenant_id, repository.this_tenant())
        return row

    async def names_of(self, tenant_id: UUID, actors: Collection[str]) -> dict[str, str]:
        """See names.names_of."""
        return await names_of(self._db, tenant_id, actors)

    def close(self) -> None:
        """Lets the threads go."""
        self._passwords.close()


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise TimezoneInvalidError(
            f"{name!r} is no time zone.", field="timezone", hint="Use an IANA name, such as Europe/London."
        ) from error


def _bearer(authorization: str) -> str:
    scheme, _, credential = authorization.partition(" ")
    credential = credential.strip()
    if scheme.lower() != "bearer" or not credential:
        raise TokenInvalidError("The Authorization header is not `Bearer <token>`.")
    return credential
