"""One call as the bot has it: its state, who is in it, what runs on it, and the timers that may end it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, get_args

from console.simulator.clock import Timer
from console.simulator.identities import Json, Party
from console.simulator.ids import Ids
from console.simulator.operations import Operation
from console.simulator.participants import Participant, invitation_info, participant_info
from console.simulator.results import Result

RING_SECONDS = 15.0
"""An incoming call must be answered, rejected or redirected within this (REFERENCE §0.3)."""
KEEP_ALIVE_SECONDS = 45 * 60.0
"""A keepAlive must succeed at least this often (REFERENCE §1.7)."""


class CallState(StrEnum):
    """`callState`, REFERENCE §4.1; `ringing` is not in the v1.0 schema and never sent."""

    INCOMING = "incoming"
    ESTABLISHING = "establishing"
    ESTABLISHED = "established"
    TRANSFERRING = "transferring"
    TRANSFER_ACCEPTED = "transferAccepted"
    REDIRECTING = "redirecting"
    TERMINATING = "terminating"
    TERMINATED = "terminated"


Tone = Literal[
    "tone0", "tone1", "tone2", "tone3", "tone4", "tone5", "tone6", "tone7", "tone8", "tone9", "star", "pound",
    "a", "b", "c", "d", "flash",
]  # fmt: skip
TONES: tuple[Tone, ...] = get_args(Tone)


@dataclass(frozen=True, slots=True)
class Sound:
    """A prompt or a recording in the queue, with its length in seconds."""

    operation_id: str
    seconds: float
    is_record: bool = False
    stops: frozenset[Tone] = frozenset()
    """Keys that end it."""


@dataclass(slots=True)
class Invitation:
    """Somebody who was asked into a call and has not come in yet. `timer` is their next step."""

    participant_id: str
    party: Party
    operation_id: str
    replaces: str | None = None
    timer: Timer | None = None


@dataclass(frozen=True, slots=True)
class Onward:
    """What goes on where the bot hears nothing: two people talk for so many seconds."""

    first: Party
    second: Party
    seconds: float


@dataclass(slots=True)
class Call:
    """One leg between the bot and the platform. `roster` also holds the two sides of a peer-to-peer call."""

    id: str
    chain_id: str
    direction: Literal["incoming", "outgoing"]
    state: CallState
    tenant_id: str
    source: Party
    targets: tuple[Party, ...]
    bot: Party
    my_participant_id: str
    started_at: float
    ids: Ids
    callback_uri: str | None = None
    is_group: bool = False
    is_meeting: bool = False
    delta: bool = False
    tells_sharing: bool = False
    """Whether the bot asked to be told of content sharing."""
    forwarded_from: Party | None = None
    subject: str | None = None
    chat_info: Json | None = None
    meeting_info: Json | None = None
    media_config: Json | None = None
    modalities: tuple[str, ...] = ("audio",)
    scenario_id: str | None = None
    established_at: float | None = None
    ended_at: float | None = None
    result: Result | None = None
    outcome: str = ""
    onward: Onward | None = None
    """After the end, when the bot sent the caller to somebody who talks to them."""
    told: int = 0
    """How many notifications there have been."""
    sequence: int = 0
    stream_count: int = 0
    tone_sequence: int = 0
    hears_tones: bool = False
    tone: Json | None = None
    roster: dict[str, Participant] = field(default_factory=dict)
    past: list[tuple[Participant, str]] = field(default_factory=list)
    invitations: dict[str, Invitation] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    media: deque[Sound] = field(default_factory=deque)
    """Queued media operations; the first one is running."""
    routing_groups: dict[str, Json] = field(default_factory=dict)
    sharings: dict[str, str] = field(default_factory=dict)
    """Content sharing sessions, each with the participant who shows."""
    recording: str = "notRecording"
    timers: dict[str, Timer] = field(default_factory=dict)

    @property
    def alive(self) -> bool:
        return self.ended_at is None

    @property
    def people(self) -> list[Participant]:
        return [p for p in self.roster.values() if p.is_person]

    def set_timer(self, name: str, timer: Timer) -> None:
        """Keeps `timer` under `name`; an older one of that name is cancelled."""
        self.clear_timer(name)
        self.timers[name] = timer

    def clear_timer(self, name: str) -> None:
        if (timer := self.timers.pop(name, None)) is not None:
            timer.cancel()

    def clear_timers(self) -> None:
        for name in list(self.timers):
            self.clear_timer(name)
        for invitation in self.invitations.values():
            if invitation.timer is not None:
                invitation.timer.cancel()

    def routes(self) -> list[Json]:
        """The `callRoute`s: how a forwarded call came here (REFERENCE §3.4)."""
        if self.forwarded_from is None:
            return []
        return [
            {
                "@odata.type": "#microsoft.graph.callRoute",
                "routingType": "forwarded",
                "original": self.forwarded_from.identity_set(),
                "final": self.targets[0].identity_set(),
            }
        ]

    def resource(self) -> Json:
        """The full `call` of GET and of the answer to create (REFERENCE §1.2)."""
        return {
            "@odata.type": "#microsoft.graph.call",
            "id": self.id,
            "state": str(self.state),
            "direction": self.direction,
            "callbackUri": self.callback_uri,
            "callChainId": self.chain_id,
            "myParticipantId": self.my_participant_id,
            "source": participant_info(self.source),
            "targets": [invitation_info(target) for target in self.targets],
            "requestedModalities": list(self.modalities),
            "mediaConfig": self.media_config,
            "tenantId": self.tenant_id,
            "subject": self.subject,
            "mediaState": None if self.established_at is None else audio("active"),
            "resultInfo": self.result.resource() if self.result else None,
            "chatInfo": self.chat_info,
            "meetingInfo": self.meeting_info,
            "callRoutes": self.routes(),
            "incomingContext": None,
            "transcription": None,
            "toneInfo": self.tone,
            "ringingTimeoutInSeconds": None,
            "answeredBy": None,
        }


def audio(state: Literal["active", "inactive"]) -> Json:
    """A `callMediaState`."""
    return {"@odata.type": "#microsoft.graph.callMediaState", "audio": state}
