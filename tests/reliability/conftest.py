"""The promises of the relay as experiments: short in every test run, long with `make reliability`.

RELIABILITY=long runs the long form, RELIABILITY_SEED=n replays. What was seen is kept in build/reliability/,
and `python -m tests.reliability.table` prints it as a table.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from console.simulator.app import Running
from tests.one_simulator import on_one_loop, simulation
from tests.relay.stand import Start, serving

FOLDER = Path(__file__).parents[2] / "build/reliability"
LONG = os.environ.get("RELIABILITY") == "long"
__all__ = ["simulation"]

_HERE = Path(__file__).parent

Told = Callable[[str, str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One loop for those who share the simulator. Long forms may take their time."""
    mine = [item for item in items if item.path.parent == _HERE]
    on_one_loop(item for item in mine if "simulation" in getattr(item, "fixturenames", ()))
    if LONG:
        for item in mine:
            item.add_marker(pytest.mark.timeout(7200))


def _load() -> str:
    """How many processes wanted a processor meanwhile: others may have been at work on the same machine."""
    if sys.platform == "win32":
        return ""
    return f", load {os.getloadavg()[0]:.1f}"


def scaled(short: int, long: int) -> int:
    """How much of something this run does."""
    return long if LONG else short


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("RELIABILITY_SEED", "1"))


@pytest.fixture
def told(seed: int) -> Told:
    """Keep what was seen of a promise: `told("R1", "sentence with figures")`."""

    def keep(promise: str, seen: str) -> None:
        print(f"\n  {promise}: {seen}")
        FOLDER.mkdir(parents=True, exist_ok=True)
        record = {
            "promise": promise,
            "seen": seen,
            "form": "long" if LONG else "short",
            "seed": seed,
            "on": time.strftime("%Y-%m-%d", time.gmtime()),
            "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}{_load()}",
        }
        (FOLDER / f"{promise}.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")

    return keep


@pytest_asyncio.fixture(loop_scope="session")
async def start(simulation: Running, tmp_path: Path) -> AsyncIterator[Start]:
    async with contextlib.AsyncExitStack() as stack:

        async def begin(**changes: object):  # type: ignore[no-untyped-def]
            data = changes.pop("data", tmp_path / "relay")
            return await stack.enter_async_context(serving(simulation, data, **changes))  # type: ignore[arg-type]

        yield begin
