"""The relay's own language to its consoles: events, snapshots and greetings as JSON.

An event is `{"type": "CallTold", ...}`; a snapshot is the whole World. Both ends run this one module.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from console.domain.events import Event, NotUnderstood
from console.domain.people import Operator
from console.domain.world import World

VERSION = 1
"""Raised when a console of the old version could misread what a relay of the new one sends."""

_TYPES: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Event)}


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """The first thing on a stream. `now` is the relay's clock (UTC seconds), `roles` those of the token."""

    epoch: str
    seq: int
    recovered: bool
    now: float
    operator: Operator
    roles: tuple[str, ...]
    version: int = VERSION


class Beat(msgspec.Struct, frozen=True):
    """A sign of life with the relay's clock (UTC seconds)."""

    now: float


def write_event(event: Event) -> bytes:
    """Return one event as a JSON object on one line."""
    fields = {"type": type(event).__name__, **msgspec.to_builtins(event)}
    return msgspec.json.encode(
        {k: v for k, v in fields.items() if v is not None and v is not False and v != ""}
    )


def read_event(data: bytes | str) -> Event:
    """Return the event in `data`; one that this version does not know becomes NotUnderstood.

    Raises msgspec.DecodeError when it is no JSON object at all.
    """
    fields: dict[str, Any] = msgspec.json.decode(data, type=dict[str, Any])
    name = fields.pop("type", None)
    kind = _TYPES.get(str(name))
    if kind is not None:
        try:
            event: Event = msgspec.convert(fields, kind)
        except msgspec.ValidationError:
            pass
        else:
            return event
    return NotUnderstood(key=str(fields.get("key", "")), at=0.0, what=f"relay event {str(name)[:40]}")


def write_world(world: World) -> bytes:
    """Return a snapshot as JSON."""
    return msgspec.json.encode(msgspec.to_builtins(world))


def read_world(data: bytes | str) -> World:
    """Return the snapshot in `data`. Raises msgspec.DecodeError when it cannot be read."""
    return msgspec.json.decode(data, type=World)
