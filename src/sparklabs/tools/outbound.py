"""The one way from tools to the web: a client that never reaches private addresses, whatever names or redirects say."""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from sparklabs.kit.errors import BadRequestError, UnavailableError
from sparklabs.tools.errors import AddressForbiddenError, ResponseTooLargeError

MOST_BYTES = 1_000_000
MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_AGENT = "SparkLabs"
# What must not follow a redirect to another origin.
_PRIVATE_HEADERS = ("authorization", "cookie", "proxy-authorization")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, read whole; `url` is where the redirects ended."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    charset: str

    @property
    def text(self) -> str:
        try:
            return self.body.decode(self.charset, errors="replace")
        except LookupError:
            return self.body.decode(errors="replace")


class Lookup(Protocol):
    """Finds the addresses behind a name; `aiohttp.ThreadedResolver` is one."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]: ...

    async def close(self) -> None: ...


class Outbound:
    """A guarded HTTP client.

    `trusted` names hosts (`host` or `host:port`) that may be private, as the operator set them; everything else must
    lie on the public internet. Addresses are checked where the connection takes them from, so that a name which
    changes between check and use gains nothing.
    """

    def __init__(self, *, trusted: frozenset[str] = frozenset(), lookup: Lookup | None = None) -> None:
        self._trusted = frozenset(name.lower() for name in trusted)
        self._lookup = lookup
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        timeout_seconds: float = 20,
        most_bytes: int = MOST_BYTES,
        allowed_hosts: frozenset[str] | None = None,
    ) -> Response:
        """Sends one request and follows its redirects.

        Raises `address_forbidden`, `address_invalid`, `response_too_large` and `unreachable`.
        """
        target = _read_url(url)
        if query:
            target = target.update_query({name: _text(value) for name, value in query.items() if value is not None})
        sent = {name: value for name, value in (headers or {}).items() if name.lower() != "host"}
        for _ in range(MOST_REDIRECTS + 1):
            self._check(target, allowed_hosts)
            answer, location = await self._once(method, target, sent, json, timeout_seconds, most_bytes)
            if location is None:
                return answer
            method, json, sent, target = _follow(answer.status, method, json, sent, target, location)
        raise UnavailableError(f"{target.host} redirects more than {MOST_REDIRECTS} times.", code="too_many_redirects")

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _once(
        self, method: str, url: URL, headers: Mapping[str, str], json: Any, timeout_seconds: float, most_bytes: int
    ) -> tuple[Response, URL | None]:
        session = self._open()
        timeout = aiohttp.ClientTimeout(total=timeout_seconds, sock_connect=min(10, timeout_seconds))
        try:
            async with session.request(
                method, url, headers=headers, json=json, timeout=timeout, allow_redirects=False
            ) as answer:
                moved = answer.status in _REDIRECTS and "location" in answer.headers
                body = b"" if moved else await _read(answer, most_bytes)
                result = Response(answer.status, dict(answer.headers), body, str(url), answer.charset or "utf-8")
                return result, _join(url, answer.headers["location"]) if moved else None
        except TimeoutError as error:
            raise UnavailableError(f"{url.host} did not answer in time.", code="unreachable") from error
        except aiohttp.ClientError as error:
            refused = _refusal(error)
            if refused is not None:
                raise refused from None
            what = f"{url.host} cannot be reached ({type(error).__name__})."
            raise UnavailableError(what, code="unreachable") from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            resolver = _GuardedResolver(self._lookup or aiohttp.ThreadedResolver(), self._trusted)
            connector = aiohttp.TCPConnector(resolver=resolver, limit=50, limit_per_host=10, ttl_dns_cache=10)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": _AGENT}
            )
        return self._session

    def _check(self, url: URL, allowed_hosts: frozenset[str] | None) -> None:
        host = (url.host or "").lower()
        if allowed_hosts is not None and not any(_covers(pattern, host) for pattern in allowed_hosts):
            raise AddressForbiddenError(
                f"{host} is not among the hosts this tool may reach.", field="url",
                hint=f"Allowed: {', '.join(sorted(allowed_hosts))}.",
            )  # fmt: skip
        literal = _literal(host)
        if literal is not None and not (_is_trusted(host, url.port, self._trusted) or is_public(literal)):
            raise _forbidden(host)


class _GuardedResolver(AbstractResolver):
    """Gives the connector only addresses that may be connected to."""

    def __init__(self, lookup: Lookup, trusted: frozenset[str]) -> None:
        self._lookup = lookup
        self._trusted = trusted

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._lookup.resolve(host, port, family)
        if _is_trusted(host.lower(), port, self._trusted):
            return found
        # One private address among public ones is a trick, not an accident: none of them is used.
        if not all(is_public(ipaddress.ip_address(each["host"].split("%")[0])) for each in found):
            # aiohttp passes on only OSErrors from here; the cause is unwrapped by the caller.
            raise OSError(f"{host} is not public") from _forbidden(host)
        return found

    async def close(self) -> None:
        await self._lookup.close()


def is_public(address: Address) -> bool:
    """Whether an address lies on the public internet, looking through IPv6 forms that carry an IPv4 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None and address.teredo is not None:
            return False
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _refusal(error: BaseException | None) -> AddressForbiddenError | None:
    while error is not None and not isinstance(error, AddressForbiddenError):
        error = error.__cause__
    return error


def _read_url(text: str) -> URL:
    try:
        url = URL(text)
        bad = url.scheme not in ("http", "https") or not url.host
    except ValueError:
        url, bad = URL(), True
    if bad:
        raise BadRequestError("The address must be a whole http or https URL.", code="address_invalid", field="url")
    if url.user or url.password:
        raise BadRequestError("The address must not carry a name or password.", code="address_invalid", field="url")
    return url


def _join(url: URL, location: str) -> URL:
    try:
        target = url.join(URL(location))
    except ValueError as error:
        raise UnavailableError(f"{url.host} redirects to an address that is none.", code="redirect_invalid") from error
    return _read_url(str(target))


def _follow(
    status: int, method: str, json: Any, headers: dict[str, str], url: URL, target: URL
) -> tuple[str, Any, dict[str, str], URL]:
    if status == 303 or (status in (301, 302) and method == "POST"):
        method, json = ("HEAD" if method == "HEAD" else "GET"), None
    if target.origin() != url.origin():
        if json is not None:
            raise AddressForbiddenError(
                f"{url.host} wants the data sent on to {target.host}, which was not asked for.", field="url",
                hint="Use the final address.",
            )  # fmt: skip
        headers = {name: value for name, value in headers.items() if not _is_private(name)}
    return method, json, headers, target


def _is_private(header: str) -> bool:
    name = header.lower()
    return name in _PRIVATE_HEADERS or "key" in name or "token" in name or "secret" in name


async def _read(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > most_bytes:
            raise ResponseTooLargeError(
                f"{answer.url.host} sent more than {most_bytes // 1000} kB.", hint="Ask for less of it."
            )
    return bytes(body)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        pass
    try:
        # The spellings of old, such as 127.1 or 2130706433, which some resolvers still take for addresses.
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _is_trusted(host: str, port: int | None, trusted: frozenset[str]) -> bool:
    return host in trusted or f"{host}:{port}" in trusted


def _covers(pattern: str, host: str) -> bool:
    pattern = pattern.lower()
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def _forbidden(host: str) -> AddressForbiddenError:
    return AddressForbiddenError(
        f"{host} is a private address, which tools must not reach.", field="url",
        hint="An operator may trust it by SPARKLABS_TOOLS_ALLOWED_HOSTS.",
    )  # fmt: skip


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
