"""The relay's own language to its consoles: events, snapshots and greetings as JSON.

An event is `{"type": "CallTold", ...}`; a snapshot is the whole World. Both ends run this one module.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

import msgspec

from console.domain.events import Event, NotUnderstood
from console.domain.people import Operator
from console.domain.world import World

VERSION = 1
"""Raised when a console of the old version could misread what a relay of the new one sends."""

_TYPES: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Event)}
_FIELDS: dict[type[Any], tuple[tuple[str, Any], ...]] = {
    kind: tuple((f.name, f.default) for f in fields(kind)) for kind in _TYPES.values()
}
"""The fields of each kind with their defaults, MISSING for those without."""
_ENCODER = msgspec.json.Encoder()


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing on a stream. `now` is the relay's clock (UTC seconds), `roles` those of the token.

    `budget`, here and in a Beat, is the relay's use of Microsoft's limits: `wire/budget.py` reads it.
    `closed_lines` are the lines that others supervise, by id of the resource account.
    """

    epoch: str
    seq: int
    recovered: bool
    now: float
    operator: Operator
    roles: tuple[str, ...]
    closed_lines: tuple[str, ...] = ()
    version: int = VERSION
    budget: Any = ()


class Beat(msgspec.Struct, frozen=True):
    """A sign of life with the relay's clock (UTC seconds)."""

    now: float
    budget: Any = ()


def write_event(event: Event) -> bytes:
    """Return one event as a JSON object on one line; what has its default value is left out."""
    kind = type(event)
    told: dict[str, Any] = {"type": kind.__name__}
    for name, default in _FIELDS[kind]:
        value = getattr(event, name)
        if value is not default and value != default:
            told[name] = value
    return _ENCODER.encode(told)


def read_event(data: bytes | str) -> Event:
    """Return the event in `data`; one that this version does not know becomes NotUnderstood.

    Raises msgspec.DecodeError when it is no JSON object at all.
    """
    members: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
    name = members.pop("type", None)
    kind = _TYPES.get(str(name))
    if kind is not None:
        try:
            event: Event = msgspec.convert(members, kind)
        except msgspec.ValidationError:
            pass
        else:
            return event
    return NotUnderstood(key=str(members.get("key", "")), at=0.0, what=f"relay event {str(name)[:40]}")


def write_world(world: World) -> bytes:
    """Return a snapshot as JSON."""
    return msgspec.json.encode(msgspec.to_builtins(world))


def read_world(data: bytes | str) -> World:
    """Return the snapshot in `data`. Raises msgspec.DecodeError when it cannot be read."""
    return msgspec.json.decode(data, type=World)
