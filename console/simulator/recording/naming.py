"""Which operation a request is: the name of the file that its exchange is kept in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.simulator.identities import Json

_TABLE = """
POST   /communications/calls                                                        calls/create
GET    /communications/calls/{call}                                                 calls/get
DELETE /communications/calls/{call}                                                 calls/hangUp
POST   /communications/calls/{call}/answer                                          calls/answer
POST   /communications/calls/{call}/reject                                          calls/reject
POST   /communications/calls/{call}/redirect                                        calls/redirect
POST   /communications/calls/{call}/transfer                                        calls/transfer
POST   /communications/calls/{call}/keepAlive                                       calls/keepAlive
POST   /communications/calls/{call}/playPrompt                                      calls/playPrompt
POST   /communications/calls/{call}/recordResponse                                  calls/recordResponse
POST   /communications/calls/{call}/cancelMediaProcessing calls/cancelMediaProcessing
POST   /communications/calls/{call}/subscribeToTone                                 calls/subscribeToTone
POST   /communications/calls/{call}/sendDtmfTones                                   calls/sendDtmfTones
POST   /communications/calls/{call}/microsoft.graph.sendDtmfTones                   calls/sendDtmfTones
POST   /communications/calls/{call}/mute                                            calls/mute
POST   /communications/calls/{call}/unmute                                          calls/unmute
POST   /communications/calls/{call}/changeScreenSharingRole calls/changeScreenSharingRole
POST   /communications/calls/{call}/updateRecordingStatus calls/updateRecordingStatus
POST   /communications/calls/{call}/addLargeGalleryView                             calls/addLargeGalleryView
GET    /communications/calls/{call}/operations/{operation}                          operations/get
GET    /communications/calls/{call}/participants                                    participants/list
GET    /communications/calls/{call}/participants/{participant}                      participants/get
DELETE /communications/calls/{call}/participants/{participant}                      participants/remove
POST   /communications/calls/{call}/participants/invite                             participants/invite
POST   /communications/calls/{call}/participants/{participant}/mute                 participants/mute
POST   /communications/calls/{call}/participants/{participant}/startHoldMusic participants/startHoldMusic
POST   /communications/calls/{call}/participants/{participant}/stopHoldMusic        participants/stopHoldMusic
GET    /communications/calls/{call}/audioRoutingGroups                              audioRoutingGroups/list
POST   /communications/calls/{call}/audioRoutingGroups                              audioRoutingGroups/create
GET    /communications/calls/{call}/audioRoutingGroups/{group}                      audioRoutingGroups/get
PATCH  /communications/calls/{call}/audioRoutingGroups/{group}                      audioRoutingGroups/update
DELETE /communications/calls/{call}/audioRoutingGroups/{group}                      audioRoutingGroups/delete
GET    /communications/calls/{call}/contentSharingSessions contentSharingSessions/list
GET    /communications/calls/{call}/contentSharingSessions/{session}                contentSharingSessions/get
GET    /communications/callRecords                                                  callRecords/list
GET    /communications/callRecords/{record}                                         callRecords/get
GET    /communications/callRecords/{record}/sessions                                callRecords/sessions
POST   /communications/getPresencesByUserId presence/getPresencesByUserId
GET    /communications/presences/{user}                                             presence/get
GET    /users/{user}/presence                                                       presence/get
GET    /me/presence                                                                 presence/me
POST   /users/{user}/presence/setPresence                                           presence/setPresence
POST   /users/{user}/presence/clearPresence                                         presence/clearPresence
POST   /users/{user}/presence/setUserPreferredPresence presence/setUserPreferredPresence
POST   /users/{user}/presence/clearUserPreferredPresence presence/clearUserPreferredPresence
POST   /users/{user}/presence/setStatusMessage                                      presence/setStatusMessage
GET    /me                                                                          users/me
GET    /users                                                                       users/list
GET    /users/{user}                                                                users/get
GET    /me/people                                                                   people/list
GET    /me/photo/$value                                                             photos/me
GET    /users/{user}/photo/$value                                                   photos/get
GET    /users/{user}/photos/{size}/$value                                           photos/get
POST   /me/onlineMeetings                                                           onlineMeetings/create
POST   /me/onlineMeetings/createOrGet                                               onlineMeetings/createOrGet
GET    /me/onlineMeetings                                                           onlineMeetings/find
GET    /me/onlineMeetings/{meeting}                                                 onlineMeetings/get
PATCH  /me/onlineMeetings/{meeting}                                                 onlineMeetings/update
DELETE /me/onlineMeetings/{meeting}                                                 onlineMeetings/delete
GET    /me/onlineMeetings/{meeting}/attendanceReports                               attendanceReports/list
GET    /me/onlineMeetings/{meeting}/attendanceReports/{report}                      attendanceReports/get
GET    /me/onlineMeetings/{meeting}/attendanceReports/{report}/attendanceRecords    attendanceReports/records
POST   /me/events                                                                   events/create
GET    /me/events/{event}                                                           events/get
POST   /me/calendar/getSchedule                                                     calendar/getSchedule
POST   /subscriptions                                                               subscriptions/create
GET    /subscriptions                                                               subscriptions/list
GET    /subscriptions/{subscription}                                                subscriptions/get
PATCH  /subscriptions/{subscription}                                                subscriptions/update
POST   /subscriptions/{subscription}/reauthorize                                    subscriptions/reauthorize
DELETE /subscriptions/{subscription}                                                subscriptions/delete
POST   /$batch                                                                      batch
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One row: a method and a path below Graph's version whose {names} stand for ids."""

    method: str
    path: str
    name: str
    form: re.Pattern[str]


def _place(line: str) -> Place:
    method, path, name = line.split()
    form = "".join(
        "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", path)
    )
    return Place(method, path, name, re.compile(form))


PLACES = tuple(_place(line) for line in _TABLE.strip().splitlines())
WORDS = frozenset(word for place in PLACES for word in place.path.split("/") if word and word[0] != "{")
"""The parts of paths that are Microsoft's own words; all others may name somebody."""


def operation_of(
    method: str, path: str, query: Mapping[str, str], body: Any, identity: str = ""
) -> str | None:
    """The name of a request whose `path` begins below /v1.0, such as `calls/transfer`; None for unknown ones.

    What has several shapes has several names: `calls/create.group`, `users/list.phone`. `identity` is whose
    token it was: presence is subscribed to with a delegated one, call records with an application's (§6.4).
    """
    # Literal words come before ids: `participants/invite` is no participant.
    fitting = [place for place in PLACES if place.method == method and place.form.fullmatch(path)]
    if not fitting:
        return None
    name = min(fitting, key=lambda place: place.path.count("{")).name
    where = query.get("$filter", "")
    if name == "calls/create" and isinstance(body, dict):
        return ".".join([name, *_kind_of_call(body)])
    if name == "calls/transfer" and isinstance(body, dict):
        return ".".join([name, *_kind_of_transfer(body)])
    if name == "users/list" and "businessPhones" in where:
        return f"{name}.phone"
    if name == "onlineMeetings/find" and "joinMeetingId" in where:
        return f"{name}.number"
    if name.startswith("subscriptions/"):
        return f"{name}.records" if identity == "application" else f"{name}.presence"
    return name


def _kind_of_call(body: Json) -> list[str]:
    """How a call is begun: to one person it has no further name (REFERENCE §1.2)."""
    kinds = []
    match body.get("meetingInfo"):
        case {"joinMeetingId": _}:
            kinds.append("meetingId")
        case {"organizer": _}:
            kinds.append("organizer")
        case {"token": _}:
            kinds.append("token")
    match body.get("source"):
        case {"identity": {"guest": dict()}}:
            kinds.append("guest")
    match body.get("targets"):
        case [_, _, *_]:
            kinds.append("group")
        case [{"identity": {"phone": dict()}}]:
            kinds.append("phone")
    return kinds


def _kind_of_transfer(body: Json) -> list[str]:
    """Whether somebody is handed on out of a group call, and whether the target was asked before (§1.6)."""
    group = ["group"] if body.get("transferee") else []
    match body.get("transferTarget"):
        case {"replacesCallId": str()}:
            return [*group, "consultative"]
    return group
