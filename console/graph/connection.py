"""The HTTP client that a program shares, built in a thread when it is first needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.graph.pool import Pool


class Connection:
    """Importing httpx2 and reading the trusted certificates block for 100 ms, so no window waits for them."""

    def __init__(self, build: Callable[[], Pool]) -> None:
        self._build = build
        self._client: asyncio.Future[Pool] | None = None
        self._used_up: list[Pool] = []

    async def client(self) -> Pool:
        """Return the one client; whoever comes while it is being built waits for the same.

        One whose pool is used up is replaced. Raises what building it raises, such as BadSettings for a
        certificate file that cannot be read; the next call tries again: somebody may have mended that.
        """
        if self._client is not None and self._client.done() and self._client.result().used_up:
            self._used_up.append(self._client.result())  # somebody may still be reading from it
            self._client = None
            if len(self._used_up) > 1:
                await self._used_up.pop(0).aclose()
        if self._client is None:
            self._client = asyncio.ensure_future(asyncio.to_thread(self._build))
            self._client.add_done_callback(self._built)
        return await asyncio.shield(self._client)

    async def close(self) -> None:
        """Close the client if there is one."""
        if self._client is not None:
            await asyncio.wait({self._client})
        if self._client is not None:
            await self._client.result().aclose()
        for client in self._used_up:
            await client.aclose()

    def _built(self, building: asyncio.Future[Pool]) -> None:
        if building.cancelled() or building.exception() is not None:
            self._client = None
