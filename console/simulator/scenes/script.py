"""Reads the scene files next to this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from console.simulator.people import Behaviour, read_behaviour


@dataclass(frozen=True, slots=True)
class Role:
    """One caller of a scene. `who` is read by `cast.read_caller`; ranges are seconds."""

    who: Mapping[str, object]
    line: str
    patience: tuple[float, float] | None
    talk: tuple[float, float] | None
    company: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """A scene: every `every[0]` to `every[1]` seconds `burst` callers arrive, in the order of `roles`."""

    name: str
    title: str
    description: str
    first: float
    every: tuple[float, float]
    burst: int
    roles: tuple[Role, ...]
    colleagues: tuple[tuple[str, Behaviour], ...]


def names() -> tuple[str, ...]:
    """The names of all scenes."""
    folder = files("console.simulator.scenes")
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def read_script(name: str) -> Script:
    """Reads one scene. Raises FileNotFoundError, and ValueError or KeyError for a file that is no scene."""
    folder = files("console.simulator.scenes")
    data = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    arrivals = data["arrivals"]
    return Script(
        name=name,
        title=data["title"],
        description=data["description"],
        first=float(arrivals.get("first", 2)),
        every=_range(arrivals["every"]),
        burst=int(arrivals.get("burst", 1)),
        roles=tuple(_role(entry) for entry in data["callers"]),
        colleagues=tuple(
            (entry["user"], read_behaviour(entry["behaviour"], entry.get("delay", 2)))
            for entry in data.get("colleagues", [])
        ),
    )


def _role(entry: Mapping[str, Any]) -> Role:
    who = {key: value for key, value in entry.items() if key in ("name", "phone", "userId", "withheld")}
    patience, talk = entry.get("patience"), entry.get("talk")
    return Role(
        who=who,
        line=entry.get("line", "Main line"),
        patience=_range(patience) if patience is not None else None,
        talk=_range(talk) if talk is not None else None,
        company=tuple(entry.get("with", ())),
    )


def _range(value: object) -> tuple[float, float]:
    match value:
        case [int() | float() as low, int() | float() as high] if low <= high:
            return float(low), float(high)
        case int() | float():
            return float(value), float(value)
    raise ValueError(f"expected seconds or [from, to], not {value!r}")
