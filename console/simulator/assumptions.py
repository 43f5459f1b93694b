"""Every choice made where Microsoft is silent, in one table, for a live test to correct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Assumption(Generic[T]):
    """One belief. `mark` as in the reference: SIM is our choice, UNCONFIRMED has some evidence."""

    name: str
    value: T
    mark: Literal["SIM", "UNCONFIRMED"]
    reference: str
    says: str


GONE = Assumption(
    "gone", (404, "itemNotFound"), "UNCONFIRMED", "§1.7, §1.13", "unknown or ended call: 404 everywhere"
)
BAD_REQUEST = Assumption("bad-request", (400, "invalidRequest"), "SIM", "§7.3", "a body that breaks a rule")
WRONG_STATE = Assumption(
    "wrong-state",
    (400, "invalidRequest"),
    "SIM",
    "§7.3",
    "answer twice, redirect after answer, early transfer",
)
GROUP_ONLY = Assumption(
    "group-only", (400, "invalidRequest"), "SIM", "§1.11, §2", "a group operation on a peer-to-peer call"
)
NO_TRANSFEREE = Assumption(
    "no-transferee", (400, "8523"), "UNCONFIRMED", "§7.3", "transfer of a group call without transferee"
)
SECOND_HOLD = Assumption(
    "second-hold", (400, "invalidRequest"), "SIM", "§2.3", "hold music for a second participant"
)
MISSING_ROLE = Assumption(
    "missing-role", (403, "7504"), "UNCONFIRMED", "§7.3", "app token without the role; also checked mid-call"
)
DELEGATED = Assumption(
    "delegated", (403, "Forbidden"), "UNCONFIRMED", "§0.1", "any delegated token on /communications/calls"
)
INVITED_TWICE = Assumption(
    "invited-twice", (400, "invalidRequest"), "SIM", "§1.2, §2.1", "an invitation for somebody who is there"
)
MEETING_UNKNOWN = Assumption(
    "meeting-unknown", (404, "itemNotFound"), "SIM", "§1.2", "join with a wrong number or passcode"
)
REMOVE_REFUSED = Assumption(
    "remove-refused", (403, "Forbidden"), "SIM", "§2.2", "remove without the tenant's cmdlet grant"
)
UNKNOWN_SEGMENT = Assumption(
    "unknown-segment", (400, "BadRequest"), "UNCONFIRMED", "§11", "a path that Graph does not have"
)
PEER_ROSTER = Assumption(
    "peer-roster", "empty", "UNCONFIRMED", "§2 (#102)", "participants of a peer-to-peer call: 200, empty"
)
UNANSWERED = Assumption(
    "unanswered", (408, 10057, "The call was not answered in time."), "SIM", "§1.3", "15 s pass: deleted"
)
CALLER_GAVE_UP = Assumption(
    "caller-gave-up",
    (487, 0, "The caller hung up before the call was answered."),
    "SIM",
    "§4.1",
    "code unknown",
)
DECLINED = Assumption(
    "declined", (486, 0, "The callee declined the call."), "SIM", "§3.5", "no documented code for a decline"
)
BUSY = Assumption("busy", (486, 0, "The callee is busy."), "SIM", "§3.5", "no documented code for busy")
WITHDRAWN = Assumption(
    "withdrawn", (487, 0, "The invitation was withdrawn."), "SIM", "§2.1", "end of a cancelled invitation"
)
WEBHOOK_LOST = Assumption(
    "webhook-lost", (500, 0, "Notifications could not be delivered."), "SIM", "§3.1", "after the last retry"
)
REPLACED = Assumption(
    "replaced", (200, 7015, "The call was replaced."), "SIM", "§2.1", "end of a leg named by replacesCallId"
)
RETRY_SECONDS = Assumption(
    "retry-seconds", (1.0, 3.0), "SIM", "§3.1", "notification retries on 5xx or timeout, then the call ends"
)
SERVER_ERRORS = Assumption(
    "server-errors",
    ("generalException", "serviceNotAvailable", "UnknownError"),
    "SIM",
    "§7.3",
    "codes of 500, 503 and 504",
)
LIMIT_WINDOW = Assumption(
    "limit-window",
    "fixed",
    "SIM",
    "§7.1",
    "a limit's window begins with its first request; refused ones count",
)
LIMIT_WARNING = Assumption(
    "limit-warning",
    0.8,
    "UNCONFIRMED",
    "§7.1",
    "share used at which Entra sends x-ms-throttle-limit-percentage",
)
MOVES = Assumption(
    "moves", 3, "SIM", "§3.1", "302s followed for one incoming call's notification; for others none is"
)
RESPONSE_SECONDS = Assumption("response-seconds", 5.0, "SIM", "§3.1", "time allowed for a webhook's answer")
PROMPT_SECONDS = Assumption(
    "prompt-seconds", 5.0, "SIM", "§1.8", "length of one prompt; audio is not fetched"
)
INVITE_RING_SECONDS = Assumption("invite-ring-seconds", 60.0, "SIM", "§2.1", "an invitation rings this long")
TRANSFER_RING_SECONDS = Assumption(
    "transfer-ring-seconds", 30.0, "SIM", "§1.6", "a blind transfer rings this long, then fails"
)
OUTGOING_RING_SECONDS = Assumption(
    "outgoing-ring-seconds", 60.0, "SIM", "§1.2", "an outgoing call rings this long; 115 s at most"
)
SETUP_SECONDS = Assumption(
    "setup-seconds", (0.1, 0.4), "SIM", "§1.3", "from 202 to establishing, and from there to established"
)
REDIRECT_FAILED = Assumption(
    "redirect-failed", "terminated with the target's result", "SIM", "§1.5", "nobody picks up after redirect"
)
MULTI_INVITE_ENDS = Assumption(
    "multi-invite-ends", "completed when anyone joined", "SIM", "§2.1", "one operation for several invitees"
)
CREATED_CHAT = Assumption(
    "created-chat",
    None,
    "UNCONFIRMED",
    "§1.2, §2.1",
    "chatInfo of a group call that the bot made",
)
RECORD_STOPPED = Assumption(
    "record-stopped",
    (200, 0, "Recording stopped by a tone."),
    "SIM",
    "§3.5",
    "a stop tone ends a recording",
)
SERVICE_HOSTED = Assumption(
    "service-hosted",
    (400, "invalidRequest"),
    "SIM",
    "§1.8",
    "prompts and tones with own media",
)
LEFT_BEFORE = Assumption(
    "left-before", (400, 0, "The participant has left."), "SIM", "§2.3", "hold music for somebody who is gone"
)
TONES_ROLE = Assumption(
    "tones-role",
    "Calls.Initiate.All or Calls.AccessMedia.All",
    "UNCONFIRMED",
    "§1.1",
    "sendDtmfTones: the page allows both, the catalogue the second only",
)
PHONES_FROM_MEETINGS = Assumption(
    "phones-from-meetings",
    True,
    "UNCONFIRMED",
    "§9.2",
    "from a meeting, without a number",
)
ALONE_SECONDS = Assumption("alone-seconds", 1.0, "SIM", "§3.5", "bot alone in a group: 200/5010 after this")
DELTA_PLACE = Assumption(
    "delta-place", "resourceData", "UNCONFIRMED", "§3.4", "deltaParticipants is the resourceData itself"
)
HOLD_SHOWS = Assumption(
    "hold-shows", "inactive", "UNCONFIRMED", "§2.3 (#618)", "hold music shows as an inactive audio stream"
)
PHONE_NAME = Assumption(
    "phone-name", "displayName when known", "SIM", "§3.4", "PSTN source: extra fields are undocumented"
)
WITHHELD = Assumption(
    "withheld", "encrypted", "SIM", "§3.4", "a withheld number arrives as encrypted identity"
)
OPERATION_GET = Assumption(
    "operation-get", "200 while the call lives, then 404", "UNCONFIRMED", "§1.1", "GET operations/{id}"
)
MEETING_ALONE = Assumption("meeting-alone", "stays", "SIM", "§3.5", "a bot alone in a meeting stays in it")
FADING = Assumption(
    "fading",
    ("AvailableIdle", "Inactive"),
    "UNCONFIRMED",
    "§6.1",
    "an application's Available after 5 minutes",
)
ONWARD_SECONDS = Assumption(
    "onward-seconds", 120.0, "SIM", "§1.5, §1.6", "how long a caller talks to whom the bot sent them to"
)
RECORD_SECONDS = Assumption(
    "record-seconds", (60.0, 900.0), "SIM", "§6.3", "a call's record is there, and has its second version"
)
ATTENDANCE = Assumption(
    "attendance", "the bot's leg ends", "SIM", "§5", "a sitting of a meeting is over, and its report there"
)
TRANSACTION_ID = Assumption(
    "transaction-id", (201, "the event made before"), "UNCONFIRMED", "§5.3", "an event sent twice"
)
HANDSHAKE_FAILED = Assumption(
    "handshake-failed", (400, "InvalidRequest"), "UNCONFIRMED", "§6.4", "notificationUrl gives no token back"
)
SECOND_SUBSCRIPTION = Assumption(
    "second-subscription", (409, "Conflict"), "SIM", "§6.4", "another presence subscription for a user"
)
REAUTHORIZE_SHARE = Assumption(
    "reauthorize-share", 0.75, "SIM", "§6.4", "share of its life after which reauthorization is asked for"
)
CHANGE_SECONDS = Assumption("change-seconds", 3.0, "SIM", "§6.5", "time allowed for a subscriber's answer")
APP_HOSTED = Assumption(
    "app-hosted", (400, "invalidRequest"), "SIM", "§1.11", "screen role, recording status with hosted media"
)
CLOUD_PROPERTY = Assumption(
    "cloud-property", (400, "invalidRequest"), "UNCONFIRMED", "§8", "a property that a cloud's types lack"
)
CLOUD_LACKS = Assumption(
    "cloud-lacks", (400, "BadRequest"), "UNCONFIRMED", "§8, §11", "an operation or segment a cloud lacks"
)
LOBBY_SECONDS = Assumption("lobby-seconds", 1800.0, "SIM", "§3.5", "the lobby's inactivity timeout")
BOT_IN_LOBBY = Assumption(
    "bot-in-lobby", "established", "SIM", "§5.2", "state of the bot's call while the bot waits in the lobby"
)

ALL: tuple[Assumption[Any], ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Assumption)
)
"""The table, in the order written above."""


def table() -> str:
    """The assumptions as text, one a line: name, mark, reference, value, meaning."""
    return "\n".join(f"{a.name:22} {a.mark:12} {a.reference:14} {a.value!s:58} {a.says}" for a in ALL)
