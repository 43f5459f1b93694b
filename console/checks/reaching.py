"""One request to an address, and as a value why it was not answered: proxy, name, certificate."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from console.checks.certificates import Shown, look, read_certificate
from console.domain.routes import Proxy

if TYPE_CHECKING:
    import httpx2

PATIENCE = 10.0
"""Seconds for one request of a check."""
_MOST = 64 * 1024


class Obstacle(StrEnum):
    """Why nothing was reached."""

    PROXY_AWAY = "proxy-away"
    PROXY_PASSWORD = "proxy-password"  # noqa: S105 - the name of a fault
    PROXY_REFUSES = "proxy-refuses"
    NO_SUCH_NAME = "no-such-name"
    NOBODY_LISTENS = "nobody-listens"
    NO_ANSWER = "no-answer"
    CERTIFICATE = "certificate"
    TLS = "tls"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Reached:
    """An answer: `date` is its own Date header, `body` at most its first 64 KiB, `shown` its certificate."""

    status: int
    date: str
    kind: str
    body: bytes
    shown: Shown | None


@dataclass(frozen=True, slots=True)
class Blocked:
    """No answer. `shown` is the certificate that was not believed; `detail` is for support."""

    obstacle: Obstacle
    detail: str = ""
    shown: Shown | None = None


async def reach(http: httpx2.AsyncClient, address: str, proxy: Proxy | None) -> Reached | Blocked:
    """Ask for `address` once, by GET and without any token."""
    import httpx2

    try:
        async with http.stream("GET", address, timeout=PATIENCE) as answer:
            stream = answer.extensions.get("network_stream")
            tls = stream.get_extra_info("ssl_object") if stream is not None else None
            der = tls.getpeercert(True) if tls is not None else None
            if answer.status_code == 407 and proxy:
                return Blocked(Obstacle.PROXY_PASSWORD, "407")
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece[: _MOST - len(body)]
                if len(body) >= _MOST:
                    break
            headers = answer.headers
            shown = read_certificate(der) if der else None
            return Reached(
                answer.status_code, headers.get("date", ""), headers.get("content-type", ""), body, shown
            )
    except httpx2.HTTPError as error:
        return await _blocked(error, address, proxy)


async def _blocked(error: httpx2.HTTPError, address: str, proxy: Proxy | None) -> Blocked:
    import httpx2

    causes = tuple(_causes(error))
    said = str(error)[:200]
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Blocked(Obstacle.CERTIFICATE, said, await look(address, proxy, PATIENCE))
    if isinstance(error, httpx2.ProxyError):
        password = said.startswith("407")
        return Blocked(Obstacle.PROXY_PASSWORD if password else Obstacle.PROXY_REFUSES, said)
    if proxy and isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout) and not await _listens(proxy):
        return Blocked(Obstacle.PROXY_AWAY, said)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Blocked(Obstacle.TLS, said)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Blocked(Obstacle.NO_SUCH_NAME, said)
    if isinstance(error, httpx2.TimeoutException):
        return Blocked(Obstacle.NO_ANSWER, said)
    if isinstance(error, httpx2.ConnectError):
        return Blocked(Obstacle.NOBODY_LISTENS, said)
    return Blocked(Obstacle.BROKEN, said)


async def _listens(proxy: Proxy) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(proxy.host, proxy.port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _causes(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    while found is not None:
        yield found
        if isinstance(found, OSError) and isinstance(found.args[-1:], tuple):
            yield from (a for a in found.args if isinstance(a, BaseException))
        found = found.__cause__ or found.__context__
