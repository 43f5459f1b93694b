"""A Graph on a real socket with rough manners: it says what it did, whatever its client was told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum, auto

BODY = b'{"value": []}'


class Manner(Enum):
    """What becomes of one request. All but the first three do the work that was asked for."""

    RESET_UNREAD = auto()
    RESET_AFTER_HEAD = auto()
    CLOSE_AFTER_HEAD = auto()
    RESET = auto()
    HALF_CLOSE = auto()
    CLOSE = auto()
    GARBAGE = auto()
    CUT_IN_HEAD = auto()
    CUT_IN_BODY = auto()
    STALL = auto()
    STALL_IN_HEAD = auto()
    STALL_IN_BODY = auto()
    ANSWER = auto()
    ANSWER_AND_CLOSE = auto()

    @property
    def works(self) -> bool:
        return self.value > Manner.CLOSE_AFTER_HEAD.value


@dataclass
class Rough:
    """`manners` are used up by one request after another; then everything is answered.

    `heads` are the requests whose head arrived, `done` those that were carried out, by client-request-id.
    """

    manners: deque[Manner] = field(default_factory=deque)
    heads: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    root: str = ""
    status: int = 200
    retry_after: str = ""
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def tasks(self) -> frozenset[asyncio.Task[None]]:
        return frozenset(self._tasks)

    def hang_up(self, *, reset: bool) -> None:
        """Close every connection from this side."""
        for writer in tuple(self._writers):
            _reset(writer) if reset else writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        self.connections += 1
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Deal with one request; False when the connection is over."""
        if self.manners and self.manners[0] is Manner.RESET_UNREAD:
            self.manners.popleft()
            _reset(writer)
            return False
        head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").lower()
        lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        id = lines["client-request-id"]
        self.heads.append(id)
        manner = self.manners.popleft() if self.manners else Manner.ANSWER
        if manner.works:
            await reader.readexactly(int(lines.get("content-length", "0")))
            self.done.append(id)
        more = f"Retry-After: {self.retry_after}\r\n" if self.retry_after else ""
        full = f"HTTP/1.1 {self.status} Fine\r\n{more}Content-Length: {len(BODY)}\r\n\r\n".encode()
        match manner:
            case Manner.RESET_UNREAD | Manner.RESET_AFTER_HEAD | Manner.RESET:
                _reset(writer)
            case Manner.CLOSE_AFTER_HEAD | Manner.CLOSE:
                writer.close()
            case Manner.HALF_CLOSE:
                writer.write_eof()
                await reader.read()
            case Manner.GARBAGE:
                writer.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
            case Manner.CUT_IN_HEAD:
                writer.write(full[:20])
            case Manner.CUT_IN_BODY:
                writer.write(full + BODY[:5])
            case Manner.STALL | Manner.STALL_IN_HEAD | Manner.STALL_IN_BODY:
                sent = {Manner.STALL: b"", Manner.STALL_IN_HEAD: full[:20]}.get(manner, full + BODY[:5])
                writer.write(sent)
                await reader.read()  # until the client has had enough
            case Manner.ANSWER_AND_CLOSE:
                writer.write(full + BODY)
            case _:
                writer.write(full + BODY)
                return True
        return False


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side gets a RST."""
    opened = writer.get_extra_info("socket")
    if opened is not None and opened.fileno() >= 0:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@contextlib.asynccontextmanager
async def rough(*manners: Manner, context: ssl.SSLContext | None = None) -> AsyncIterator[Rough]:
    """Serve while the block runs, over TLS with `context`."""
    graph = Rough(deque(manners))
    server = await asyncio.start_server(graph.serve, "127.0.0.1", 0, ssl=context)
    graph.port = server.sockets[0].getsockname()[1]
    try:
        yield graph
    finally:
        server.close()
        for _ in range(10):  # a connection may have been accepted and not have come to serve() yet
            await asyncio.sleep(0)
            graph.hang_up(reset=True)
        await asyncio.gather(*graph.tasks, return_exceptions=True)
        await server.wait_closed()
