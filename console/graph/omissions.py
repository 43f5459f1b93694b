"""What Graph has for calls, meetings and presence and the console leaves alone, each with its reason.

Everything that Microsoft binds to a call, a participant, a meeting or a presence is in the table or here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Omission:
    """One request that Graph knows, as "METHOD /path", and why the console does not send it."""

    request: str
    reason: str


_CALL = "/communications/calls/{call}"
_MEMBERS = _CALL + "/participants"
_MEETINGS = "/me/onlineMeetings"
_RECORDS = "/communications/callRecords"
_PRESENCE = "/users/{user}/presence"
_UNCONFIRMED = "Only the list of permissions names it: it is in no schema and on no page."
_RECORDINGS = "Recordings and transcripts are not the front desk's business."
_APPOINTMENTS = "Virtual appointments are a product of their own, with a licence of their own."
_WORKPLACE = "Where somebody works today is theirs to say, in Teams; the desk needs only their presence."
_BILLING = "It is about billing, not about the front desk."
_OWN_NAME = "The bot makes no meetings: an operator does, in their own name."

OMISSIONS = (
    Omission(
        "GET /communications/calls", "Nothing lists a bot's calls; the relay keeps the ids it is told of."
    ),
    Omission(
        "POST /communications/calls/logTeleconferenceDeviceQuality", "It is for makers of room devices."
    ),
    Omission(f"POST {_MEMBERS}/muteAll", "It is beta and deprecated; the console mutes one by one."),
    Omission(f"POST {_MEMBERS}/configureMixer", "It is beta only."),
    Omission(f"POST {_MEMBERS}/{{participant}}/unmute", "It does not exist: who was muted unmutes alone."),
    Omission(f"PATCH {_MEMBERS}/{{participant}}", "It does not exist; what can be changed has its own verb."),
    Omission(f"POST {_MEMBERS}/{{participant}}/admitFromLobby", _UNCONFIRMED),
    Omission(f"POST {_MEMBERS}/{{participant}}/removeFromLobby", _UNCONFIRMED),
    Omission(f"POST {_MEMBERS}/admitAllFromLobby", _UNCONFIRMED),
    Omission(f"POST {_MEMBERS}/{{participant}}/lowerHand", _UNCONFIRMED),
    Omission(f"POST {_MEMBERS}/lowerAllHands", _UNCONFIRMED),
    Omission(f"POST {_CALL}/raiseHand", _UNCONFIRMED),
    Omission(f"GET {_MEETINGS}/getAllRecordings", _RECORDINGS),
    Omission(f"GET {_MEETINGS}/getAllTranscripts", _RECORDINGS),
    Omission(f"GET {_MEETINGS}/{{meeting}}/getVirtualAppointmentJoinWebUrl", _APPOINTMENTS),
    Omission(f"POST {_MEETINGS}/{{meeting}}/sendVirtualAppointmentReminderSms", _APPOINTMENTS),
    Omission(f"POST {_MEETINGS}/{{meeting}}/sendVirtualAppointmentSms", _APPOINTMENTS),
    Omission("POST /users/{user}/onlineMeetings", _OWN_NAME),
    Omission("POST /users/{user}/onlineMeetings/createOrGet", _OWN_NAME),
    Omission("GET /communications/onlineMeetings", "It finds only meetings with another maker's video room."),
    Omission("GET /communications/getAllOnlineMeetingMessages", "The console shows no chats."),
    Omission("GET /communications/presences/{user}", f"It is the same as {_PRESENCE}."),
    Omission(f"POST {_PRESENCE}/clearAutomaticLocation", _WORKPLACE),
    Omission(f"POST {_PRESENCE}/clearLocation", _WORKPLACE),
    Omission(f"POST {_PRESENCE}/setAutomaticLocation", _WORKPLACE),
    Omission(f"POST {_PRESENCE}/setManualLocation", _WORKPLACE),
    Omission("GET /users/{user}/people", "The console shows whom the operator knows, not whom others know."),
    Omission("GET /me/photo/$value", "The console shows the faces of colleagues, not the operator's own."),
    Omission("GET /users/{user}/photos/{size}/$value", "One size serves; the console draws it smaller."),
    Omission(f"GET {_RECORDS}/getPstnCalls", _BILLING),
    Omission(f"GET {_RECORDS}/getDirectRoutingCalls", _BILLING),
    Omission(f"GET {_RECORDS}/getPstnBlockedUsersLog", _BILLING),
    Omission(f"GET {_RECORDS}/getPstnOnlineMeetingDialoutReport", _BILLING),
    Omission(f"GET {_RECORDS}/getSmsLog", _BILLING),
)
