"""R21: two relays behind one name lose nothing, tell nothing twice, and no console is blind for long."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.simulator.app import Running
from tests.benchmarks.loadgen import percentile
from tests.relay.redis_server import find_server
from tests.reliability.conftest import LONG, Told, scaled
from tests.reliability.two_relays import run


async def test_r21_two_relays_are_killed_again_and_again(
    simulation: Running, tmp_path: Path, seed: int, told: Told
) -> None:
    if find_server() is None:
        pytest.skip("no redis-server: Debian has it in redis-tools")
    seen = await run(simulation, tmp_path, seed, kills=scaled(2, 200))
    told("R21", seen.sentence())
    assert seen.lost == seen.doubled == seen.two_winners == 0
    assert seen.acknowledged > 200 and seen.races and seen.blind
    if LONG:
        assert percentile(seen.blind, 0.99) <= 1.0
