"""Times between Graph's ways of writing them and aware datetimes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from console.wire.values import member, text

EPOCH = datetime.fromtimestamp(0, UTC)
_FRACTION = re.compile(r"(\.\d{6})\d+")


def write_time(time: datetime) -> str:
    """Return `time` as Edm.DateTimeOffset in UTC, whole seconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_zoned(time: datetime) -> dict[str, str]:
    """Return `time` as Graph's dateTimeTimeZone, in UTC."""
    return {"dateTime": time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}


def write_duration(span: timedelta) -> str:
    """Return `span` as Edm.Duration in whole minutes, one at least: "PT90M"."""
    return f"PT{max(1, round(span.total_seconds() / 60))}M"


def read_time(value: object, default: datetime = EPOCH) -> datetime:
    """Return an aware datetime from Edm.DateTimeOffset, seven digits of a second included; else `default`."""
    try:
        time = datetime.fromisoformat(_FRACTION.sub(r"\1", text(value)))
    except ValueError:
        return default
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def read_zoned(value: object, default: datetime = EPOCH) -> datetime:
    """Return an aware datetime from a dateTimeTimeZone; we ask for UTC, so another zone is `default`."""
    zone = text(member(value, "timeZone")) or "UTC"
    if zone.casefold() not in ("utc", "etc/utc", "tzone://microsoft/utc"):
        return default
    return read_time(member(value, "dateTime"), default).astimezone(UTC)
