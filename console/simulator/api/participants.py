"""Graph's routes on the participants and operations of a call (REFERENCE §1.8, §1.11, §2)."""

from __future__ import annotations

from collections.abc import Callable

from starlette.routing import Route

from console.simulator import assumptions, errors, fields
from console.simulator.api.doors import GROUP, INITIATE, JOIN, finder, started
from console.simulator.calls import Call
from console.simulator.exchange import Exchange
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.numbers import require_number
from console.simulator.participants import Participant

ONE_CALL = "/communications/calls/{call_id}"
ROSTER = f"{ONE_CALL}/participants"
ONE = f"{ROSTER}/{{participant_id}}"


def participant_routes(gate: Gate, exchange: Exchange, may_remove: Callable[[], bool]) -> list[Route]:
    """List, read, invite, mute, remove and hold. `may_remove` stands for the tenant's cmdlet grant (§2.2)."""
    conference = exchange.conference

    find = finder(exchange.board)

    def shown(call: Call, member: Participant) -> dict[str, object]:
        return member.resource(delta=call.delta)

    async def list_all(ask: Ask) -> Reply:
        call = find(ask, INITIATE)
        # The docs say peer-to-peer is not supported; what came back was an empty list (#102).
        members = call.roster.values() if call.is_group else ()
        context = f"{ask.root}/$metadata#communications/calls('{call.id}')/participants"
        return Reply(200, {"@odata.context": context, "value": [shown(call, member) for member in members]})

    async def get(ask: Ask) -> Reply:
        call = find(ask, JOIN)
        member = conference.member(call, ask.path["participant_id"])
        context = f"{ask.root}/$metadata#communications/calls('{call.id}')/participants/$entity"
        return Reply(200, {"@odata.context": context, **shown(call, member)})

    async def invite(ask: Ask) -> Reply:
        call = find(ask, GROUP)
        parties = fields.parties(ask.body, "participants")
        require_number(call, parties)
        entries = ask.body.get("participants") or [{}]
        replaces = fields.text(entries[0], "replacesCallId")
        context = fields.client_context(ask.body)
        operation = conference.invite(call, parties, replaces or None, context)
        return started(ask, call, operation, 200)

    async def mute(ask: Ask) -> Reply:
        call = find(ask, JOIN)
        context = fields.client_context(ask.body)
        return started(ask, call, conference.mute(call, ask.path["participant_id"], context), 200)

    async def remove(ask: Ask) -> Reply:
        call = find(ask, JOIN)
        participant_id = ask.path["participant_id"].casefold()
        if participant_id not in call.invitations and not may_remove():
            raise errors.GraphError(
                *assumptions.REMOVE_REFUSED.value, "The application may not remove participants."
            )
        conference.remove(call, participant_id)
        return Reply(204)

    async def start_hold(ask: Ask) -> Reply:
        call = find(ask, JOIN)
        context = fields.client_context(ask.body)
        return started(ask, call, conference.hold(call, ask.path["participant_id"], context), 202)

    async def stop_hold(ask: Ask) -> Reply:
        call = find(ask, JOIN)
        context = fields.client_context(ask.body)
        return started(ask, call, conference.resume(call, ask.path["participant_id"], context), 202)

    return [
        gate.route("GET", ROSTER, "participants.list", list_all),
        gate.route("POST", f"{ROSTER}/invite", "participants.invite", invite),
        gate.route("GET", ONE, "participants.get", get),
        gate.route("DELETE", ONE, "participants.delete", remove),
        gate.route("POST", f"{ONE}/mute", "participants.mute", mute),
        gate.route("POST", f"{ONE}/startHoldMusic", "participants.startHoldMusic", start_hold),
        gate.route("POST", f"{ONE}/stopHoldMusic", "participants.stopHoldMusic", stop_hold),
    ]
