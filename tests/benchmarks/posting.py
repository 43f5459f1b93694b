"""Posts notifications to servers in turns, as fast as each takes them; a program of its own.

It says for every turn how many each took a second and what CPU time that cost. Its own cost is small, so that
the servers are compared and not this: bodies are made beforehand, and an answer is only looked at.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from console.relay.__main__ import loop_factory
from tests.benchmarks.notifications import lives

CONNECTIONS = 120
"""So many that a server need not be idle while some wait for its disk."""
APART = 130
"""Calls that begin between two pieces of news of one call: more than connections, so that its news come in
order, and fewer than the ended calls that the relay remembers, so that its last news are no stranger's."""


class Poster(asyncio.Protocol):
    """One kept connection: sends the next request whenever one is answered with a status that begins so."""

    def __init__(self, requests: Iterator[bytes], status: bytes = b"202") -> None:
        self._requests = requests
        self._good = b"HTTP/1.1 " + status
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one without saying so

    def go(self) -> None:
        assert self._transport is not None
        request = next(self._requests, None)
        if request is not None:
            self._transport.write(request)
        elif not self.done.done():
            self.done.set_result(None)
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if data.startswith(self._good):
            self.go()
        elif not self.done.done():
            self.done.set_exception(AssertionError(f"not taken: {data[:200]!r}"))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("hung up on"))


async def post(port: int, token: str, tenant: str, first: int, calls: int) -> float:
    """Send the lives of `calls` calls from number `first` on, and return notifications per second."""
    head = (
        f"POST /hooks/calls HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\n"
    )
    requests = [
        f"{head}X-Microsoft-Skype-Message-ID: m-{first}-{n}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
        for n, body in enumerate(lives(first, calls, tenant, APART))
    ]
    left = iter(requests)
    loop = asyncio.get_running_loop()
    posters = [
        (await loop.create_connection(lambda: Poster(left), "127.0.0.1", port))[1] for _ in range(CONNECTIONS)
    ]
    started = time.perf_counter()
    for poster in posters:
        poster.go()
    await asyncio.gather(*(poster.done for poster in posters))
    return len(requests) / (time.perf_counter() - started)


async def take_turns(
    servers: dict[int, int], token: str, tenant: str, calls: int, turns: int
) -> dict[int, list[tuple[float, float]]]:
    """Post to each of `servers`, process ids by port; return rates and CPU seconds for each, by port."""
    seen: dict[int, list[tuple[float, float]]] = {port: [] for port in servers}
    for turn in range(turns):
        for port, pid in servers.items():
            before = _cpu_seconds(pid)
            rate = await post(port, token, tenant, turn * calls, calls)
            seen[port].append((rate, _cpu_seconds(pid) - before))
    return seen


def _cpu_seconds(pid: int) -> float:
    """CPU time of a process so far; 0 where the system does not tell it in this way."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    token, tenant, calls, turns, *named = sys.argv[1:]
    servers = {int(port): int(pid) for port, _, pid in (name.partition(":") for name in named)}
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        print(json.dumps(runner.run(take_turns(servers, token, tenant, int(calls), int(turns)))))
