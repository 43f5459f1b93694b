"""Graph's routes on online meetings, for the signed-in user (REFERENCE §5)."""

from __future__ import annotations

import re
from urllib.parse import unquote

from starlette.routing import Route

from console.simulator import errors
from console.simulator.directory import Directory, User
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.meetings import Meetings

WRITE = ("OnlineMeetings.ReadWrite",)
READ = ("OnlineMeetings.Read", "OnlineMeetings.ReadWrite")
FILTER = re.compile(
    r"^\s*(?P<name>JoinWebUrl|joinMeetingIdSettings/joinMeetingId)\s+eq\s+'(?P<value>[^']*)'\s*$",
    re.IGNORECASE,
)


def meeting_routes(gate: Gate, meetings: Meetings, directory: Directory) -> list[Route]:
    """Create, read, find, change and delete."""

    def organizer(ask: Ask, scopes: tuple[str, ...]) -> User:
        user = directory.user(ask.principal.require_user(scopes))
        if user is None:
            raise errors.not_found("The user")
        return user

    async def create(ask: Ask) -> Reply:
        user = organizer(ask, WRITE)
        context = f"{ask.root}/$metadata#users('{user.id}')/onlineMeetings/$entity"
        return Reply(201, {"@odata.context": context, **meetings.create(user, ask.body).resource})

    async def create_or_get(ask: Ask) -> Reply:
        meeting, is_new = meetings.create_or_get(organizer(ask, WRITE), ask.body)
        return Reply(201 if is_new else 200, meeting.resource)

    async def update(ask: Ask) -> Reply:
        user = organizer(ask, WRITE)
        return Reply(200, meetings.update(user.id, ask.path["meeting_id"], ask.body).resource)

    async def get(ask: Ask) -> Reply:
        user = organizer(ask, READ)
        return Reply(200, meetings.find(user.id, ask.path["meeting_id"]).resource)

    async def search(ask: Ask) -> Reply:
        user = organizer(ask, READ)
        found = FILTER.match(ask.query.get("$filter", ""))
        if found is None:
            # Graph lists no meetings: it finds one, by join address or join number.
            raise errors.bad_request(
                "$filter must be JoinWebUrl eq '…' or joinMeetingIdSettings/joinMeetingId eq '…'."
            )
        if found["name"].casefold() == "joinweburl":
            hits = meetings.search(user.id, join_url=found["value"], join_number=None) or meetings.search(
                user.id, join_url=unquote(found["value"]), join_number=None
            )
        else:
            hits = meetings.search(user.id, join_url=None, join_number=found["value"])
        context = f"{ask.root}/$metadata#users('{user.id}')/onlineMeetings"
        return Reply(200, {"@odata.context": context, "value": [meeting.resource for meeting in hits]})

    async def delete(ask: Ask) -> Reply:
        meetings.delete(organizer(ask, WRITE).id, ask.path["meeting_id"])
        return Reply(204)

    mine = "/me/onlineMeetings"
    return [
        gate.route("POST", mine, "meetings.create", create),
        gate.route("POST", f"{mine}/createOrGet", "meetings.createOrGet", create_or_get),
        gate.route("GET", mine, "meetings.find", search),
        gate.route("PATCH", f"{mine}/{{meeting_id}}", "meetings.update", update),
        gate.route("GET", f"{mine}/{{meeting_id}}", "meetings.get", get),
        gate.route("DELETE", f"{mine}/{{meeting_id}}", "meetings.delete", delete),
    ]
