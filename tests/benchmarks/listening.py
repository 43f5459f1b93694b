"""Many consoles that cost next to nothing: raw sockets that look for stamps in what comes; its own program.

A stamp is `@nanoseconds@` by the computer's monotonic clock, which all programs share. It says "ready" when
every socket has had its first bytes, listens until it has `expected` stamps or nothing comes for a while, and
prints the delays. Stamps from before it was ready are part of a snapshot and do not count.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time

from console.relay.__main__ import loop_factory
from tests.benchmarks.loadgen import percentile

STAMP = re.compile(rb"@(\d{10,})@")
QUIET = 20.0
"""Seconds without anything after which no more is expected."""


class Crowd:
    """What all consoles have been told. `head` is the request that each of them sends."""

    def __init__(self, head: bytes, size: int, expected: int) -> None:
        self.head = head
        self._size = size
        self._expected = expected
        self._begun = 0
        self._since = 0
        self.ready = asyncio.Event()
        self.done = asyncio.Event()
        self.delays: list[int] = []
        self.whole: list[int] = []
        """How long each fact took until the last console had it."""
        self._missing: dict[int, int] = {}
        self.last = 0

    def began(self) -> None:
        self._begun += 1
        if self._begun == self._size:
            self._since = time.monotonic_ns()
            self.ready.set()

    def heard(self, stamps: list[bytes]) -> None:
        self.last = now = time.monotonic_ns()
        for sent in map(int, stamps):
            if sent > self._since > 0:
                self.delays.append(now - sent)
                missing = self._missing[sent] = self._missing.get(sent, self._size) - 1
                if not missing:
                    self.whole.append(now - sent)
        if len(self.delays) >= self._expected:
            self.done.set()


class Listener(asyncio.Protocol):
    """One console's stream."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._tail = b""
        self._silent = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.write(self._crowd.head)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if self._silent:
            self._silent = False
            assert data.startswith(b"HTTP/1.1 200 "), data[:200]
            self._crowd.began()
        whole, end, tail = (self._tail + data).rpartition(b"\n")
        self._tail = tail
        if end and (stamps := STAMP.findall(whole)):
            self._crowd.heard(stamps)


async def listen(port: int, head: bytes, size: int, expected: int) -> dict[str, float]:
    """Return the deliveries, their delays in seconds (p50, p99, worst) and when the last came.

    `all_p99` is the delay until the last console had a fact.
    """
    loop, crowd = asyncio.get_running_loop(), Crowd(head, size, expected)
    transports = []
    for _ in range(size):
        transport, _ = await loop.create_connection(lambda: Listener(crowd), "127.0.0.1", port)
        transports.append(transport)
    await asyncio.wait_for(crowd.ready.wait(), 30)
    print("ready", flush=True)
    heard = -1
    while not crowd.done.is_set() and heard < len(crowd.delays):
        heard = len(crowd.delays)
        try:
            await asyncio.wait_for(crowd.done.wait(), QUIET)
        except TimeoutError:
            continue
    shares = (("p50", 0.5), ("p99", 0.99), ("worst", 1.0))
    found = {name: percentile(crowd.delays or [0], share) / 1e9 for name, share in shares}
    found["all_p99"] = percentile(crowd.whole or [0], 0.99) / 1e9
    return {"deliveries": float(len(crowd.delays)), "last": float(crowd.last), **found}


if __name__ == "__main__":
    port, size, expected = (int(value) for value in sys.argv[1:])
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        print(json.dumps(runner.run(listen(port, sys.stdin.buffer.read(), size, expected))), flush=True)
