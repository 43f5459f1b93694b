"""Graph's routes on the signed-in user's calendar (REFERENCE §5.3)."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator import errors
from console.simulator.api.users import named
from console.simulator.calendars import LONGEST, SCHEDULES_MAXIMUM, Calendars, read_time
from console.simulator.directory import Directory
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json

WRITE = ("Calendars.ReadWrite",)
READ = ("Calendars.ReadBasic", "Calendars.Read", *WRITE)
AVAILABILITY_INTERVAL = 30


def calendar_routes(gate: Gate, directory: Directory, calendars: Calendars) -> list[Route]:
    """Make an event, read it, and see who is free."""

    async def create(ask: Ask) -> Reply:
        user = named(directory, ask.principal.require_user(WRITE))
        event = calendars.create(user, ask.body)
        context = f"{ask.root}/$metadata#users('{user.id}')/events/$entity"
        location = f"{ask.root}/users('{user.id}')/events('{event.resource['id']}')"
        return Reply(201, {"@odata.context": context, **event.resource}, {"Location": location})

    async def get(ask: Ask) -> Reply:
        user = named(directory, ask.principal.require_user(READ))
        event = calendars.find(user, ask.path["event_id"])
        context = f"{ask.root}/$metadata#users('{user.id}')/events/$entity"
        is_organizer = event.organizer.id == user.id
        return Reply(200, {"@odata.context": context, **event.resource, "isOrganizer": is_organizer})

    async def schedule(ask: Ask) -> Reply:
        ask.principal.require_user(READ)
        body = _in_camel_case(ask.body)
        names = body.get("schedules")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise errors.bad_request("schedules must be a list of addresses.")
        if not 1 <= len(names) <= SCHEDULES_MAXIMUM:
            raise errors.bad_request(f"schedules must hold 1 to {SCHEDULES_MAXIMUM} entries.")
        start, end = (read_time(body.get(name), name) for name in ("startTime", "endTime"))
        if not start < end <= start + LONGEST:
            raise errors.bad_request("The time asked for must be more than nothing and at most 62 days.")
        interval = body.get("availabilityViewInterval", AVAILABILITY_INTERVAL)
        if not isinstance(interval, int) or isinstance(interval, bool) or not 5 <= interval <= 1440:
            raise errors.bad_request("availabilityViewInterval must be 5 to 1440 minutes.")
        context = f"{ask.root}/$metadata#Collection(microsoft.graph.scheduleInformation)"
        value = [calendars.schedule(name, start, end, interval) for name in names]
        return Reply(200, {"@odata.context": context, "value": value})

    return [
        gate.route("POST", "/me/events", "events.create", create),
        gate.route("GET", "/me/events/{event_id}", "events.get", get),
        gate.route("POST", "/me/calendar/getSchedule", "calendar.getSchedule", schedule),
    ]


def _in_camel_case(body: Json) -> Json:
    """The schema writes the parameters of getSchedule as `StartTime`, the pages as `startTime`; both work."""
    return {name[:1].lower() + name[1:]: value for name, value in body.items()}
