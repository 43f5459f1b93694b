"""Calls between JSON and values: the `call` resource as it comes in notifications and answers."""

from __future__ import annotations

from console.domain.calls import CallState, Direction
from console.domain.events import CallTold
from console.domain.ids import CallId, ParticipantId, plain_id
from console.domain.results import Result
from console.wire.people import read_identity
from console.wire.values import choice, folded, items, member, text, whole

REPEATED_BY_MEDIA = frozenset({CallState.TRANSFERRING, CallState.TRANSFER_ACCEPTED})
"""States that news of the audio repeat (REFERENCE §1.6.2).

Counted again, they would look like a second transfer, and the call would never come back from the first.
"""


def read_call(resource: object, call: CallId, *, key: str, at: float, deleted: bool = False) -> CallTold:
    """Return what a (partial) `call` resource tells. A state we have no word for reads as not told."""
    told = folded(resource)
    mine = text(told.get("myparticipantid"))
    routes = items(told.get("callroutes"))
    source = told.get("source")
    return CallTold(
        call=call,
        key=key,
        at=at,
        state=choice(CallState, told.get("state")),
        deleted=deleted,
        direction=choice(Direction, told.get("direction")),
        source=read_identity(member(source, "identity")) if isinstance(source, dict) else None,
        targets=tuple([read_identity(member(t, "identity")) for t in items(told.get("targets"))]),
        forwarded_from=read_identity(member(routes[0], "original")) if routes else None,
        subject=text(told.get("subject")),
        tenant_id=text(told.get("tenantid")),
        chain_id=text(told.get("callchainid")),
        my_participant=ParticipantId(plain_id(mine)) if mine else None,
        result=read_result(told.get("resultinfo")),
    )


def read_result(info: object) -> Result | None:
    """Return a `resultInfo`; its sub code comes as `subcode` or `subCode`, numbers also as text."""
    if not isinstance(info, dict):
        return None
    told = folded(info)
    return Result(whole(told.get("code")), whole(told.get("subcode")), text(told.get("message")))
