"""One simulator for all tests of a folder, which then run on one loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import pytest
import pytest_asyncio

from console.simulator.app import Running, Simulator


def on_one_loop(items: Iterable[pytest.Item]) -> None:
    """Run the asynchronous tests among `items` on the session's loop."""
    for item in items:
        if pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def simulation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The simulator, ten times as fast as life."""
    simulator = Simulator(tmp_path_factory.mktemp("simulator"), speed=10.0)
    async with simulator.serve(tls=True) as running:
        yield running
