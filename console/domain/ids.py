"""The names of things: one type per kind of id, and the one spelling we use for Graph's ids."""

from __future__ import annotations

import re
from typing import NewType

CallId = NewType("CallId", str)
ParticipantId = NewType("ParticipantId", str)
OperationId = NewType("OperationId", str)
UserId = NewType("UserId", str)
IntentId = NewType("IntentId", str)
"""A press of a button. It travels as Graph's `clientContext`, so a notification can be traced back to it."""

_HEX = re.compile(r"[0-9a-f]{32}")
_PLAIN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def plain_id(raw: str) -> str:
    """Return `raw` in our one spelling: lower case, and hyphenated where it is a GUID.

    Graph writes the same id with and without hyphens and in either case (REFERENCE §3.3).
    """
    if _PLAIN.fullmatch(raw):  # nearly always
        return raw
    lower = raw.strip().lower()
    bare = lower.replace("-", "")
    if not _HEX.fullmatch(bare):
        return lower
    return f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}"
