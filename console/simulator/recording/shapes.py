"""The shape of JSON: which names, of which kinds, with which words; and where two shapes differ, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from console.simulator.recording.vocabulary import ENUMS

_KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a text", dict: "an object"}


@dataclass(slots=True)
class Shape:
    """What was seen at one place. `words` are values of properties that take only certain words."""

    kinds: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    members: dict[str, Shape] = field(default_factory=dict)
    entries: Shape | None = None

    def see(self, value: Any, name: str = "") -> Shape:
        """Add what `value` of the property `name` is like; returns the shape itself."""
        if value is None:
            self.kinds.add("null")
        elif isinstance(value, list):
            self.kinds.add("a list")
            for entry in value:
                self.entries = (self.entries or Shape()).see(entry, name)
        else:
            self.kinds.add(_KINDS[type(value)])
        if isinstance(value, dict):
            for key, entry in value.items():
                self.members.setdefault(key, Shape()).see(entry, key)
        if isinstance(value, str) and name in ENUMS:
            self.words.add(value)
        return self


def differences(theirs: Shape, ours: Shape, place: str = "") -> Iterator[str]:
    """Yield where Graph's shape and the simulator's differ, a sentence each."""
    if theirs.kinds != ours.kinds:
        yield f"{_named(place)} is {_either(theirs.kinds)} in Graph, {_either(ours.kinds)} in the simulator."
    elif theirs.words != ours.words:
        yield (
            f"{_named(place)} says {_either(theirs.words) or 'nothing'} in Graph, "
            f"{_either(ours.words) or 'nothing'} in the simulator."
        )
    for name in sorted(theirs.members.keys() | ours.members.keys()):
        inner = f"{place}.{name}" if place else name
        mine, other = ours.members.get(name), theirs.members.get(name)
        if not (theirs.members and ours.members):
            return  # one of them is null, or no object, which has been said
        if mine is None and other is not None:
            yield f"Graph has {inner} ({_either(other.kinds)}), the simulator has not."
        elif other is None and mine is not None:
            yield f"The simulator has {inner} ({_either(mine.kinds)}), Graph has not."
        elif mine is not None and other is not None:
            yield from differences(other, mine, inner)
    if theirs.entries is not None and ours.entries is not None:
        yield from differences(theirs.entries, ours.entries, f"{place}[]")


def _named(place: str) -> str:
    return place or "The body"


def _either(words: set[str]) -> str:
    return " or ".join(sorted(words))
