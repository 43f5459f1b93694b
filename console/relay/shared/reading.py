"""The whole log added up: the newest snapshot and everything after it, or a damaged log set aside."""

from __future__ import annotations

import asyncio
import logging

import msgspec

from console.domain.reduce import reduce
from console.domain.world import World
from console.relay.clock import Clock
from console.relay.shared.line import Lost
from console.relay.shared.log import SharedLog
from console.wire.envelope import read_event, read_world

PAGE = 500
TRIES, PAUSE = 3, 0.2
"""Readings, and seconds between them, before a log counts as damaged: a purge may have come in between."""

log = logging.getLogger(__name__)


async def read_log(shared: SharedLog, epoch: str, now: Clock) -> tuple[World, int]:
    """Return what the log adds up to, and its newest place. Raises Lost, also when it had to be set aside."""
    for _ in range(TRIES):
        try:
            return await _add_up(shared)
        except (_Hole, msgspec.DecodeError):
            await asyncio.sleep(PAUSE)
    mark = f"{now():.0f}"
    await shared.set_aside(epoch, mark)
    log.critical("the log in Redis was damaged and is set aside under names that end with %s.bad", mark)
    raise Lost("the log was damaged")


async def _add_up(shared: SharedLog) -> tuple[World, int]:
    seq, data = await shared.read_snapshot()
    world = read_world(data)
    while entries := await shared.read(seq, PAGE):
        for entry in entries:
            if entry.seq != seq + 1:
                raise _Hole
            world, seq = reduce(world, read_event(entry.data)), entry.seq
    return world, seq


class _Hole(Exception):
    """A fact is missing."""
