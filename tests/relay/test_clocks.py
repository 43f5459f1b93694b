"""The computer's clock is set on and back by an hour: tokens go by it, the log and the audit do not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.relay.audit.inspection import read, verify
from console.relay.callbacks import keep_key
from console.relay.clock import Steady
from console.relay.settings import Rescue
from console.wire.envelope import read_event
from tests.relay.stand import LENA, Start, until

HOUR = 3600.0


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1e4)), max_size=20), st.floats(0, 2e9))
def test_a_steady_clock_goes_on_evenly_whatever_the_other_one_does(
    jumps: list[tuple[float, float]], start: float
) -> None:
    wall, passed = [start], [5.0]
    clock = Steady(lambda: wall[0], lambda: passed[0])
    assert abs(clock() - start) < 1e-3
    for jump, seconds in jumps:
        before = clock()
        wall[0] += jump
        passed[0] += seconds
        assert abs(clock() - before - seconds) < 1e-3


@pytest.mark.untyped("answer needs")  # what a console sends the relay, by hand
async def test_log_and_audit_stay_in_order_and_each_hours_tokens_are_good(start: Start) -> None:
    jump = [0.0]
    began = time.time()
    desk = await start(wall=lambda: time.time() + jump[0], rescue=Rescue.RING_OUT)
    answered = []
    for hours in (0, 1, -1, 0):
        jump[0] = hours * HOUR
        id = await desk.rings()
        dated = int(time.time() + jump[0])
        fresh = desk.token(LENA, iat=dated, nbf=dated, exp=dated + 3600)
        stale = desk.token(LENA, iat=dated - 7200, nbf=dated - 7200, exp=dated - 61)
        early = desk.token(LENA, iat=dated + 300, nbf=dated + 300, exp=dated + 3600)
        statuses = [
            (
                await desk.client(LENA).post(f"/{id}/answer", headers={"Authorization": f"Bearer {token}"})
            ).status_code
            for token in (stale, early, fresh)
        ]
        assert statuses == [401, 401, 202], hours
        await until(lambda id=id: desk.is_in(LENA, id), what="joined")  # type: ignore[misc]
        answered.append(id)
    ended = time.time()
    rows = await desk.relay.hub.history.after(0, 10_000)
    assert rows is not None
    facts = [read_event(data).at for _, data in rows]
    assert began - 1 < min(facts) and max(facts) < ended + 1
    file = Path(desk.settings.data_dir) / "audit.db"
    lines = [entry.line for entry in read(file)]
    times = [line.at for line in lines]
    assert times == sorted(times) and began - 1 < times[0] and times[-1] < ended + 1
    assert [line.call for line in lines if line.action == "call.answer"][::2] == answered
    assert verify(file, keep_key(file.with_name("audit.key"))).faults == ()
