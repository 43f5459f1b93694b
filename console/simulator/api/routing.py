"""Graph's routes on routing groups, content sharing, screens, recording status, gallery (REFERENCE §1.11)."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator import errors, fields
from console.simulator.api.doors import GROUP, INITIATE, JOIN, finder, started
from console.simulator.api.operations import MEDIA, ONE_CALL
from console.simulator.calls import Call
from console.simulator.exchange import Exchange
from console.simulator.gate import Ask, Gate, Reply

GROUPS = ("Calls.JoinGroupCall.All", *GROUP)
ANY = (*JOIN, *INITIATE, *GROUP)


def routing_routes(gate: Gate, exchange: Exchange) -> list[Route]:
    """The rarer verbs on a call."""
    routing = exchange.routing

    find = finder(exchange.board)

    def context(ask: Ask, call: Call, collection: str, suffix: str = "") -> dict[str, str]:
        path = f"{ask.root}/$metadata#communications/calls('{call.id}')/{collection}{suffix}"
        return {"@odata.context": path}

    async def groups(ask: Ask) -> Reply:
        call = find(ask, GROUPS)
        shown = context(ask, call, "audioRoutingGroups")
        return Reply(200, {**shown, "value": list(call.routing_groups.values())})

    async def add_group(ask: Ask) -> Reply:
        call, body = find(ask, GROUPS), ask.body
        group = routing.add_group(call, body.get("routingMode"), body.get("sources"), body.get("receivers"))
        return Reply(201, {**context(ask, call, "audioRoutingGroups", "/$entity"), **group})

    async def group(ask: Ask) -> Reply:
        call = find(ask, GROUPS)
        found = routing.group(call, ask.path["group_id"])
        return Reply(200, {**context(ask, call, "audioRoutingGroups", "/$entity"), **found})

    async def change_group(ask: Ask) -> Reply:
        call = find(ask, GROUPS)
        changed = routing.change_group(call, ask.path["group_id"], ask.body)
        return Reply(200, {**context(ask, call, "audioRoutingGroups", "/$entity"), **changed})

    async def drop_group(ask: Ask) -> Reply:
        routing.drop_group(find(ask, GROUPS), ask.path["group_id"])
        return Reply(204)

    async def sessions(ask: Ask) -> Reply:
        call = find(ask, ANY)
        shown = context(ask, call, "contentSharingSessions")
        return Reply(200, {**shown, "value": [{"id": id} for id in call.sharings]})

    async def session(ask: Ask) -> Reply:
        call, id = find(ask, ANY), ask.path["session_id"]
        if id not in call.sharings:
            raise errors.not_found("The content sharing session")
        return Reply(200, {**context(ask, call, "contentSharingSessions", "/$entity"), "id": id})

    async def change_role(ask: Ask) -> Reply:
        routing.change_role(find(ask, MEDIA), ask.body.get("role"))
        return Reply(202)

    async def recording(ask: Ask) -> Reply:
        call = find(ask, (*JOIN, *MEDIA))
        note = fields.client_context(ask.body)
        return started(ask, call, routing.set_recording(call, ask.body.get("status"), note), 200)

    async def gallery(ask: Ask) -> Reply:
        call = find(ask, (*JOIN, *GROUP))
        return started(ask, call, routing.add_gallery(call, fields.client_context(ask.body)), 202)

    every, one = f"{ONE_CALL}/audioRoutingGroups", f"{ONE_CALL}/audioRoutingGroups/{{group_id}}"
    shared = f"{ONE_CALL}/contentSharingSessions"
    return [
        gate.route("GET", every, "audioRoutingGroups.list", groups),
        gate.route("POST", every, "audioRoutingGroups.create", add_group),
        gate.route("GET", one, "audioRoutingGroups.get", group),
        gate.route("PATCH", one, "audioRoutingGroups.update", change_group),
        gate.route("DELETE", one, "audioRoutingGroups.delete", drop_group),
        gate.route("GET", shared, "contentSharingSessions.list", sessions),
        gate.route("GET", f"{shared}/{{session_id}}", "contentSharingSessions.get", session),
        gate.route(
            "POST", f"{ONE_CALL}/changeScreenSharingRole", "calls.changeScreenSharingRole", change_role
        ),
        gate.route("POST", f"{ONE_CALL}/updateRecordingStatus", "calls.updateRecordingStatus", recording),
        gate.route("POST", f"{ONE_CALL}/addLargeGalleryView", "calls.addLargeGalleryView", gallery),
    ]
