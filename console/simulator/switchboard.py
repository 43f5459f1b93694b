"""All calls and the few ways they may change; every change is told to the bot and to those who watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Literal

from console.simulator import errors
from console.simulator.calls import KEEP_ALIVE_SECONDS, Call, CallState, audio
from console.simulator.clock import Clock
from console.simulator.directory import Directory
from console.simulator.identities import Json, Party
from console.simulator.ids import Ids
from console.simulator.notes import Note, Outbox
from console.simulator.operations import Kind, Operation, Status
from console.simulator.participants import Participant
from console.simulator.results import KEEP_ALIVE_MISSED, Result


class Switchboard:
    """Holds the calls. The verbs on top live in `incoming`, `outgoing`, `conference` and `transfers`."""

    def __init__(self, clock: Clock, ids: Ids, directory: Directory, outbox: Outbox) -> None:
        self.clock = clock
        self._ids = ids
        self._opened: Counter[str] = Counter()
        self.directory = directory
        self.calls: dict[str, Call] = {}
        self._outbox = outbox
        self._by_key: dict[str, Call] = {}
        self._watchers: list[Callable[[Call], None]] = []

    def watch(self, watcher: Callable[[Call], None]) -> None:
        """Calls `watcher` after every change of any call, ended ones included."""
        self._watchers.append(watcher)

    def ids_for(self, direction: Literal["incoming", "outgoing"]) -> Ids:
        """The ids of a new call and of all in it: they follow from how many such calls came before it."""
        self._opened[direction] += 1
        return self._ids.apart(f"{direction} {self._opened[direction]}")

    def add(self, call: Call) -> None:
        self.calls[call.id] = call
        self._by_key[_key(call.id)] = call

    def find(self, call_id: str) -> Call:
        """A call that has not ended. Raises 404; case and hyphens do not matter (REFERENCE §3.3)."""
        call = self._by_key.get(_key(call_id))
        if call is None or not call.alive:
            raise errors.not_found("The call")
        return call

    def party(self, party: Party) -> Party:
        """The same party with the name and tenant the directory knows."""
        if party.kind == "user" and (user := self.directory.user(party.id)) is not None:
            return Party("user", user.id, user.display_name, self.directory.tenant_id)
        return party

    # What the bot is told.

    def tell(self, call: Call, **fields: object) -> None:
        """An `updated` notification with the call's state and `fields`."""
        data: Json = {
            "@odata.type": "#microsoft.graph.call",
            "@odata.id": f"/communications/calls/{call.id}",
            "id": call.id,
            "state": str(call.state),
            **fields,
        }
        self._send(call, "call", "updated", "", data, state=str(call.state))
        self.changed(call)

    def announce(self, call: Call, data: Json) -> None:
        """The `created` notification of an incoming call."""
        self._send(call, "call", "created", "", data, state=str(call.state))
        self.changed(call)

    def changed(self, call: Call) -> None:
        for watcher in self._watchers:
            watcher(call)

    # States.

    def move(self, call: Call, state: CallState, **fields: object) -> None:
        """Enters `state` and tells it."""
        call.state = state
        self.tell(call, **fields)

    def establish(self, call: Call) -> None:
        """Brings a call up: the clock of keepAlive starts, audio flows."""
        call.established_at = self.clock.now()
        self.keep_alive(call, since=call.started_at)
        self.move(call, CallState.ESTABLISHED, **meeting_fields(call))
        self.tell(call, mediaState=audio("active"))

    def keep_alive(self, call: Call, since: float | None = None) -> None:
        """Starts the 45 minutes anew; they count from the call's start at first (REFERENCE §1.7)."""
        left = KEEP_ALIVE_SECONDS - (0.0 if since is None else self.clock.now() - since)
        timer = self.clock.later(left, lambda: self.end(call, KEEP_ALIVE_MISSED, "keepAlive missed"))
        call.set_timer("keep-alive", timer)

    def end(
        self,
        call: Call,
        result: Result | None,
        outcome: str,
        *,
        with_state: bool = True,
        **fields: object,
    ) -> None:
        """Ends a call with a `deleted` notification; a rejected one has no state, no result (§1.4)."""
        if not call.alive:
            return
        call.clear_timers()
        call.state = CallState.TERMINATED
        call.result = result
        call.outcome = outcome
        call.ended_at = self.clock.now()
        call.invitations.clear()
        call.media.clear()
        data: Json = {"@odata.type": "#microsoft.graph.call", "@odata.id": f"/communications/calls/{call.id}"}
        if with_state:
            data |= {"id": call.id, "state": "terminated", **fields}
            if result is not None:
                data["resultInfo"] = result.resource()
        self._send(call, "call", "deleted", "", data, state="terminated" if with_state else None, last=True)
        self.changed(call)

    # The roster.

    def enter(self, call: Call, party: Party, participant_id: str | None = None) -> Participant:
        """Puts `party` into the roster, silently: `tell_roster` says it."""
        call.stream_count += 1
        joined = Participant(
            participant_id or call.ids.new(), party, self.clock.now(), source_id=str(call.stream_count)
        )
        call.roster[joined.id] = joined
        return joined

    def leave(self, call: Call, participant: Participant, reason: str) -> None:
        """Takes somebody out of the roster and tells it, if the call has a roster to tell of."""
        del call.roster[participant.id]
        participant.left_at = self.clock.now()
        participant.on_hold = participant.shares = False
        self.end_sharing(call, participant)
        call.past.append((participant, reason))
        self.tell_roster(call, [], gone=[(participant, reason)])

    def end_sharing(self, call: Call, participant: Participant) -> None:
        """What `participant` showed is shown no longer; the roster is told by whoever calls this."""
        for session_id in [id for id, who in call.sharings.items() if who == participant.id]:
            del call.sharings[session_id]
            self.tell_sharing(call, session_id, began=False)

    def tell_roster(
        self, call: Call, who: list[Participant], gone: list[tuple[Participant, str]] | None = None
    ) -> None:
        """A roster notification: those changed in delta mode, else everybody; none for peer-to-peer."""
        if call.is_group and call.alive:
            data: Any
            if call.delta:
                call.sequence += 1
                for member in [*who, *(member for member, _ in gone or [])]:
                    member.roster_sequence = call.sequence
                data = {
                    "@odata.type": "#microsoft.graph.deltaParticipants",
                    "sequenceNumber": call.sequence,
                    "participants": [
                        *(member.resource(delta=True) for member in who),
                        *(member.resource(delta=True, removed=reason) for member, reason in gone or []),
                    ],
                }
            else:
                data = [member.resource(delta=False) for member in call.roster.values()]
            self._send(call, "participants", "updated", "/participants", data)
        self.changed(call)

    def tell_sharing(self, call: Call, session_id: str, *, began: bool) -> None:
        """A session of content sharing began or ended; told only to a bot that asked for it (§3.3)."""
        if not call.tells_sharing:
            return
        path = "/contentSharingSessions"
        if began:
            data = [{"@odata.type": "#microsoft.graph.contentSharingSession", "id": session_id}]
            self._send(call, "sharing", "created", path, data)
        else:
            self._send(call, "sharing", "deleted", f"{path}/{session_id}", None)

    # Operations.

    def start(
        self, call: Call, kind: Kind, status: Status, client_context: str | None, **extra: object
    ) -> Operation:
        """Records a new operation; one that is `completed` already is never notified (§1.12)."""
        operation = Operation(call.ids.new(), kind, status, client_context, extra=extra)
        call.operations[operation.id] = operation
        return operation

    def finish(
        self, call: Call, operation_id: str, status: Status, result: Result | None, **extra: object
    ) -> None:
        """Ends a running operation and tells it with `deleted`."""
        operation = call.operations[operation_id]
        if operation.status in ("completed", "failed") or not call.alive:
            return
        operation = operation.ended(status, result, **extra)
        call.operations[operation_id] = operation
        self._send(
            call, "operation", "deleted", f"/operations/{operation_id}", operation.resource(), state=status
        )
        self.changed(call)

    def _send(
        self, call: Call, kind: Any, change: Any, path: str, data: object, state: str | None = None,
        last: bool = False,
    ) -> None:  # fmt: skip
        call.told += 1
        self._outbox.send(
            Note(
                call.id,
                kind,
                change,
                path,
                data,
                call.callback_uri,
                call.chain_id,
                call.told,
                call.scenario_id,
                state,
                last,
            )
        )


def meeting_fields(call: Call) -> Json:
    """`chatInfo` and `meetingInfo` where the call has them: group calls do (§3.4)."""
    fields: Json = {}
    if call.chat_info is not None:
        fields["chatInfo"] = call.chat_info
    if call.meeting_info is not None:
        fields["meetingInfo"] = call.meeting_info
    return fields


def _key(call_id: str) -> str:
    return call_id.replace("-", "").casefold()
