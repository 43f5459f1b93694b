"""Where the facts are kept: in a file of one relay, or in a Redis that several share."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.domain.errors import BadSettings
from console.domain.world import World
from console.relay.clock import Clock
from console.relay.disk import open_disk
from console.relay.history import History
from console.relay.lead import Alone, Lead
from console.relay.settings import Settings

log = logging.getLogger(__name__)

Work = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Keeping:
    """The log, what it adds up to, and who leads. `works` must run all the time."""

    history: History
    world: World
    seq: int
    lead: Lead
    works: Mapping[str, Work] = field(default_factory=dict)


async def open_keeping(settings: Settings, seal: str, now: Clock) -> Keeping:
    """Open the log that `settings` ask for; `seal` is a print of the callback key.

    Raises BadSettings when this relay cannot share the log that is there.
    """
    if settings.redis:
        return await _open_shared(settings, seal, now)
    history, world, seq = open_disk(Path(settings.data_dir) / "facts.db", mark=f"{now():.0f}")
    return Keeping(history, world, seq, Alone())


async def _open_shared(settings: Settings, seal: str, now: Clock) -> Keeping:
    # The client for Redis comes with an extra that a relay alone need not have.
    from console.relay.shared.concerns import find_concerns
    from console.relay.shared.history import SharedHistory
    from console.relay.shared.lease import Lease
    from console.relay.shared.line import connect
    from console.relay.shared.log import SharedLog

    for concern in await find_concerns(settings):
        log.warning(concern)
    shared = SharedLog(connect(settings), settings.redis_prefix, settings.redis_replicas)
    history = SharedHistory(shared, seal, now=now, new_epoch=lambda: secrets.token_hex(8))
    lease = Lease(shared, secrets.token_hex(8))
    try:
        world, seq = await history.open()
    except BadSettings:
        await history.close()
        raise
    return Keeping(history, world, seq, lease, {"lease": lease.run})
