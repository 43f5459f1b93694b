"""One name for several relays: a TCP line to whichever answers, in turn, as a load balancer gives it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable, Sequence


class Balancer:
    """Passes each connection on to the next port of `ports` that accepts it. `lines` are the open ones."""

    def __init__(self, ports: Callable[[], Sequence[int]]) -> None:
        self._ports = ports
        self._turn = itertools.count()
        self.lines: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Balancer]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await self.cut(len(self.lines))

    async def cut(self, count: int) -> None:
        """Cut the first `count` lines, both ways at once."""
        cut = list(self.lines)[:count]
        for line in cut:
            line.cancel()
        await asyncio.gather(*cut, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        assert line is not None
        self.lines.add(line)
        try:
            await self._pass_on(reader, writer)
        except asyncio.CancelledError:
            pass  # cut
        finally:
            self.lines.discard(line)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports = self._ports()
        first = next(self._turn)
        for at in range(len(ports)):
            try:
                there, back = await asyncio.open_connection("127.0.0.1", ports[(first + at) % len(ports)])
            except OSError:
                continue
            both = [asyncio.create_task(_pump(reader, back)), asyncio.create_task(_pump(there, writer))]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in both:
                    pump.cancel()
                writer.transport.abort()
                back.transport.abort()
                await asyncio.gather(*both, return_exceptions=True)
            return
        writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
