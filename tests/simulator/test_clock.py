"""Time that is moved by hand, and time that runs."""

import asyncio

from console.simulator.clock import Clock


async def test_timers_fire_in_order_each_at_its_own_moment():
    clock, seen = Clock(start=100, speed=0), []
    clock.later(5, lambda: seen.append(("b", clock.now())))
    clock.later(2, lambda: seen.append(("a", clock.now())))
    await clock.advance(10)
    assert seen == [("a", 102), ("b", 105)]
    assert clock.now() == 110


async def test_a_timer_set_by_a_timer_fires_in_the_same_move():
    clock, seen = Clock(start=0, speed=0), []
    clock.later(1, lambda: clock.later(1, lambda: seen.append(clock.now())))
    await clock.advance(2)
    assert seen == [2]


async def test_a_cancelled_timer_stays_silent():
    clock, seen = Clock(start=0, speed=0), []
    clock.later(1, lambda: seen.append(1)).cancel()
    await clock.advance(5)
    assert seen == []


async def test_sleepers_wake_when_time_is_moved():
    clock = Clock(start=0, speed=0)
    task = asyncio.create_task(clock.sleep(30))
    await asyncio.sleep(0)
    await clock.advance(30)
    await asyncio.wait_for(task, 1)


async def test_time_runs_at_its_factor():
    clock, rung = Clock(start=0, speed=1000), asyncio.Event()
    clock.later(5, rung.set)
    await asyncio.wait_for(rung.wait(), 2)
    assert clock.now() >= 5
    clock.stop()


async def test_a_new_speed_keeps_what_has_passed():
    moment = 0.0
    clock = Clock(start=0, speed=1, monotonic=lambda: moment)
    moment = 10.0
    clock.set_speed(0)
    moment = 20.0
    assert clock.now() == 10
