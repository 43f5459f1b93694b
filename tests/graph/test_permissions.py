"""Without what its row names, an operation is refused; the other tests here show that it is enough."""

from __future__ import annotations

import pytest

from console.domain.errors import NotAllowed
from console.graph.catalogue import CATALOGUE
from tests.graph.stand import Stand

BODIES = {
    "call.createGroup": {"targets": [{"identity": {"user": {"id": n}}} for n in "ab"]},
    "call.join": {"meetingInfo": {"token": "t"}},
    "call.joinAsGuest": {
        "meetingInfo": {"token": "t"},
        "source": {"identity": {"guest": {"id": "g", "displayName": "Front desk"}}},
    },
    "presenceWatch.create": {"resource": "/communications/presences/u", "changeType": "updated"},
    "recordWatch.create": {"resource": "/communications/callRecords", "changeType": "created"},
}
_WATCHES = "whoever made a subscription had the permission; nobody else finds it"
NOT_ASKED = {
    "call.reject": "needs none",
    "batch.read": "each part needs its own",
    "call.park": "the relay's own",
    "call.answer": "a user who calls the bot one-to-one needs no further permission (REFERENCE §1.1)",
    "call.sendTones": "Microsoft's page and catalogue differ (REFERENCE §1.1): the simulator takes either",
    "call.tellRecording": "Microsoft's page names two permissions and not whether both (REFERENCE §1.1)",
    "person.me": "who may read everybody may read themselves",
    "presence.mine": "who may write their presence may read it",
    **{
        f"{noun}.{verb}": _WATCHES
        for noun in ("presenceWatch", "recordWatch")
        for verb in ("list", "get", "renew", "reauthorize", "delete")
    },
}
"""Rows whose permission the simulator does not insist on, with the reason."""
EVERYTHING = {p for o in CATALOGUE.values() for p in o.permissions}


@pytest.mark.parametrize("name", sorted(CATALOGUE.keys() - NOT_ASKED.keys()))
async def test_it_is_refused_without(stand: Stand, name: str) -> None:
    operation = CATALOGUE[name]
    others = sorted(EVERYTHING - set(operation.permissions))
    stand.roles, stand.scopes = others, others
    ids = {part.strip("{}"): "x" for part in operation.path.split("/") if part.startswith("{")}
    body = BODIES.get(name, {}) if operation.method != "GET" else None
    with pytest.raises(NotAllowed):
        await stand.graph.send(name, body=body, **ids)
