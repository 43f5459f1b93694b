"""The log in Redis, a stream whose entries are numbered as the facts are, and what is asked of it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha1
from typing import Any

from redis.asyncio import Redis

from console.relay.shared import scripts
from console.relay.shared.line import Refused, losing

CONFIRM = 1000
"""Milliseconds for the copies to confirm."""


class Standing(StrEnum):
    """What a relay that joins finds. `VACANT`: nothing at all; `BEHIND`: less than it has seen itself."""

    JOINED = "joined"
    VACANT = "vacant"
    BEHIND = "behind"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact in its place; `data` is the envelope's JSON."""

    seq: int
    epoch: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact to be added."""

    key: str
    at: float
    data: bytes


class SharedLog:
    """Everything raises Lost when Redis does not do it, and Over when the epoch has ended.

    All names begin with `{prefix}`, so that they lie on one shard of a cluster. `replicas` is how many copies
    must have a fact before it counts as kept.
    """

    def __init__(self, client: Redis, prefix: str, replicas: int) -> None:
        self._client = client
        self._replicas = replicas
        self._name = f"{{{prefix}}}:"

    def _keys(self, *names: str) -> list[str]:
        return [self._name + name for name in names]

    async def _ask(self, *command: Any) -> Any:
        with losing():
            return await self._client.execute_command(*command)  # type: ignore[no-untyped-call]

    async def _run(self, script: str, keys: Sequence[str], *arguments: str | float | bytes) -> Any:
        return await self._ask(*_call(script, keys, arguments))

    async def prepare(self) -> None:
        """Teach Redis the scripts; connections from before are not used again."""
        with losing():
            await self._client.connection_pool.disconnect()
        for script in scripts.ALL:
            await self._ask("SCRIPT LOAD", script)

    async def join(self, epoch: str, seq: int, fresh: str, seal: str) -> tuple[Standing, str]:
        """Say what is here for a relay that has seen `epoch` up to `seq`, and which epoch it is now.

        `fresh` becomes the epoch when Redis is not the process it was. `seal` is a print of the callback key.
        """
        standing, now = await self._run(scripts.JOIN, self._keys("meta"), epoch, seq, fresh, seal)
        return Standing(standing.decode()), now.decode()

    async def restore(self, epoch: str, seq: int, fresh: str, seal: str, at: float, world: bytes) -> None:
        """Begin the epoch `fresh` with `world`, unless somebody else has begun one since we joined."""
        keys = self._keys("meta", "log", "keys", "snapshot")
        await self._run(scripts.RESTORE, keys, epoch, seq, fresh, seal, at, world)

    async def append(self, epoch: str, facts: Sequence[Fact]) -> tuple[list[int], bool]:
        """Add facts, all or none. Returns their places (negative: was there before), and if copied enough."""
        values = [value for fact in facts for value in (fact.key, fact.at, fact.data)]
        call = _call(scripts.APPEND, self._keys("meta", "log", "keys"), (epoch, *values))
        if not self._replicas:
            return await self._ask(*call), True
        with losing():
            async with self._client.pipeline(transaction=False) as pipe:
                # Both on one connection: WAIT is about what that connection wrote.
                pipe.execute_command(*call)
                pipe.execute_command("WAIT", self._replicas, CONFIRM)
                # Its own error would repeat the facts, and errors are logged.
                places, copies = await pipe.execute(raise_on_error=False)
            for answer in (places, copies):
                if isinstance(answer, Exception):
                    raise answer
        return places, copies >= self._replicas

    async def read(self, seq: int, most: int, block: float | None = None) -> list[Entry]:
        """Return up to `most` facts after `seq`, waiting up to `block` seconds for the first."""
        (log,) = self._keys("log")
        waiting = () if block is None else ("BLOCK", round(block * 1000))
        found = await self._ask("XREAD", "COUNT", most, *waiting, "STREAMS", log, f"{seq}-0")
        return [_entry(id, fields) for _, entries in found or () for id, fields in entries]

    async def check(self, epoch: str) -> None:
        """Return if the epoch still lasts."""
        await self._run(scripts.CHECK, self._keys("meta"), epoch)

    async def read_snapshot(self) -> tuple[int, bytes]:
        """Return the newest snapshot: its place and the world."""
        (key,) = self._keys("snapshot")
        seq, world = await self._ask("HMGET", key, "seq", "world")
        return int(seq or 0), world or b"{}"

    async def snapshot(self, epoch: str, seq: int, at: float, world: bytes) -> None:
        """Keep a snapshot, if it is newer than the one there is."""
        await self._run(scripts.SNAPSHOT, self._keys("meta", "snapshot"), epoch, seq, at, world)

    async def purge(self, epoch: str, before: float, most: int) -> int:
        """Delete up to `most` facts from before `before`; return how many went."""
        keys = self._keys("meta", "log", "keys", "snapshot")
        return int(await self._run(scripts.PURGE, keys, epoch, before, most))

    async def rewrite(self) -> None:
        """Have Redis write its append-only file anew: what was purged is in there until then."""
        with contextlib.suppress(Refused):  # managed services do it by themselves, and forbid to ask
            await self._ask("BGREWRITEAOF")

    async def set_aside(self, epoch: str, mark: str) -> None:
        """Move a damaged log under names with `mark`, for people to look at."""
        bad = (f"{name}:{mark}.bad" for name in ("log", "keys", "snapshot"))
        keys = self._keys("meta", "log", "keys", "snapshot", *bad)
        await self._run(scripts.SET_ASIDE, keys, epoch)

    async def lead(self, who: str, seconds: float) -> bool:
        """Lead for `seconds` more; False when somebody else does."""
        return bool(await self._run(scripts.LEAD, self._keys("lead"), who, round(seconds * 1000)))

    async def leave(self, who: str) -> None:
        """Lead no more."""
        await self._run(scripts.LEAVE, self._keys("lead"), who)

    async def about(self) -> dict[str, str]:
        """Return what Redis says about itself."""
        told: dict[str, object] = await self._ask("INFO")
        return {name: str(value) for name, value in told.items()}

    async def time(self) -> float:
        """Return UTC seconds by the clock of Redis."""
        seconds, microseconds = await self._ask("TIME")
        return float(seconds) + float(microseconds) / 1e6

    async def option(self, name: str) -> str | None:
        """Return how Redis is configured, or None when it does not tell: managed services do not."""
        try:
            told = await self._ask("CONFIG GET", name)
        except Refused:
            return None
        return str(next(iter(told.values()))) if told else None

    async def close(self) -> None:
        """Close every connection."""
        with losing():
            await self._client.aclose()
            await self._client.connection_pool.disconnect()


def _call(script: str, keys: Sequence[str], arguments: Sequence[str | float | bytes]) -> tuple[Any, ...]:
    name = sha1(script.encode(), usedforsecurity=False).hexdigest()
    return ("EVALSHA", name, len(keys), *keys, *arguments)


def _entry(id: bytes, fields: dict[bytes, bytes]) -> Entry:
    return Entry(int(id.partition(b"-")[0]), fields[b"epoch"].decode(), fields[b"data"])
