"""The loop: order, time, fairness, tidy timers, errors said once, and an ordered end."""

from __future__ import annotations

import asyncio
import itertools
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console.ui.loop import BUDGET, Faults, Loop


async def test_callbacks_run_in_order_and_cancelled_ones_do_not() -> None:
    loop = asyncio.get_running_loop()
    seen: list[int] = []
    handles = [loop.call_soon(seen.append, n) for n in range(5)]
    handles[3].cancel()
    await asyncio.sleep(0)
    assert seen == [0, 1, 2, 4]


async def test_timers_fire_in_the_order_of_their_times_and_never_early() -> None:
    loop = asyncio.get_running_loop()
    seen: list[tuple[str, float]] = []
    start = loop.time()
    for name, delay in (("late", 0.03), ("early", 0.01), ("soon", 0.0)):
        loop.call_later(delay, lambda n=name: seen.append((n, loop.time() - start)))
    await asyncio.sleep(0.04)
    assert [name for name, _ in seen] == ["soon", "early", "late"]
    assert seen[1][1] >= 0.0095
    assert seen[2][1] >= 0.0295


async def test_cancelled_timers_do_not_pile_up() -> None:
    loop: Any = asyncio.get_running_loop()
    before = loop.timers
    for _ in range(5000):
        loop.call_later(60, print).cancel()
    assert loop.timers - before <= 101


async def test_a_flood_of_callbacks_leaves_qt_its_turns() -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    turns: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(time.monotonic()))
    timer.start(0)

    def again(left: int) -> None:
        time.sleep(0.0001)
        if left:
            loop.call_soon(again, left - 1)
        else:
            done.set()

    loop.call_soon(again, 400)
    await done.wait()
    timer.stop()
    gaps = [b - a for a, b in itertools.pairwise(turns)]
    assert len(turns) >= 5
    assert sorted(gaps)[len(gaps) // 2] < BUDGET * 5


async def test_sockets_and_threads_work() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(echo, "127.0.0.1", 0, family=socket.AF_INET)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()
        await writer.wait_closed()
    assert await asyncio.to_thread(lambda: 6 * 7) == 42


async def test_timeouts_and_groups_work() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await asyncio.sleep(30)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0, n)) for n in range(3)]
    assert [task.result() for task in tasks] == [0, 1, 2]


def test_forgotten_generators_are_closed(qapp: QApplication) -> None:
    closed: list[bool] = []

    async def numbers() -> Any:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    async def main() -> None:
        generator = numbers()
        assert await anext(generator) == 1
        await asyncio.get_running_loop().shutdown_asyncgens()

    loop: Any = Loop(qapp)
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()
    assert closed == [True]


def test_a_closed_loop_takes_no_more_work(qapp: QApplication) -> None:
    loop: Any = Loop(qapp)
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)


def test_what_a_thread_brings_after_the_end_is_dropped(qapp: QApplication, qtbot: Any) -> None:
    """A request under way when the window closes: its thread is not waited for, and must not raise either."""
    loop = Loop(qapp)
    seen: list[str] = []
    loop.call_soon_threadsafe(seen.append, "in time")
    loop.run_until_complete(asyncio.sleep(0.01))
    thread = threading.Thread(target=loop.call_soon_threadsafe, args=(seen.append, "too late"))
    loop.close()
    thread.start()
    thread.join()
    QApplication.processEvents()
    assert seen == ["in time"]


@pytest.mark.logs("console.ui.loop")
def test_an_error_is_logged_each_time_and_shown_once(caplog: pytest.LogCaptureFixture) -> None:
    shown: list[str] = []
    faults = Faults(shown.append)
    for _ in range(3):
        try:
            raise LookupError("no such call")
        except LookupError as error:
            faults.in_slot(type(error), error, error.__traceback__)
    assert len(shown) == 1
    assert "log" in shown[0]
    assert len([r for r in caplog.records if r.levelno == logging.CRITICAL]) == 3


@pytest.mark.logs("console.ui.loop")
async def test_an_error_in_the_loop_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    shown: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(Faults(shown.append).in_loop)

    def wrong() -> None:
        raise LookupError("no such call")

    loop.call_soon(wrong)
    await asyncio.sleep(0.01)
    assert len(shown) == 1


@pytest.mark.parametrize(("options", "code"), [([], 7), (["--wait"], 0)])
def test_run_stops_everything_in_order(options: list[str], code: int) -> None:
    program = Path(__file__).with_name("loop_program.py")
    child = subprocess.Popen(
        [sys.executable, str(program), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "shown\n"
    assert child.stdout.readline() == "started\n"
    if options:
        child.send_signal(signal.SIGTERM)
    # Not communicate(): it would miss what readline() has already taken off the pipe.
    with child:
        assert child.stdout.read() == "background stopped\n"
        assert child.stderr is not None
        assert "ZeroDivisionError" in child.stderr.read()
    assert child.returncode == code
