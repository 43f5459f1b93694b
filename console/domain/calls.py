"""Calls: what Graph and the relay told us about each, and the words for it that are derived, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from console.domain.ids import CallId, OperationId, ParticipantId
from console.domain.participants import Invitation, Participant
from console.domain.people import Identity, IdentityKind, Operator
from console.domain.records import Talk
from console.domain.results import Result

CLOCKS_DIFFER = 2.0
"""Seconds by which Microsoft's clock and ours may say different things of the same moment."""
ANSWER_WINDOW = 15.0
"""Seconds from the first notification to answer, reject or redirect (REFERENCE §1.3)."""


class CallState(StrEnum):
    """Graph `callState`. `ringing` is missing from v1.0's schema but documented (REFERENCE §4.1)."""

    INCOMING = "incoming"
    ESTABLISHING = "establishing"
    RINGING = "ringing"
    ESTABLISHED = "established"
    HOLD = "hold"
    TRANSFERRING = "transferring"
    TRANSFER_ACCEPTED = "transferAccepted"
    REDIRECTING = "redirecting"
    TERMINATING = "terminating"
    TERMINATED = "terminated"
    UNKNOWN = "unknownFutureValue"

    __hash__ = str.__hash__  # an Enum's own is Python's code, and states are looked up at every turn


_TRANSFERS = (CallState.TRANSFER_ACCEPTED, CallState.TRANSFERRING)
_STRONGEST_FIRST = (
    *(CallState.TERMINATED, CallState.TERMINATING),
    *_TRANSFERS,
    *(CallState.REDIRECTING, CallState.ESTABLISHED, CallState.HOLD),
    *(CallState.RINGING, CallState.ESTABLISHING, CallState.INCOMING),
)
"""The first that was told is the state of a call; a transfer only if it has not failed."""


class Direction(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"


class Situation(StrEnum):
    """The operator's word for a call's present condition (DESK.md). Derived by `Call.situation`."""

    RINGING = "ringing"
    CONNECTING = "connecting"
    WAITING = "waiting"
    TALKING = "talking"
    ON_HOLD = "on hold"
    TRANSFERRING = "transferring"
    ENDED = "ended"


class Claim(Struct, frozen=True):
    """Which operator is acting on a call. Granted by the relay, to one at a time; `until` is UTC seconds.

    `key` is that of the fact that granted it, so that what ends a claim can say which.
    """

    operator: Operator
    until: float
    key: str = ""


class Parked(Struct, frozen=True):
    """Who set a caller aside, and why. `at` is UTC seconds."""

    by: Operator
    reason: str
    at: float


class Prompt(Struct, frozen=True):
    """What the relay last played to a caller. `operation` is Graph's, `at` is UTC seconds."""

    operation: OperationId
    name: str
    at: float


class Happening(StrEnum):
    """The kinds of line in a call's story."""

    RANG = "rang"
    CALLED = "called"
    CLAIMED = "claimed"
    RELEASED = "released"
    ANSWERED = "answered"
    RESCUED = "rescued"
    INVITED = "invited"
    JOINED = "joined"
    NOT_JOINED = "not-joined"
    LEFT = "left"
    PARKED = "parked"
    HANDED_ON = "handed-on"
    TRANSFER_STARTED = "transfer-started"
    TRANSFER_FAILED = "transfer-failed"
    ENDED = "ended"


class Moment(Struct, frozen=True, order=True):
    """One line of a call's story. Ordered by time, then by the fact's own key. `at` is UTC seconds.

    `who` is a name as Graph gave it or a number, empty when nobody knows; `detail` is what an operator typed;
    `code` and `subcode` are Graph's result where there is one.
    """

    at: float
    key: str
    what: Happening
    who: str = ""
    detail: str = ""
    code: int = 0
    subcode: int = 0

    @property
    def result(self) -> Result | None:
        return Result(self.code, self.subcode) if self.code or self.subcode else None


class Outcome(Struct, frozen=True):
    """How a Graph operation ended. `context` is the clientContext it was sent with: our intent id."""

    context: str
    kind: str
    result: Result | None = None
    failed: bool = False


class Call(Struct, frozen=True, kw_only=True):
    """One call of the bot. Times are UTC seconds.

    `told` counts the distinct notifications seen per state, `transfers_failed` those that gave a call back.
    The state is derived from the counts, so it does not depend on the order in which they came.
    """

    id: CallId
    direction: Direction | None = None
    source: Identity | None = None
    targets: tuple[Identity, ...] = ()
    forwarded_from: Identity | None = None
    subject: str = ""
    tenant_id: str = ""
    chain_id: str = ""
    my_participant: ParticipantId | None = None
    first_seen: float = 0.0
    established_at: float | None = None
    ended_at: float | None = None
    checked_at: float | None = None
    result: Result | None = None
    returned: Moment | None = None
    """The latest failure that gave the caller back to us."""
    told: Mapping[CallState, int] = field(default_factory=dict)
    transfers_failed: int = 0
    participants: Mapping[ParticipantId, Participant] = field(default_factory=dict)
    invitations: Mapping[OperationId, Invitation] = field(default_factory=dict)
    outcomes: Mapping[OperationId, Outcome] = field(default_factory=dict)
    claim: Claim | None = None
    claims: int = 0
    """How often the call has been claimed."""
    parked: Parked | None = None
    rescued_at: float | None = None
    prompt: Prompt | None = None
    played: frozenset[str] = frozenset()
    """The names of the prompts that have been played."""
    announced_at: float | None = None
    """When Microsoft last said that it has written the call's record, or more of it."""
    record_at: float | None = None
    """When the relay last asked for the record."""
    record_version: int = 0
    talks: tuple[Talk, ...] = ()
    """Who was connected and how long, as the record has it."""
    history: tuple[Moment, ...] = ()
    seen: frozenset[str] = frozenset()

    @property
    def state(self) -> CallState:
        told = self.told
        for state in _STRONGEST_FIRST:
            if state in told and (state not in _TRANSFERS or told[state] > self.transfers_failed):
                return CallState.ESTABLISHED if state is CallState.HOLD else state
        return CallState.UNKNOWN

    @property
    def ended(self) -> bool:
        return CallState.TERMINATED in self.told

    @property
    def live(self) -> bool:
        return not self.ended and CallState.TERMINATING not in self.told

    @property
    def identified(self) -> bool:
        """False while only a late or early fragment of this call has been seen."""
        return self.direction is not None

    @property
    def caller(self) -> Identity:
        """The person this call is about: who rang us, or whom we rang."""
        if self.direction is Direction.OUTGOING and self.targets:
            return self.targets[0]
        return self.source or Identity(IdentityKind.ENCRYPTED, "")

    @property
    def line(self) -> Identity | None:
        """The resource account or bot that was rung."""
        if self.direction is Direction.OUTGOING:
            return self.source
        return self.targets[0] if self.targets else None

    @property
    def present(self) -> tuple[Participant, ...]:
        """Everyone on the roster now, the bot included, in joining order."""
        return tuple(p for p in self.participants.values() if not p.left)

    @property
    def people(self) -> tuple[Participant, ...]:
        """Everyone on the roster now except the bot."""
        return tuple(p for p in self.present if p.identity.human and p.id != self.my_participant)

    @property
    def unread(self) -> bool:
        """True while the call's record says more than the relay has read."""
        return self.announced_at is not None and (
            self.record_at is None or self.record_at < self.announced_at
        )

    @property
    def onward(self) -> tuple[Talk, ...]:
        """Who talked on when the bot had left, because the caller was sent to them; the earliest first."""
        if self.ended_at is None:
            return ()
        after = self.ended_at + CLOCKS_DIFFER
        found = (t for t in self.talks if t.end > after and not t.who.same(self.caller))
        return tuple(sorted(found, key=lambda talk: talk.start))

    @property
    def caller_participant(self) -> Participant | None:
        caller = self.caller
        return next((p for p in self.people if p.identity.same(caller)), None)

    @property
    def pending(self) -> tuple[Invitation, ...]:
        """Invitations that are neither answered, failed nor withdrawn."""
        here = {(p.identity.kind, p.identity.id) for p in self.people if not p.in_lobby}
        return tuple(
            i
            for i in self.invitations.values()
            if not i.ended and (i.identity.kind, i.identity.id) not in here
        )

    @property
    def group(self) -> bool:
        """Only a group call has a roster (REFERENCE §0.6)."""
        return bool(self.participants)

    @property
    def deadline(self) -> float:
        """UTC seconds when an unanswered call is lost."""
        return self.first_seen + ANSWER_WINDOW

    @property
    def situation(self) -> Situation:
        match self.state:
            case CallState.TERMINATED | CallState.TERMINATING:
                return Situation.ENDED
            case CallState.TRANSFERRING | CallState.TRANSFER_ACCEPTED | CallState.REDIRECTING:
                return Situation.TRANSFERRING
            case CallState.INCOMING:
                return Situation.RINGING
            case CallState.ESTABLISHING | CallState.RINGING | CallState.UNKNOWN:
                return Situation.CONNECTING
        caller = self.caller_participant
        if caller and caller.on_hold:
            return Situation.ON_HOLD
        others = [p for p in self.people if p is not caller and not p.in_lobby]
        return Situation.TALKING if others else Situation.WAITING

    @property
    def waiting_since(self) -> float:
        """UTC seconds since when the caller has been ours; a caller who comes back keeps the old place."""
        return self.first_seen
