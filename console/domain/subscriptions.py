"""Change-notification subscriptions: what Graph is asked to tell us, where to and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain.ids import UserId

MOST_WATCHED = 650
"""Users in one presence subscription (REFERENCE §6.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What to ask for. `secret` comes back in every notification, at most 128 characters; `until` is aware.

    `lifecycle_url` is needed when it lives longer than an hour and cannot be added later. Both URLs have the
    same host and are https. `certificate` (base64) and its id ask for the data itself, encrypted.
    """

    resource: str
    changes: tuple[str, ...]
    url: str
    until: datetime
    secret: str
    lifecycle_url: str = ""
    certificate: str = ""
    certificate_id: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What Graph granted; `until` may differ from what was asked (45 minutes at least).

    `url` is where it tells us. It says whose subscription that is, and is never asked.
    """

    id: str
    resource: str
    until: datetime
    url: str = ""


def presences_of(users: Sequence[UserId]) -> str:
    """Return the resource of the presence of up to 650 users; one subscription per user and program."""
    quoted = ",".join(f"'{u}'" for u in users[:MOST_WATCHED])
    return f"/communications/presences?$filter=id in ({quoted})"


CALL_RECORDS = "/communications/callRecords"
