"""The listener on this computer that the browser brings the sign-in back to: one answer, then it is gone."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
from types import TracebackType
from typing import Self

from console.domain.text import Text
from console.language import UNTRANSLATED, Catalogue

from .errors import ListenerFailed
from .handover import MAX_BYTES, Expected, Unwelcome, read_handover
from .landing import build_reply

DEADLINE = 5.0
"""Seconds a connection may take to send its request and take the reply."""
FAREWELL = 1.0
"""Seconds we wait for the browser to take its page once the answer is in."""
TRIES = 8
_NO_IPV6 = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT})

logger = logging.getLogger(__name__)


class Loopback:
    """Use as `async with`: inside, `redirect_uri` is listened to; afterwards the port is closed."""

    def __init__(self, state: str, catalogue: Catalogue = UNTRANSLATED) -> None:
        self._state = state
        self._catalogue = catalogue
        self._port = 0
        self._servers: list[asyncio.Server] = []
        self._visits: set[asyncio.Task[None]] = set()
        self._answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self._accepted: asyncio.Task[None] | None = None

    @property
    def redirect_uri(self) -> str:
        """Entra registers `http://localhost` and lets the port vary; it does not take the literal address."""
        return f"http://localhost:{self._port}"

    async def answer(self) -> dict[str, str]:
        """The fields the browser brought."""
        return await self._answer

    async def __aenter__(self) -> Self:
        sockets = _open_sockets()
        self._port = sockets[0].getsockname()[1]
        try:
            for opened in sockets:
                server = await asyncio.start_server(
                    self._welcome, sock=opened, limit=MAX_BYTES, start_serving=False
                )
                self._servers.append(server)
                await server.start_serving()
        except BaseException:  # given up before it began: `__aexit__` will not be called
            for server in self._servers:
                server.close()
            for opened in sockets:
                opened.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        self._answer.cancel()
        if kind is None and self._accepted is not None:
            await asyncio.wait({self._accepted}, timeout=FAREWELL)
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.create_task(self._serve(reader, writer), name="sign-in visit")
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(DEADLINE):
                writer.write(await self._respond(reader))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (OSError, TimeoutError):
            pass  # the visitor was slow or left; the sign-in goes on without
        finally:
            writer.transport.abort()

    async def _respond(self, reader: asyncio.StreamReader) -> bytes:
        try:
            fields = await read_handover(reader, Expected(self._port, self._state))
        except Unwelcome as refused:
            logger.info("A request to the sign-in listener was refused: %s.", refused)
            return self._page(refused.status, Text("Not accepted"), Text("This page is only for signing in."))
        if self._answer.done():
            return self._page("409 Conflict", Text("Already signed in"), Text("Go back to the console."))
        self._accepted = asyncio.current_task()
        self._answer.set_result(fields)
        if "error" in fields:
            again = Text("Go back to the console to try again.")
            return self._page("200 OK", Text("Sign-in was not completed"), again)
        return self._page("200 OK", Text("Back to the console"), Text("You can close this page."))

    def _page(self, status: str, title: Text, text: Text) -> bytes:
        return build_reply(status, title, text, self._catalogue)


def _open_sockets() -> list[socket.socket]:
    """One port on both loopback addresses: a browser may prefer IPv6, and nobody else may sit there.

    Raises:
        ListenerFailed: no port was free on both.
    """
    for _ in range(TRIES):
        try:
            four = _bind(socket.AF_INET, "127.0.0.1", 0)
        except OSError as error:
            raise ListenerFailed("This computer gives no port to wait for the browser.") from error
        try:
            return [four, _bind(socket.AF_INET6, "::1", four.getsockname()[1])]
        except OSError as error:
            if error.errno in _NO_IPV6:
                return [four]
            four.close()
    raise ListenerFailed("This computer gives no port to wait for the browser.")


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if sys.platform == "win32":  # else whoever asks to reuse the address may share our port there
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        opened.bind((address, port))
        opened.setblocking(False)
    except OSError:
        opened.close()
        raise
    return opened
