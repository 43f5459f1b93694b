"""Moments and durations as Graph writes them: ISO 8601, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from console.simulator import errors, fields
from console.simulator.identities import Json

_DURATION = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?)?$")
_UNITS = (86_400, 3_600, 60, 1)


def written(moment: float) -> str:
    """Seconds since 1970 as `2026-09-01T09:00:00Z`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(value: object, name: str) -> float:
    """Seconds since 1970; without an offset it is UTC. Raises 400."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as wrong:
        raise errors.bad_request(f"{name} is not a date and time.") from wrong
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def read_duration(body: Json, name: str, usual: float) -> float:
    """Seconds of an ISO 8601 duration such as `PT1H30M`; `usual` when it is absent. Raises 400."""
    value = fields.text(body, name)
    if value is None:
        return usual
    found = _DURATION.match(value)
    seconds = (
        sum(int(part or 0) * unit for part, unit in zip(found.groups(), _UNITS, strict=True)) if found else 0
    )
    if seconds <= 0:
        raise errors.bad_request(f"{name} is not a duration.")
    return float(seconds)
