"""The lobby of a meeting: who waits there, who is let in, and who has waited too long (REFERENCE §5.2)."""

from __future__ import annotations

from console.simulator import assumptions, errors
from console.simulator.calls import Call
from console.simulator.conference import Conference, require_group
from console.simulator.identities import Party
from console.simulator.participants import Participant
from console.simulator.results import LOBBY_TIMED_OUT
from console.simulator.switchboard import Switchboard


class Lobby:
    """People wait here until somebody in the meeting admits them; the bot cannot. `holds_bots`: bots too."""

    def __init__(self, board: Switchboard, conference: Conference) -> None:
        self._board = board
        self._conference = conference
        self.holds_bots = False

    def arrive(self, call: Call, party: Party, *, waits: bool) -> Participant:
        """Somebody comes to a group call by themselves, through the lobby or straight in. Raises 400."""
        require_group(call)
        if any(party.same_as(member.party) for member in call.roster.values()):
            raise errors.bad_request("That identity is in the call already.")
        member = self._board.enter(call, self._board.party(party))
        if waits:
            self.hold(call, member)
        self._board.tell_roster(call, [member])
        return member

    def hold(self, call: Call, member: Participant) -> None:
        """Puts `member` into the lobby, silently: whoever calls this tells the roster."""
        member.in_lobby = True
        wait = assumptions.LOBBY_SECONDS.value
        timer = self._board.clock.later(wait, lambda: self._time_out(call, member))
        call.set_timer(f"lobby {member.id}", timer)

    def admit(self, call: Call, member: Participant) -> None:
        """A person in the meeting lets `member` in. Raises 400 for somebody who does not wait."""
        if not member.in_lobby:
            raise errors.wrong_state("The participant does not wait in the lobby.")
        call.clear_timer(f"lobby {member.id}")
        member.in_lobby = False
        self._board.tell_roster(call, [member])

    def _time_out(self, call: Call, member: Participant) -> None:
        call.clear_timer(f"lobby {member.id}")
        if not call.alive or member.id not in call.roster:
            return
        if member.id == call.my_participant_id:
            self._board.end(call, LOBBY_TIMED_OUT, "waited in the lobby too long")
        else:
            self._conference.depart(call, member, "waited in the lobby too long")
