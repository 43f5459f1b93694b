"""Reads the scene files next to this module; README.md says what may be in them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from console.simulator.calls import Tone
from console.simulator.faults import Faults, read_faults
from console.simulator.people import Behaviour, read_behaviour, read_keys

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Role:
    """One caller of a scene. `who` is read by `cast.read_caller`; spans are seconds.

    `company` makes it a group call. `admitted`: the caller waits in its lobby so long before somebody there
    lets them in. `visits`: they do not call, but come to the newest meeting that the bot is in.
    """

    who: Mapping[str, object]
    line: str
    patience: Span | None
    talk: Span | None
    company: tuple[str, ...]
    keys: tuple[Tone, ...] = ()
    key_after: Span = (3.0, 3.0)
    admitted: Span | None = None
    visits: bool = False
    forwarded: str | None = None
    """Whom the caller wanted: that person's sign-in name."""


@dataclass(frozen=True, slots=True)
class Pace:
    """From second `since` of the scene on, `burst` callers arrive together every `every` seconds."""

    since: float
    every: Span
    burst: int


@dataclass(frozen=True, slots=True)
class Script:
    """A scene: callers arrive in the order of `roles`, again and again."""

    name: str
    title: str
    description: str
    first: float
    paces: tuple[Pace, ...]
    roles: tuple[Role, ...]
    colleagues: tuple[tuple[str, Behaviour], ...]
    faults: Mapping[str, object] = field(default_factory=dict)

    def pace(self, second: float) -> Pace:
        """How people arrive at that second of the scene."""
        return [pace for pace in self.paces if pace.since <= second][-1]


def names() -> tuple[str, ...]:
    """The names of all scenes."""
    folder = files("console.simulator.scenes")
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def read_script(name: str) -> Script:
    """Reads one scene. Raises FileNotFoundError, and ValueError or KeyError for a file that is no scene."""
    folder = files("console.simulator.scenes")
    data = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    arrivals = data["arrivals"]
    faults = data.get("faults", {})
    read_faults(faults, Faults())
    return Script(
        name=name,
        title=data["title"],
        description=data["description"],
        first=float(arrivals.get("first", 2)),
        paces=(_pace(arrivals, 0.0), *(_pace(later, later["since"]) for later in arrivals.get("later", []))),
        roles=tuple(_role(entry) for entry in data["callers"]),
        colleagues=tuple((entry["user"], read_behaviour(entry, 2.0)) for entry in data.get("colleagues", [])),
        faults=faults,
    )


def _pace(entry: Mapping[str, Any], since: float) -> Pace:
    return Pace(float(since), _span(entry["every"]), int(entry.get("burst", 1)))


def _role(entry: Mapping[str, Any]) -> Role:
    who = {key: value for key, value in entry.items() if key in ("name", "phone", "userId", "withheld")}
    patience, talk, admitted = (entry.get(name) for name in ("patience", "talk", "admitted"))
    return Role(
        who=who,
        line=entry.get("line", "Main line"),
        patience=_span(patience) if patience is not None else None,
        talk=_span(talk) if talk is not None else None,
        company=tuple(entry.get("with", ())),
        keys=read_keys(entry.get("keys", [])),
        key_after=_span(entry.get("key_after", 3)),
        admitted=_span(admitted) if admitted is not None else None,
        visits=entry.get("visits", False),
        forwarded=entry.get("forwarded"),
    )


def _span(value: object) -> Span:
    match value:
        case [int() | float() as low, int() | float() as high] if low <= high:
            return float(low), float(high)
        case int() | float():
            return float(value), float(value)
    raise ValueError(f"expected seconds or [from, to], not {value!r}")
