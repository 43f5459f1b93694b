"""Chance that can be repeated: drawn from a seed and from what it is about, never from what came before."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def draw(seed: int, *about: object) -> float:
    """A number from 0 up to 1, the same for the same seed and the same `about`, in whatever order asked."""
    text = "/".join(map(str, (seed, *about)))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64


def pick(choices: Sequence[T], seed: int, *about: object) -> T:
    """One of `choices`."""
    return choices[int(draw(seed, *about) * len(choices))]
