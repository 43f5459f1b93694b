"""The people who call: who they are, how long they wait for a person, and how they hang up."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulator import errors
from console.simulator.calls import Call, CallState, Tone
from console.simulator.conference import Conference
from console.simulator.directory import Line
from console.simulator.groups import hung_up_result
from console.simulator.identities import Party
from console.simulator.incoming import Incoming
from console.simulator.people import People
from console.simulator.results import CALLER_GAVE_UP, DECLINED, OTHER_PARTY_LEFT
from console.simulator.switchboard import Switchboard
from console.simulator.tones import Tones


@dataclass(frozen=True, slots=True)
class Temper:
    """`patience`: seconds of waiting before hanging up. `talk`: seconds of talking before a goodbye.

    `keys` are pressed one after another, `key_after` seconds apart, once the bot has answered.
    """

    patience: float | None = None
    talk: float | None = None
    keys: tuple[Tone, ...] = ()
    key_after: float = 3.0


class Callers:
    """Places calls, presses keys, hangs up for people who lost patience or have said what they had to say.

    Somebody whom the bot calls has a temper, too, when their behaviour says so.
    """

    def __init__(
        self, board: Switchboard, people: People, incoming: Incoming, conference: Conference, tones: Tones
    ) -> None:
        self._board = board
        self._people = people
        self._incoming = incoming
        self._conference = conference
        self._tones = tones
        self._tempers: dict[str, Temper] = {}
        self._pressing: set[str] = set()
        board.watch(self._review)

    def place(
        self, caller: Party, line: Line, temper: Temper, company: tuple[Party, ...] = (),
        forwarded_from: Party | None = None,
    ) -> Call:  # fmt: skip
        """`caller` rings `line`; with `company` it is a group call that the line is asked into.

        With `forwarded_from` they wanted somebody who does not answer.
        """
        call = self._incoming.ring(caller, line, company, forwarded_from)
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
        """Starts and stops the person's timers as the call changes."""
        if not call.alive:
            self._tempers.pop(call.id, None)
            self._pressing.discard(call.id)
            return
        if call.direction == "outgoing":
            self._review_callee(call)
            return
        temper = self._tempers.get(call.id)
        if temper is None:
            return
        self._begin_pressing(call, temper)
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

    def _review_callee(self, call: Call) -> None:
        if call.is_group or call.state is not CallState.ESTABLISHED:
            return
        behaviour = self._people.behaviour(call.targets[0].id)
        if behaviour is not None:
            self._begin_pressing(call, Temper(keys=behaviour.keys, key_after=behaviour.key_after))
            self._run(call, "talk", behaviour.talk, "callee said goodbye")

    def _begin_pressing(self, call: Call, temper: Temper) -> None:
        """The first time the call is up, the first key is on its way."""
        if call.state is CallState.ESTABLISHED and temper.keys and call.id not in self._pressing:
            self._pressing.add(call.id)
            self._press(call, temper.keys, temper.key_after)

    def _press(self, call: Call, keys: tuple[Tone, ...], seconds: float) -> None:
        key, *later = keys

        def press() -> None:
            if call.state is CallState.ESTABLISHED:
                self._tones.press(call, key)
            if later:
                self._press(call, tuple(later), seconds)

        call.set_timer("keys", self._board.clock.later(seconds, press))

    def _run(self, call: Call, name: str, seconds: float | None, outcome: str) -> None:
        if seconds is None:
            call.clear_timer(name)
        elif name not in call.timers:
            timer = self._board.clock.later(seconds, lambda: self.hang_up(call, outcome))
            call.set_timer(name, timer)
