"""Times as an operator reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from console.domain.text import counted
from console.ui.language import say, tr


def clock_text(seconds: float) -> str:
    """A running time: "0:07", "2:10", "1:02:10"."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def spoken_time(seconds: float) -> str:
    """The same for a screen reader: "2 minutes 10 seconds"."""
    minutes, left = divmod(max(0, int(seconds)), 60)
    parts = [counted(minutes, "{count} minute", "{count} minutes")] if minutes else []
    if left or not minutes:
        parts.append(counted(left, "{count} second", "{count} seconds"))
    return " ".join(say(part) for part in parts)


def time_of_day(utc: float) -> str:
    """The time on the wall for UTC seconds: "09:41"."""
    return datetime.fromtimestamp(utc, tz=UTC).astimezone().strftime("%H:%M")


def span(seconds: float) -> str:
    """A length of time in one unit: "3 s", "5 min", "2 h"."""
    if seconds < 60:
        return tr("{count} s", count=max(0, int(seconds)))
    if seconds < 3600:
        return tr("{count} min", count=int(seconds // 60))
    return tr("{count} h", count=int(seconds // 3600))


def age_text(seconds: float) -> str:
    """How old a fact is: "3 s old"."""
    return tr("{time} old", time=span(seconds))
