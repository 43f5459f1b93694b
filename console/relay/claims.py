"""Who is acting on a call: granted to one operator at a time, and on the disk before Graph is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from console.domain.calls import Call, Claim, Direction, Happening, Situation
from console.domain.errors import Taken
from console.domain.events import CallClaimed, ClaimReleased
from console.domain.ids import CallId, IntentId
from console.domain.people import Operator
from console.relay.clock import Clock
from console.relay.hub import Hub


class Claims:
    """Grants calls. The log decides, so it does not matter whether two operators ask one relay or two.

    The nth claim of a call has one name, whoever makes it, and the log keeps a name once: who comes second
    is told that theirs was nothing new. `lease` is seconds, `now` the relay's steady clock.
    """

    def __init__(self, hub: Hub, now: Clock, new_id: Callable[[], IntentId], lease: float) -> None:
        self._hub = hub
        self._now = now
        self._new_id = new_id
        self._lease = lease
        self._pending: Counter[CallId] = Counter()

    def is_pending(self, call: CallId) -> bool:
        """True while somebody's claim is being written: the world does not show it yet."""
        return self._pending[call] > 0

    async def take(self, call: CallId, operator: Operator, *, anew: bool = False) -> None:
        """Grant `call` to `operator`. Returns when it is on the disk. Raises Taken.

        The holder may take it again, which changes nothing; `anew` makes it a new claim all the same, so
        that the operator is invited once more.
        """
        number = 0
        while True:
            claim = self._present(call)
            if claim is not None and claim.operator.id != operator.id:
                raise Taken(claim.operator.name)
            if claim is not None and (number or not anew):
                return
            number = max(number, self._made(call)) + 1
            if await self._keep(call, operator, number):
                return

    async def release(self, call: CallId, operator: Operator) -> None:
        """Give a call up, if `operator` still has it; a claim that comes in between is not touched."""
        claim = self._present(call)
        if claim is None or claim.operator.id != operator.id:
            return
        key, at = f"released:{self._new_id()}", self._now()
        await self._hub.append(ClaimReleased(call=call, key=key, at=at, operator=operator, claim=claim.key))

    def _present(self, call: CallId) -> Claim | None:
        known = self._hub.world.calls.get(call)
        return known.claim if known else None

    def _made(self, call: CallId) -> int:
        known = self._hub.world.calls.get(call)
        return known.claims if known else 0

    async def _keep(self, call: CallId, operator: Operator, number: int) -> bool:
        """Write the claim; False when somebody's claim of that number was there first."""
        key, at = f"claimed:{call}:{number}", self._now()
        claimed = CallClaimed(call=call, key=key, at=at, operator=operator, until=at + self._lease)
        self._pending[call] += 1
        try:
            return bool(await self._hub.append(claimed))
        finally:
            self._pending[call] -= 1
            if not self._pending[call]:
                del self._pending[call]


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
