"""Prints what a Graph client costs that reads one call often: ours, bare httpx2 or httpx, Microsoft's SDK."""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

CALL_ID = "be000000-0000-4000-8000-000000000001"
TOKEN = "a-token-of-the-usual-length-" * 40
WARM_UP, COUNT = 100, 500

Get = Callable[[], Awaitable[object]]
Client = Callable[[str], AbstractAsyncContextManager[Get]]


@asynccontextmanager
async def console(root: str) -> AsyncIterator[Get]:
    import httpx2

    from console.domain.ids import CallId
    from console.graph import calls
    from console.graph.client import Door, GraphClient
    from console.graph.operations import Identity

    async def token() -> str:
        return TOKEN

    async with httpx2.AsyncClient() as http:
        client = GraphClient(http, {Identity.BOT: Door(root, token)})
        yield lambda: calls.get(client, CallId(CALL_ID))


def bare(library: str) -> Client:
    """The library and nothing else; httpx2 has kept httpx's interface."""

    @asynccontextmanager
    async def client(root: str) -> AsyncIterator[Get]:
        import msgspec

        headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"}
        async with importlib.import_module(library).AsyncClient() as http:

            async def get() -> object:
                answer = await http.get(f"{root}/communications/calls/{CALL_ID}", headers=headers)
                return msgspec.json.decode(answer.content)

            yield get

    return client


@asynccontextmanager
async def sdk(root: str) -> AsyncIterator[Get]:
    from tests.sdk.judge import judge

    async with judge(root, TOKEN) as client:
        yield lambda: client.communications.calls.by_call_id(CALL_ID).get()


async def measure(client: Client, root: str, started: float) -> dict[str, float]:
    async with client(root) as get:
        assert await get() is not None
        first = time.time() - started
        for _ in range(WARM_UP):
            await get()
        latencies = []
        cpu = time.process_time()
        for _ in range(COUNT):
            begun = time.perf_counter()
            await get()
            latencies.append(time.perf_counter() - begun)
        cpu = time.process_time() - cpu
    return {
        "first_ms": first * 1000,
        "cpu_us": cpu / COUNT * 1e6,
        "p50_us": sorted(latencies)[COUNT // 2] * 1e6,
        "rss_mb": resident(),
    }


def resident() -> float:
    """The most memory this program ever had, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # the other way counts what the parent had when it made this process
        return int(status.read_text("ascii").partition("VmHWM:")[2].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


if __name__ == "__main__":
    kind, root, started = sys.argv[1:]
    client = {"console": console, "httpx2": bare("httpx2"), "httpx": bare("httpx"), "sdk": sdk}[kind]
    print(json.dumps(asyncio.run(measure(client, root, float(started)))))
