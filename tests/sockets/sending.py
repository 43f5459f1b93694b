"""Requests with a deadline of our own, sent by the client's own sender."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2

from console.domain.errors import ConsoleError
from console.graph.budget import Budget
from console.graph.catalogue import CATALOGUE
from console.graph.connection import Connection
from console.graph.operations import Identity
from console.graph.sending import Door, Reply, Request, Sender

READ, WRITE, WRITE_WITHOUT_BODY = "call.get", "call.answer", "call.hangUp"


@dataclass
class Post:
    """Sends requests to `port`, each with an id of its own."""

    port: int
    http: httpx2.AsyncClient
    budget: Budget
    deadline: float = 5.0
    token: Callable[[], Awaitable[str]] | None = None
    root: str = ""
    name: str = "request"
    connection: Connection | None = None
    sent: int = 0

    @property
    def id(self) -> str:
        """The client-request-id of the last request."""
        return f"{self.name}-{self.sent}"

    async def send(self, name: str) -> Reply:
        """Carry out `name` within the deadline; any 2xx will do."""
        self.sent += 1
        operation = replace(CATALOGUE[name], deadline=self.deadline, success=(200, 202, 204))

        async def token() -> str:
            return "secret"

        root = self.root or f"http://127.0.0.1:{self.port}"
        door = Door(root, self.token or token)
        content = b'{"a": 1}' if name == WRITE else None
        headers = {"client-request-id": self.id}
        sender = Sender(
            self.connection or self.http, self.budget, lambda: -0.5
        )  # so that no time passes between tries
        return await sender.send(Request(operation, door, root + "/x", None, headers, content))

    async def outcome(self, name: str) -> ConsoleError | None:
        """What went wrong, None when nothing did."""
        try:
            await self.send(name)
        except ConsoleError as error:
            return error
        return None

    @property
    def pooled(self) -> int:
        """How many connections the pool has; httpx2 has no public word for it."""
        return len(self.http._transport._pool.connections)  # type: ignore[attr-defined]

    @property
    def counted(self) -> int:
        """How many requests the budget has seen."""
        return next(u.used for u in self.budget.view() if u.limit == "everything")


@asynccontextmanager
async def posting(port: int, **more: Any) -> AsyncIterator[Post]:
    """Yield a post with a pool of two connections."""
    limits = httpx2.Limits(max_connections=2, max_keepalive_connections=2, keepalive_expiry=60)
    timeout = more.pop("timeout", httpx2.Timeout(5.0))
    verify = more.pop("verify", False)
    async with httpx2.AsyncClient(limits=limits, timeout=timeout, verify=verify, trust_env=False) as http:
        yield Post(port, http, Budget(lambda: 0.0, Identity.BOT), **more)
