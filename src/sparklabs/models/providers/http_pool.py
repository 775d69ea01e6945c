"""The keep-alive connections to model servers, opened on first use, one set per event loop."""

import asyncio
import os

import aiohttp

CONNECT_SECONDS = 10
KEEP_ALIVE_SECONDS = 60
MAX_CONNECTIONS = 1000
_PROXY_NAMES = ("http_proxy", "https_proxy", "all_proxy")


class HttpPool:
    """Hands out one aiohttp session; time-outs of an answer are the caller's, only connecting has one here."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def session(self) -> aiohttp.ClientSession:
        """The open session of the running loop."""
        if self._session is None or self._session.closed or self._loop is not asyncio.get_running_loop():
            self._loop = asyncio.get_running_loop()
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=MAX_CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=30
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
                auto_decompress=True,
                read_bufsize=256 * 1024,
                # Reading the proxy settings costs time on every request, so only who has a proxy pays for it.
                trust_env=any(os.environ.get(name) or os.environ.get(name.upper()) for name in _PROXY_NAMES),
            )
        return self._session

    async def aclose(self) -> None:
        """Close every connection; the pool may be used again afterwards."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
