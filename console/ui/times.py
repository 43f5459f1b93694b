"""Times as an operator reads them."""

from __future__ import annotations

from datetime import UTC, datetime


def clock_text(seconds: float) -> str:
    """A running time: "0:07", "2:10", "1:02:10"."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def spoken_time(seconds: float) -> str:
    """The same for a screen reader: "2 minutes 10 seconds"."""
    minutes, left = divmod(max(0, int(seconds)), 60)
    parts = [f"{minutes} minute{'s' * (minutes != 1)}"] if minutes else []
    if left or not minutes:
        parts.append(f"{left} second{'s' * (left != 1)}")
    return " ".join(parts)


def time_of_day(utc: float) -> str:
    """The time on the wall for UTC seconds: "09:41"."""
    return datetime.fromtimestamp(utc, tz=UTC).astimezone().strftime("%H:%M")


def span(seconds: float) -> str:
    """A length of time in one unit: "3 s", "5 min", "2 h"."""
    if seconds < 60:
        return f"{max(0, int(seconds))} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    return f"{int(seconds // 3600)} h"


def age_text(seconds: float) -> str:
    """How old a fact is: "3 s old"."""
    return f"{span(seconds)} old"
