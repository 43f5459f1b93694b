"""The HTTP client that a program shares, built in a thread when it is first needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.graph.pool import Pool


class Connection:
    """Importing httpx2 and reading the trusted certificates block for 100 ms, so no window waits for them.

    `moved` says whether a client that was built now would go another way than this one, through another proxy
    or none. It may ask the system and block, so it is called in a thread, whenever nothing could be reached.
    """

    def __init__(self, build: Callable[[], Pool], moved: Callable[[Pool], bool] = lambda pool: False) -> None:
        self._build = build
        self._moved = moved
        self._look: asyncio.Task[None] | None = None
        self._client: asyncio.Future[Pool] | None = None
        self._used_up: list[Pool] = []

    async def client(self) -> Pool:
        """Return the one client; whoever comes while it is being built waits for the same.

        One whose pool is used up is replaced. Raises what building it raises, such as BadSettings for a
        certificate file that cannot be read; the next call tries again: somebody may have mended that.
        """
        if self._client is not None and self._client.done() and self._client.result().used_up:
            await self._replace()
        if self._client is None:
            self._client = asyncio.ensure_future(asyncio.to_thread(self._build))
            self._client.add_done_callback(self._built)
        return await asyncio.shield(self._client)

    async def close(self) -> None:
        """Close the client if there is one."""
        if self._look is not None:
            self._look.cancel()
            await asyncio.wait({self._look})
        if self._client is not None:
            await asyncio.wait({self._client})
        if self._client is not None:
            await self._client.result().aclose()
        for client in self._used_up:
            await client.aclose()

    def _built(self, building: asyncio.Future[Pool]) -> None:
        if building.cancelled() or building.exception() is not None:
            self._client = None
        else:
            pool = building.result()
            pool.no_way = lambda: self._look_around(pool)

    def _look_around(self, pool: Pool) -> None:
        """Find out whether the way has changed. Nobody waits for it: who comes meanwhile goes the old one."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_again(pool), name="look for another way")

    async def _look_again(self, pool: Pool) -> None:
        moved = await asyncio.to_thread(self._moved, pool)
        if moved and self._client is not None and self._client.done() and self._client.result() is pool:
            await self._replace()

    async def _replace(self) -> None:
        """Have the next one built anew; somebody may still be reading from the one before."""
        if self._client is not None:
            self._used_up.append(self._client.result())
            self._client = None
        if len(self._used_up) > 1:
            await self._used_up.pop(0).aclose()
