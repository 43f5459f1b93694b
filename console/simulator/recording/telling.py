"""What notifications are about, so that they are kept with the request they follow (REFERENCE §3.3, §6.4)."""

from __future__ import annotations

import re
from typing import Any

from console.simulator.identities import Json
from console.simulator.recording.exchanges import Exchange

_CALL = re.compile(r"(?:^|/)calls/([^/?#]+)(?:/([^/?#]+))?", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/?#]+)")
_KINDS = {None: "call", "participants": "participants", "operations": "operation"}


def subject_of(exchange: Exchange) -> str | None:
    """The id of the call or subscription that a request is about; None for what nothing is told about."""
    if exchange.request is None or exchange.answer is None:
        return None
    method, _, path = exchange.request.start.partition(" ")
    if (found := _CALL.search(path) or _SUBSCRIPTION.search(path)) is not None:
        return _plain(found[1])
    made = exchange.answer.body
    if method == "POST" and path.endswith(("/calls", "/subscriptions")) and isinstance(made, dict):
        return _plain(str(made.get("id", "")))
    return None


def told_about(body: Any) -> set[str]:
    """The ids of the calls and subscriptions that a notification is about."""
    found = set()
    for item in _items(body):
        if (call := _CALL.search(str(item.get("resourceUrl") or item.get("resource") or ""))) is not None:
            found.add(_plain(call[1]))
        if isinstance(item.get("subscriptionId"), str):
            found.add(_plain(item["subscriptionId"]))
    return found


def kind_of(body: Any) -> str:
    """The name under which a notification that follows no request is kept: `notifications/call.created`."""
    items = _items(body)
    if not items:
        return "notifications/unknown"
    item = items[0]
    if isinstance(item.get("lifecycleEvent"), str):
        return f"notifications/lifecycle.{_word(item['lifecycleEvent'])}"
    change = _word(str(item.get("changeType", "unknown")))
    if "subscriptionId" in item:
        return f"notifications/{_resource(item)}.{change}"
    call = _CALL.search(str(item.get("resourceUrl") or item.get("resource") or ""))
    if call is None:
        return f"notifications/unknown.{change}"
    part = call[2].lower() if call[2] else None
    return f"notifications/{_KINDS.get(part, 'contentSharing')}.{change}"


def _resource(item: Json) -> str:
    data = item.get("resourceData")
    kind = str(data.get("@odata.type", "")) if isinstance(data, dict) else ""
    return _word(kind.rpartition(".")[2]) or "unknown"


def _items(body: Any) -> list[Json]:
    value = body.get("value") if isinstance(body, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _word(text: str) -> str:
    """`text` with a small letter first; nothing but letters comes into a file's name."""
    letters = re.sub(r"[^A-Za-z]", "", text)
    return letters[:1].lower() + letters[1:40]


def _plain(id: str) -> str:
    return id.replace("-", "").casefold()
