"""What remains of a call: its record, made after its end and kept for thirty days (REFERENCE §6.3)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Literal

from console.simulator import assumptions
from console.simulator.calls import Call, Onward
from console.simulator.clock import Clock
from console.simulator.identities import Json, Party
from console.simulator.switchboard import Switchboard
from console.simulator.times import written

KEEP_SECONDS = 30 * 86_400.0
Change = Literal["created", "updated"]
_NAMES = uuid.UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")


class Records:
    """Records of ended calls by callChainId. Those who `watch` are told of new and newer versions."""

    def __init__(self, clock: Clock, board: Switchboard) -> None:
        self._clock = clock
        self._calls: dict[str, Call] = {}
        self._waiting: set[str] = set()
        self._watchers: list[Callable[[Call, Change], None]] = []
        board.watch(self._review)

    def watch(self, watcher: Callable[[Call, Change], None]) -> None:
        self._watchers.append(watcher)

    def find(self, record_id: str) -> Call | None:
        """The call whose record that is, while it is kept."""
        call = self._calls.get(record_id.casefold())
        return call if call is not None and self._kept(call) else None

    def all(self) -> list[Call]:
        """The calls that have a record, oldest first."""
        return [call for call in self._calls.values() if self._kept(call)]

    def version(self, call: Call) -> int:
        """How many versions the record has had by now; late data makes a second one."""
        passed = self._clock.now() - _over(call)
        return 1 + sum(passed >= wait for wait in assumptions.RECORD_SECONDS.value[1:])

    def _kept(self, call: Call) -> bool:
        return self._clock.now() - _over(call) < KEEP_SECONDS

    def _review(self, call: Call) -> None:
        if call.alive or call.id in self._waiting:
            return
        self._waiting.add(call.id)
        first, *later = (_over(call) - self._clock.now() + s for s in assumptions.RECORD_SECONDS.value)
        self._clock.later(first, lambda: self._make(call))
        for wait in later:
            self._clock.later(wait, lambda: self._tell(call, "updated"))

    def _make(self, call: Call) -> None:
        self._calls[call.chain_id.casefold()] = call
        self._tell(call, "created")

    def _tell(self, call: Call, change: Change) -> None:
        for watcher in self._watchers:
            watcher(call, change)


def _over(call: Call) -> float:
    """When nobody talked any more, also those whom the bot had left."""
    return (call.ended_at or 0.0) + (call.onward.seconds if call.onward else 0.0)


def record_of(call: Call, version: int) -> Json:
    """The `callRecord`, without what `$expand` adds."""
    ended = _over(call)
    return {
        "id": call.chain_id,
        "version": version,
        "type": "groupCall" if call.is_group else "peerToPeer",
        "modalities": ["audio"],
        "startDateTime": written(call.started_at),
        "endDateTime": written(ended),
        "lastModifiedDateTime": written(ended + assumptions.RECORD_SECONDS.value[version - 1]),
        "joinWebUrl": None,
        "organizer": call.source.identity_set(),
        "participants": [party.identity_set() for party in parties_of(call)],
    }


def parties_of(call: Call) -> list[Party]:
    """Everybody who was in the call at any time, each once, the bot too, and who has the caller now."""
    after = [call.onward.first, call.onward.second] if call.onward else []
    return _once([*_present(call), *after, call.bot])


def _present(call: Call) -> list[Party]:
    """Everybody who was in the call while the bot was."""
    came = [*(member for member, _ in call.past), *call.roster.values()]
    return _once([call.source, *(member.party for member in came)])


def _once(parties: list[Party]) -> list[Party]:
    found: list[Party] = []
    for party in parties:
        if not any(party.same_as(other) for other in found):
            found.append(party)
    return found


def participants_of(call: Call) -> list[Json]:
    """`participants_v2`."""
    return [
        {"id": party.id, "identity": wide_identity(party), "administrativeUnitInfos": []}
        for party in parties_of(call)
    ]


def wide_identity(party: Party) -> Json:
    """The identity of `organizer_v2` and `participants_v2`, whose type is the wider one (§6.3)."""
    return {**party.identity_set(), "@odata.type": "#microsoft.graph.communicationsIdentitySet"}


def sessions_of(call: Call, *, segments: bool) -> list[Json]:
    """One session for a peer-to-peer call, one for each person of a group call, with the bot's service.

    One more for two who talk on without the bot; Microsoft's pages do not say how a call that was handed
    over is written down (SIM).
    """
    people = [party for party in _present(call) if party.is_person]
    if not call.is_group:
        people = people[:1]
    found = [_session(call, party, segments) for party in people]
    return found if call.onward is None else [*found, _onward(call, call.onward, segments)]


def _session(call: Call, party: Party, segments: bool) -> Json:
    bot_called = call.direction == "outgoing" and not call.is_group
    ends = [_person(party), _service()]
    caller, callee = reversed(ends) if bot_called else ends
    core: Json = {
        "caller": caller,
        "callee": callee,
        "failureInfo": _failure(call),
        "startDateTime": written(call.started_at),
        "endDateTime": written(call.ended_at or 0.0),
    }
    return _written(call, party.id, core, segments)


def _onward(call: Call, onward: Onward, segments: bool) -> Json:
    began = call.ended_at or 0.0
    core: Json = {
        "caller": _person(onward.first),
        "callee": _person(onward.second),
        "failureInfo": None,
        "startDateTime": written(began),
        "endDateTime": written(began + onward.seconds),
    }
    return _written(call, f"{onward.first.id} {onward.second.id}", core, segments)


def _written(call: Call, name: str, core: Json, segments: bool) -> Json:
    # Ids must be the same at every read.
    session_id = str(uuid.uuid5(_NAMES, f"{call.chain_id} {name}"))
    session: Json = {"id": session_id, "modalities": ["audio"], "isTest": False, **core}
    if segments:
        session["segments"] = [{"id": str(uuid.uuid5(_NAMES, session_id)), "media": [], **core}]
    return session


def _failure(call: Call) -> Json | None:
    """`failureInfo` for a call that never came up, or broke; None for one that ended well."""
    if call.established_at is not None and (call.result is None or call.result.code in (0, 200)):
        return None
    stage = "callSetup" if call.established_at is None else "midcall"
    return {"stage": stage, "reason": call.result.message if call.result else call.outcome}


def _person(party: Party) -> Json:
    return {
        "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
        "identity": party.identity_set(),
        "userAgent": {
            "@odata.type": "#microsoft.graph.callRecords.clientUserAgent",
            "headerValue": "Simulated/1.0",
            "platform": "unknown",
            "productFamily": "unknown" if party.kind == "phone" else "teams",
        },
    }


def _service() -> Json:
    return {
        "@odata.type": "#microsoft.graph.callRecords.serviceEndpoint",
        "userAgent": {
            "@odata.type": "#microsoft.graph.callRecords.serviceUserAgent",
            "headerValue": "Simulated/1.0",
            "role": "customBot",
        },
    }
