"""The relay's own connections: to Graph with the bot's token, and to the addresses of public keys."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import httpx2

from console.auth import AuthError, BotCredential, BotRegistration, build_context
from console.graph.budget import Budget
from console.graph.client import Door, GraphClient
from console.graph.clouds import CloudProfile
from console.graph.connection import Connection
from console.graph.operations import Identity
from console.graph.pool import Pool
from console.relay.clock import Clock
from console.relay.credential import chosen
from console.relay.keys import LARGEST
from console.relay.settings import Settings

KEPT = 50.0
"""Seconds that an idle connection to Graph is kept, so that an answer seldom waits for a TLS handshake."""


class TokenSource(Protocol):
    """Where the bot's tokens come from: BotCredential, or a stand-in under test."""

    async def token(self) -> str: ...

    async def renew(self, rejected: str, claims: str = "") -> str: ...

    async def keep_fresh(self) -> None: ...

    async def ends_at(self) -> float | None: ...

    @property
    def seconds_left(self) -> float | None: ...

    async def close(self) -> None: ...


def trust(settings: Settings) -> ssl.SSLContext:
    return build_context(Path(settings.ca_file) if settings.ca_file else None)


def make_credential(
    settings: Settings, wall: Clock, report: Callable[[AuthError | None], None]
) -> BotCredential:
    """Return the bot's credential. Raises AuthError when the settings do not allow it."""
    registration = BotRegistration(
        authority=f"{settings.profile.login}/{settings.tenant_ids[0]}",
        client_id=settings.bot_app_id,
        scope=settings.profile.scope,
    )
    return BotCredential(
        registration,
        chosen(settings),
        context=lambda: trust(settings),
        now=wall,
        report=report,
        allow_secret=settings.allow_secret,
    )


def bot_client(http: Connection, cloud: CloudProfile, tokens: TokenSource, budget: Budget) -> GraphClient:
    """Return the client that asks Graph as the bot."""
    door = Door(cloud.graph_root, tokens.token, tokens.renew)
    return GraphClient(http, {Identity.BOT: door}, cloud, budget)


def connection(settings: Settings) -> Connection:
    """Return the connection to Graph and to keys. It follows no redirects: addresses are ours alone."""

    def build() -> Pool:
        return Pool(
            verify=trust(settings),
            timeout=httpx2.Timeout(10.0, connect=3.0),
            limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=KEPT),
            follow_redirects=False,
        )

    return Connection(build)


def fetcher(http: Connection) -> Callable[[str], Awaitable[bytes]]:
    """Return a function that reads a small public document. It raises OSError for everything but a 200."""

    async def fetch(url: str) -> bytes:
        client = await http.client()
        try:
            answer = await client.get(url, headers={"Accept": "application/json"}, timeout=5.0)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise OSError(str(error) or type(error).__name__) from error
        if answer.status_code != 200 or len(answer.content) > LARGEST:
            raise OSError(f"{url} answered {answer.status_code}")
        return answer.content

    return fetch
