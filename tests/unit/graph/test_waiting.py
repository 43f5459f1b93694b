"""How long we wait: what Retry-After says in both its forms, and our own pauses where it says nothing."""

from __future__ import annotations

import pytest

from console.graph.waiting import FIRST_PAUSE, asked_wait, pause

NOON = "Wed, 21 Oct 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "10"}, 10.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-4"}, 0.0),
        ({"retry-after": "86400"}, 600.0),
        ({"retry-after": "inf"}, 600.0),
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 12:00:07 GMT", "date": NOON}, 7.0),
        ({"retry-after": "Wed, 21 Oct 2026 11:59:00 GMT", "date": NOON}, 0.0),
        ({"retry-after": "Thu, 22 Oct 2026 12:00:00 GMT", "date": NOON}, 600.0),
        ({"retry-after": "Wed, 21 Oct 2026 12:00:07 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 12:00:07", "date": NOON}, None),
        ({"retry-after": "Wed, 99 Oct 2026 12:00:07 GMT", "date": NOON}, None),
    ],
)
def test_what_the_service_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert asked_wait(headers) == seconds


def test_a_wait_that_was_asked_for_is_never_cut_short() -> None:
    assert (pause(10.0, 0, 0.0), pause(10.0, 5, 1.0)) == (10.0, 11.0)


def test_our_own_pauses_grow_and_are_spread() -> None:
    for asked in (None, 0.0):
        assert [pause(asked, n, 0.5) for n in range(3)] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
        assert (pause(asked, 0, 0.0), pause(asked, 0, 1.0)) == (FIRST_PAUSE / 2, FIRST_PAUSE * 1.5)
