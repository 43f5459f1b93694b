"""The simulator once for all, a relay for each test, and a desk to be examined."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from console.app.doctor import bench_of
from console.app.line import account, connection
from console.auth.vault import Keys, Vault
from console.checks.bench import Bench
from console.domain.routes import Route, straight
from console.settings.layers import Configuration
from console.settings.options import Options
from console.simulator.app import Running
from console.simulator.entra.browser import sign_in
from tests.auth.keys import FileKeys
from tests.one_simulator import on_one_loop, simulation
from tests.relay.stand import Desk, serving

__all__ = ["simulation"]

_HERE = Path(__file__).parent
Prepare = Callable[..., Awaitable[Bench]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    on_one_loop(item for item in items if item.path.parent == _HERE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def desk(simulation: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with serving(simulation, tmp_path_factory.mktemp("relay")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def prepare(desk: Desk, simulation: Running, tmp_path: Path) -> AsyncIterator[Prepare]:
    """Make a bench for Lena's desk: `await prepare(relay=…)` changes options, `way=` the proxy, `keys=` the
    password store."""
    async with contextlib.AsyncExitStack() as stack:

        async def made(
            *,
            user: str = "lena@contoso.example",
            way: Route = straight,
            browser: bool = True,
            keys: Keys | None = None,
            **changes: Any,
        ) -> Bench:
            options = dataclasses.replace(options_of(desk, simulation), **changes)
            keys = keys or FileKeys(tmp_path / "keys.json")
            stores = (
                Vault(tmp_path / "sign-ins", keys, lambda trouble: None) if options.keep_sign_in else None
            )
            service = account(options, _browser(user, simulation), stores=stores)
            http = connection(options, way)
            stack.push_async_callback(service.close)
            stack.push_async_callback(http.close)
            return bench_of(Configuration(options), service, http, way, sign_in=browser)

        yield made


def options_of(desk: Desk, simulation: Running) -> Options:
    found = simulation.description()
    return Options(
        relay=desk.url,
        authority=found["authority"],
        client_id=found["console_app_id"],
        relay_app_id=found["relay_app_id"],
        graph_root=found["graph_url"],
        ca_file=found["ca_file"],
    )


def _browser(user: str, simulation: Running) -> Callable[[str], None]:
    """A browser in which `user` signs in; it works in a thread, as a real one is a program of its own."""

    def open_page(url: str) -> None:
        arguments = (user, url, str(simulation.certificates.ca_file))
        threading.Thread(target=sign_in, args=arguments, daemon=True).start()

    return open_page


class Late:
    """A clock that is off by so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        return time.time() + self.seconds
