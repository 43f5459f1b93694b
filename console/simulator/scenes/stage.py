"""Plays a scene: the same seed brings the same callers at the same seconds."""

from __future__ import annotations

import random

from console.simulator.callers import Temper
from console.simulator.calls import Call, CallState
from console.simulator.cast import company_of, forwarder_of, read_caller, read_line
from console.simulator.clock import Clock, Timer
from console.simulator.directory import Directory
from console.simulator.exchange import Exchange
from console.simulator.faultbox import FaultBox
from console.simulator.faults import Faults, read_faults
from console.simulator.ids import Ids
from console.simulator.participants import Participant
from console.simulator.scenes.script import Role, Script, Span, read_script


class Stage:
    """At most one scene at a time."""

    def __init__(
        self, clock: Clock, ids: Ids, directory: Directory, exchange: Exchange, faults: FaultBox, seed: int
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._directory = directory
        self._exchange = exchange
        self._faults = faults
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 - a scene must repeat
        self._script: Script | None = None
        self._began = 0.0
        self._next = 0
        self._timer: Timer | None = None

    @property
    def playing(self) -> str | None:
        """The name of the scene, if one is playing."""
        return self._script.name if self._script else None

    def play(self, name: str) -> None:
        """Starts a scene from its beginning, instead of the one that was playing."""
        self.stop()
        script = read_script(name)
        self._script = script
        self._random = random.Random(f"{self._seed}/{name}")  # noqa: S311 - a scene must repeat
        self._began = self._clock.now()
        self._next = 0
        for user, behaviour in script.colleagues:
            found = self._directory.user(user)
            self._exchange.people.behave(found.id if found else user, behaviour)
        if script.faults:
            self._faults.put(read_faults(script.faults, Faults(seed=self._seed)))
        self._timer = self._clock.later(script.first, self._arrive)

    def stop(self) -> None:
        """No more callers and no more faults; those who called stay, and people behave as usual again."""
        if self._script is None:
            return
        if self._script.faults:
            self._faults.put(Faults())
        self._script = None
        self._exchange.people.forget()
        if self._timer is not None:
            self._timer.cancel()

    def _arrive(self) -> None:
        script = self._script
        if script is None:
            return
        pace = script.pace(self._clock.now() - self._began)
        for _ in range(pace.burst):
            role = script.roles[self._next % len(script.roles)]
            self._next += 1
            self._enter(role)
        self._timer = self._clock.later(self._random.uniform(*pace.every), self._arrive)

    def _enter(self, role: Role) -> None:
        exchange = self._exchange
        caller = read_caller(role.who, self._directory, self._ids)
        # Drawn in any case, so that what the bot does changes nothing for those who come later.
        patience, talk, key_after, admitted = (
            self._draw(span) for span in (role.patience, role.talk, role.key_after, role.admitted)
        )
        if role.visits:
            meeting = next((c for c in reversed(exchange.board.calls.values()) if _is_open(c)), None)
            if meeting is not None and not any(caller.same_as(m.party) for m in meeting.roster.values()):
                member = exchange.lobby.arrive(meeting, caller, waits=admitted is not None)
                self._admit_later(meeting, member, admitted)
            return
        temper = Temper(patience, talk, role.keys, key_after or 0.0)
        company = company_of(list(role.company) or None, self._directory)
        forwarded = forwarder_of(role.forwarded, self._directory)
        line = read_line(role.line, self._directory)
        call = exchange.callers.place(caller, line, temper, company, forwarded)
        if company and admitted is not None:
            exchange.lobby.hold(call, call.people[0])
            self._admit_later(call, call.people[0], admitted)

    def _admit_later(self, call: Call, member: Participant, seconds: float | None) -> None:
        def admit() -> None:
            if call.alive and member.in_lobby and member.id in call.roster:
                self._exchange.lobby.admit(call, member)

        if seconds is not None:
            self._clock.later(seconds, admit)

    def _draw(self, span: Span | None) -> float | None:
        return None if span is None else round(self._random.uniform(*span), 1)


def _is_open(call: Call) -> bool:
    return call.is_meeting and call.state is CallState.ESTABLISHED
