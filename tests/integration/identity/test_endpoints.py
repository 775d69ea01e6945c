"""The identity endpoints over HTTP, as an outside client sees them."""

from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx
import jwt
import pytest
from fastapi import FastAPI

from sparklabs.identity.endpoints import REFRESH_COOKIE, router, well_known
from sparklabs.identity.service import Identity
from sparklabs.kit.problems import add_problem_handlers
from tests.integration.identity.conftest import EMAIL, PASSWORD

LOGIN = {"email": EMAIL, "password": PASSWORD}


@pytest.fixture
async def client(identity: Identity) -> AsyncIterator[httpx.AsyncClient]:
    await identity.ensure_first_tenant(EMAIL, PASSWORD)
    app = FastAPI()
    app.include_router(router)
    app.include_router(well_known)
    add_problem_handlers(app)
    app.state.services = SimpleNamespace(identity=identity, authenticator=identity)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://sparklabs.test") as client:
        yield client


async def sign_in(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post("/api/v1/auth/login", json=LOGIN)
    assert answer.status_code == 200, answer.text
    return answer.json()


def bearer(tokens: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_signing_in_gives_the_promised_tokens_and_says_who_one_is(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/auth/login", json=LOGIN)
    tokens = answer.json()
    assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 900)
    assert answer.headers["cache-control"] == "no-store" and "set-cookie" not in answer.headers
    me = (await client.get("/api/v1/auth/me", headers=bearer(tokens))).json()
    assert (me["role"], me["permissions"], me["account"]["email"], me["tenant"]["slug"]) == (
        "owner", ["*"], EMAIL, "main",
    )  # fmt: skip


async def test_our_published_keys_verify_our_tokens(client: httpx.AsyncClient) -> None:
    token = (await sign_in(client))["access_token"]
    keys = jwt.PyJWKSet.from_dict((await client.get("/.well-known/jwks.json")).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["EdDSA"], audience="sparklabs-api", issuer="sparklabs")
    assert claims["role"] == "owner"


async def test_refresh_rotates_replay_ends_the_session_and_logout_is_final(client: httpx.AsyncClient) -> None:
    first = await sign_in(client)
    body = {"refresh_token": first["refresh_token"]}
    second = (await client.post("/api/v1/auth/refresh", json=body)).json()
    refused(await client.post("/api/v1/auth/refresh", json=body), 401, "refresh_reused")
    refused(await client.get("/api/v1/auth/me", headers=bearer(second)), 401, "session_ended")
    third = await sign_in(client)
    assert (await client.post("/api/v1/auth/logout", headers=bearer(third))).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=bearer(third)), 401, "session_ended")
    body = {"refresh_token": third["refresh_token"]}
    assert (await client.post("/api/v1/auth/logout", json=body)).status_code == 204
    refused(await client.post("/api/v1/auth/refresh", json=body), 401, "session_ended")


async def test_a_console_keeps_its_refresh_token_in_a_cookie_out_of_reach_of_scripts(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/auth/login", json={**LOGIN, "keep_in": "cookie"})
    assert answer.json()["refresh_token"] is None
    cookie = answer.headers["set-cookie"]
    for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Path=/api/v1/auth"):
        assert attribute in cookie
    before = client.cookies[REFRESH_COOKIE]
    refreshed = await client.post("/api/v1/auth/refresh")
    assert refreshed.json()["refresh_token"] is None and client.cookies[REFRESH_COOKIE] != before
    assert (await client.post("/api/v1/auth/logout")).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=bearer(refreshed.json())), 401, "session_ended")
    refused(await client.post("/api/v1/auth/refresh"), 401, "token_invalid")


async def test_wrong_passwords_are_refused_then_locked_with_a_time_to_wait(client: httpx.AsyncClient) -> None:
    wrong = {**LOGIN, "password": "wrong horse battery"}
    for _ in range(5):
        refused(await client.post("/api/v1/auth/login", json=wrong), 401, "invalid_credentials")
    answer = await client.post("/api/v1/auth/login", json=LOGIN)
    refused(answer, 429, "account_locked")
    assert 0 < int(answer.headers["retry-after"]) <= 30


async def test_one_address_cannot_go_on_guessing_at_one_email(client: httpx.AsyncClient) -> None:
    wrong = {"email": "nobody@example.com", "password": "wrong horse battery"}
    answers = [await client.post("/api/v1/auth/login", json=wrong) for _ in range(11)]
    refused(answers[-1], 429, "too_many_sign_ins")
    assert int(answers[-1].headers["retry-after"]) > 0
    await sign_in(client)


async def test_a_body_that_is_wrong_is_told_without_its_password(client: httpx.AsyncClient) -> None:
    for body in ({"password": "hunter2-hunter2"}, {**LOGIN, "password": {"hunter2": 1}}, {**LOGIN, "hunter2": "x"}):
        answer = await client.post("/api/v1/auth/login", json=body)
        assert answer.status_code == 422 and PASSWORD not in answer.text and "hunter2-hunter2" not in answer.text


async def test_api_keys_are_made_listed_used_and_revoked(client: httpx.AsyncClient) -> None:
    owner = bearer(await sign_in(client))
    body = {"name": "CI", "role": "developer", "scopes": ["agents:read"]}
    made = await client.post("/api/v1/api-keys", json=body, headers=owner)
    assert made.status_code == 201
    key = {"X-API-Key": made.json()["key"]}
    me = (await client.get("/api/v1/auth/me", headers=key)).json()
    assert (me["kind"], me["permissions"], me["account"]) == ("api_key", ["agents:read"], None)
    refused(await client.get("/api/v1/api-keys", headers=key), 403, "forbidden")
    listed = (await client.get("/api/v1/api-keys", headers=owner)).json()
    assert (listed["total"], listed["next_cursor"], listed["items"][0]["name"]) == (1, None, "CI")
    assert "key" not in listed["items"][0]
    assert (await client.delete(f"/api/v1/api-keys/{made.json()['id']}", headers=owner)).status_code == 204
    refused(await client.get("/api/v1/auth/me", headers=key), 401, "api_key_invalid")
    refused(await client.delete(f"/api/v1/api-keys/{made.json()['id']}", headers=owner), 404, "api_key_not_found")
    refused(
        await client.post("/api/v1/api-keys", json={"name": "x", "role": "owner"}, headers=owner), 422, "scope_invalid"
    )


async def test_secrets_can_be_written_and_never_read_back(client: httpx.AsyncClient) -> None:
    owner = bearer(await sign_in(client))
    value = {"value": "s3cr3t-value"}
    assert (await client.put("/api/v1/secrets/CRM_KEY", json=value, headers=owner)).status_code == 204
    answers = [await client.get(path, headers=owner) for path in ("/api/v1/secrets", "/api/v1/secrets/CRM_KEY")]
    assert answers[0].json()["items"][0] == answers[1].json()
    assert answers[1].json()["name"] == "CRM_KEY" and "s3cr3t" not in answers[0].text + answers[1].text
    refused(await client.put("/api/v1/secrets/1-BAD", json=value, headers=owner), 422, "secret_name_invalid")
    refused(await client.put("/api/v1/secrets/A", json={"value": ""}, headers=owner), 422, "secret_value_invalid")
    assert (await client.delete("/api/v1/secrets/CRM_KEY", headers=owner)).status_code == 204
    refused(await client.get("/api/v1/secrets/CRM_KEY", headers=owner), 404, "secret_not_found")


async def test_without_a_credential_nothing_opens(client: httpx.AsyncClient) -> None:
    for method, path in (("GET", "auth/me"), ("GET", "api-keys"), ("POST", "api-keys"), ("GET", "secrets")):
        refused(await client.request(method, f"/api/v1/{path}"), 401, "unauthenticated")
    refused(await client.post("/api/v1/auth/refresh"), 401, "token_invalid")
    refused(await client.post("/api/v1/auth/logout"), 401, "token_invalid")


async def test_the_password_is_changed_by_its_person_only(client: httpx.AsyncClient) -> None:
    tokens = await sign_in(client)
    body = {"current_password": PASSWORD, "new_password": "another horse"}
    short = {**body, "new_password": "short"}
    refused(await client.post("/api/v1/auth/password", json=short, headers=bearer(tokens)), 422, "password_too_weak")
    made = await client.post("/api/v1/api-keys", json={"name": "x"}, headers=bearer(tokens))
    key = {"X-API-Key": made.json()["key"]}
    refused(await client.post("/api/v1/auth/password", json=body, headers=key), 403, "not_a_person")
    assert (await client.post("/api/v1/auth/password", json=body, headers=bearer(tokens))).status_code == 204
    refused(await client.post("/api/v1/auth/login", json=LOGIN), 401, "invalid_credentials")


async def test_the_description_of_the_api_can_be_made(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert {"/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/api-keys", "/.well-known/jwks.json"} <= set(paths)
