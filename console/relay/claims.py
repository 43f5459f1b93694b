"""Who is acting on a call: granted to one operator at a time, and on the disk before Graph is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from console.domain.calls import Call, Direction, Happening, Situation
from console.domain.errors import Taken
from console.domain.events import CallClaimed, ClaimReleased
from console.domain.ids import CallId, IntentId
from console.domain.people import Operator
from console.relay.clock import Clock
from console.relay.hub import Hub


@dataclass(frozen=True, slots=True)
class _Pending:
    """A claim on its way to the disk. It counts from the moment it is asked for."""

    operator: Operator
    kept: asyncio.Task[object]


class Claims:
    """Grants calls. Asking and granting happen without a pause in between, so there is one winner.

    `lease` is seconds, `now` the relay's steady clock.
    """

    def __init__(self, hub: Hub, now: Clock, new_id: Callable[[], IntentId], lease: float) -> None:
        self._hub = hub
        self._now = now
        self._new_id = new_id
        self._lease = lease
        self._pending: dict[CallId, _Pending] = {}

    def is_pending(self, call: CallId) -> bool:
        """True while somebody's claim is being written: the world does not show it yet."""
        return call in self._pending

    async def take(self, call: CallId, operator: Operator, *, anew: bool = False) -> None:
        """Grant `call` to `operator`. Returns when it is on the disk. Raises Taken.

        The holder may take it again, which changes nothing; `anew` makes it a new claim all the same, so
        that the operator is invited once more.
        """
        pending = self._pending.get(call)
        if pending is None:
            known = self._hub.world.calls.get(call)
            claim = known.claim if known else None
            if claim is not None and claim.operator.id != operator.id:
                raise Taken(claim.operator.name)
            if claim is not None and not anew:
                return
            pending = _Pending(
                operator, asyncio.create_task(self._keep(call, operator), name=f"claim {call}")
            )
            self._pending[call] = pending
            pending.kept.add_done_callback(lambda _: self._pending.pop(call, None))
        elif pending.operator.id != operator.id:
            raise Taken(pending.operator.name)
        await asyncio.shield(pending.kept)

    async def release(self, call: CallId, operator: Operator) -> None:
        """Give a call up, if `operator` still has it."""
        known = self._hub.world.calls.get(call)
        if known is None or known.claim is None or known.claim.operator.id != operator.id:
            return
        key = f"released:{self._new_id()}"
        await self._hub.append(ClaimReleased(call=call, key=key, at=self._now(), operator=operator))

    async def _keep(self, call: CallId, operator: Operator) -> object:
        at = self._now()
        return await self._hub.append(
            CallClaimed(
                call=call, key=f"claimed:{self._new_id()}", at=at, operator=operator, until=at + self._lease
            )
        )


def claimed_at(call: Call) -> float:
    """UTC seconds of the present claim; 0 without one."""
    if call.claim is None:
        return 0.0
    made = [m.at for m in call.history if m.what is Happening.CLAIMED]
    return max(made, default=call.first_seen)


def is_lost(call: Call, now: float, lease: float) -> bool:
    """True when the claim does no good any more: its operator is not there, not asked, and will not come."""
    claim = call.claim
    if claim is None or not call.live:
        return False
    own = claim.operator.id
    if any(p.identity.id == own for p in call.people) or any(i.identity.id == own for i in call.pending):
        return False
    since = claimed_at(call)
    if call.situation is Situation.TRANSFERRING:
        return False
    if call.established_at is None and call.direction is not Direction.INCOMING:
        return False  # one that we make rings for as long as it rings
    asked = [i for i in call.invitations.values() if i.identity.id == own and i.at >= since]
    if asked and max(asked, key=lambda i: i.at).failed:
        return True
    if call.returned is not None and call.returned.at >= since:
        return True
    if call.established_at is None:
        return now - since > lease
    return now - max(since, max((m.at for m in call.history), default=since)) > lease
