"""Sequence numbers: nothing is applied twice, out of order, or across a hole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feed.gaps import PATIENCE, Gaps, Position


def started(seq: int = 0) -> Gaps[int]:
    gaps: Gaps[int] = Gaps()
    gaps.start(Position("e", seq))
    return gaps


@given(st.integers(1, 12).flatmap(lambda n: st.permutations(range(1, n + 1))), st.data())
def test_every_arrival_order_applies_each_event_once_in_order(order: list[int], data: st.DataObject) -> None:
    repeats = data.draw(st.lists(st.sampled_from(order), max_size=6))
    gaps = started()
    applied: list[int] = []
    for seq in data.draw(st.permutations(order + repeats)):
        applied += gaps.offer(Position("e", seq), seq, 0.0) or []
    assert applied == sorted(order)
    assert gaps.at == Position("e", len(order)) and not gaps.overdue(1e9)


def test_an_early_event_is_held_for_a_moment_only() -> None:
    gaps = started()
    assert gaps.offer(Position("e", 2), 2, 10.0) == []
    assert not gaps.overdue(10.0 + PATIENCE / 2) and gaps.overdue(10.0 + PATIENCE)
    assert gaps.offer(Position("e", 1), 1, 10.1) == [1, 2]
    assert not gaps.overdue(99.0)


def test_another_epoch_or_no_start_means_resynchronise() -> None:
    assert started().offer(Position("other", 1), 1, 0.0) is None
    assert Gaps[int]().offer(Position("e", 1), 1, 0.0) is None


@pytest.mark.parametrize("text", ["", "e", "e:", ":1", "e:-1", "e:x", "e:1.5", "e:" + "9" * 30])
def test_what_is_no_position_is_none(text: str) -> None:
    assert Position.parse(text) is None


def test_a_position_reads_back() -> None:
    assert Position.parse(str(Position("a:b", 7))) == Position("a:b", 7)
