"""Handing a caller over: blind, after asking, or out of a group call (REFERENCE §1.6)."""

from __future__ import annotations

from functools import partial

from console.simulator import assumptions, errors
from console.simulator.calls import Call, CallState, Onward, audio
from console.simulator.conference import require_established
from console.simulator.identities import Party
from console.simulator.participants import Participant
from console.simulator.people import People, Reaction
from console.simulator.results import (
    BLIND_TRANSFER_FAILED,
    CONSULTED_TRANSFER_FAILED,
    REPLACED,
    TRANSFERRED,
    Result,
)
from console.simulator.switchboard import Switchboard

STEP_SECONDS = 0.2


class Transfers:
    """Transfers calls; afterwards the bot hears no more of the caller."""

    def __init__(self, board: Switchboard, people: People) -> None:
        self._board = board
        self._people = people

    def transfer(
        self, call: Call, target: Party, replaces: str | None, transferee: Party | str | None
    ) -> None:
        """Starts a transfer. `transferee` (a participant id or an identity) is required in a group call.

        Raises 400 with code 8523 when a group call has no transferee, 404 when it names nobody there.
        """
        require_established(call)
        target = self._board.party(target)
        leaving = self._leaving(call, transferee)
        consulted = self._consulted(call, target, replaces) if replaces else None
        call.state = CallState.TRANSFERRING
        step = partial(self._begin, call, target, leaving, consulted, replaces is not None)
        call.set_timer("transfer", self._board.clock.later(STEP_SECONDS, step))
        self._board.changed(call)

    def _begin(
        self, call: Call, target: Party, leaving: Participant, consulted: Call | None, asked: bool
    ) -> None:
        self._board.move(call, CallState.TRANSFERRING)
        step = partial(self._accept, call, target, leaving, consulted, asked)
        call.set_timer("transfer", self._board.clock.later(STEP_SECONDS, step))

    def _accept(
        self, call: Call, target: Party, leaving: Participant, consulted: Call | None, asked: bool
    ) -> None:
        self._board.move(call, CallState.TRANSFER_ACCEPTED)
        self._board.tell(call, mediaState=audio("inactive"))
        if asked:
            up = consulted is not None and consulted.state is CallState.ESTABLISHED
            reaction = Reaction(STEP_SECONDS, None if up else CONSULTED_TRANSFER_FAILED)
        else:
            reaction = self._people.reaction(target, assumptions.TRANSFER_RING_SECONDS.value)
        step = partial(self._conclude, call, target, leaving, consulted, asked, reaction.result)
        call.set_timer("transfer", self._board.clock.later(reaction.after, step))

    def _conclude(
        self, call: Call, target: Party, leaving: Participant, consulted: Call | None, asked: bool,
        failure: Result | None,
    ) -> None:  # fmt: skip
        if failure is None and asked and (consulted is None or not consulted.alive):
            failure = CONSULTED_TRANSFER_FAILED
        if failure is not None or leaving.id not in call.roster:
            result = CONSULTED_TRANSFER_FAILED if asked else BLIND_TRANSFER_FAILED
            self._board.move(call, CallState.ESTABLISHED, resultInfo=result.resource())
            self._board.tell(call, mediaState=audio("active"))
            return
        call.onward = Onward(leaving.party, target, assumptions.ONWARD_SECONDS.value)
        who, to = (party.display_name or party.id for party in (leaving.party, target))
        outcome = f"{who} transferred to {to}"
        if asked:
            # The examples of a consulted transfer carry a reason instead of a result.
            self._board.end(call, None, outcome, terminationReason="AppTransferred")
            if consulted is not None:
                self._board.end(consulted, REPLACED, outcome)
        else:
            self._board.end(call, TRANSFERRED, outcome)

    def _leaving(self, call: Call, transferee: Party | str | None) -> Participant:
        if not call.is_group:
            return call.people[0]
        if transferee is None:
            raise errors.GraphError(*assumptions.NO_TRANSFEREE.value, "Cannot do transfer for meeting mode.")
        for member in call.people:
            if isinstance(transferee, str):
                if member.id == transferee.casefold():
                    return member
            elif member.party.same_as(transferee):
                return member
        raise errors.not_found("The transferee")

    def _consulted(self, call: Call, target: Party, call_id: str) -> Call:
        consulted = self._board.find(call_id)
        if consulted is call or not any(target.same_as(p) for p in (consulted.source, *consulted.targets)):
            raise errors.bad_request("replacesCallId must name the bot's own call with the transfer target.")
        return consulted
