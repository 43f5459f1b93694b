"""One uvicorn server on a real socket, inside the running loop, without touching the process's signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

GRACE_SECONDS = 1
TICK_SECONDS = 0.1
"""uvicorn counts ticks of this length: ten of them refresh the Date header."""


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

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


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
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_SECONDS,
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
        for connection in tuple(server.server_state.connections):  # those that outlived the grace
            connection.transport.abort()
        await asyncio.sleep(0)
        listener.close()
