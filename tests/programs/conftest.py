"""Simulator and relay as real programs, and consoles without a window: real sockets everywhere."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator

import pytest

from console.app.line import Line, account
from console.auth import command_browser
from console.demo.programs import Programs
from console.demo.stage import Stage
from console.settings.tally import Tally

Opened = Callable[[str], Awaitable[Line]]


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(
        tmp_path_factory.mktemp("programs"), relay_settings={"heartbeat": 1.0, "streams_per_operator": 50}
    )
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def stage(programs: Programs) -> AsyncIterator[Stage]:
    if not programs.relay.running:
        programs.relay.start()
    found = Stage(programs.simulation["base_url"], programs.simulation["ca_file"])
    await found.webhook(programs.webhook)
    yield found
    for call in await found.calls():
        if call["state"] not in ("terminated", "terminating"):
            await found.hang_up(call["id"])
    await found.close()


@pytest.fixture
async def open_line(programs: Programs, stage: Stage) -> AsyncIterator[Opened]:
    """Open consoles: `await open_line("lena@contoso.example")` signs in and is live."""
    async with contextlib.AsyncExitStack() as stack:

        async def open_one(operator: str) -> Line:
            line = await stack.enter_async_context(signed_in(programs, operator))
            await until(lambda: line.feed.state.live)
            return line

        yield open_one


@contextlib.asynccontextmanager
async def signed_in(programs: Programs, operator: str, tally: Tally | None = None) -> AsyncIterator[Line]:
    """A console of `operator`, started."""
    options = programs.options(operator, undo_seconds=0.0)
    who = account(options, command_browser(options.browser_command))
    await who.sign_in(operator)
    line = Line(options, who, tally=tally)
    line.start()
    try:
        yield line
    finally:
        await line.close()
        await who.close()


async def until(holds: Callable[[], object], seconds: float = 20.0, what: str = "") -> None:
    """Wait until `holds()`; fail with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s: {what or holds}")
        await asyncio.sleep(0.005)


async def picture_differs(line: Line, stage: Stage, placed: Iterable[str]) -> list[str]:
    """Say where a console's picture differs from the simulator's truth about the `placed` calls.

    A call whose every notification met a dead relay was never told: nobody can know it (REFERENCE §3.1).
    """
    told = {n["callId"] for n in await stage.notifications() if n["status"] == 202}
    truth = {str(c["id"]): str(c["state"]) for c in await stage.calls()}
    known = {str(id): call for id, call in line.store.truth.calls.items()}
    wrong = [f"{id} is missing" for id in placed if id in told and id not in known]
    for id, call in known.items():
        over = truth.get(id, "terminated") == "terminated"
        if call.ended is not over:
            wrong.append(f"{id} is {truth.get(id)}, shown as {call.state}")
    return wrong


async def converge(line: Line, stage: Stage, placed: Iterable[str], seconds: float = 20.0) -> list[str]:
    """Wait until nothing differs any more; return what still does after `seconds`."""
    deadline = time.monotonic() + seconds
    while (wrong := await picture_differs(line, stage, placed)) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    return wrong


LENA, KOFI, INES = "lena@contoso.example", "kofi@contoso.example", "ines@contoso.example"
