"""Frames: many changes are one, the newest state wins, and nothing comes after the end."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

from console.domain.ids import CallId, ParticipantId, UserId
from console.domain.people import Person
from console.store.store import Store
from console.ui.frames import FRAME_MS, Frames
from console.ui.selection import Selection
from tests.qt import scenes
from tests.qt.conftest import NOW, Hands


def _gather(frames: Frames) -> list[tuple[Any, Any]]:
    seen: list[tuple[Any, Any]] = []
    frames.changed.connect(lambda before, after: seen.append((before, after)))
    return seen


async def test_many_changes_are_one_frame(qapp: Any, hands: Hands) -> None:
    store = Store()
    frames = Frames(store, hands)
    seen = _gather(frames)
    start = store.view
    for n in range(50):
        store.apply(scenes.rings(f"r{n}", NOW, scenes.user("Amelia Ward")))
    assert seen == []
    while not seen:
        await asyncio.sleep(0)
    assert len(seen) == 1
    assert seen[0] == (start, store.view)
    frames.close()


async def test_frames_keep_their_distance(qapp: Any, hands: Hands) -> None:
    store = Store()
    frames = Frames(store, hands)
    times: list[float] = []
    loop = asyncio.get_running_loop()
    frames.changed.connect(lambda before, after: times.append(loop.time()))
    n = 0
    while len(times) < 5:
        store.apply(scenes.rings(f"r{n}", NOW, scenes.user("Amelia Ward")))
        n += 1
        await asyncio.sleep(0.001)
    gaps = [b - a for a, b in pairwise(times)]
    assert min(gaps) * 1000 >= FRAME_MS - 2
    frames.close()


def test_nothing_comes_after_the_end(qapp: Any, hands: Hands) -> None:
    store = Store()
    frames = Frames(store, hands)
    seen = _gather(frames)
    frames.close()
    store.apply(scenes.rings("r", NOW, scenes.user("Amelia Ward")))
    frames.flush()
    assert seen == []


def test_the_beat_carries_the_time_of_the_relay(qapp: Any, hands: Hands) -> None:
    frames = Frames(Store(), hands)
    times: list[float] = []
    frames.ticked.connect(times.append)
    frames.tick()
    hands.at = NOW + 1
    frames.tick()
    assert times == [NOW, NOW + 1]
    frames.close()


def test_choosing_another_call_lets_go_of_the_participant() -> None:
    selection = Selection()
    told: list[bool] = []
    selection.changed.connect(lambda: told.append(True))
    selection.call = CallId("a")
    selection.participant = ParticipantId("p")
    selection.person = Person(UserId("u"), "Anna Berg")
    selection.call = CallId("a")
    assert len(told) == 3
    selection.call = CallId("b")
    assert selection.participant is None
    assert selection.person is not None
