"""An HTTP client that notices when its pool is used up, or that the way to the other end may have changed.

Imported late, because httpx2 is slow to import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx2

NO_WAY = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError)
"""Nothing was reached: perhaps this computer is in another network now, behind another proxy or none."""


class Pool(httpx2.AsyncClient):
    """`used_up` once a request found no place in it; `no_way` is called whenever nothing was reached.

    `proxies` are the addresses of the proxies it goes through, by origin.

    httpx2 2.16 never gives back the place of a connection that a proxy's CONNECT opened and whose TLS
    handshake then failed: behind a proxy that says yes to everything, an outage would use up all of them.
    """

    used_up = False
    no_way: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, *, proxies: Mapping[str, str] | None = None, **more: Any) -> None:
        self.proxies = dict(proxies or {})
        super().__init__(**more)

    async def send(self, request: httpx2.Request, **more: Any) -> httpx2.Response:
        """As httpx2's; every request and stream passes here."""
        try:
            return await super().send(request, **more)
        except httpx2.PoolTimeout:
            self.used_up = True
            raise
        except NO_WAY:
            self.no_way()
            raise
