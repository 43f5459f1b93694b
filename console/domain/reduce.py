"""reduce(world, event) -> world: the only place that knows how a fact changes the picture.

Notifications come late, twice and out of order (REFERENCE §3.1). Every fold of a Graph fact is therefore
commutative and idempotent: sets and counts instead of a "current state", the largest sequence per
participant, the earliest time. A full roster without sequence numbers and the relay's own facts have no
order of their own; they take the order of the relay's log, which is the same for every console.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import assert_never

from msgspec.structs import replace

from console.domain.calls import (
    Call,
    CallState,
    Claim,
    Direction,
    Happening,
    Moment,
    Outcome,
    Parked,
    Prompt,
)
from console.domain.events import (
    CallClaimed,
    CallEvent,
    CallParked,
    CallRead,
    CallRescued,
    CallTold,
    ClaimReleased,
    Event,
    HandedOn,
    InvitationSent,
    InvitationWithdrawn,
    NotUnderstood,
    OperationEnded,
    PromptStarted,
    RecordAnnounced,
    RecordRead,
    RosterChanged,
    RosterRead,
)
from console.domain.ids import ParticipantId
from console.domain.participants import Invitation, Participant
from console.domain.people import Identity, IdentityKind
from console.domain.results import Result
from console.domain.world import Draft, World

STORY_KEPT = 60
"""The newest lines of a call's story that are kept."""

_ONCE = frozenset({Happening.RANG, Happening.CALLED, Happening.ANSWERED, Happening.ENDED})


def reduce(world: World, event: Event) -> World:
    """Return `world` with `event` folded in, or `world` itself when it says nothing new."""
    draft = Draft(world)
    fold(draft, event)
    return draft.finished()


def fold(draft: Draft, event: Event) -> tuple[Call | None, Call | None]:
    """Fold `event` into `draft`; return the call that it is about as it was before, and as it is now."""
    if isinstance(event, NotUnderstood):
        draft.count(event.what)
        return None, None
    known = draft.get(event.call)
    before = known or Call(id=event.call, first_seen=event.at)
    if event.key in before.seen:
        return known, known
    call = replace(before, seen=before.seen | {event.key}, first_seen=min(before.first_seen, event.at))
    after = _folded(call, event)
    draft.put(after)
    return known, after


def _folded(call: Call, event: CallEvent) -> Call:
    match event:
        case CallTold():
            return _told(call, event)
        case CallRead():
            return _read(call, event)
        case RosterChanged():
            return _roster_changed(call, event)
        case RosterRead():
            return _roster_read(call, event)
        case OperationEnded():
            return _operation_ended(call, event)
        case CallClaimed(operator=operator, until=until):
            claim = Claim(operator, until, event.key)
            claimed = replace(call, claim=claim, claims=call.claims + 1, parked=None)
            return _story(claimed, event, Happening.CLAIMED, operator.name)
        case ClaimReleased(claim=key) if key and (call.claim is None or call.claim.key != key):
            return call  # that claim is over; whoever has the call now took it afterwards
        case ClaimReleased(operator=operator):
            return _story(replace(call, claim=None), event, Happening.RELEASED, operator.name)
        case CallParked(operator=operator, reason=reason, at=at):
            parked = replace(call, claim=None, parked=Parked(operator, reason, at))
            return _story(parked, event, Happening.PARKED, operator.name, reason)
        case CallRescued():
            return _story(replace(call, rescued_at=event.at), event, Happening.RESCUED)
        case HandedOn(operator=operator, targets=targets):
            to = ", ".join(t.known for t in targets if t.known)
            return _story(call, event, Happening.HANDED_ON, operator.name, to)
        case RecordAnnounced(at=at):
            return replace(call, announced_at=max(at, call.announced_at or at))
        case RecordRead():
            return _record_read(call, event)
        case PromptStarted(operation=operation, name=name, at=at):
            return replace(call, prompt=Prompt(operation, name, at), played=call.played | {name})
        case InvitationSent():
            return _invited(call, event)
        case InvitationWithdrawn(participant=participant):
            invitations = {
                k: replace(i, ended=True) if i.participant == participant else i
                for k, i in call.invitations.items()
            }
            return replace(call, invitations=invitations)
    assert_never(event)


def _told(call: Call, event: CallTold) -> Call:
    call = _describe(call, event)
    ended = event.deleted or event.state is CallState.TERMINATED
    state = CallState.TERMINATED if ended else event.state
    if state is None:
        return call
    if state is CallState.ESTABLISHED and event.result and event.result.failed:
        return _came_back(call, event, event.result)
    call = replace(call, told={**call.told, state: call.told.get(state, 0) + 1})
    match state:
        case CallState.INCOMING:
            return _story(call, event, Happening.RANG)
        case CallState.ESTABLISHING if event.direction is Direction.OUTGOING:
            return _story(call, event, Happening.CALLED)
        case CallState.ESTABLISHED | CallState.HOLD:
            call = replace(call, established_at=_earliest(call.established_at, event.at))
            return _story(call, event, Happening.ANSWERED)
        case CallState.TRANSFERRING:
            return _story(call, event, Happening.TRANSFER_STARTED)
        case CallState.TERMINATED:
            call = replace(
                call, ended_at=_earliest(call.ended_at, event.at), result=call.result or event.result
            )
            return _story(call, event, Happening.ENDED, result=event.result)
    return call


def _describe(call: Call, told: CallTold) -> Call:
    """Fill in what was not known. What identifies a call does not change, so the first telling stands."""
    source = _richer(call.source, told.source)
    if source is call.source and not any(
        new and not old for new, old in zip(_described(told), _described(call), strict=True)
    ):
        return call
    return replace(
        call,
        direction=call.direction or told.direction,
        source=source,
        targets=call.targets or told.targets,
        forwarded_from=call.forwarded_from or told.forwarded_from,
        subject=call.subject or told.subject,
        tenant_id=call.tenant_id or told.tenant_id,
        chain_id=call.chain_id or told.chain_id,
        my_participant=call.my_participant or told.my_participant,
    )


_described = attrgetter(
    "direction", "targets", "forwarded_from", "subject", "tenant_id", "chain_id", "my_participant"
)


def _richer(known: Identity | None, told: Identity | None) -> Identity | None:
    """Prefer an identity that can be read, then one with a name, then the one we had."""
    if known is None or told is None:
        return known or told
    rank = [(i.kind is not IdentityKind.ENCRYPTED, bool(i.name), i is known) for i in (known, told)]
    return known if rank[0] >= rank[1] else told


def _came_back(call: Call, event: CallTold, result: Result) -> Call:
    moment = _moment(event, Happening.TRANSFER_FAILED, result=result)
    newest = moment if call.returned is None else max(call.returned, moment)
    call = replace(
        call,
        transfers_failed=call.transfers_failed + 1,
        told={**call.told, CallState.ESTABLISHED: call.told.get(CallState.ESTABLISHED, 0) + 1},
        returned=newest,
    )
    return _with_moment(call, moment)


def _read(call: Call, event: CallRead) -> Call:
    """Graph's own word on the call replaces what the notifications added up to."""
    call = replace(call, checked_at=event.at)
    if event.told is None:
        return call if call.ended else _told(call, _ended_by(event))
    call = _describe(call, event.told)
    state = event.told.state
    if state is None or state is call.state or call.ended:
        return call
    if state is CallState.TERMINATED:
        return _told(call, event.told)
    early = (CallState.INCOMING, CallState.ESTABLISHING)
    known: dict[CallState, int] = {s: n for s, n in call.told.items() if s in early}
    if state in (CallState.TRANSFERRING, CallState.TRANSFER_ACCEPTED):
        known[CallState.ESTABLISHED] = 1
    established = state is CallState.ESTABLISHED
    return replace(
        call,
        told={**known, state: 1},
        transfers_failed=0,
        established_at=_earliest(call.established_at, event.at) if established else call.established_at,
    )


def _ended_by(event: CallRead) -> CallTold:
    """Graph answered 404: the same as being told that the call ended, without a reason."""
    return CallTold(call=event.call, key=event.key, at=event.at, deleted=True)


def _roster_changed(call: Call, event: RosterChanged) -> Call:
    roster = dict(call.participants)
    for told in event.participants:
        known = roster.get(told.id)
        if known is None or told.sequence > known.sequence:
            roster[told.id] = _same_person(known, told)
        if told.left and told.identity.human:
            call = _with_moment(
                call, Moment(event.at, f"{event.key}:{told.id}", Happening.LEFT, told.identity.known)
            )
    return replace(call, participants=_ordered(roster))


def _roster_read(call: Call, event: RosterRead) -> Call:
    """A whole roster: who is not in it has left, as of the newest sequence we know."""
    newest = max((p.sequence for p in call.participants.values()), default=0)
    roster = {id: replace(p, left=True, sequence=newest) for id, p in call.participants.items()}
    for told in event.participants:
        roster[told.id] = _same_person(
            roster.get(told.id), replace(told, sequence=max(told.sequence, newest))
        )
    return replace(call, participants=_ordered(roster))


def _same_person(known: Participant | None, told: Participant) -> Participant:
    """A changed entry may leave out the name, or the whole identity."""
    if known is None:
        return told
    if told.identity.kind is IdentityKind.UNKNOWN:
        return replace(told, identity=known.identity)
    if told.identity.same(known.identity) and not told.identity.name:
        return replace(told, identity=replace(told.identity, name=known.identity.name))
    return told


def _ordered(roster: Mapping[ParticipantId, Participant]) -> dict[ParticipantId, Participant]:
    return dict(sorted(roster.items()))


def _operation_ended(call: Call, event: OperationEnded) -> Call:
    outcome = Outcome(event.context, event.kind, event.result, event.failed)
    call = replace(call, outcomes={**call.outcomes, event.operation: outcome})
    invitation = call.invitations.get(event.operation)
    if invitation is not None:
        call = replace(call, invitations={**call.invitations, event.operation: _ended(invitation, outcome)})
    for identity in event.invited:
        what = Happening.NOT_JOINED if event.failed else Happening.JOINED
        why = event.result if event.failed else None
        call = _with_moment(call, _moment(event, what, identity.known, part=f":{identity.id}", result=why))
    return call


def _record_read(call: Call, event: RecordRead) -> Call:
    call = replace(call, record_at=max(event.at, call.record_at or event.at))
    if event.version < call.record_version:
        return call  # two relays asked, and the slower one had asked first
    return replace(call, record_version=event.version, talks=event.talks)


def _invited(call: Call, event: InvitationSent) -> Call:
    by = event.operator.name if event.operator else ""
    invitation = Invitation(event.operation, event.identity, event.at, event.participant, by)
    outcome = call.outcomes.get(event.operation)
    if outcome is not None:  # the answer overtook the relay's own note
        invitation = _ended(invitation, outcome)
    call = replace(call, invitations={**call.invitations, event.operation: invitation})
    return _story(call, event, Happening.INVITED, event.identity.known)


def _ended(invitation: Invitation, outcome: Outcome) -> Invitation:
    return replace(invitation, ended=True, failed=outcome.result if outcome.failed else None)


def _story(
    call: Call,
    event: CallEvent,
    what: Happening,
    who: str = "",
    detail: str = "",
    result: Result | None = None,
) -> Call:
    return _with_moment(call, _moment(event, what, who, detail, result=result))


def _moment(
    event: CallEvent,
    what: Happening,
    who: str = "",
    detail: str = "",
    *,
    part: str = "",
    result: Result | None = None,
) -> Moment:
    code, subcode = (result.code, result.subcode) if result else (0, 0)
    return Moment(event.at, event.key + part, what, who, detail, code, subcode)


def _with_moment(call: Call, moment: Moment) -> Call:
    story = call.history
    if moment.what in _ONCE:  # every later "established" says the same again
        told = next((m for m in story if m.what is moment.what), None)
        if told is not None:
            if told <= moment:
                return call
            story = tuple([m for m in story if m.what is not moment.what])
    is_newest = not story or story[-1] < moment
    story = (*story, moment) if is_newest else tuple(sorted({*story, moment}))
    return replace(call, history=story[-STORY_KEPT:])


def _earliest(known: float | None, told: float) -> float:
    return told if known is None else min(known, told)
