"""Online meetings people made, found by id, join address or join number (REFERENCE §5)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from console.simulator import assumptions, errors
from console.simulator.directory import User
from console.simulator.groups import chat_info
from console.simulator.identities import Json
from console.simulator.ids import Ids

CHANGEABLE = (
    "subject", "startDateTime", "endDateTime", "lobbyBypassSettings", "allowedPresenters",
    "isEntryExitAnnounced", "allowAttendeeToEnableCamera", "allowAttendeeToEnableMic", "allowMeetingChat",
    "allowTeamworkReactions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meeting:
    """One `onlineMeeting`; `resource` is what Graph shows of it."""

    organizer_id: str
    resource: Json

    @property
    def id(self) -> str:
        return str(self.resource["id"])

    @property
    def join_url(self) -> str:
        return str(self.resource["joinWebUrl"])

    @property
    def join_number(self) -> str:
        return str(self.resource["joinMeetingIdSettings"]["joinMeetingId"])


class Meetings:
    """All meetings of the tenant. `now` is simulated time."""

    def __init__(self, ids: Ids, tenant_id: str, now: Callable[[], float]) -> None:
        self._ids = ids
        self._tenant_id = tenant_id
        self._now = now
        self._meetings: dict[str, Meeting] = {}

    def create(self, organizer: User, body: Json) -> Meeting:
        """Makes a meeting. Raises 400 for times that are no times or run backwards (§5.1)."""
        start = _moment(body, "startDateTime") or datetime.fromtimestamp(self._now(), UTC)
        end = _moment(body, "endDateTime") or start + timedelta(hours=1)
        if body.get("endDateTime") and not body.get("startDateTime"):
            raise errors.bad_request("endDateTime needs startDateTime.")
        if end < start:
            raise errors.bad_request("endDateTime is before startDateTime.")
        meeting = Meeting(organizer.id, self._resource(organizer, body, start, end))
        self._meetings[meeting.id] = meeting
        return meeting

    def create_or_get(self, organizer: User, body: Json) -> tuple[Meeting, bool]:
        """The organizer's meeting with that `externalId`, and whether it is new. Raises 400 without one."""
        external = body.get("externalId")
        if not isinstance(external, str) or not external:
            raise errors.bad_request("externalId is required.")
        for meeting in self._meetings.values():
            if (meeting.organizer_id, meeting.resource["externalId"]) == (organizer.id, external):
                return meeting, False
        return self.create(organizer, body), True

    def update(self, user_id: str, meeting_id: str, body: Json) -> Meeting:
        """Changes a meeting: both times together, all attendees, never how it is joined (§5.1).

        Raises 400 and 404.
        """
        meeting = self.find(user_id, meeting_id)
        if "joinMeetingIdSettings" in body:
            raise errors.bad_request("joinMeetingIdSettings cannot be changed after creation.")
        if ("startDateTime" in body) != ("endDateTime" in body):
            raise errors.bad_request("startDateTime and endDateTime must be sent together.")
        start, end = _moment(body, "startDateTime"), _moment(body, "endDateTime")
        if start is not None and end is not None and end < start:
            raise errors.bad_request("endDateTime is before startDateTime.")
        changes = {key: value for key, value in body.items() if key in CHANGEABLE}
        match body.get("participants"):
            case {"attendees": list(attendees)}:
                organizer = meeting.resource["participants"]["organizer"]
                changes["participants"] = {"organizer": organizer, "attendees": attendees}
        changed = Meeting(meeting.organizer_id, {**meeting.resource, **changes})
        self._meetings[changed.id] = changed
        return changed

    def find(self, user_id: str, meeting_id: str) -> Meeting:
        """A meeting by its id, for its organizer. Raises 404."""
        meeting = self._meetings.get(meeting_id)
        if meeting is None or meeting.organizer_id != user_id:
            raise errors.not_found("The meeting")
        return meeting

    def search(self, user_id: str, *, join_url: str | None, join_number: str | None) -> list[Meeting]:
        """The user's meetings with that join address or join number: one or none."""
        return [
            meeting
            for meeting in self._meetings.values()
            if meeting.organizer_id == user_id
            and (join_url is None or meeting.join_url == join_url)
            and (join_number is None or meeting.join_number == join_number)
        ]

    def of_thread(self, thread_id: str) -> Meeting | None:
        """The meeting whose chat that is."""
        found = (m for m in self._meetings.values() if m.resource["chatInfo"]["threadId"] == thread_id)
        return next(found, None)

    def delete(self, user_id: str, meeting_id: str) -> None:
        """Removes a meeting. Raises 404."""
        del self._meetings[self.find(user_id, meeting_id).id]

    def chat_of(self, meeting_info: object, chat: object) -> Json | None:
        """The chat of the meeting a bot joins (§1.2 c, d, e). Raises 404 for a meeting nobody made."""
        match meeting_info:
            case {"joinMeetingId": str(number), **rest}:
                for meeting in self._meetings.values():
                    passcode = meeting.resource["joinMeetingIdSettings"]["passcode"]
                    if meeting.join_number == number and passcode in (None, rest.get("passcode")):
                        return dict(meeting.resource["chatInfo"])
                raise errors.GraphError(*assumptions.MEETING_UNKNOWN.value, "The meeting was not found.")
            case {"organizer": dict()}:
                if not isinstance(chat, dict) or not chat.get("threadId"):
                    raise errors.bad_request("organizerMeetingInfo needs chatInfo.")
                return chat
            case {"token": str()}:
                return None
        raise errors.bad_request("meetingInfo is of no known kind.")

    def _resource(self, organizer: User, body: Json, start: datetime, end: datetime) -> Json:
        seed = self._ids.new()
        digits = str(int(seed.replace("-", ""), 16))
        chat = chat_info(seed)
        context = f'{{"Tid":"{self._tenant_id}","Oid":"{organizer.id}"}}'
        thread = quote(chat["threadId"], safe="")
        settings = body.get("joinMeetingIdSettings") or {}
        join = f"https://teams.microsoft.com/l/meetup-join/{thread}/0?context={quote(context, safe='')}"
        passcode = seed[-6:] if settings.get("isPasscodeRequired") else None
        people = body.get("participants") or {}
        return {
            "@odata.type": "#microsoft.graph.onlineMeeting",
            "id": base64.urlsafe_b64encode(f"1*{organizer.id}*0**{chat['threadId']}".encode()).decode(),
            "subject": body.get("subject"),
            "externalId": body.get("externalId"),
            "startDateTime": _written(start),
            "endDateTime": _written(end),
            "creationDateTime": _written(datetime.fromtimestamp(self._now(), UTC)),
            "joinWebUrl": join,
            "chatInfo": chat,
            "joinMeetingIdSettings": {
                "joinMeetingId": digits[:12],
                "isPasscodeRequired": passcode is not None,
                "passcode": passcode,
            },
            "lobbyBypassSettings": body.get("lobbyBypassSettings")
            or {"scope": "organization", "isDialInBypassEnabled": False},
            "allowedPresenters": body.get("allowedPresenters", "everyone"),
            "audioConferencing": None,
            "participants": {
                "organizer": {
                    "upn": organizer.user_principal_name,
                    "role": "presenter",
                    "identity": {"user": {"id": organizer.id, "displayName": organizer.display_name}},
                },
                "attendees": people.get("attendees") or [],
            },
        }


def _moment(body: Json, name: str) -> datetime | None:
    value: Any = body.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as wrong:
        raise errors.bad_request(f"{name} is not a date and time.") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
