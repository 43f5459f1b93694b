"""One uvicorn server on a real socket, inside the running loop, without touching the process's signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

GRACE_SECONDS = 1
TICK_SECONDS = 0.1
"""uvicorn counts ticks of this length: ten of them refresh the Date header."""
CUT = "console.simulator.cut"
"""The ASGI extension by which an answer can break its connection: a function without arguments."""


class _Server(uvicorn.Server):
    """A server whose stop is decided by whoever started it, and takes effect at once."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        tick = 0
        while not self.should_exit:
            await self.on_tick(tick)
            tick = (tick + 1) % 864_000
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets answers that are under way go out; uvicorn's own way sleeps a tenth of a second each time."""
        state = self.server_state
        for server in self.servers:
            server.close()
        for connection in tuple(state.connections):
            connection.shutdown()
        if state.tasks:
            _, late = await asyncio.wait(tuple(state.tasks), timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for connection in tuple(state.connections):
            with contextlib.suppress(AttributeError):  # Python 3.11.2: its TLS transport is gone already
                connection.transport.abort()
        await asyncio.sleep(0)

    def cut(self, client: tuple[str, int]) -> None:
        """Breaks the connection from `client`, whatever it is waiting for."""
        for connection in tuple(self.server_state.connections):
            peer = connection.transport.get_extra_info("peername")
            if peer is not None and peer[:2] == client:
                connection.transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def can_cut(scope: Scope) -> bool:
    """Whether the request has a connection of its own to break; a part of a batch has none."""
    return CUT in scope.get("extensions", {})


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, host: str, port: int, certificate: Path | None, key: Path | None
) -> AsyncIterator[str]:
    """Serves `app` while the block runs and gives the base URL, without a trailing slash.

    Raises OSError when the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's delay off; without it every answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"] = {**scope.get("extensions", {}), CUT: partial(server.cut, scope["client"])}
        await app(scope, receive, send)

    config = uvicorn.Config(
        served,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="simulator server")
    try:
        while not server.started:
            if task.done():
                await task
                raise OSError("the server did not start")
            await asyncio.sleep(0.005)
        name = f"[{host}]" if ":" in host else host
        scheme = "https" if certificate else "http"
        yield f"{scheme}://{name}:{listener.getsockname()[1]}"
    finally:
        server.stop()
        await task
        listener.close()
