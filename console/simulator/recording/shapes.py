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


def differences(theirs: Shape, ours: Shape, place: str = "", *, only_more: bool = False) -> Iterator[str]:
    """Yield where Graph's shape and the simulator's differ, a sentence each.

    With `only_more` only what Graph's has more: ours may have been seen in more situations.
    """
    differs = set.__sub__ if only_more else set.__xor__
    if differs(theirs.kinds, ours.kinds):
        yield f"{_named(place)} is {_either(theirs.kinds)} in Graph, {_either(ours.kinds)} in the simulator."
    elif differs(theirs.words, ours.words):
        graphs, own = _either(theirs.words) or "nothing", _either(ours.words) or "nothing"
        yield f"{_named(place)} says {graphs} in Graph, {own} in the simulator."
    if theirs.members and ours.members:  # otherwise one of them is null or no object, which has been said
        for name in sorted(theirs.members.keys() | ours.members.keys()):
            yield from _member(theirs.members.get(name), ours.members.get(name), place, name, only_more)
    if theirs.entries is not None and ours.entries is not None:
        yield from differences(theirs.entries, ours.entries, f"{place}[]", only_more=only_more)


def _member(
    theirs: Shape | None, ours: Shape | None, place: str, name: str, only_more: bool
) -> Iterator[str]:
    inner = f"{place}.{name}" if place else name
    if theirs is not None and ours is not None:
        yield from differences(theirs, ours, inner, only_more=only_more)
    elif theirs is not None:
        yield f"Graph has {inner} ({_either(theirs.kinds)}), the simulator has not."
    elif ours is not None and not only_more:
        yield f"The simulator has {inner} ({_either(ours.kinds)}), Graph has not."


def _named(place: str) -> str:
    return place or "The body"


def _either(words: set[str]) -> str:
    return " or ".join(sorted(words))
