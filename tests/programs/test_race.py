"""Two consoles press Answer on one call: one answer reaches Graph, and the loser is told who won."""

from __future__ import annotations

import asyncio

from console.actions import ACTIONS
from console.app.line import Line
from console.demo.stage import Stage
from console.domain.errors import ConsoleError
from console.domain.ids import CallId
from tests.programs.conftest import KOFI, LENA, Opened, until

ROUNDS = 200


async def press(line: Line, call: CallId) -> str:
    try:
        await line.runner.run(ACTIONS["call.answer"], call)
    except ConsoleError as error:
        return str(error.sentence)
    return "won"


async def race(stage: Stage, desks: tuple[Line, Line], number: int) -> None:
    """One caller, two presses at once: one wins and the other is told by whom."""
    call = CallId(await stage.place(f"Caller {number}", f"+1425555{number:04d}"))
    await until(lambda: all(call in d.store.view.calls for d in desks), what="ringing on both desks")
    outcomes = await asyncio.gather(*(press(d, call) for d in desks))
    assert sorted(o == "won" for o in outcomes) == [False, True], outcomes
    winner = desks[outcomes.index("won")].runner.me
    assert winner is not None
    lost = next(o for o in outcomes if o != "won")
    assert lost in (f"{winner.name} has taken this call.", f"{winner.name} has this call.")
    await stage.hang_up(call)
    await until(lambda: all(d.store.truth.calls[call].ended for d in desks), what="over on both desks")


async def test_two_hundred_races_have_one_winner_each(stage: Stage, open_line: Opened) -> None:
    lena, kofi = await open_line(LENA), await open_line(KOFI)
    seen = len(await stage.requests())
    for number in range(ROUNDS):
        # Whoever starts first must not always win.
        await race(stage, (lena, kofi) if number % 2 else (kofi, lena), number)
    paths = [r["path"] for r in (await stage.requests())[seen:] if r["path"].endswith("/answer")]
    assert len(paths) == len(set(paths)) == ROUNDS
