"""How long to wait before asking again: what the service says, and what we choose when it says nothing."""

from __future__ import annotations

from collections.abc import Mapping

LONGEST_WAIT = 600.0
FIRST_PAUSE = 0.3
LATE = 0.1
"""A wait that was asked for is stretched by up to this share: asking early counts as asking (§7.1)."""


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of `Retry-After`, at most LONGEST_WAIT; None when it is missing or unreadable.

    A date is compared with the answer's own `Date`: our clock need not agree with the service's. Names in
    `headers` are in lower case, or it takes any case.
    """
    asked = headers.get("retry-after") or ""
    try:
        seconds: float | None = float(asked)
    except ValueError:
        seconds = _seconds_between(headers.get("date") or "", asked)
    return None if seconds is None else max(0.0, min(seconds, LONGEST_WAIT))


def pause(asked: float | None, attempt: int, chance: float) -> float:
    """Return the seconds before try number `attempt` (from 0) is repeated; `chance` is drawn from 0 to 1."""
    if asked:
        return asked * (1 + LATE * chance)
    return FIRST_PAUSE * (1 << attempt) * (0.5 + chance)


def _seconds_between(earlier: str, later: str) -> float | None:
    from email.utils import parsedate_to_datetime  # seldom needed, and slow to import

    try:
        between = parsedate_to_datetime(later) - parsedate_to_datetime(earlier)
    except (ValueError, TypeError):  # TypeError: only one of them names its time zone
        return None
    return between.total_seconds()
