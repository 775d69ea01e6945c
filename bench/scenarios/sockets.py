"""Two thousand people who keep the page open."""

import asyncio
import resource

import aiohttp

from bench.figure import Figure, Value
from bench.processes import Started, until_ready
from bench.stage import ASK_TO_READ, Caller, Stage, sign_in

SOCKETS = 2_000
AT_ONCE = 20
ASKING = 50
SETTLE_SECONDS = 3
OTHER_FILES = 200
MOST_MB = 250


async def measure(stage: Stage) -> Figure:
    sockets = SOCKETS
    _check_limit(sockets)
    await stage.platform()
    api = stage.launch("serve", model=await stage.model())
    await until_ready(api)
    token = await sign_in(stage, api.port)
    warm = await Caller.open(api.port, token)
    for _ in range(10):
        await warm.say()
    warm.close()
    ids = await _conversations(api, token, sockets)
    await asyncio.sleep(SETTLE_SECONDS)
    before = api.rss_mb()
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:
        opened = await _open(session, api, ids)
        readers = [asyncio.create_task(_until_answered(socket)) for socket in opened]
        await asyncio.sleep(SETTLE_SECONDS)
        idle = api.rss_mb()
        for socket in opened[:ASKING]:
            await socket.send_json({"content": ASK_TO_READ})
        async with asyncio.timeout(60):
            await asyncio.gather(*readers[:ASKING])
        after = api.rss_mb()
        still_open = sum(not socket.closed for socket in opened)
        for reader in readers:
            reader.cancel()
    api.stop()
    return Figure(
        f"{sockets:,} open WebSockets in one api process",
        (
            Value("memory of the process (RSS)", max(idle, after), "MB", at_most=MOST_MB),
            Value("open at the end", still_open, "", at_least=sockets),
            Value("memory before the first socket", before, "MB"),
            Value("a socket", (idle - before) * 1000 / sockets, "kB"),
            Value(f"after {ASKING} of them asked and were answered", after, "MB"),
        ),
        "An api process of its own that has answered a few turns; every socket watches a conversation of its own and"
        " authenticates by bearer token. RSS as the kernel tells it, the larger of idle and after the answers.",
    )


def _check_limit(sockets: int) -> None:
    """Both ends of every socket are files of one process each, beside some dozens of others."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < sockets + OTHER_FILES:
        raise RuntimeError(f"{sockets:,} sockets need `ulimit -n {sockets + OTHER_FILES}`; here it is {soft}.")


async def _conversations(api: Started, token: str, count: int) -> list[str]:
    ids: list[str] = []

    async def some(number: int) -> None:
        for _ in range(number):
            caller = await Caller.open(api.port, token)
            ids.append(caller.conversation_id)
            caller.close()

    shares = [count // AT_ONCE + (number < count % AT_ONCE) for number in range(AT_ONCE)]
    await asyncio.gather(*(some(share) for share in shares))
    return ids


async def _open(session: aiohttp.ClientSession, api: Started, ids: list[str]) -> list[aiohttp.ClientWebSocketResponse]:
    opened: list[aiohttp.ClientWebSocketResponse] = []
    for start in range(0, len(ids), AT_ONCE):
        urls = [f"ws://127.0.0.1:{api.port}/api/v1/conversations/{id}/stream" for id in ids[start : start + AT_ONCE]]
        opened += await asyncio.gather(*(session.ws_connect(url, compress=0) for url in urls))
    return opened


async def _until_answered(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Reads, which also answers the server's pings, until a turn is complete; for most that is never."""
    async for frame in socket:
        if '"type":"turn.completed"' in frame.data:
            return
    raise ConnectionError(f"The server closed a socket: {socket.close_code}.")
