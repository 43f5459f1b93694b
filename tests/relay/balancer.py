"""One name for several relays: a TCP line to whichever answers, in turn, as a load balancer gives it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Callable, Sequence
from typing import cast


class Balancer:
    """Passes each connection on to the next port of `ports` that accepts it."""

    def __init__(self, ports: Callable[[], Sequence[int]]) -> None:
        self._ports = ports
        self._turn = itertools.count()
        self._lines: list[_End] = []
        self._connecting: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Balancer]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _End(self._begin), "127.0.0.1", 0, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in tuple(self._connecting):
                task.cancel()
            self.cut_all()
            await asyncio.sleep(0)

    def cut(self, count: int, dice: random.Random | None = None) -> None:
        """Cut `count` lines that `dice` chooses, both ways at once."""
        open_ = [line for line in self._lines if line.is_open]
        chosen = dice.sample(open_, min(count, len(open_))) if dice else open_[:count]
        for line in chosen:
            line.abort()

    def cut_all(self) -> None:
        self.cut(len(self._lines))

    def _begin(self, near: _End) -> None:
        task = asyncio.get_running_loop().create_task(self._connect(near))
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def _connect(self, near: _End) -> None:
        self._lines = [line for line in self._lines if line.is_open]
        ports, first = self._ports(), next(self._turn)
        for at in range(len(ports)):
            port = ports[(first + at) % len(ports)]
            with contextlib.suppress(OSError):
                _, far = await asyncio.get_running_loop().create_connection(_End, "127.0.0.1", port)
                self._lines.append(near)
                near.join(far)
                return
        near.abort()


class _End(asyncio.Protocol):
    """One end of a line: what comes in here goes out at the other."""

    def __init__(self, begin: Callable[[_End], None] | None = None) -> None:
        self._begin = begin
        self._way: asyncio.Transport | None = None
        self._other: _End | None = None
        self._early = b""

    @property
    def is_open(self) -> bool:
        return self._way is not None and not self._way.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._way = cast("asyncio.Transport", transport)  # uvloop's are not derived from it
        if self._begin is not None:
            self._begin(self)

    def join(self, other: _End) -> None:
        self._other, other._other = other, self
        other.write(self._early)
        if not self.is_open:
            other.abort()

    def data_received(self, data: bytes) -> None:
        if self._other is None:
            self._early += data
        else:
            self._other.write(data)

    def write(self, data: bytes) -> None:
        if self._way is not None and data:
            self._way.write(data)

    def abort(self) -> None:
        if self._way is not None:
            self._way.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._other is not None:
            self._other.abort()
