"""The relay dies in the middle of a burst; the console comes back by itself, nothing lost and no ghost."""

from __future__ import annotations

import asyncio

from console.actions import ACTIONS
from console.demo.programs import Programs
from console.demo.stage import Stage
from console.domain.ids import CallId
from tests.programs.conftest import LENA, Opened, converge, until


async def burst(stage: Stage, count: int) -> list[CallId]:
    placed = []
    for number in range(count):
        placed.append(CallId(await stage.place(f"Caller {number}", f"+44207946{number:04d}", patience=60.0)))
        await asyncio.sleep(0.02)
    return placed


async def test_a_kill_in_the_middle_of_a_burst_loses_no_call(
    programs: Programs, stage: Stage, open_line: Opened
) -> None:
    line = await open_line(LENA)
    before = await burst(stage, 10)
    await until(lambda: all(c in line.store.truth.calls for c in before), what="the first burst on screen")
    await line.runner.run(ACTIONS["call.answer"], before[0])

    arriving = asyncio.create_task(burst(stage, 40))
    await asyncio.sleep(0.3)
    programs.relay.kill()
    await until(lambda: line.feed.state.kind == "lost", what="the lamp says so")
    refusal = line.runner.refusal(ACTIONS["call.answer"], before[1])
    assert refusal is not None and str(refusal).startswith("The relay has not been connected since")
    await asyncio.to_thread(programs.relay.start)
    during = await arriving

    await until(lambda: line.feed.state.live, what="connected again")
    assert await converge(line, stage, [*before, *during]) == []
    held = line.store.truth.calls[before[0]]
    assert held.claim is not None and held.claim.operator.name == "Lena Ortiz"


async def test_killing_again_and_again_still_converges(
    programs: Programs, stage: Stage, open_line: Opened
) -> None:
    line = await open_line(LENA)
    placed: list[CallId] = []
    for _ in range(3):
        arriving = asyncio.create_task(burst(stage, 15))
        await asyncio.sleep(0.15)
        programs.relay.kill()
        await asyncio.to_thread(programs.relay.start)
        placed += await arriving
        await until(lambda: line.feed.state.live, what="connected again")
    assert await converge(line, stage, placed) == []
