"""Reconnecting: quickly to a relay that worked, ever slower to one that does not, and not all at once."""

from __future__ import annotations

import random

from console.feed.pauses import FIRST, LONGEST, Pauses


def middle(low: float, high: float) -> float:
    return (low + high) / 2


def test_pauses_grow_until_a_line_works() -> None:
    pauses = Pauses(middle)
    assert [pauses.next() for _ in range(8)] == [FIRST * 2**n for n in range(6)] + [LONGEST, LONGEST]
    pauses.worked()
    assert pauses.next() == FIRST
    pauses.refused()
    assert pauses.next() == LONGEST


def test_those_who_lost_the_same_relay_do_not_come_back_together() -> None:
    dice = random.Random(1)  # noqa: S311 - repeatable
    waits = [Pauses(dice.uniform).next() for _ in range(500)]
    assert min(waits) >= 0.0 and max(waits) <= 2 * FIRST
    fifths = [sum(int(wait / (0.4 * FIRST)) == n for wait in waits) for n in range(5)]
    assert min(fifths) > 50, "spread over the whole time"
