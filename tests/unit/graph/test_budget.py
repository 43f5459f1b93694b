"""The use of Microsoft's limits, counted as it is sent and forgotten with the window (REFERENCE §7.1)."""

from __future__ import annotations

import httpx2
import pytest

from console.domain.budget import SLOWED_WINDOW, Use
from console.domain.errors import Throttled
from console.domain.ids import CallId, IntentId
from console.graph import calls
from console.graph.budget import Budget
from console.graph.catalogue import CATALOGUE
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity
from console.wire.budget import read_uses, write_uses


class Clock:
    time = 100.0

    def __call__(self) -> float:
        return self.time


def used(budget: Budget) -> dict[str, int]:
    return {u.limit: u.used for u in budget.view()}


def slowed(budget: Budget) -> dict[str, int]:
    return {u.limit: u.slowed for u in budget.view() if u.slowed}


def test_each_window_forgets_in_its_own_time() -> None:
    clock = Clock()
    budget = Budget(clock, Identity.BOT)
    for _ in range(3):
        budget.note(CATALOGUE["call.get"], 200)
    clock.time += 1.5
    budget.note(CATALOGUE["record.list"], 200)
    assert used(budget) == {"calls": 3, "presence": 0, "records": 1, "everything": 4}
    clock.time += 9
    assert used(budget) == {"calls": 3, "presence": 0, "records": 1, "everything": 1}
    clock.time += 30
    assert set(used(budget).values()) == {0}
    assert budget.view()[0].share == 0.0


def test_it_is_remembered_for_ten_minutes_that_microsoft_asked_to_slow_down() -> None:
    clock = Clock()
    budget = Budget(clock, Identity.BOT)
    budget.note(CATALOGUE["call.get"], 429)
    clock.time += 60
    budget.note(CATALOGUE["record.list"], 429)
    assert slowed(budget) == {"calls": 1, "records": 1, "everything": 2}
    clock.time += SLOWED_WINDOW - 60
    assert slowed(budget) == {"records": 1, "everything": 1}
    clock.time += 60
    assert slowed(budget) == {}


def test_what_goes_to_the_relay_is_no_request_to_microsoft() -> None:
    budget = Budget(Clock(), Identity.OPERATOR)
    budget.note(CATALOGUE["call.answer"], 202)
    budget.note(CATALOGUE["presence.many"], 200)
    assert used(budget) == {"calls": 0, "presence": 1, "records": 0, "everything": 1}


def test_meetings_are_told_when_they_are_made() -> None:
    made: list[str] = []
    budget = Budget(Clock(), Identity.OPERATOR, lambda: made.append("a meeting"))
    budget.note(CATALOGUE["meeting.create"], 201)
    budget.note(CATALOGUE["meeting.createOrGet"], 200)
    budget.note(CATALOGUE["meeting.create"], 403)
    assert made == ["a meeting"]


async def test_the_client_counts_what_it_sends() -> None:
    budget = Budget(Clock(), Identity.BOT)

    async def token() -> str:
        return "t"

    def respond(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(429, headers={"Retry-After": "7"})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(respond)) as http:
        door = Door("https://graph.example/v1.0", token)
        graph = GraphClient(http, {Identity.BOT: door}, budget=budget)
        with pytest.raises(Throttled):
            await calls.reject(graph, CallId("c1"), "busy", intent=IntentId("i"))
    assert used(budget)["calls"] == 1 and budget.view()[0].slowed == 1


def test_the_relay_tells_its_use_and_a_mangled_one_is_left_out() -> None:
    uses = (Use("calls", 40_000, 50_000, 15, 2), Use("everything", 0, 130_000, 10))
    assert read_uses(write_uses(uses)) == uses
    assert uses[0].share == 0.8
    assert read_uses([{"used": 3}, "nonsense", {"limit": "new", "used": "x"}]) == (Use("new", 0, 0, 0),)
    assert read_uses(None) == () and Use("new", 5, 0, 0).share == 0.0
