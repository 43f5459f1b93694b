"""Who is available: Teams' own session, sessions of applications and a person's own wish (REFERENCE §6.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from console.simulator import assumptions, errors
from console.simulator.calls import Call, CallState
from console.simulator.clock import Clock
from console.simulator.directory import Directory, User
from console.simulator.identities import Json
from console.simulator.switchboard import Switchboard

RANK = ("DoNotDisturb", "Busy", "Available", "AvailableIdle", "Away", "BeRightBack", "Offline")
"""Among sessions the first of these wins; the docs name four of them."""
FADE_SECONDS = 300.0
"""An application's `Available` goes idle after this, and away after this once more."""


@dataclass(frozen=True, slots=True)
class Session:
    """What one application says about somebody, or what they wish to be shown as; gone at `expires`."""

    availability: str
    activity: str
    since: float
    expires: float

    def shown(self, now: float) -> tuple[str, str]:
        """Availability and activity now; an application's `Available` fades."""
        age = now - self.since
        if self.availability != "Available" or age < FADE_SECONDS:
            return self.availability, self.activity
        return assumptions.FADING.value if age < 2 * FADE_SECONDS else ("Away", "Away")


class Presences:
    """Everybody's presence. Those who `watch` are told of every change, whatever made it."""

    def __init__(
        self, clock: Clock, directory: Directory, board: Switchboard, hidden: tuple[str, ...] = ()
    ) -> None:
        """`hidden` are properties that this cloud's `presence` does not have."""
        self._clock = clock
        self._hidden = hidden
        self._directory = directory
        self._calls: Counter[str] = Counter()
        """Answered live calls per user."""
        self._inside: dict[str, frozenset[str]] = {}
        """Per live call, the users counted for it."""
        self._sessions: dict[tuple[str, str], Session] = {}
        self._wishes: dict[str, Session] = {}
        self._messages: dict[str, Json] = {}
        self._shown: dict[str, tuple[str, str]] = {u.id: self._aggregate(u) for u in directory.users}
        self._numbers: Counter[str] = Counter()
        self._watchers: list[Callable[[User], None]] = []
        board.watch(self._review)

    def watch(self, watcher: Callable[[User], None]) -> None:
        self._watchers.append(watcher)

    def of(self, user: User) -> Json:
        """The `presence` of a user; values are PascalCase strings, as payloads have them."""
        availability, activity = self._shown[user.id]
        shown: Json = {
            "@odata.type": "#microsoft.graph.presence",
            "id": user.id,
            "availability": availability,
            "activity": activity,
            "outOfOfficeSettings": {"message": None, "isOutOfOffice": activity == "OffWork"},
            "sequenceNumber": f"A{self._numbers[user.id] + 1:09d}",
        }
        if user.id in self._messages:
            shown["statusMessage"] = self._messages[user.id]
        return {name: value for name, value in shown.items() if name not in self._hidden}

    def set_session(
        self, user: User, session_id: str, availability: str, activity: str, seconds: float
    ) -> None:
        """An application's own session for `user`, until it runs out."""
        now = self._clock.now()
        self._sessions[user.id, session_id] = Session(availability, activity, now, now + seconds)
        moments = [seconds, *(after for after in (FADE_SECONDS, 2 * FADE_SECONDS) if after < seconds)]
        self._again(user, moments)

    def clear_session(self, user: User, session_id: str) -> None:
        """Ends an application's session. Raises 404 when it has none."""
        session = self._sessions.pop((user.id, session_id), None)
        if session is None or session.expires <= self._clock.now():
            raise errors.not_found("The presence session")
        self._refresh(user)

    def wish(self, user: User, availability: str, activity: str, seconds: float) -> None:
        """What `user` prefers to be shown as, while any session of theirs lives."""
        now = self._clock.now()
        self._wishes[user.id] = Session(availability, activity, now, now + seconds)
        self._again(user, [seconds])

    def clear_wish(self, user: User) -> None:
        self._wishes.pop(user.id, None)
        self._refresh(user)

    def say(self, user: User, message: Json | None) -> None:
        """Sets the status message, or takes it away."""
        if message is None:
            self._messages.pop(user.id, None)
        else:
            self._messages[user.id] = message
        self._tell(user)

    def _again(self, user: User, moments: list[float]) -> None:
        for seconds in moments:
            self._clock.later(seconds, lambda: self._refresh(user))
        self._refresh(user)

    def _aggregate(self, user: User) -> tuple[str, str]:
        """A wish stands above sessions; among sessions the rank decides."""
        now = self._clock.now()
        sessions = [
            session.shown(now)
            for (id, _), session in self._sessions.items()
            if id == user.id and session.expires > now
        ]
        if self._calls[user.id]:
            sessions.append(("Busy", "InACall"))
        if user.availability != "Offline":
            sessions.append((user.availability, user.activity))
        if not sessions:
            return "Offline", user.activity if user.availability == "Offline" else "Offline"
        wish = self._wishes.get(user.id)
        if wish is not None and wish.expires > now:
            return wish.availability, wish.activity
        # A call shows before other reasons to be busy.
        return min(sessions, key=lambda shown: (RANK.index(shown[0]), shown[1] != "InACall"))

    def _refresh(self, user: User) -> None:
        shown = self._aggregate(user)
        if shown != self._shown[user.id]:
            self._shown[user.id] = shown
            self._tell(user)

    def _tell(self, user: User) -> None:
        self._numbers[user.id] += 1
        for watcher in self._watchers:
            watcher(user)

    def _review(self, call: Call) -> None:
        """Counts who is in `call` after any change of it."""
        before = self._inside.get(call.id, frozenset())
        talking = call.alive and call.state is not CallState.INCOMING
        after = (
            frozenset(m.party.id for m in call.people if m.party.kind == "user") if talking else frozenset()
        )
        if after == before:
            return
        if after:
            self._inside[call.id] = after
        else:
            self._inside.pop(call.id, None)
        self._calls.update(after - before)
        self._calls.subtract(before - after)
        for id in after ^ before:
            if (user := self._directory.user(id)) is not None:
                self._refresh(user)
