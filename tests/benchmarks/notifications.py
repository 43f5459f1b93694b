"""Notification bodies as Graph sends them, for load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def call_id(number: int) -> str:
    return f"be000000-0000-4000-8000-{number:012d}"


def body(number: int, change: str, **call: Any) -> bytes:
    """Return a commsNotifications POST about one call."""
    id = call_id(number)
    return json.dumps(
        {
            "@odata.type": "#microsoft.graph.commsNotifications",
            "value": [
                {
                    "@odata.type": "#microsoft.graph.commsNotification",
                    "changeType": change,
                    "resource": f"/app/calls/{id}",
                    "resourceUrl": f"/communications/calls/{id}",
                    "resourceData": {"@odata.type": "#microsoft.graph.call", "id": id, **call},
                }
            ],
        }
    ).encode()


def ringing(number: int, tenant: str, **more: Any) -> bytes:
    """Return the first notification of an incoming call; `more` are further members of it."""
    source = {
        "identity": {"phone": {"id": f"+1425555{number % 10_000:04d}", "displayName": f"Caller {number}"}}
    }
    line = {"applicationInstance": {"id": "e1000000-0000-4000-8000-000000000001", "displayName": "Main line"}}
    return body(
        number,
        "created",
        state="incoming",
        direction="incoming",
        source=source,
        targets=[{"identity": line}],
        tenantId=tenant,
        callChainId=call_id(number + 500_000),
        **more,
    )


def lives(first: int, count: int, tenant: str, apart: int) -> Iterator[bytes]:
    """Yield the notifications of `count` callers who ring and give up.

    News of many calls are mixed: between two of one call `apart` other callers begin, and as many end.
    """
    told = (ringing, _establishing, _ends, _goes)
    for step in range(count + apart * (len(told) - 1)):
        for stage, tell in enumerate(told):
            number = step - apart * stage
            if 0 <= number < count:
                yield tell(first + number, tenant)


def _establishing(number: int, tenant: str) -> bytes:
    return body(number, "updated", state="establishing", direction="incoming", tenantId=tenant)


def _ends(number: int, tenant: str, change: str = "updated") -> bytes:
    result = {"code": 487, "subcode": 10_004, "message": "Caller hung up."}
    return body(number, change, state="terminated", resultInfo=result, tenantId=tenant)


def _goes(number: int, tenant: str) -> bytes:
    return _ends(number, tenant, "deleted")
