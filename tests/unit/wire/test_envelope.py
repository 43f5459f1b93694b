"""What the relay writes a console reads back, whole."""

from __future__ import annotations

from functools import reduce as fold
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.domain.events import CallRead, Event, NotUnderstood
from console.domain.ids import CallId
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


st.register_type_strategy(float, st.floats(0, 2e9))
EVENTS = st.one_of(*(st.builds(kind) for kind in get_args(Event)))


@given(EVENTS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_kind_of_event_survives_with_whatever_is_in_it(event: Event) -> None:
    assert read_event(write_event(event)) == event


def test_a_call_that_graph_does_not_know_survives() -> None:
    gone = CallRead(call=CallId("c"), key="k", at=1.0, told=None)
    assert read_event(write_event(gone)) == gone
