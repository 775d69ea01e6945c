"""The edge of web chat over HTTP."""

import gzip

from starlette.testclient import TestClient

from sparklabs.channels.web.schemas import AgentCard
from tests.fakes.web_chat_backend import WebChatBackend

CARD = AgentCard(slug="acme", name="Maya", company="Acme", about="", greeting="Hi", languages=("en",))


def client() -> TestClient:
    return TestClient(WebChatBackend({"acme": CARD}).app, base_url="http://chat.example")


def test_the_script_may_be_loaded_from_anywhere_and_is_cached_by_its_hash() -> None:
    http = client()
    first = http.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-type"].startswith("text/javascript")
    again = http.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    plain = http.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(gzip.compress(plain.content)) < 40_000
    assert http.head("/widget.js").status_code == 200


def test_a_preflight_of_another_origin_is_answered_without_credentials() -> None:
    answer = client().options(
        "/api/v1/widget/sessions",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_the_config_tells_what_the_widget_needs() -> None:
    body = client().get("/api/v1/widget/config", params={"key": "pk_acme"}).json()
    assert body["agent"]["name"] == "Maya"
    assert body["attachments"] == {"accept": False, "types": [], "max_bytes": 5_000_000}


def test_a_refusal_is_a_problem_that_the_refused_page_can_read() -> None:
    answer = client().post(
        "/api/v1/widget/sessions", json={"key": "pk_acme"}, headers={"Origin": "https://shop.example"}
    )
    assert answer.status_code == 403
    assert answer.json()["code"] == "widget_origin_not_allowed"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_page_of_a_tenant_has_an_address_of_its_own() -> None:
    http = client()
    assert 'data-key="pk_acme"' in http.get("/chat/first/acme").text
    assert http.get("/chat/second/acme").status_code == 404
    assert http.get("/chat/acme").headers["cache-control"] == "no-store"
