"""The relay's own language to its consoles: events, snapshots and greetings as JSON.

An event is `{"type": "CallTold", ...}`; a snapshot is the whole World. Both ends run this one module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from console.domain.calls import Call
from console.domain.events import Event, NotUnderstood
from console.domain.ids import CallId
from console.domain.people import Operator
from console.domain.world import World, world_of

VERSION = 1
"""Raised when a console of the old version could misread what a relay of the new one sends."""

_ENCODER = msgspec.json.Encoder()
_EVENTS: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class Snapshot(msgspec.Struct, frozen=True):
    """A World as it is written: without what follows from its calls."""

    calls: Mapping[CallId, Call]
    unknown: Mapping[str, int]


_SNAPSHOTS = msgspec.json.Decoder(Snapshot)


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing on a stream. `now` is the relay's clock (UTC seconds), `roles` those of the token.

    `budget`, here and in a Beat, is the relay's use of Microsoft's limits: `wire/budget.py` reads it.
    `closed_lines` are the lines that others supervise, by id of the resource account; `heartbeat` is how many
    seconds there are between two Beats.
    """

    epoch: str
    seq: int
    recovered: bool
    now: float
    operator: Operator
    roles: tuple[str, ...]
    closed_lines: tuple[str, ...] = ()
    heartbeat: float = 15.0
    version: int = VERSION
    budget: Any = ()


class Beat(msgspec.Struct, frozen=True):
    """A sign of life with the relay's clock (UTC seconds)."""

    now: float
    budget: Any = ()


def write_event(event: Event) -> bytes:
    """Return one event as a JSON object on one line; what has its default value is left out."""
    return _ENCODER.encode(event)


def read_event(data: bytes | str) -> Event:
    """Return the event in `data`; one that this version does not know becomes NotUnderstood.

    Raises msgspec.DecodeError when it is no JSON object at all.
    """
    try:
        return _EVENTS.decode(data)
    except msgspec.ValidationError:
        members = msgspec.json.decode(data, type=dict[str, Any])
        name = str(members.get("type"))
        return NotUnderstood(key=str(members.get("key", "")), at=0.0, what=f"relay event {name[:40]}")


def write_world(world: World) -> bytes:
    """Return a snapshot as JSON."""
    return _ENCODER.encode(msgspec.to_builtins(Snapshot(world.calls, world.unknown)))


def read_world(data: bytes | str) -> World:
    """Return the snapshot in `data`. Raises msgspec.DecodeError when it cannot be read."""
    snapshot = _SNAPSHOTS.decode(data)
    return world_of(snapshot.calls.values(), snapshot.unknown)
