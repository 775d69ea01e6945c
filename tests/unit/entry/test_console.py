"""The console's files over HTTP: caching, the one page for every address, and what stays the API's."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sparklabs.entry.console import Console
from sparklabs.kit.problems import add_problem_handlers


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<script type="module" nonce="__CSP_NONCE__" src="/assets/app-1.js"></script>')
    (folder / "assets" / "app-1.js").write_text("const big = 1;\n" * 50)
    (folder / "docs.html").write_text('<script nonce="__CSP_NONCE__"></script><div id="swagger-ui"></div>')
    (folder / "mark.svg").write_text("<svg/>")
    (tmp_path / "secret.key").write_text("hidden")
    return folder


def _client(folder: Path) -> TestClient:
    app = FastAPI(docs_url=None)
    add_problem_handlers(app)

    @app.post("/api/v1/things")
    async def make_thing() -> dict[str, str]:
        return {"made": "it"}

    app.router.default = Console(folder, otherwise=app.router.not_found)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/", "/agents/acme-sales/versions", "/sign-in"])
def test_every_address_of_the_console_gives_its_page_which_is_not_kept(bundle: Path, path: str) -> None:
    answer = _client(bundle).get(path)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert "/assets/app-1.js" in answer.text


def test_the_page_lets_only_its_own_scripts_and_nonced_styles_in(bundle: Path) -> None:
    client = _client(bundle)
    first, second = client.get("/"), client.get("/")

    policy = first.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert f'nonce="{nonce[1]}"' in first.text
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert policy != second.headers["content-security-policy"]


def test_hashed_files_are_kept_for_a_year_and_sent_compressed(bundle: Path) -> None:
    answer = _client(bundle).get("/assets/app-1.js")

    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.text.startswith("const big")


def test_files_without_a_hash_are_asked_for_again(bundle: Path) -> None:
    assert _client(bundle).get("/mark.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_the_apis_pages_come_from_our_own_bundle_under_the_same_policy(bundle: Path, path: str) -> None:
    answer = _client(bundle).get(path)

    assert answer.status_code == 200
    assert 'id="swagger-ui"' in answer.text
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/docs/nothing", "/docs.html", "/assets/gone.js", "/%2e%2e/secret.key"]
)
def test_what_is_not_the_consoles_is_not_found(bundle: Path, path: str) -> None:
    answer = _client(bundle).get(path)

    assert answer.status_code == 404
    assert answer.json()["code"] == "route_not_found"


def test_another_method_on_an_address_of_the_api_is_still_refused_as_such(bundle: Path) -> None:
    assert _client(bundle).get("/api/v1/things").status_code == 405
    assert _client(bundle).post("/agents").status_code == 404


def test_a_new_build_is_served_without_a_restart(bundle: Path) -> None:
    client = _client(bundle)
    client.get("/")
    (bundle / "index.html").write_text("<p>second build</p>")

    assert "second build" in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_without_a_bundle_the_page_says_what_to_run(tmp_path: Path, path: str) -> None:
    answer = _client(tmp_path / "none").get(path)

    assert answer.status_code == 503
    assert "make install" in answer.text
