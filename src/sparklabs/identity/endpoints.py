"""HTTP for signing in, API keys and secrets; decisions stand in the services."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Cookie, Depends, Header, Request, Response

from sparklabs.identity.errors import (
    AccountLockedError,
    ApiKeyNotFoundError,
    InvalidCredentialsError,
    PreferencesTooLargeError,
    RefreshReusedError,
    ScopeInvalidError,
    SecretNameInvalidError,
    SecretNotFoundError,
    SecretValueInvalidError,
    SessionEndedError,
    SessionNotFoundError,
    TimezoneInvalidError,
    TokenExpiredError,
    TokenInvalidError,
    TooManySignInsError,
)
from sparklabs.identity.schemas import (
    AccountAnswer,
    ApiKeyAnswer,
    ApiKeyBody,
    LoginBody,
    MeAnswer,
    NewApiKeyAnswer,
    PasswordBody,
    PreferencesAnswer,
    PreferencesBody,
    ProfileBody,
    RefreshBody,
    SecretAnswer,
    SecretBody,
    SessionAnswer,
    TenantAnswer,
    TokensAnswer,
    WorkspaceBody,
)
from sparklabs.identity.service import Identity
from sparklabs.identity.sessions import REFRESH_TOKEN_LIFETIME, SignedIn
from sparklabs.kit.errors import ForbiddenError, SparkError
from sparklabs.kit.json_route import JsonRoute
from sparklabs.kit.pagination import Page
from sparklabs.kit.problems import CONTENT_TYPE, PROBLEMS, Problem
from sparklabs.kit.web import Principal, principal_of, require, service

REFRESH_COOKIE = "sparklabs_refresh"
_COOKIE_PATH = "/api/v1/auth"

router = APIRouter(prefix="/api/v1", responses=PROBLEMS, route_class=JsonRoute)
well_known = APIRouter()

The = Annotated[Identity, Depends(service(Identity, "identity"))]
Caller = Annotated[Principal, Depends(principal_of)]
RefreshCookie = Annotated[str | None, Cookie(alias=REFRESH_COOKIE, include_in_schema=False)]
UserAgent = Annotated[str, Header(include_in_schema=False)]


def _problem(error: type[SparkError], *others: type[SparkError]) -> dict[str, Any]:
    """How an error looks, with the codes that come with its status."""
    codes = ", ".join(f"`{each.code}`" for each in (error, *others))
    example = {
        "type": f"https://sparklabs.dev/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
    }
    schema = {"schema": Problem.model_json_schema(), "example": example}
    return {"description": f"One of: {codes}.", "content": {CONTENT_TYPE: schema}}


@router.post(
    "/auth/login",
    tags=["auth"],
    summary="Sign in with e-mail and password",
    responses={401: _problem(InvalidCredentialsError), 429: _problem(AccountLockedError, TooManySignInsError)},
)
async def login(
    body: LoginBody, request: Request, response: Response, identity: The, user_agent: UserAgent = ""
) -> TokensAnswer:
    """Gives an access token of 15 minutes and a refresh token that works once within 30 days."""
    signed_in = await identity.sign_in(
        body.email,
        body.password.get_secret_value(),
        tenant=body.tenant,
        address=request.client.host if request.client else "",
        user_agent=user_agent,
    )
    return _answer(signed_in, request, response, in_cookie=body.keep_in == "cookie")


@router.post(
    "/auth/refresh",
    tags=["auth"],
    summary="Exchange a refresh token for new tokens",
    responses={401: _problem(TokenInvalidError, TokenExpiredError, SessionEndedError, RefreshReusedError)},
)
async def refresh(
    request: Request,
    response: Response,
    identity: The,
    body: Annotated[RefreshBody | None, Body()] = None,
    cookie: RefreshCookie = None,
    user_agent: UserAgent = "",
) -> TokensAnswer:
    """A refresh token works once: a second use ends the session, so send one refresh at a time."""
    given = body.refresh_token.get_secret_value() if body and body.refresh_token else None
    token = given or cookie
    if token is None:
        raise TokenInvalidError("There is no refresh token in the body or the cookie.")
    signed_in = await identity.refresh(token, user_agent=user_agent)
    return _answer(signed_in, request, response, in_cookie=given is None)


@router.post("/auth/logout", tags=["auth"], summary="End the session", status_code=204)
async def logout(
    request: Request,
    response: Response,
    identity: The,
    body: Annotated[RefreshBody | None, Body()] = None,
    cookie: RefreshCookie = None,
) -> None:
    """Ends the session behind the refresh token (body or cookie), else behind the bearer token, at once."""
    given = body.refresh_token.get_secret_value() if body and body.refresh_token else None
    token, authorization = given or cookie, request.headers.get("authorization")
    if token is None and authorization is None:
        raise TokenInvalidError("There is nothing to sign out: no refresh token and no bearer token.")
    await identity.sign_out(refresh_token=token, authorization=authorization if token is None else None)
    response.delete_cookie(REFRESH_COOKIE, path=_COOKIE_PATH)


@router.get("/auth/me", tags=["auth"], summary="Who am I?")
async def me(caller: Caller, identity: The) -> MeAnswer:
    """The caller, its workspace and its permissions."""
    account = await identity.accounts.get(caller.subject_id) if caller.kind == "account" else None
    return MeAnswer(
        kind=caller.kind,
        id=caller.subject_id,
        role=caller.role,
        permissions=sorted(caller.scopes),
        account=AccountAnswer.model_validate(account, from_attributes=False) if account else None,
        tenant=TenantAnswer.model_validate(await identity.get_tenant(caller.tenant_id)),
    )


@router.post("/auth/password", tags=["auth"], summary="Change one's own password", status_code=204)
async def change_password(body: PasswordBody, caller: Caller, request: Request, identity: The) -> None:
    """Ends every other session of the person."""
    _check_person(caller)
    await identity.change_password(
        request.headers.get("authorization", ""),
        current=body.current_password.get_secret_value(),
        new=body.new_password.get_secret_value(),
    )


@router.patch("/auth/me", tags=["auth"], summary="Change one's own name")
async def change_me(body: ProfileBody, caller: Caller, identity: The) -> AccountAnswer:
    """How one is called in this console."""
    _check_person(caller)
    await identity.accounts.rename(caller.subject_id, body.name)
    return AccountAnswer.model_validate(await identity.accounts.get(caller.subject_id))


@router.get("/auth/sessions", tags=["auth"], summary="List one's own sessions")
async def list_sessions(caller: Caller, request: Request, identity: The) -> Page[SessionAnswer]:
    """Every device on which one is signed in to this workspace, the last used first."""
    _check_person(caller)
    current = await identity.session_of(request.headers.get("authorization", ""))
    rows = await identity.sessions.list_of(tenant_id=caller.tenant_id, account_id=caller.subject_id)
    items = [SessionAnswer(**row, current=row["id"] == current) for row in rows]
    return Page[SessionAnswer](items=items, total=len(items))


@router.delete("/auth/sessions", tags=["auth"], summary="Sign out everywhere else", status_code=204)
async def end_other_sessions(caller: Caller, request: Request, identity: The) -> None:
    """Ends every session of the person but the one that asks, in every workspace."""
    _check_person(caller)
    current = await identity.session_of(request.headers.get("authorization", ""))
    await identity.sessions.end_all(account_id=caller.subject_id, actor=caller.actor, except_family=current)


@router.delete(
    "/auth/sessions/{session_id}",
    tags=["auth"],
    summary="Sign out one device",
    status_code=204,
    responses={404: _problem(SessionNotFoundError)},
)
async def end_session(session_id: UUID, caller: Caller, identity: The) -> None:
    """Ends one of one's own sessions, its access token included."""
    _check_person(caller)
    await identity.sessions.end_own(tenant_id=caller.tenant_id, account_id=caller.subject_id, family_id=session_id)


@router.get("/workspace", tags=["workspace"], summary="The workspace")
async def get_workspace(caller: Annotated[Principal, require("workspace:read")], identity: The) -> TenantAnswer:
    """Name and time zone of the caller's workspace."""
    return TenantAnswer.model_validate(await identity.get_tenant(caller.tenant_id))


@router.patch(
    "/workspace",
    tags=["workspace"],
    summary="Change the workspace",
    responses={422: _problem(TimezoneInvalidError)},
)
async def change_workspace(
    body: WorkspaceBody, caller: Annotated[Principal, require("workspace:write")], identity: The
) -> TenantAnswer:
    """Its name, and the time zone by which days are counted and agents tell the time."""
    changed = await identity.change_workspace(caller, name=body.name, timezone=body.timezone)
    return TenantAnswer.model_validate(changed)


@router.get("/me/preferences", tags=["auth"], summary="What I chose to see")
async def get_preferences(caller: Caller, identity: The) -> PreferencesAnswer:
    """What the console remembers of a person in this workspace: put away, opened, arranged."""
    _check_person(caller)
    return PreferencesAnswer(values=await identity.preferences.read(caller.tenant_id, caller.subject_id))


@router.put(
    "/me/preferences",
    tags=["auth"],
    summary="Remember what I chose",
    responses={422: _problem(PreferencesTooLargeError)},
)
async def put_preferences(body: PreferencesBody, caller: Caller, identity: The) -> PreferencesAnswer:
    """Sets the values that are named, forgets those that are null, leaves all others; answers with all of them."""
    _check_person(caller)
    values = await identity.preferences.merge(caller.tenant_id, caller.subject_id, body.values)
    return PreferencesAnswer(values=values)


@router.get("/api-keys", tags=["api-keys"], summary="List API keys")
async def list_api_keys(caller: Annotated[Principal, require("api_keys:read")], identity: The) -> Page[ApiKeyAnswer]:
    """The workspace's keys without their secrets, newest first."""
    rows = await identity.api_keys.list_all(caller.tenant_id)
    return Page[ApiKeyAnswer](items=[ApiKeyAnswer.model_validate(row) for row in rows], total=len(rows))


@router.post(
    "/api-keys",
    tags=["api-keys"],
    summary="Make an API key",
    status_code=201,
    responses={422: _problem(ScopeInvalidError)},
)
async def create_api_key(
    body: ApiKeyBody, caller: Annotated[Principal, require("api_keys:write")], identity: The
) -> NewApiKeyAnswer:
    """The whole key is in this answer and nowhere else."""
    made = await identity.api_keys.create(
        caller, name=body.name, scopes=body.scopes, role=body.role, expires_at=body.expires_at
    )
    return NewApiKeyAnswer.model_validate(made, from_attributes=True)


@router.delete(
    "/api-keys/{key_id}",
    tags=["api-keys"],
    summary="Revoke an API key",
    status_code=204,
    responses={404: _problem(ApiKeyNotFoundError)},
)
async def revoke_api_key(key_id: UUID, caller: Annotated[Principal, require("api_keys:write")], identity: The) -> None:
    """In effect within 5 s everywhere."""
    await identity.api_keys.revoke(caller, key_id)


@router.get("/secrets", tags=["secrets"], summary="List the names of secrets")
async def list_secrets(caller: Annotated[Principal, require("secrets:read")], identity: The) -> Page[SecretAnswer]:
    """Names and times; values cannot be read back."""
    rows = await identity.secrets.list_all(caller.tenant_id)
    return Page[SecretAnswer](items=[SecretAnswer.model_validate(row) for row in rows], total=len(rows))


@router.get(
    "/secrets/{name}",
    tags=["secrets"],
    summary="Does this secret exist?",
    responses={404: _problem(SecretNotFoundError), 422: _problem(SecretNameInvalidError)},
)
async def get_secret(name: str, caller: Annotated[Principal, require("secrets:read")], identity: The) -> SecretAnswer:
    """Name and times of one secret; its value cannot be read back."""
    return SecretAnswer.model_validate(await identity.secrets.describe(caller.tenant_id, name))


@router.put(
    "/secrets/{name}",
    tags=["secrets"],
    summary="Set a secret",
    status_code=204,
    responses={422: _problem(SecretNameInvalidError, SecretValueInvalidError)},
)
async def put_secret(
    name: str, body: SecretBody, caller: Annotated[Principal, require("secrets:write")], identity: The
) -> None:
    """What `${NAME}` in an agent file stands for; in effect within 5 s everywhere."""
    await identity.secrets.put(caller.tenant_id, name, body.value.get_secret_value(), actor=caller.actor)


@router.delete(
    "/secrets/{name}",
    tags=["secrets"],
    summary="Delete a secret",
    status_code=204,
    responses={404: _problem(SecretNotFoundError), 422: _problem(SecretNameInvalidError)},
)
async def delete_secret(name: str, caller: Annotated[Principal, require("secrets:write")], identity: The) -> None:
    """Agents that need it say that it is missing."""
    await identity.secrets.delete(caller.tenant_id, name, actor=caller.actor)


@well_known.get("/.well-known/jwks.json", tags=["auth"], summary="Public keys of our tokens")
async def jwks(response: Response, identity: The) -> dict[str, Any]:
    """RFC 7517; may be cached for five minutes."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return await identity.signing_keys.jwks()


def _check_person(caller: Principal) -> None:
    if caller.kind != "account":
        raise ForbiddenError(
            "Only a person who signed in may do this.", code="not_a_person", hint="Sign in with e-mail first."
        )


def _answer(signed_in: SignedIn, request: Request, response: Response, *, in_cookie: bool) -> TokensAnswer:
    response.headers["Cache-Control"] = "no-store"
    if in_cookie:
        response.set_cookie(
            REFRESH_COOKIE,
            signed_in.refresh_token,
            max_age=int(REFRESH_TOKEN_LIFETIME.total_seconds()),
            path=_COOKIE_PATH,
            httponly=True,
            secure=request.url.scheme == "https",
            samesite="strict",
        )
    return TokensAnswer(
        access_token=signed_in.access_token,
        refresh_token=None if in_cookie else signed_in.refresh_token,
        expires_in=signed_in.expires_in,
    )
