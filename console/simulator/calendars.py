"""Calendars: events people made, with or without an online meeting, and who is free when (REFERENCE §5.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.simulator import errors
from console.simulator.directory import Directory, User
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.meetings import Meetings
from console.simulator.times import read_moment, written

SCHEDULES_MAXIMUM = 20
LONGEST = 62 * 86_400.0


@dataclass(frozen=True, slots=True)
class Event:
    """One event in its organizer's calendar. Times are seconds since 1970."""

    organizer: User
    attendees: frozenset[str]
    start: float
    end: float
    resource: Json

    def takes(self, user: User) -> bool:
        return user.id == self.organizer.id or user.mail.casefold() in self.attendees


class Calendars:
    """All events of the tenant."""

    def __init__(self, ids: Ids, directory: Directory, meetings: Meetings, now: Callable[[], float]) -> None:
        self._ids = ids
        self._directory = directory
        self._meetings = meetings
        self._now = now
        self._events: dict[str, Event] = {}

    def create(self, organizer: User, body: Json) -> Event:
        """Makes an event, and the online meeting when it is to have one. Raises 400.

        The same `transactionId` twice gives the first event again (assumption "transaction-id").
        """
        if (again := self._sent_before(organizer, body.get("transactionId"))) is not None:
            return again
        start, end = read_time(body.get("start"), "start"), read_time(body.get("end"), "end")
        if end < start:
            raise errors.bad_request("end is before start.")
        online = body.get("isOnlineMeeting") is True
        provider = body.get("onlineMeetingProvider", "teamsForBusiness")
        if online and provider != "teamsForBusiness":
            raise errors.bad_request("onlineMeetingProvider must be teamsForBusiness.")
        attendees = body.get("attendees") or []
        if not isinstance(attendees, list):
            raise errors.bad_request("attendees must be a list.")
        join_url = self._join_url(organizer, body, start, end) if online else None
        id = self._ids.new().replace("-", "").upper()
        event = Event(
            organizer,
            frozenset(filter(None, map(_address, attendees))),
            start,
            end,
            self._resource(id, organizer, body, attendees, join_url),
        )
        self._events[id] = event
        return event

    def _sent_before(self, organizer: User, transaction: object) -> Event | None:
        made = (e for e in self._events.values() if e.organizer.id == organizer.id)
        return next((e for e in made if transaction and e.resource["transactionId"] == transaction), None)

    def find(self, user: User, event_id: str) -> Event:
        """An event in the user's calendar. Raises 404."""
        event = self._events.get(event_id)
        if event is None or not event.takes(user):
            raise errors.GraphError(
                404, "ErrorItemNotFound", "The specified object was not found in the store."
            )
        return event

    def schedule(self, address: str, start: float, end: float, interval: int) -> Json:
        """The `scheduleInformation` of one mailbox; an error inside it for one that does not exist."""
        user = self._directory.user(address)
        if user is None:
            error = {"message": "The recipient was not found.", "responseCode": "ErrorMailRecipientNotFound"}
            return {"scheduleId": address, "availabilityView": "", "scheduleItems": [], "error": error}
        found = [e for e in self._events.values() if e.takes(user) and e.start < end and e.end > start]
        step = interval * 60.0
        slots = [start + n * step for n in range(int(-(-(end - start) // step)))]
        view = "".join(
            "2" if any(e.start < min(slot + step, end) and e.end > slot for e in found) else "0"
            for slot in slots
        )
        return {
            "scheduleId": address,
            "availabilityView": view,
            "scheduleItems": [
                {
                    "status": "busy",
                    "subject": event.resource["subject"],
                    "isPrivate": False,
                    "start": written_time(event.start),
                    "end": written_time(event.end),
                }
                for event in sorted(found, key=lambda event: event.start)
            ],
            "workingHours": {
                "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                "startTime": "08:00:00.0000000",
                "endTime": "17:00:00.0000000",
                "timeZone": {"name": "UTC"},
            },
        }

    def _join_url(self, organizer: User, body: Json, start: float, end: float) -> str:
        times = {"startDateTime": written(start), "endDateTime": written(end)}
        return self._meetings.create(organizer, {"subject": body.get("subject"), **times}).join_url

    def _resource(
        self, id: str, organizer: User, body: Json, attendees: list[Json], join_url: str | None
    ) -> Json:
        now = written(self._now())
        return {
            "id": id,
            "createdDateTime": now,
            "lastModifiedDateTime": now,
            "transactionId": body.get("transactionId"),
            "subject": body.get("subject"),
            "body": body.get("body") or {"contentType": "html", "content": ""},
            "start": body["start"],
            "end": body["end"],
            "attendees": attendees,
            "organizer": {"emailAddress": {"name": organizer.display_name, "address": organizer.mail}},
            "isOrganizer": True,
            "isOnlineMeeting": join_url is not None,
            "onlineMeetingProvider": "unknown" if join_url is None else "teamsForBusiness",
            "onlineMeetingUrl": None,
            "onlineMeeting": None if join_url is None else {"joinUrl": join_url},
        }


def read_time(value: object, name: str) -> float:
    """A `dateTimeTimeZone`, in UTC only. Raises 400."""
    match value:
        case {"dateTime": str(moment), "timeZone": "UTC"}:
            return read_moment(moment, f"{name}.dateTime")
    raise errors.bad_request(f"{name} needs dateTime and timeZone; the simulator knows UTC only.")


def written_time(moment: float) -> Json:
    """A `dateTimeTimeZone` as Graph writes it: seven decimals and no offset."""
    return {"dateTime": f"{written(moment).removesuffix('Z')}.0000000", "timeZone": "UTC"}


def _address(attendee: object) -> str:
    match attendee:
        case {"emailAddress": {"address": str(address)}}:
            return address.casefold()
    raise errors.bad_request("Every attendee needs an emailAddress.")
