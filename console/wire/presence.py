"""Presence that is set, as Graph's bodies (REFERENCE §6.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from console.domain.presence import Preferred, Session, StatusMessage
from console.wire.times import write_duration, write_zoned


def write_presence(shown: Session | Preferred, lasts: timedelta | None) -> dict[str, Any]:
    """Return availability and activity, and how long they last where that is said."""
    availability, activity = shown.value
    body = {"availability": availability, "activity": activity}
    return {**body, "expirationDuration": write_duration(lasts)} if lasts else body


def write_status_message(message: StatusMessage) -> dict[str, Any]:
    """Return the body of setStatusMessage."""
    said: dict[str, Any] = {"message": {"content": message.text, "contentType": "text"}}
    if message.until is not None:
        said["expiryDateTime"] = write_zoned(message.until)
    return {"statusMessage": said}
