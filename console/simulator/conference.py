"""What the bot does with the people in a call: invite, withdraw, remove, mute, hold (REFERENCE §2)."""

from __future__ import annotations

from functools import partial

from console.simulator import assumptions, errors
from console.simulator.calls import Call, CallState, Invitation
from console.simulator.groups import end_if_alone, escalate
from console.simulator.identities import Party
from console.simulator.operations import Kind, Operation
from console.simulator.participants import Participant, invitation_info
from console.simulator.people import People, Reaction
from console.simulator.results import COMPLETED, LEFT_BEFORE, REPLACED, WITHDRAWN, Result
from console.simulator.switchboard import Switchboard

INVITE_MAXIMUM = 5
JOIN_SECONDS = 0.3


class Conference:
    """The verbs on participants."""

    def __init__(self, board: Switchboard, people: People) -> None:
        self._board = board
        self._people = people

    def invite(
        self, call: Call, parties: tuple[Party, ...], replaces: str | None, client_context: str | None
    ) -> Operation:
        """Asks people in. With `replaces` the person on that peer-to-peer call comes over at once (§2.1)."""
        require_established(call)
        if replaces:
            parties = parties[:1]
        if not 1 <= len(parties) <= INVITE_MAXIMUM:
            raise errors.bad_request(f"participants must hold 1 to {INVITE_MAXIMUM} entries.")
        if len(parties) > 1 and call.chat_info is None:
            raise errors.bad_request("Inviting several participants needs a call with chatInfo.")
        replaced = self._replaced(call, replaces, parties[0]) if replaces else None
        parties = tuple(self._board.party(party) for party in parties)
        for party in parties:
            self._require_absent(call, party)
        escalate(self._board, call)
        return self.summon(call, parties, client_context, replaced)

    def summon(
        self, call: Call, parties: tuple[Party, ...], client_context: str | None = None,
        replaced: Call | None = None,
    ) -> Operation:  # fmt: skip
        """Lets the phones of `parties` ring; the operation ends when all have reacted."""
        operation = self._board.start(call, "inviteParticipants", "running", client_context)
        shown = []
        for party in parties:
            pending = Invitation(call.ids.new(), party, operation.id, replaced.id if replaced else None)
            call.invitations[pending.participant_id] = pending
            limit = assumptions.INVITE_RING_SECONDS.value
            reaction = Reaction(JOIN_SECONDS, None) if replaced else self._people.reaction(party, limit)
            react = partial(self._react, call, pending, reaction.result, replaced)
            pending.timer = self._board.clock.later(reaction.after, react)
            shown.append(invitation_info(party, pending.participant_id, pending.replaces))
        operation = operation.ended("running", None, participants=shown)
        call.operations[operation.id] = operation
        self._board.changed(call)
        return operation

    def remove(self, call: Call, participant_id: str) -> None:
        """Drops somebody from the call, or withdraws an invitation that is still open (§2.1, §2.2)."""
        if (pending := call.invitations.get(participant_id)) is not None:
            if pending.timer is not None:
                pending.timer.cancel()
            self._react(call, pending, WITHDRAWN, None)
            return
        self.depart(call, self.member(call, participant_id), "removed")

    def depart(self, call: Call, member: Participant, reason: str) -> None:
        """Somebody leaves a group call; the last person to go ends it."""
        self._board.leave(call, member, reason)
        end_if_alone(self._board, call)

    def refuse(self, call: Call, pending: Invitation, result: Result) -> None:
        """An invited person declines before their time."""
        if pending.timer is not None:
            pending.timer.cancel()
        self._react(call, pending, result, None)

    def mute(self, call: Call, participant_id: str, client_context: str | None) -> Operation:
        """Mutes one participant; only they can undo it (§2)."""
        require_group(call)
        member = self.member(call, participant_id)
        return self._set_muted(call, member, True, client_context)

    def mute_bot(self, call: Call, muted: bool, client_context: str | None) -> Operation:
        """Mutes or unmutes the bot itself (§1.11)."""
        require_group(call)
        return self._set_muted(call, call.roster[call.my_participant_id], muted, client_context)

    def unmute_themselves(self, call: Call, member: Participant) -> None:
        """The person presses unmute in their own client."""
        member.muted = member.muted_by_server = False
        self._board.tell_roster(call, [member])

    def hold(self, call: Call, participant_id: str, client_context: str | None) -> Operation:
        """Plays music to one participant, one at a time (§2.3)."""
        require_group(call)
        member = self.member(call, participant_id)
        if any(other.on_hold for other in call.roster.values()):
            raise errors.GraphError(*assumptions.SECOND_HOLD.value, "Another participant is on hold already.")
        operation = self._board.start(call, "startHoldMusic", "running", client_context)

        def begin() -> None:
            if member.id in call.roster:
                self._board.finish(call, operation.id, "completed", COMPLETED)
            else:
                self._board.finish(call, operation.id, "failed", LEFT_BEFORE)

        member.on_hold = True
        self._board.tell_roster(call, [member])
        self._board.clock.later(JOIN_SECONDS, begin)
        return operation

    def resume(self, call: Call, participant_id: str, client_context: str | None) -> Operation:
        """Stops the music; the answer is `completed` already (§2.3)."""
        require_group(call)
        member = self.member(call, participant_id)
        if not member.on_hold:
            raise errors.wrong_state("The participant is not on hold.")
        member.on_hold = False
        operation = self._board.start(call, "stopHoldMusic", "completed", client_context)
        self._board.tell_roster(call, [member])
        return operation

    def member(self, call: Call, participant_id: str) -> Participant:
        """The participant of that id. Raises 404."""
        member = call.roster.get(participant_id.casefold())
        if member is None:
            raise errors.not_found("The participant")
        return member

    def _set_muted(self, call: Call, member: Participant, muted: bool, context: str | None) -> Operation:
        member.muted = member.muted_by_server = muted
        kind: Kind = "muteParticipant" if muted else "unmuteParticipant"
        operation = self._board.start(call, kind, "completed", context)
        self._board.tell_roster(call, [member])
        return operation

    def _react(self, call: Call, pending: Invitation, result: Result | None, replaced: Call | None) -> None:
        if call.invitations.pop(pending.participant_id, None) is None:
            return
        if result is None:
            member = self._board.enter(call, pending.party, pending.participant_id)
            self._board.tell_roster(call, [member])
            if replaced is not None:
                self._board.end(replaced, REPLACED, "moved into another call")
        self._conclude(call, pending.operation_id, result)
        end_if_alone(self._board, call)
        self._board.changed(call)

    def _conclude(self, call: Call, operation_id: str, result: Result | None) -> None:
        """Ends the invite operation after the last reaction; completed when anyone joined."""
        if any(pending.operation_id == operation_id for pending in call.invitations.values()):
            return
        invited = {entry["participantId"] for entry in call.operations[operation_id].extra["participants"]}
        came = invited & {*call.roster, *(member.id for member, _ in call.past)}
        if came:
            self._board.finish(call, operation_id, "completed", COMPLETED)
        else:
            self._board.finish(call, operation_id, "failed", result)

    def _replaced(self, call: Call, call_id: str, invited: Party) -> Call:
        replaced = self._board.find(call_id)
        if replaced is call or replaced.is_group or replaced.state is not CallState.ESTABLISHED:
            raise errors.bad_request("replacesCallId must name an established peer-to-peer call.")
        if not any(invited.same_as(other) for other in (replaced.source, *replaced.targets)):
            raise errors.bad_request("replacesCallId must name a call with the person who is invited.")
        return replaced

    def _require_absent(self, call: Call, party: Party) -> None:
        waiting = [pending.party for pending in call.invitations.values()]
        if any(party.same_as(other) for other in [*waiting, *(m.party for m in call.roster.values())]):
            reason = "That identity is in the call already, or on its way."
            raise errors.GraphError(*assumptions.INVITED_TWICE.value, reason)


def require_established(call: Call) -> None:
    """Raises 400 unless the call is up."""
    if call.state is not CallState.ESTABLISHED:
        raise errors.wrong_state(f"The call is {call.state}, not established.")


def require_group(call: Call) -> None:
    """Raises 400 unless the call is an established group call."""
    require_established(call)
    if not call.is_group:
        raise errors.group_only("The operation needs a group call.")
