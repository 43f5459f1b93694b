"""The connection under every request: what a peer may send before it has said what it wants, and how long.

uvicorn bounds neither the size nor the time of a request's head, so whoever connects could hold a socket and
fill memory without ever being asked for a token (SECURITY §6, row 9).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """`head_bytes` for the request line and the headers together; `connections` in all.

    `head_seconds` for the whole head, from its first byte or, on a new connection, from its opening.
    """

    head_bytes: int = 16_384
    head_seconds: float = 8.0
    connections: int = 2000


class GuardedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a bounded head. A peer that breaks a bound is cut off with a status that says why."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._bounds = bounds
        self._in_head = True
        self._head_size = 0
        self._head_at_most = 0
        """Bytes of all packets in which the present head is, so that it need seldom be counted exactly."""
        self._deadline: asyncio.TimerHandle | None = None
        self._is_cut_off = False
        self._begun = False
        """A head has begun and is not complete."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._bounds.connections:
            self._cut_off(503, "Service Unavailable")
        else:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_cut_off:
            return
        self._head_size += len(data) if self._in_head else 0
        self._head_at_most = len(data) + (self._head_at_most if self._begun else 0)
        super().data_received(data)
        if self._begun and self._deadline is None:
            # The head did not come whole. A connection's first one is watched from the opening on.
            self._watch_head()
        if self._in_head and self._head_size > self._bounds.head_bytes:
            self._cut_off(431, "Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begun = True

    def on_headers_complete(self) -> None:
        self._begun = False
        self._end_head()
        # What came in one packet was never counted alone: a body may have been behind it.
        if self._head_at_most > self._bounds.head_bytes and self._head_bytes() > self._bounds.head_bytes:
            self._cut_off(431, "Request Header Fields Too Large")
        if not self._is_cut_off:
            super().on_headers_complete()

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        if not self._is_cut_off:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_cut_off:
            super().on_message_complete()
            self._in_head, self._head_size = True, 0

    def _expect_head(self) -> None:
        self._in_head, self._head_size = True, 0
        self._watch_head()

    def _watch_head(self) -> None:
        self._deadline = self.loop.call_later(
            self._bounds.head_seconds, self._cut_off, 408, "Request Timeout"
        )

    def _end_head(self) -> None:
        self._in_head = False
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _cut_off(self, status: int, phrase: str) -> None:
        self._end_head()
        self._is_cut_off = True
        if self.transport.is_closing():
            return
        log.info("a connection was cut off: %s", phrase.lower())
        head = f"HTTP/1.1 {status} {phrase}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        self.transport.write(head.encode())
        self.transport.close()
