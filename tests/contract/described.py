"""Types that the stored schema lacks: what REFERENCE.md says of them, each with the reason it stands here.

They hold only what the simulator says and the Graph layer sends; where Microsoft's SDK is installed,
`tests/sdk/test_described.py` holds every name below to its models.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TEXT, _TEXTS, _FLAG, _COUNT = "Edm.String", "Collection(Edm.String)", "Edm.Boolean", "Edm.Int32"
_WHEN, _CLOCK, _TIME = "Edm.DateTimeOffset", "Edm.TimeOfDay", "graph.dateTimeTimeZone"
_PARTIES, _WHOSE = "graph.communicationsIdentitySet", "graph.callRecords."

_ROSTER = "§3.4: in the pages only"
_SHARING = "§3.4: known by its id only"
_DIRECTORY = "§6.2: the extract is about communications"
_CALENDAR = "§5.3: the extract is about communications"
_ATTENDANCE = "§5: the extract names it and stops there"
_RECORD = "§6.3: the extract has the call record without what hangs on it"
_BATCH = "§7.2: part of the protocol, not of the schema"
_ENVELOPE = "§6.4: the frame around change notifications is in no schema"
_ERROR = "§7.3: part of the protocol; the error inside is in the schema"


def _type(reason: str, /, base: str | None = None, **properties: str) -> dict[str, Any]:
    return {"reason": reason, "base": base, "properties": properties}


def _entity(reason: str, /, **properties: str) -> dict[str, Any]:
    return _type(reason, "graph.entity", **properties)


_ENDS = {"caller": _WHOSE + "endpoint", "callee": _WHOSE + "endpoint", "failureInfo": _WHOSE + "failureInfo"}
_FROM_TO = {"startDateTime": _WHEN, "endDateTime": _WHEN}
_MANY = {"administrativeUnitInfos": "Collection(any type)", "identity": _PARTIES}

DESCRIBED: Mapping[str, Mapping[str, Any]] = {
    "graph.deltaParticipants": _type(
        _ROSTER, sequenceNumber="Edm.Int64!", participants="Collection(graph.participant)!"
    ),
    "graph.contentSharingSession": _entity(_SHARING),
    "graph.user": _entity(
        _DIRECTORY,
        **dict.fromkeys(("displayName", "givenName", "surname", "mail", "userPrincipalName"), _TEXT),
        **dict.fromkeys(("mobilePhone", "department", "jobTitle", "officeLocation"), _TEXT),
        businessPhones=_TEXTS,
        preferredLanguage=_TEXT,
        accountEnabled=_FLAG,
    ),
    "graph.person": _entity(
        _DIRECTORY,
        **dict.fromkeys(("displayName", "givenName", "surname", "userPrincipalName"), _TEXT),
        **dict.fromkeys(("jobTitle", "department", "officeLocation"), _TEXT),
        scoredEmailAddresses="Collection(graph.scoredEmailAddress)",
        phones="Collection(graph.phone)",
        personType="graph.personType",
    ),
    "graph.scoredEmailAddress": _type(_DIRECTORY, address=_TEXT, relevanceScore="Edm.Double"),
    "graph.phone": _type(_DIRECTORY, type="graph.phoneType", number=_TEXT),
    "graph.personType": _type(_DIRECTORY, **{"class": _TEXT, "subclass": _TEXT}),
    "graph.event": _entity(
        _CALENDAR,
        createdDateTime=_WHEN,
        lastModifiedDateTime=_WHEN,
        subject=_TEXT,
        body="graph.itemBody",
        start=_TIME,
        end=_TIME,
        attendees="Collection(graph.attendee)",
        organizer="graph.recipient",
        isOrganizer=_FLAG,
        isOnlineMeeting=_FLAG,
        onlineMeetingProvider="graph.onlineMeetingProviderType",
        onlineMeetingUrl=_TEXT,
        onlineMeeting="graph.onlineMeetingInfo",
        transactionId=_TEXT,
    ),
    "graph.onlineMeetingInfo": _type(_CALENDAR, joinUrl=_TEXT),
    "graph.recipient": _type(_CALENDAR, emailAddress="graph.emailAddress"),
    "graph.attendee": _type(_CALENDAR, "graph.recipient", type="graph.attendeeType"),
    "graph.emailAddress": _type(_CALENDAR, name=_TEXT, address=_TEXT),
    "graph.calendar/getSchedule": _type(
        f"{_CALENDAR}; the pages write small letters, Microsoft's own SDK capital ones",
        **{"schedules": _TEXTS, "startTime": _TIME, "endTime": _TIME, "availabilityViewInterval": _COUNT},
        **{"Schedules": _TEXTS, "StartTime": _TIME, "EndTime": _TIME, "AvailabilityViewInterval": _COUNT},
    ),
    "graph.scheduleInformation": _type(
        _CALENDAR,
        scheduleId=_TEXT,
        availabilityView=_TEXT,
        scheduleItems="Collection(graph.scheduleItem)",
        workingHours="graph.workingHours",
        error="graph.freeBusyError",
    ),
    "graph.scheduleItem": _type(
        _CALENDAR, status="graph.freeBusyStatus", subject=_TEXT, isPrivate=_FLAG, start=_TIME, end=_TIME
    ),
    "graph.freeBusyError": _type(_CALENDAR, message=_TEXT, responseCode=_TEXT),
    "graph.workingHours": _type(
        _CALENDAR,
        daysOfWeek="Collection(graph.dayOfWeek)",
        startTime=_CLOCK,
        endTime=_CLOCK,
        timeZone="graph.timeZoneBase",
    ),
    "graph.timeZoneBase": _type(_CALENDAR, name=_TEXT),
    "graph.attendanceRecord": _entity(
        _ATTENDANCE,
        emailAddress=_TEXT,
        identity="graph.communicationsUserIdentity",
        role=_TEXT,
        totalAttendanceInSeconds=_COUNT,
        attendanceIntervals="Collection(graph.attendanceInterval)",
    ),
    "graph.attendanceInterval": _type(
        _ATTENDANCE, joinDateTime=_WHEN, leaveDateTime=_WHEN, durationInSeconds=_COUNT
    ),
    _WHOSE + "session": _entity(
        _RECORD,
        modalities="Collection(graph.callRecords.modality)",
        isTest=_FLAG,
        segments="Collection(graph.callRecords.segment)",
        **_ENDS,
        **_FROM_TO,
    ),
    _WHOSE + "segment": _entity(_RECORD, media="Collection(any type)", **_ENDS, **_FROM_TO),
    _WHOSE + "endpoint": _type(_RECORD, userAgent=_WHOSE + "userAgent"),
    _WHOSE + "participantEndpoint": _type(_RECORD, _WHOSE + "endpoint", identity="graph.identitySet"),
    _WHOSE + "serviceEndpoint": _type(_RECORD, _WHOSE + "endpoint"),
    _WHOSE + "userAgent": _type(_RECORD, headerValue=_TEXT),
    _WHOSE + "clientUserAgent": _type(
        _RECORD,
        _WHOSE + "userAgent",
        platform=_WHOSE + "clientPlatform",
        productFamily=_WHOSE + "productFamily",
    ),
    _WHOSE + "serviceUserAgent": _type(_RECORD, _WHOSE + "userAgent", role=_WHOSE + "serviceRole"),
    _WHOSE + "failureInfo": _type(_RECORD, stage=_WHOSE + "failureStage", reason=_TEXT),
    _WHOSE + "organizer": _entity(_RECORD, **_MANY),
    _WHOSE + "participant": _entity(_RECORD, **_MANY),
    "graph batch": _type(_BATCH, requests="Collection(graph batch part)!"),
    "graph batch part": _type(
        _BATCH, id="Edm.String!", method="Edm.String!", url="Edm.String!", headers="any JSON",
        body="any JSON", dependsOn=_TEXTS,
    ),
    "graph batch answers": _type(_BATCH, responses="Collection(graph batch answer)!"),
    "graph batch answer": _type(
        _BATCH, id="Edm.String!", status="Edm.Int32!", headers="any JSON", body="any JSON"
    ),
    "graph change notifications": _type(
        _ENVELOPE, value="Collection(graph.changeNotification)!", validationTokens=_TEXTS
    ),
    "graph list": _type("§6.2: what stands around the value of a list"),
    "graph error": _type(_ERROR, error="graph.publicError!"),
    "graph bare error": _type(
        "§7.3: 7503 has been seen in this frame",
        errorCode="Edm.String!", message="Edm.String!", instanceAnnotations="Collection(any type)!",
    ),
}  # fmt: skip

DESCRIBED_ENUMS: Mapping[str, frozenset[str]] = {
    "graph.phoneType": frozenset({"business", "mobile"}),
    "graph.attendeeType": frozenset({"required", "optional", "resource"}),
    "graph.onlineMeetingProviderType": frozenset({"unknown", "teamsForBusiness"}),
    "graph.freeBusyStatus": frozenset({"free", "tentative", "busy", "oof", "workingElsewhere", "unknown"}),
    "graph.dayOfWeek": frozenset({"monday", "tuesday", "wednesday", "thursday", "friday"}),
    _WHOSE + "failureStage": frozenset({"unknown", "callSetup", "midcall"}),
    _WHOSE + "clientPlatform": frozenset({"unknown", "windows"}),
    _WHOSE + "productFamily": frozenset({"unknown", "teams"}),
    _WHOSE + "serviceRole": frozenset({"unknown", "customBot"}),
}
"""Members that the simulator and the Graph layer use, for the same reasons."""
