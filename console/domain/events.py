"""What the world tells us: facts from Graph's notifications, and facts the relay makes.

Every fact has a `key` that is the same when the same fact is told again, and `at`, the UTC seconds
at which the relay received or made it.
"""

from __future__ import annotations

from msgspec import Struct

from console.domain.calls import CallState, Direction
from console.domain.ids import CallId, OperationId, ParticipantId
from console.domain.participants import Participant
from console.domain.people import Identity, Operator
from console.domain.records import Talk
from console.domain.results import Result


class Fact(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True, tag_field="type"):
    """What all facts share is how they are written: as an object whose `type` is the name of the class."""


class CallTold(Fact, frozen=True, kw_only=True):
    """A `call` in a notification. It is partial: None and empty mean "not told", never "cleared"."""

    call: CallId
    key: str
    at: float
    state: CallState | None = None
    deleted: bool = False
    direction: Direction | None = None
    source: Identity | None = None
    targets: tuple[Identity, ...] = ()
    forwarded_from: Identity | None = None
    subject: str = ""
    tenant_id: str = ""
    chain_id: str = ""
    my_participant: ParticipantId | None = None
    result: Result | None = None


class CallRead(Fact, frozen=True, kw_only=True):
    """The relay asked Graph for a call. `told` is None when Graph no longer knows it."""

    call: CallId
    key: str
    at: float
    told: CallTold | None


class RosterChanged(Fact, frozen=True, kw_only=True):
    """Participants that changed (`deltaParticipants`); each carries its own `sequence`."""

    call: CallId
    key: str
    at: float
    participants: tuple[Participant, ...]


class RosterRead(Fact, frozen=True, kw_only=True):
    """The whole roster at one moment: a snapshot notification, or the relay's own reading."""

    call: CallId
    key: str
    at: float
    participants: tuple[Participant, ...]


class OperationEnded(Fact, frozen=True, kw_only=True):
    """A Graph operation finished; `context` is the clientContext it was sent with."""

    call: CallId
    key: str
    at: float
    operation: OperationId
    kind: str
    context: str = ""
    failed: bool = False
    result: Result | None = None
    invited: tuple[Identity, ...] = ()


class RecordAnnounced(Fact, frozen=True, kw_only=True):
    """Microsoft has written down what became of the call, or more of it (REFERENCE §6.3)."""

    call: CallId
    key: str
    at: float


class RecordRead(Fact, frozen=True, kw_only=True):
    """The relay read the call's record; `at` is when it asked. `talks` are of everybody but the bot."""

    call: CallId
    key: str
    at: float
    version: int
    talks: tuple[Talk, ...] = ()


class CallClaimed(Fact, frozen=True, kw_only=True):
    """The relay granted a call to one operator until `until` (UTC seconds) or until it is released."""

    call: CallId
    key: str
    at: float
    operator: Operator
    until: float


class ClaimReleased(Fact, frozen=True, kw_only=True):
    """`claim` is the key of the claim that ends; empty for whichever there is."""

    call: CallId
    key: str
    at: float
    operator: Operator
    claim: str = ""


class CallParked(Fact, frozen=True, kw_only=True):
    call: CallId
    key: str
    at: float
    operator: Operator
    reason: str = ""


class CallRescued(Fact, frozen=True, kw_only=True):
    """Nobody acted in time, so the relay answered with the line's prompt."""

    call: CallId
    key: str
    at: float


class PromptStarted(Fact, frozen=True, kw_only=True):
    """The relay plays the prompt `name` to the caller; its end comes as OperationEnded."""

    call: CallId
    key: str
    at: float
    operation: OperationId
    name: str


class InvitationSent(Fact, frozen=True, kw_only=True):
    call: CallId
    key: str
    at: float
    operation: OperationId
    identity: Identity
    participant: ParticipantId | None = None
    operator: Operator | None = None


class InvitationWithdrawn(Fact, frozen=True, kw_only=True):
    call: CallId
    key: str
    at: float
    participant: ParticipantId


class HandedOn(Fact, frozen=True, kw_only=True):
    """An operator sent the caller to somebody, by transfer or redirect, and Graph accepted it."""

    call: CallId
    key: str
    at: float
    operator: Operator
    targets: tuple[Identity, ...]


class NotUnderstood(Fact, frozen=True, kw_only=True):
    """Something arrived that we have no word for. It is counted under `what` and shown in diagnostics."""

    key: str
    at: float
    what: str


RelayFact = (
    CallRead
    | CallClaimed
    | ClaimReleased
    | CallParked
    | CallRescued
    | HandedOn
    | InvitationSent
    | InvitationWithdrawn
    | PromptStarted
    | RecordRead
)
GraphFact = CallTold | RosterChanged | RosterRead | OperationEnded | RecordAnnounced | NotUnderstood
Event = GraphFact | RelayFact
CallEvent = CallTold | RosterChanged | RosterRead | OperationEnded | RecordAnnounced | RelayFact
