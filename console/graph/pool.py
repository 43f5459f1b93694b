"""An HTTP client that notices when its pool is used up; imported late, because httpx2 is slow to import."""

from __future__ import annotations

from typing import Any

import httpx2


class Pool(httpx2.AsyncClient):
    """`used_up` once a request found no place in it.

    httpx2 2.16 never gives back the place of a connection that a proxy's CONNECT opened and whose TLS
    handshake then failed: behind a proxy that says yes to everything, an outage would use up all of them.
    """

    used_up = False

    async def send(self, request: httpx2.Request, **more: Any) -> httpx2.Response:
        """As httpx2's; every request and stream passes here."""
        try:
            return await super().send(request, **more)
        except httpx2.PoolTimeout:
            self.used_up = True
            raise
