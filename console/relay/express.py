"""The short way for notifications: one that came whole, from a sender whom we know, needs no task.

They come for every step of every call. What ASGI makes of a request (a task, a queue for its body, two
messages for an answer without a body) costs as much as keeping and folding what it says. Whatever is not as
it nearly always is goes the long way, which alone judges and refuses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, cast

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle
from uvicorn.server import ServerState

from console.relay.connections import Bounds, GuardedProtocol
from console.relay.headers import without_body

Take = Callable[[Scope, bytes, Callable[[int], None]], bool]
"""Takes a request whose body is here and calls back with its status; False when it must go the long way."""


class ExpressProtocol(GuardedProtocol):
    """Bounded HTTP/1.1 that offers each request whose body came with its head to `take` first."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
        take: Take,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop, bounds=bounds)
        self._take = take
        self._is_reading = False
        self._held: tuple[RequestResponseCycle, Any] | None = None
        self._answered_at = 0.0
        self._idle: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._idle is not None:
            self._idle.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._is_reading = True
        super().data_received(data)
        self._is_reading = False
        if self._held is not None:
            (cycle, app), self._held = self._held, None
            if not self._is_taken(cycle):
                super()._start_asgi_task(cycle, app)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._is_reading and self._held is None:
            self._held = cycle, app  # its body may be in the same packet
        else:
            super()._start_asgi_task(cycle, app)

    def _is_taken(self, cycle: RequestResponseCycle) -> bool:
        scope = cast(Scope, cycle.scope)
        whole = not cycle.more_body and not cycle.waiting_for_100_continue and not self.transport.is_closing()
        return whole and self._take(scope, bytes(cycle.body), partial(self._answer, cycle))

    def _answer(self, cycle: RequestResponseCycle, status: int) -> None:
        if cycle.disconnected or self.transport.is_closing():
            return
        cycle.response_started = cycle.response_complete = True
        self.transport.write(_head(status, tuple(self.server_state.default_headers), cycle.keep_alive))
        if not cycle.keep_alive:
            self.transport.close()
        if self.pipeline or self.transport.is_closing():
            self.on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._answered_at = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._idled)

    def _idled(self) -> None:
        """Close what has been idle for too long. uvicorn sets and ends a timer for each request instead."""
        left = self._answered_at + self.timeout_keep_alive - self.loop.time()
        self._idle = None
        if self._begun or (self.cycle is not None and not self.cycle.response_complete):
            return  # the next answer begins to wait again
        if left > 0:
            self._idle = self.loop.call_later(left, self._idled)
        elif self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_handler()


@lru_cache(maxsize=64)
def _head(status: int, more: tuple[tuple[bytes, bytes], ...], keep_alive: bool) -> bytes:
    """The whole of an answer that is only a status; `more` has the date, so it is made once a second."""
    close = [] if keep_alive else [(b"connection", b"close")]
    lines = [b"%b: %b\r\n" % header for header in (*without_body(status), *more, *close)]
    return b"".join([STATUS_LINE[status], *lines, b"\r\n"])
