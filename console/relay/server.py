"""Serving the relay on a real socket: the address is told when it listens, and a stop is clean."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import uvicorn

from console.domain.errors import BadSettings
from console.relay.app import Relay
from console.relay.connections import Bounds
from console.relay.express import ExpressProtocol
from console.relay.settings import Settings
from console.relay.tenants import Relays

log = logging.getLogger(__name__)

GRACE = 5
"""Seconds that requests get to finish when the relay stops."""


class RelayServer(uvicorn.Server):
    """Says goodbye to the streams first: uvicorn would wait for them, and they never end (PLATFORM §4).

    `greet` is called once requests are answered and a signal would be heeded.
    """

    def __init__(
        self, config: uvicorn.Config, goodbye: Callable[[], None], greet: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config)
        self._goodbye = goodbye
        self._greet = greet

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM. uvicorn's own would raise the signal again and skip our tidying up."""
        known = {sig: signal.signal(sig, self.handle_exit) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in known.items():
                signal.signal(sig, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._greet()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._goodbye()
        await super().shutdown(sockets)


def listen(settings: Settings) -> tuple[socket.socket, str]:
    """Open the socket to listen on and return it with the URL it has. Raises OSError.

    A relay alone lets whoever comes wait from now on. One of several refuses them until it serves, because
    another is there meanwhile.
    """
    host = settings.listen_host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if settings.redis:
        listener = socket.socket(family, socket.SOCK_STREAM)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, settings.listen_port))
    else:
        listener = socket.create_server((host, settings.listen_port), family=family, backlog=512)
    name = f"[{host}]" if ":" in host else host
    scheme = "https" if settings.tls_certificate else "http"
    return listener, f"{scheme}://{name}:{listener.getsockname()[1]}"


def make_server(
    relay: Relay | Relays, settings: Settings, greet: Callable[[], None] = lambda: None
) -> RelayServer:
    """Return the server for `relay`, not running yet; it calls `greet` when it serves.

    Raises BadSettings for a bad certificate.
    """
    own = _own_tls(settings)
    bounds = Bounds(head_seconds=settings.head_timeout, connections=settings.connections_total)
    config = uvicorn.Config(
        relay.app,
        http=partial(ExpressProtocol, bounds=bounds, take=relay.app.take),  # type: ignore[arg-type]
        log_config=None,
        log_level=settings.log_level.lower(),
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
        ssl_context_factory=None if own is None else lambda _config, _default: own,
    )
    return RelayServer(config, relay.goodbye, greet)


def _own_tls(settings: Settings) -> ssl.SSLContext | None:
    """Read the certificate now, so that a damaged one stops the start and not the first caller."""
    if not settings.tls_certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # Graph's own least (REFERENCE §7.4)
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    except (ssl.SSLError, OSError) as error:
        why = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        raise BadSettings(
            f"tls_certificate and tls_key cannot be used: {why}.",
            "Both must be PEM files, without a passphrase, and belong together.",
        ) from error
    return context


@contextlib.contextmanager
def reloading(reload: Callable[[], None]) -> Iterator[None]:
    """Call `reload` for each SIGHUP. Settings that cannot be are told to the log, and the old ones stay."""

    def heard() -> None:
        try:
            reload()
        except BadSettings as error:
            log.error("the settings are not taken over: %s", error)  # noqa: TRY400 - the sentence says it all
        else:
            log.info("the lists of refused operators and of supervisors are taken over")

    if not hasattr(signal, "SIGHUP"):  # Windows
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, heard)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)


@contextlib.contextmanager
def announced(file: Path | None, url: str) -> Iterator[None]:
    """Tell whoever started the relay where it listens, in a file that is there only while it does."""
    if file is None:
        yield
        return
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    temporary.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
