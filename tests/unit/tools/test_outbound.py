"""The guard of outgoing requests, against a real local server and a name service that lies."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult

from sparklabs.kit.errors import SparkError
from sparklabs.tools.outbound import Outbound, is_public


@dataclass
class ScriptedNames:
    """Stands for the name service: gives the addresses it was told, one answer after another."""

    answers: dict[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self.answers[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(hostname=host, host=each, port=port, family=socket.AF_INET, proto=0, flags=0)
            for each in addresses
        ]

    async def close(self) -> None:
        return None


@dataclass
class Site:
    """A web server on a free port and what it was asked."""

    port: int
    requests: list[web.Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site(0)

    async def answer(request: web.Request) -> web.StreamResponse:
        found.requests.append(request)
        match request.path:
            case "/inward":
                raise web.HTTPFound("http://169.254.169.254/latest/meta-data")
            case "/round":
                raise web.HTTPFound("/round")
            case "/there":
                raise web.HTTPFound(f"http://localhost:{found.port}/here")
            case "/big":
                return web.Response(body=b"x" * 2_000_000)
            case "/slow":
                await asyncio.sleep(5)
        return web.json_response({"path": request.path, "query": dict(request.query)})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    found.port = runner.addresses[0][1]
    yield found
    await runner.cleanup()


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::", "192.0.2.1", "198.18.0.1"],
)  # fmt: skip
def test_private_addresses_are_not_public_in_any_form(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


async def _code(client: Outbound, url: str, **options: object) -> str:
    try:
        with pytest.raises(SparkError) as caught:
            await client.request("GET", url, **options)  # type: ignore[arg-type]
        return caught.value.code
    finally:
        await client.aclose()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f000001", "localhost", "127.1"])
async def test_the_machine_itself_cannot_be_reached_by_any_spelling(site: Site, host: str) -> None:
    assert await _code(Outbound(), f"http://{host}:{site.port}/") == "address_forbidden"
    assert site.requests == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.com", "http://", "//example.com", "http://u:p@example.com"]
)
async def test_only_plain_web_addresses_are_taken(url: str) -> None:
    assert await _code(Outbound(), url) == "address_invalid"


async def test_a_trusted_host_is_reached_with_query_and_body(site: Site) -> None:
    client = Outbound(trusted=frozenset({f"127.0.0.1:{site.port}"}))
    answer = await client.request("POST", f"{site.url}/a", query={"q": "x y", "on": True}, json={"n": 1})
    await client.aclose()
    assert answer.text == '{"path": "/a", "query": {"q": "x y", "on": "true"}}'


async def test_a_redirect_inward_is_refused(site: Site) -> None:
    client = Outbound(trusted=frozenset({f"127.0.0.1:{site.port}"}))
    assert await _code(client, f"{site.url}/inward") == "address_forbidden"


async def test_a_name_with_one_private_address_among_public_ones_is_refused(site: Site) -> None:
    names = ScriptedNames({"mixed.example": [["93.184.216.34", "127.0.0.1"]]})
    assert await _code(Outbound(lookup=names), f"http://mixed.example:{site.port}/") == "address_forbidden"
    assert site.requests == []


async def test_a_name_is_judged_by_the_very_addresses_that_the_connection_takes(site: Site) -> None:
    names = ScriptedNames({"rebind.example": [["127.0.0.1"]]})
    client = Outbound(lookup=names, trusted=frozenset({"other.example"}))
    assert await _code(client, f"http://rebind.example:{site.port}/") == "address_forbidden"
    assert names.asked == ["rebind.example"]
    assert site.requests == []


async def test_credentials_do_not_follow_a_redirect_to_another_origin(site: Site) -> None:
    trusted = frozenset({f"127.0.0.1:{site.port}", f"localhost:{site.port}"})
    client = Outbound(trusted=trusted)
    answer = await client.request("GET", f"{site.url}/there", headers={"Authorization": "Bearer x", "X-Api-Key": "y"})
    await client.aclose()
    assert answer.url.endswith("/here")
    assert "Authorization" in site.requests[0].headers
    assert "Authorization" not in site.requests[1].headers
    assert "X-Api-Key" not in site.requests[1].headers


async def test_answers_that_are_too_large_too_slow_or_circular_end_with_a_code(site: Site) -> None:
    trusted = frozenset({"127.0.0.1"})
    assert await _code(Outbound(trusted=trusted), f"{site.url}/big") == "response_too_large"
    assert await _code(Outbound(trusted=trusted), f"{site.url}/slow", timeout_seconds=0.1) == "unreachable"
    assert await _code(Outbound(trusted=trusted), f"{site.url}/round") == "too_many_redirects"


async def test_a_tool_with_named_hosts_reaches_no_other(site: Site) -> None:
    client = Outbound(trusted=frozenset({"127.0.0.1"}))
    assert await _code(client, site.url, allowed_hosts=frozenset({"*.example.com"})) == "address_forbidden"
