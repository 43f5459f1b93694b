"""Call notifications (`commsNotifications`) to domain events, tolerant of every variant in REFERENCE §3."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec.structs import replace

from console.domain.calls import CallState
from console.domain.events import GraphFact, NotUnderstood, OperationEnded, RosterChanged, RosterRead
from console.domain.ids import CallId, OperationId, plain_id
from console.wire.calls import REPEATED_BY_MEDIA, read_call, read_result
from console.wire.documented import read_documented
from console.wire.participants import read_participants
from console.wire.people import read_identity
from console.wire.strict import Malformed, parse
from console.wire.values import Json, choice, items, member, text, type_name, whole

_RESOURCE = re.compile(r"(?:^|/)calls/([^/?#]+)(?:/([^/?#]+))?(?:/([^/?#]+))?", re.IGNORECASE)
_CALL = re.compile(r"[0-9a-z-]{8,64}")
"""What Graph may be asked for as a call: an id that is `..` or holds an escape would be another path."""


class Item(Protocol):
    """One item of a notification POST. What it is about can be read before its facts."""

    @property
    def about(self) -> tuple[str, ...]:
        """The resource, the kind of change, the type of its data and the state, as they were spelt."""

    @property
    def begins(self) -> bool:
        """True when it is the first about its call."""

    @property
    def tenant(self) -> str:
        """The tenant that it names, "" for none."""

    def facts(self, *, key: str, at: float) -> tuple[GraphFact, ...]:
        """Return what it tells. `key` names the item, `at` is its receipt in UTC seconds."""


@dataclass(frozen=True, slots=True)
class LooseItem:
    """An Item in any of its variants, as JSON."""

    raw: Json

    @property
    def about(self) -> tuple[str, ...]:
        """As Item's."""
        data = member(self.raw, "resourceData")
        found = (self.raw, "resourceUrl"), (self.raw, "changeType"), (data, "@odata.type"), (data, "state")
        return tuple([text(member(source, name)) for source, name in found])

    @property
    def begins(self) -> bool:
        """As Item's."""
        return text(member(self.raw, "changeType")).casefold() == "created"

    @property
    def tenant(self) -> str:
        """As Item's."""
        return text(member(member(self.raw, "resourceData"), "tenantId"))

    def facts(self, *, key: str, at: float) -> tuple[GraphFact, ...]:
        """As Item's."""
        return read_item(self.raw, key=key, at=at)


def read_items(body: bytes) -> Sequence[Item] | None:
    """Return the items of a notification POST, without what may not be stored.

    None, and raises, as `read_body`.
    """
    documented = read_documented(body)
    if documented is not None:
        return documented
    found = read_body(body)
    if found is None:
        return None
    media = may_hold_media(body)
    return [LooseItem(without_media(item) if media else item) for item in found]


def read_body(body: bytes) -> list[Json] | None:
    """Return the items of a notification POST, or None when it is not in Graph's format (answer 204 then).

    Raises Malformed when it is no JSON object that `parse` takes.
    """
    envelope = parse(body)
    if not isinstance(envelope, dict):
        raise Malformed("It is not an object.")
    if type_name(envelope) != "commsnotifications":
        return None
    return items(member(envelope, "value"))


def read_item(item: Json, *, key: str, at: float) -> tuple[GraphFact, ...]:
    """Return the facts in one notification item. `key` names the item, `at` is its receipt in UTC seconds."""
    url = text(member(item, "resourceUrl")) or text(member(item, "resource"))
    data = member(item, "resourceData")
    found = _RESOURCE.search(url)
    id = plain_id(found.group(1)) if found else plain_id(text(member(data, "id")))
    if not _CALL.fullmatch(id):
        about = "a call with an odd id" if id else _short(url) or "nothing"
        return (NotUnderstood(key=key, at=at, what=f"notification about {about}"),)
    call = CallId(id)
    deleted = text(member(item, "changeType")).casefold() == "deleted"
    match (found.group(2) or "").casefold() if found else "":
        case "":
            return _call_facts(data, call, key=key, at=at, deleted=deleted)
        case "participants":
            return _roster_facts(data, call, key=key, at=at)
        case "operations":
            return _operation_facts(data, call, text(found.group(3)) if found else "", key=key, at=at)
        case "contentsharingsessions":
            return ()
        case other:
            return (NotUnderstood(key=key, at=at, what=f"notification about a call's {_short(other)}"),)


def _call_facts(data: object, call: CallId, *, key: str, at: float, deleted: bool) -> tuple[GraphFact, ...]:
    kind = type_name(data)
    if kind not in ("call", ""):
        return (NotUnderstood(key=key, at=at, what=f"resource type {_short(kind)}"),)
    told = read_call(data, call, key=key, at=at, deleted=deleted)
    if told.state in REPEATED_BY_MEDIA and member(data, "mediaState") is not None:
        told = replace(told, state=None)
    raw = text(member(data, "state"))
    if raw and choice(CallState, raw) is None:
        return told, NotUnderstood(key=f"{key}:state", at=at, what=f"call state {_short(raw)}")
    return (told,)


def _roster_facts(data: object, call: CallId, *, key: str, at: float) -> tuple[GraphFact, ...]:
    if type_name(data) == "deltaparticipants":
        changed = read_participants(member(data, "participants"), whole(member(data, "sequenceNumber")))
        return (RosterChanged(call=call, key=key, at=at, participants=changed),)
    if data is None:
        return (NotUnderstood(key=key, at=at, what="roster without participants"),)
    return (RosterRead(call=call, key=key, at=at, participants=read_participants(data)),)


def _operation_facts(data: object, call: CallId, id: str, *, key: str, at: float) -> tuple[GraphFact, ...]:
    if not isinstance(data, Mapping):
        return (NotUnderstood(key=key, at=at, what="operation without data"),)
    result = read_result(member(data, "resultInfo"))
    status = text(member(data, "status")).casefold()
    invited = [read_identity(member(p, "identity")) for p in items(member(data, "participants"))]
    return (
        OperationEnded(
            call=call,
            key=key,
            at=at,
            operation=OperationId(plain_id(text(member(data, "id")) or id)),
            kind=type_name(data).removesuffix("operation"),
            context=text(member(data, "clientContext")),
            failed=status == "failed" or bool(result and result.failed),
            result=result,
            invited=tuple(invited),
        ),
    )


def _short(raw: str) -> str:
    return raw[:40]


def without_media(item: Any) -> Any:
    """Return `item` without tones, recordings and join tokens: they may not be stored (REFERENCE §9.4)."""
    if type(item) is dict or isinstance(item, Mapping):
        return {k: without_media(v) for k, v in item.items() if k.casefold() not in _NEVER_STORED}
    return [without_media(v) for v in item] if isinstance(item, list) else item


def may_hold_media(body: bytes) -> bool:
    """False when no member in the whole of `body` can be one that `without_media` leaves out."""
    if b"\\" in body or not body.isascii():
        return True  # a name may be spelled with escapes, or with letters whose small form is an ASCII one
    lower = body.lower()
    return any(name in lower for name in _IN_BYTES)


_NEVER_STORED = frozenset({"toneinfo", "recordinglocation", "recordingaccesstoken", "token"})
_IN_BYTES = tuple(name.encode() for name in sorted(_NEVER_STORED))
