"""The use of Microsoft's limits, counted as it is sent and forgotten with the window (REFERENCE §7.1)."""

from __future__ import annotations

import httpx2
import pytest

from console.domain.errors import Throttled
from console.domain.ids import CallId, IntentId
from console.graph import calls
from console.graph.budget import Budget
from console.graph.catalogue import CATALOGUE
from console.graph.client import Door, GraphClient
from console.graph.operations import Identity


class Clock:
    time = 100.0

    def __call__(self) -> float:
        return self.time


def used(budget: Budget) -> dict[str, int]:
    return {u.limit.name: u.used for u in budget.view()}


def test_each_window_forgets_in_its_own_time() -> None:
    clock = Clock()
    budget = Budget(clock)
    for _ in range(3):
        budget.note(CATALOGUE["call.get"], 200)
    clock.time += 1.5
    budget.note(CATALOGUE["presence.many"], 200)
    budget.note(CATALOGUE["record.list"], 429)
    assert used(budget) == {"calls": 3, "presence": 1, "call records": 1, "everything": 5}
    assert [u.throttled for u in budget.view()] == [0, 0, 1, 1]
    clock.time += 9
    assert used(budget) == {"calls": 3, "presence": 1, "call records": 1, "everything": 2}
    clock.time += 30
    assert set(used(budget).values()) == {0}
    assert budget.view()[0].share == 0.0


def test_meetings_are_counted_when_they_are_made() -> None:
    budget = Budget(Clock())
    budget.note(CATALOGUE["meeting.create"], 201)
    budget.note(CATALOGUE["meeting.createOrGet"], 200)
    budget.note(CATALOGUE["meeting.create"], 403)
    assert budget.meetings == 1


async def test_the_client_counts_what_it_sends() -> None:
    budget = Budget(Clock())

    async def token() -> str:
        return "t"

    def respond(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(429, headers={"Retry-After": "7"})

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(respond)) as http:
        door = Door("https://graph.example/v1.0", token)
        graph = GraphClient(http, {Identity.BOT: door}, budget=budget)
        with pytest.raises(Throttled):
            await calls.reject(graph, CallId("c1"), "busy", intent=IntentId("i"))
    assert used(budget)["calls"] == 1 and budget.view()[0].throttled == 1
