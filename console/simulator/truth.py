"""The whole truth about calls, which Graph never tells anybody: names, who waits, who holds, how it ended."""

from __future__ import annotations

from console.simulator.calls import Call
from console.simulator.identities import Json, Party
from console.simulator.participants import Participant


def call_truth(call: Call) -> Json:
    """One call as the control interface and the web page show it. Times are simulated seconds since 1970."""
    return {
        "id": call.id,
        "chainId": call.chain_id,
        "direction": call.direction,
        "state": str(call.state),
        "group": call.is_group,
        "meeting": call.is_meeting,
        "deltaRoster": call.delta,
        "caller": _who(call.source),
        "line": _who(call.targets[0]) if call.targets and call.direction == "incoming" else None,
        "targets": [_who(target) for target in call.targets],
        "callbackUri": call.callback_uri,
        "myParticipantId": call.my_participant_id,
        "startedAt": call.started_at,
        "establishedAt": call.established_at,
        "endedAt": call.ended_at,
        "outcome": call.outcome or None,
        "resultInfo": call.result.resource() if call.result else None,
        "roster": [_member(member) for member in call.roster.values()] if call.alive else [],
        "ringing": [
            {"participantId": pending.participant_id, **_who(pending.party)}
            for pending in call.invitations.values()
        ],
        "left": [{**_member(member), "reason": reason} for member, reason in call.past],
        "operations": [
            {"id": o.id, "kind": o.kind, "status": o.status, "clientContext": o.client_context}
            for o in call.operations.values()
        ],
    }


def _who(party: Party) -> Json:
    return {"kind": party.kind, "id": party.id, "name": party.display_name}


def _member(member: Participant) -> Json:
    return {
        "participantId": member.id,
        **_who(member.party),
        "muted": member.muted,
        "onHold": member.on_hold,
        "inLobby": member.in_lobby,
    }
