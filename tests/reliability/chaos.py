"""A line between a console and its relay that can be cut, go silent or crawl."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Literal
from urllib.parse import urlsplit

Mode = Literal["open", "silent", "cut"]
"""open: everything passes; silent: bytes vanish and nobody is told; cut: connections are reset."""


class Line:
    """Listens on a port of its own and passes bytes on to `target` as `mode` says."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._writers: set[asyncio.StreamWriter] = set()
        self.mode: Mode = "open"
        self.url = ""

    def cut(self) -> None:
        """Reset every connection and refuse new ones."""
        self.mode = "cut"
        for writer in self._writers:
            writer.transport.abort()

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Line]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            self.cut()
            server.close()
            await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "cut":
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self._host, self._port)
        self._writers |= {writer, back}
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        self._writers -= {writer, back}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                if self.mode == "open":
                    writer.write(data)
                    await writer.drain()
        writer.transport.abort()
