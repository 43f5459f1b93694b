"""The numbers of the day count what operators did, not what the relay did for them."""

from __future__ import annotations

from functools import reduce as fold

from console.domain.calls import CallState, Direction
from console.domain.events import CallClaimed, CallRescued, CallTold, Event
from console.domain.ids import CallId
from console.domain.reduce import reduce
from console.domain.world import World
from console.ui.call_rows import row_of
from console.ui.today import count_today
from tests.qt.conftest import ME, NOW


def _rescued(id: str) -> list[Event]:
    call = CallId(id)
    rings = CallTold(call=call, key=f"{id}1", at=NOW, state=CallState.INCOMING, direction=Direction.INCOMING)
    greeted = CallRescued(call=call, key=f"{id}2", at=NOW + 11)
    return [rings, greeted, CallTold(call=call, key=f"{id}3", at=NOW + 12, state=CallState.ESTABLISHED)]


def test_a_greeted_caller_is_not_an_answered_one_until_somebody_takes_the_call() -> None:
    world = fold(reduce, [*_rescued("a"), *_rescued("b")], World())
    claimed = CallClaimed(call=CallId("a"), key="c", at=NOW + 20, operator=ME, until=NOW + 40)
    today = count_today(reduce(world, claimed), NOW + 30)
    assert (today.calls, today.answered, today.waiting) == (2, 1, 2)
    assert row_of(world.calls[CallId("b")], ME).detail.startswith("Greeted, nobody was free")
