"""What the relay writes a console reads back, whole."""

from __future__ import annotations

from functools import reduce as fold

from console.domain.events import NotUnderstood
from console.domain.reduce import reduce
from console.domain.world import World
from console.wire.envelope import read_event, read_world, write_event, write_world
from tests.unit.domain.test_reduce import STORY


def test_events_and_worlds_survive_the_wire() -> None:
    for event in STORY:
        assert read_event(write_event(event)) == event
    world = fold(reduce, STORY, World())
    assert read_world(write_world(world)) == world


def test_an_event_of_a_newer_relay_is_counted_not_lost_in_silence() -> None:
    assert read_event(b'{"type":"CallSung","key":"k"}') == NotUnderstood(
        key="k", at=0.0, what="relay event CallSung"
    )
    assert isinstance(read_event(b'{"type":"CallTold","call":7}'), NotUnderstood)
