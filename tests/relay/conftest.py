"""Fixtures: the simulator, once for all tests of the relay, and a relay for each."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from console.simulator.app import Running
from tests.one_simulator import on_one_loop, simulation
from tests.relay.redis_server import RedisServer, find_server
from tests.relay.stand import Desk, Start, serving

__all__ = ["simulation"]

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    on_one_loop(item for item in items if item.path.parent == _HERE)


@pytest_asyncio.fixture(loop_scope="session")
async def start(simulation: Running, tmp_path: Path) -> AsyncIterator[Start]:
    async with contextlib.AsyncExitStack() as stack:

        async def begin(**changes: Any) -> Desk:
            data = changes.pop("data", tmp_path / "relay")
            return await stack.enter_async_context(serving(simulation, data, **changes))

        yield begin


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of this test's own, which keeps every write."""
    if find_server() is None:
        pytest.skip("no redis-server: Debian has it in redis-tools")
    server = RedisServer(tmp_path / "redis")
    server.start()
    yield server
    server.stop()
