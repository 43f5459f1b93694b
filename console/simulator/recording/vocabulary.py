"""The words that are Microsoft's and not a person's: the only text of an exchange that is kept as it came."""

from __future__ import annotations

import re

from console.simulator.recording.naming import WORDS

ENUMS = frozenset({
    "@odata.type", "acceptedModalities", "activity", "allowMeetingChat", "allowedPresenters", "audio",
    "availability", "callType", "changeType", "class", "code", "completionReason", "contentType",
    "direction", "endpointType", "identityProvider", "latestSupportedTlsVersion", "lifecycleEvent",
    "mediaType", "method", "modalities", "onlineMeetingProvider", "platform", "productFamily", "reason",
    "recordingStatus", "requestedModalities", "responseCode", "role", "routingMode", "routingType", "scope",
    "stage", "state", "status", "subclass", "terminationReason", "timeZone", "type",
})  # fmt: skip
"""Properties whose values are a fixed set of words, or numbers written as text."""

NUMBERS = frozenset({
    "@odata.count", "code", "delayBetweenTonesMs", "initialSilenceTimeoutInSeconds",
    "maxRecordDurationInSeconds", "maxSilenceTimeoutInSeconds", "rosterSequenceNumber", "sequenceId",
    "sequenceNumber", "status", "subCode", "subcode", "timeout", "version",
})  # fmt: skip
"""Properties whose numbers say nothing about anybody."""

ADDRESSES = frozenset({
    "@odata.context", "@odata.id", "@odata.nextLink", "@odata.NextLink", "location", "resource",
    "resourceUrl", "url",
})  # fmt: skip
"""Properties, and one header, that name something below Graph's root."""

NAMES = frozenset({"displayName", "givenName", "surname"})
DURATIONS = frozenset({"duration", "expirationDuration"})
TONES = frozenset({"tone", "tones"})

PATH_WORDS = WORDS | frozenset({
    "$entity", "$metadata", "app", "attendanceReports", "beta", "callRecords", "calls", "communications",
    "contentsharingsessions", "events", "onlineMeetings", "presence", "v1.0",
})  # fmt: skip
QUERY_WORDS = frozenset({
    "$count", "$expand", "$filter", "$orderby", "$search", "$select", "$skip", "$skiptoken", "$top", "AND",
    "OR", "and", "any", "asc", "businessPhones", "department", "desc", "displayName", "eq", "false", "ge",
    "gt", "id", "in", "jobTitle", "joinMeetingId", "joinMeetingIdSettings", "JoinWebUrl", "le", "lt", "mail",
    "mobilePhone", "officeLocation", "or", "organizer_v2", "p", "p:p", "participants", "participants_v2",
    "segments", "sessions", "startDateTime", "true", "userPrincipalName",
})  # fmt: skip
"""What may stand in an address without naming anybody."""

WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}|\d{1,6}")
TYPE = re.compile(r"#microsoft\.graph(\.callRecords)?\.[A-Za-z]{1,60}")
KEY = re.compile(r"(@odata\.[A-Za-z]+|[A-Za-z_][A-Za-z_]*\d?(@odata\.[A-Za-z]+|@joined|@exited)?)")
"""A property's own name; one that holds more digits, or anything else, is somebody's."""
HEADER_KEY = re.compile(r"[A-Za-z]+(-[A-Za-z]+)+")
MEDIA = re.compile(r"[a-z]+/[a-z.+-]+|\*/\*|image/\*")
PREFERENCE = re.compile(
    r"(odata\.maxpagesize=\d{1,4}|omit-values=nulls|include-unknown-enum-members"
    r'|outlook\.timezone="UTC"|, ?)+'
)
DURATION = re.compile(r"P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
