"""How people react when their phone rings: pick up, decline, be away or busy; settable for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from console.simulator.calls import TONES, Tone
from console.simulator.chance import draw
from console.simulator.directory import Directory, User
from console.simulator.identities import Party
from console.simulator.results import BUSY, DECLINED, NO_ENDPOINTS, RANG_OUT, Result

Manner = Literal["picks-up", "declines", "away", "busy"]
MANNERS: tuple[Manner, ...] = get_args(Manner)
OPERATOR_DELAY = 1.0
"""An operator's own Teams client picks up an invitation after about a second."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What somebody does when called; `delay` seconds pass before they pick up, decline or are found busy.

    `talk`, `keys` and `key_after` are what they do when the bot calls them, as a caller's temper says it.
    """

    manner: Manner
    delay: float
    talk: float | None = None
    keys: tuple[Tone, ...] = ()
    key_after: float = 3.0


@dataclass(frozen=True, slots=True)
class Reaction:
    """What will happen to one ringing phone: after `after` seconds, answered when `result` is None."""

    after: float
    result: Result | None


class People:
    """Knows everybody's behaviour. What nobody has set follows from the directory's presence and the seed."""

    def __init__(self, directory: Directory, seed: int) -> None:
        self._directory = directory
        self._seed = seed
        self._set: dict[str, Behaviour] = {}

    def behave(self, id: str, behaviour: Behaviour) -> None:
        """Settles what the user or phone number `id` does from now on."""
        self._set[id.casefold()] = behaviour

    def forget(self) -> None:
        """Everybody behaves by their presence again."""
        self._set.clear()

    def behaviour(self, id: str) -> Behaviour | None:
        """What the user or phone number would do; None for somebody who cannot be reached."""
        if (settled := self._set.get(id.casefold())) is not None:
            return settled
        if (user := self._directory.user(id)) is not None:
            return self._usual(user)
        return Behaviour("picks-up", 4.0) if id.startswith("+") else None

    def reaction(self, party: Party, limit: float) -> Reaction:
        """How `party` answers a call that may ring `limit` seconds (codes: REFERENCE §3.5)."""
        match self.behaviour(party.id):
            case None:
                return Reaction(0.5, NO_ENDPOINTS)
            case Behaviour("away"):
                return Reaction(limit, RANG_OUT)
            case Behaviour(delay=delay) if delay >= limit:
                return Reaction(limit, RANG_OUT)
            case Behaviour("picks-up", delay):
                return Reaction(delay, None)
            case Behaviour("declines", delay):
                return Reaction(delay, DECLINED)
            case Behaviour("busy", delay):
                return Reaction(delay, BUSY)
        raise AssertionError("every manner is handled above")

    def _usual(self, user: User) -> Behaviour | None:
        if "Operator" in user.roles:
            return Behaviour("picks-up", OPERATOR_DELAY)
        match user.availability:
            case "Offline":
                return None
            case "Away" | "BeRightBack":
                return Behaviour("away", 0.0)
            case "Busy":
                return Behaviour("busy", 1.0)
            case "DoNotDisturb":
                return Behaviour("declines", 3.0)
        return Behaviour("picks-up", round(2.0 + 4.0 * draw(self._seed, "picks up", user.id), 1))


def read_behaviour(entry: Mapping[str, object], delay: float) -> Behaviour:
    """Builds a behaviour from a JSON or TOML table; `delay` when it says none. Raises ValueError."""
    manner = entry.get("behaviour")
    if manner not in MANNERS:
        raise ValueError(f"behaviour must be one of {', '.join(MANNERS)}")
    talk = entry.get("talk")
    return Behaviour(
        manner,
        _seconds(entry.get("delay", delay), "delay"),
        None if talk is None else _seconds(talk, "talk"),
        read_keys(entry.get("keys", [])),
        _seconds(entry.get("key_after", 3.0), "key_after"),
    )


def read_keys(value: object) -> tuple[Tone, ...]:
    """Keys by their tones' names. Raises ValueError."""
    if not isinstance(value, list) or any(key not in TONES for key in value):
        raise ValueError(f"keys must be a list of {', '.join(TONES)}")
    return tuple(value)


def _seconds(value: object, name: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} must be a number of seconds")
    return float(value)
