"""The people who call: who they are, how long they wait for a person, and how they hang up."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulator import errors
from console.simulator.calls import Call, CallState
from console.simulator.conference import Conference
from console.simulator.directory import Line
from console.simulator.groups import hung_up_result
from console.simulator.identities import Party
from console.simulator.incoming import Incoming
from console.simulator.results import CALLER_GAVE_UP, DECLINED, OTHER_PARTY_LEFT
from console.simulator.switchboard import Switchboard


@dataclass(frozen=True, slots=True)
class Temper:
    """`patience`: seconds of waiting before hanging up. `talk`: seconds of talking before a goodbye."""

    patience: float | None = None
    talk: float | None = None


class Callers:
    """Places calls, and hangs up for callers who lost patience or have said what they had to say."""

    def __init__(self, board: Switchboard, incoming: Incoming, conference: Conference) -> None:
        self._board = board
        self._incoming = incoming
        self._conference = conference
        self._tempers: dict[str, Temper] = {}
        board.watch(self._review)

    def place(self, caller: Party, line: Line, temper: Temper, company: tuple[Party, ...] = ()) -> Call:
        """`caller` rings `line`; with `company` it is a group call that the line is asked into."""
        call = self._incoming.ring(caller, line, company)
        self._tempers[call.id] = temper
        self._review(call)
        return call

    def hang_up(self, call: Call, outcome: str = "caller hung up") -> None:
        """The caller puts the receiver down, whatever the call is doing."""
        if not call.alive:
            return
        if call.state in (CallState.INCOMING, CallState.REDIRECTING):
            self._board.end(call, CALLER_GAVE_UP, outcome)
            return
        caller = next((member for member in call.people if member.party.same_as(call.source)), None)
        if call.is_group:
            if caller is not None:
                self._conference.depart(call, caller, "left")
            return
        other = call.source if call.direction == "incoming" else call.targets[0]
        self._board.end(call, hung_up_result(other), outcome)

    def leave(self, call: Call, user_id: str) -> None:
        """A colleague or operator leaves, or declines while the phone still rings. Raises 404."""
        wanted = user_id.casefold()
        for pending in list(call.invitations.values()):
            if pending.party.id.casefold() == wanted:
                self._conference.refuse(call, pending, DECLINED)
                return
        for member in call.people:
            if member.party.id.casefold() == wanted:
                if call.is_group:
                    self._conference.depart(call, member, "left")
                else:
                    self._board.end(call, OTHER_PARTY_LEFT, f"{member.party.display_name or wanted} hung up")
                return
        raise errors.not_found("The person in that call")

    def _review(self, call: Call) -> None:
        """Starts and stops the caller's timers as the call changes."""
        temper = self._tempers.get(call.id)
        if temper is None:
            return
        if not call.alive:
            del self._tempers[call.id]
            return
        caller = next((member for member in call.people if member.party.same_as(call.source)), None)
        if caller is None:
            call.clear_timer("patience")
            call.clear_timer("talk")
            return
        talking = (
            len(call.people) > 1
            and not (caller.on_hold or caller.in_lobby)
            and call.state is not CallState.INCOMING
        )
        self._run(call, "patience", temper.patience if not talking else None, "caller lost patience")
        self._run(call, "talk", temper.talk if talking else None, "caller said goodbye")

    def _run(self, call: Call, name: str, seconds: float | None, outcome: str) -> None:
        if seconds is None:
            call.clear_timer(name)
        elif name not in call.timers:
            timer = self._board.clock.later(seconds, lambda: self.hang_up(call, outcome))
            call.set_timer(name, timer)
