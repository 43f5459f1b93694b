"""What about a Redis would break a promise of the relay's, in sentences for whoever runs it."""

from __future__ import annotations

import time

from console.relay.settings import Settings
from console.relay.shared.line import Lost, connect
from console.relay.shared.log import SharedLog

_OLDEST = (6, 2)
_APART = 1.0
"""Seconds by which clocks may differ: deadlines are set by one relay and kept by another."""


async def find_concerns(settings: Settings) -> list[str]:
    """Return one sentence for each; a Redis that cannot be reached is one, too."""
    shared = SharedLog(connect(settings), settings.redis_prefix, settings.redis_replicas)
    try:
        return await _ask(shared, settings.redis_replicas)
    except Lost as lost:
        return [f"Redis cannot be used: {lost}."]
    finally:
        await shared.close()


async def _ask(shared: SharedLog, replicas: int) -> list[str]:
    found = []
    about = await shared.about()
    version = tuple(int(part) for part in about.get("redis_version", "0").split(".")[:2])
    if version < _OLDEST:
        found.append(f"Redis {about.get('redis_version')} is too old: it must be 6.2 or newer.")
    if about.get("role") != "master":
        found.append("This Redis is a replica: give the relay an address that follows the primary.")
    if int(about.get("connected_slaves", "0")) < replicas:
        found.append(f"redis_replicas is {replicas}, but fewer copies of this Redis are connected.")
    apart = abs(await shared.time() - time.time())
    if apart > _APART:
        found.append(f"The clock here and that of Redis are {apart:.0f} s apart: deadlines would be wrong.")
    wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
    why = {
        "appendonly": "a restart of Redis loses what it has acknowledged",
        "appendfsync": "a power cut loses the last moment",
        "maxmemory-policy": "a full Redis forgets facts by itself",
    }
    for name, value in wanted.items():
        is_set = await shared.option(name)
        if is_set is None:
            found.append(f"Redis does not say how {name} is set; it should be {value}, or {why[name]}.")
        elif is_set != value:
            found.append(f"Redis has {name} {is_set}, not {value}: {why[name]}.")
    return found
