"""Breaks one thing in a JSON value at a time, to see that somebody notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NONSENSE = "nonsense"


def spots(value: Any, where: str = "$") -> Iterator[tuple[Any, Any, str]]:
    """Give every place inside `value` as its container, its key or index, and the path to it."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in list(entries):
        path = f"{where}.{key}" if isinstance(value, dict) else f"{where}[{key}]"
        yield value, key, path
        yield from spots(inner, path)


def renamed(value: Any) -> Iterator[str]:
    """Misspell one property after the other in `value`; give the path to it while it is misspelt."""
    for container, key, path in spots(value):
        if isinstance(container, dict):
            whole = dict(container)
            container.clear()
            container.update({f"{k}s" if k == key else k: v for k, v in whole.items()})
            yield path
            container.clear()
            container.update(whole)


def replaced(value: Any, old: type | tuple[type, ...], new: Any) -> Iterator[str]:
    """Put `new` in the place of one value of the type `old` after the other; give the path meanwhile."""
    for container, key, path in spots(value):
        whole = container[key]
        if isinstance(whole, old) and whole != new:
            container[key] = new
            yield path
            container[key] = whole


def retyped(value: Any) -> Iterator[str]:
    """Put a value of another type in every place."""
    yield from replaced(value, str, 7)
    yield from replaced(value, (bool, int, float, list), {"no": "way"})
    yield from replaced(value, dict, NONSENSE)
