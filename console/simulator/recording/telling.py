"""What notifications are about, so that they are kept with the request they follow (REFERENCE §3.3, §6.4)."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

from console.simulator.identities import Json
from console.simulator.recording.exchanges import Exchange

_CALL = re.compile(r"(?:^|/)calls/([^/?#]+)(?:/([^/?#]+))?", re.IGNORECASE)
_OPERATION = re.compile(r"/operations/([^/?#]+)", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/?#]+)")


MOST_OPEN = 5000
"""Calls, subscriptions and operations whose next notifications are waited for."""


class Following:
    """Which request a notification follows: the last one that changed its call, or the one that began it."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, str | None] = OrderedDict()

    def began(self, exchange: Exchange, name: str | None) -> None:
        """`exchange` is over; what follows it is kept under `name`, or not at all. Reading begins nothing."""
        if exchange.request is None or exchange.request.start.startswith("GET "):
            return
        if (subject := subject_of(exchange)) is not None:
            self._follow(subject, name)
        operation = _operation_begun(exchange.answer.body) if exchange.answer else None
        if name is not None and operation is not None:
            self._follow(operation, name)

    def names(self, body: Any) -> list[str]:
        """The names that a notification is kept under; none when it follows nothing that is kept.

        The end of an operation belongs to the request that began it, whatever came in between.
        """
        operation = _operation_told(body)
        if operation is not None and operation in self._names:
            found = {self._names[operation]}
        else:
            found = {self._names.get(subject) for subject in told_about(body)}
        return sorted(name for name in found if name is not None)

    def _follow(self, id: str, name: str | None) -> None:
        self._names[id] = name
        self._names.move_to_end(id)
        if len(self._names) > MOST_OPEN:
            self._names.popitem(last=False)


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


def _operation_told(body: Any) -> str | None:
    """The id of the operation whose end a notification tells, None for any other."""
    for item in _items(body):
        url = str(item.get("resourceUrl") or item.get("resource") or "")
        if (found := _OPERATION.search(url)) is not None:
            return _plain(found[1])
    return None


def kind_of(body: Any) -> str:
    """The name under which a notification that follows no request is kept.

    What it tells of: `notifications/call.established`, `playPromptOperation.failed`, `participants.updated`.
    """
    items = _items(body)
    if not items:
        return "notifications/unknown"
    item = items[0]
    data = item.get("resourceData")
    data = data if isinstance(data, dict) else {}
    change = _word(item.get("changeType")) or "unknown"
    if isinstance(item.get("lifecycleEvent"), str):
        return f"notifications/lifecycle.{_word(item['lifecycleEvent'])}"
    if "subscriptionId" in item:
        return f"notifications/{_type(data) or 'unknown'}.{change}"
    call = _CALL.search(str(item.get("resourceUrl") or item.get("resource") or ""))
    if call is None:
        return f"notifications/unknown.{change}"
    match call[2].lower() if call[2] else None:
        case None:
            return f"notifications/call.{_word(data.get('state')) or change}"
        case "operations":
            operation = _type(data) or "operation"
            return f"notifications/{operation}.{_word(data.get('status')) or change}"
        case "participants":
            return f"notifications/participants.{change}"
    return f"notifications/contentSharing.{change}"


def _operation_begun(body: Any) -> str | None:
    """The id of the operation in an answer."""
    if isinstance(body, dict) and str(body.get("@odata.type", "")).endswith("Operation"):
        return _plain(str(body.get("id", ""))) or None
    return None


def _items(body: Any) -> list[Json]:
    value = body.get("value") if isinstance(body, dict) else None
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _type(data: Json) -> str:
    return _word(str(data.get("@odata.type", "")).rpartition(".")[2])


def _word(text: object) -> str:
    """`text` with a small letter first; nothing but letters comes into a file's name."""
    letters = re.sub(r"[^A-Za-z]", "", text) if isinstance(text, str) else ""
    return letters[:1].lower() + letters[1:40]


def _plain(id: str) -> str:
    return id.replace("-", "").casefold()
