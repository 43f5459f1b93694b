"""Plays a scene: the same seed brings the same callers at the same seconds."""

from __future__ import annotations

import random

from console.simulator.callers import Callers, Temper
from console.simulator.cast import company_of, read_caller, read_line
from console.simulator.clock import Clock, Timer
from console.simulator.directory import Directory
from console.simulator.ids import Ids
from console.simulator.people import People
from console.simulator.scenes.script import Role, Script, read_script


class Stage:
    """At most one scene at a time."""

    def __init__(
        self, clock: Clock, ids: Ids, directory: Directory, people: People, callers: Callers, seed: int
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._directory = directory
        self._people = people
        self._callers = callers
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 - a scene must repeat
        self._script: Script | None = None
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
        self._next = 0
        for user, behaviour in script.colleagues:
            found = self._directory.user(user)
            self._people.behave(found.id if found else user, behaviour)
        self._timer = self._clock.later(script.first, self._arrive)

    def stop(self) -> None:
        """No more callers; those who called stay, and people behave as usual again."""
        if self._script is None:
            return
        self._script = None
        self._people.forget()
        if self._timer is not None:
            self._timer.cancel()

    def _arrive(self) -> None:
        script = self._script
        if script is None:
            return
        for _ in range(script.burst):
            role = script.roles[self._next % len(script.roles)]
            self._next += 1
            self._call(role)
        self._timer = self._clock.later(self._random.uniform(*script.every), self._arrive)

    def _call(self, role: Role) -> None:
        caller = read_caller(role.who, self._directory, self._ids)
        temper = Temper(self._draw(role.patience), self._draw(role.talk))
        company = company_of(list(role.company) or None, self._directory)
        self._callers.place(caller, read_line(role.line, self._directory), temper, company)

    def _draw(self, span: tuple[float, float] | None) -> float | None:
        return None if span is None else round(self._random.uniform(*span), 1)
