"""A Graph that answers from a list, for tests of the client and what stands on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2

from console.graph.client import Door, GraphClient
from console.graph.clouds import CloudProfile
from console.graph.operations import Identity

ROOT = "https://graph.example/v1.0"


@dataclass
class StandIn:
    """`sent` are the requests that came; `graph` the client that sends them."""

    graph: GraphClient
    sent: list[httpx2.Request] = field(default_factory=list)


@asynccontextmanager
async def answering(
    answers: Iterable[httpx2.Response], cloud: CloudProfile | None = None
) -> AsyncIterator[StandIn]:
    """Yield a client whose requests get `answers`, one after the other; a further request is an error."""
    waiting = iter(answers)
    sent: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return next(waiting)

    async def token() -> str:
        return "secret"

    door = Door(ROOT, token)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(respond)) as http:
        yield StandIn(GraphClient(http, {Identity.BOT: door, Identity.OPERATOR: door}, cloud), sent)
