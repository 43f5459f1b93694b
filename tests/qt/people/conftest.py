"""The people side runs against the simulated Graph: a real server, real requests, invented people."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from console.graph.client import Door, GraphClient
from console.graph.operations import Identity
from console.simulator.app import Running, Simulator
from console.simulator.directory import DEMO_USERS, GRAPH_RESOURCE_ID, TENANT_ID
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder

SCOPES = "User.Read User.ReadBasic.All Presence.Read.All OnlineMeetings.ReadWrite"


class Tokens:
    """Whoever asks is the first operator of the demo."""

    def verify(self, token: str) -> dict[str, object]:
        return {"aud": GRAPH_RESOURCE_ID, "tid": TENANT_ID, "oid": DEMO_USERS[0].id, "scp": SCOPES}


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Running]:
    """A simulator on a loop of its own: pytest-qt turns Qt's loop between the steps of a test."""
    ready: queue.Queue[tuple[Running, asyncio.AbstractEventLoop, asyncio.Event]] = queue.Queue()

    async def serve() -> None:
        simulator = Simulator(tmp_path, speed=0, verifier=Tokens(), wall=lambda: 1_790_000_000.0)
        stop = asyncio.Event()
        async with simulator.serve() as running:
            ready.put((running, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="simulator")
    thread.start()
    running, loop, stop = ready.get(timeout=20)
    yield running
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)


@pytest_asyncio.fixture
async def graph(tenant: Running) -> AsyncIterator[GraphClient]:
    async def token() -> str:
        return "token"

    door = Door(tenant.graph_url, token)
    async with httpx2.AsyncClient(trust_env=False) as http:
        yield GraphClient(http, {Identity.BOT: door, Identity.OPERATOR: door})


@pytest_asyncio.fixture
async def finder(graph: GraphClient, parts: Parts) -> AsyncIterator[PeopleFinder]:
    made = PeopleFinder(graph, now=parts.now)
    yield made
    await made.close()
