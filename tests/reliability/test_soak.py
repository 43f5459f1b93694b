"""R16 in its short form: a relay that has seen its first calls holds no more after many others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from console.simulator.app import Running
from tests.reliability.conftest import Told, scaled
from tests.reliability.soak import ENDED, FILLED, soak

MOST_GROWTH = 0.05


@pytest.mark.skipif(sys.platform != "linux", reason="memory and handles are read from /proc")
async def test_what_the_relay_holds_does_not_grow(
    simulation: Running, tmp_path: Path, seed: int, told: Told
) -> None:
    calls, warm = scaled(40, 36_000), scaled(ENDED, FILLED)
    seen = await soak(simulation, tmp_path / "relay", rate=5.0, calls=calls, warm=warm, seed=seed)
    told("R16", str(seen))
    assert seen.growth <= MOST_GROWTH
    assert seen.handles[1] <= seen.handles[0] + 4, "kept connections come and go; what leaks only comes"
