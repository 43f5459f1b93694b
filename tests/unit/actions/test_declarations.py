"""Every action is complete: text, icon, key, operation, permission; and no key means two things at once."""

from __future__ import annotations

import itertools

import pytest

from console.actions import ACTIONS, Action, Desk
from console.domain.calls import Call, CallState, Direction
from console.domain.ids import CallId, ParticipantId, UserId
from console.domain.participants import Participant
from console.domain.people import Identity, IdentityKind, Operator
from console.domain.world import World
from console.graph.catalogue import DESK
from console.resources import path

ME = Operator(UserId("lena"), "Lena Ortiz")
CALLER = Identity(IdentityKind.PHONE, "+442079460018")
TARGET = Identity(IdentityKind.USER, "anna", "Anna Berg")
VERBS = {
    "call.answer",
    "call.reject",
    "call.redirect",
    "call.hangUp",
    "call.hold",
    "call.resume",
    "call.transfer",
    "call.park",
    "participant.invite",
    "participant.remove",
    "participant.mute",
    "meeting.schedule",
    "person.call",
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda a: a.id)
def test_every_action_is_complete(action: Action) -> None:
    assert all(str(text).endswith(".") for text in action.help) and action.help
    assert action.title and str(action.doing).endswith("…")
    assert path(f"icons/{action.icon}.svg").exists()
    assert action.operation in DESK
    assert action.role in ("Operator", "Supervisor")
    assert action.places and action.needs


def test_every_verb_of_the_desk_is_declared() -> None:
    assert set(ACTIONS) == VERBS


def test_an_id_can_be_declared_only_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        ACTIONS.declare(
            "call.answer",
            title="",
            doing="",
            icon="",
            operation="",
            needs=(),
            refuse=lambda desk: None,
        )(lambda context: None)  # type: ignore[arg-type, return-value]


def desk(*, state: CallState, held: bool = False) -> Desk:
    caller = Participant(ParticipantId("p1"), CALLER, sequence=1, on_hold=held)
    me = Participant(ParticipantId("p2"), Identity(IdentityKind.USER, "lena"), sequence=1)
    call = Call(
        id=CallId("c1"),
        direction=Direction.INCOMING,
        source=CALLER,
        told={state: 1},
        participants={p.id: p for p in (caller, me)} if state is CallState.ESTABLISHED else {},
    )
    return Desk(World({call.id: call}), ME, frozenset({"Operator"}), 0.0)


SITUATIONS = [
    desk(state=CallState.INCOMING),
    desk(state=CallState.ESTABLISHING),
    desk(state=CallState.ESTABLISHED),
    desk(state=CallState.ESTABLISHED, held=True),
    desk(state=CallState.TRANSFERRING),
    desk(state=CallState.TERMINATED),
]


def possible(action: Action, at: Desk) -> bool:
    arguments = {"call": CallId("c1"), "person": TARGET, "participant": ParticipantId("p1"), "reason": ""}
    return action.refuse(at, *(arguments[n] for n in action.needs)) is None


def test_a_shared_key_never_means_two_things_at_once() -> None:
    keyed = [a for a in ACTIONS.values() if a.keys]
    for one, other in itertools.combinations(keyed, 2):
        if one.keys == other.keys:
            both = [d for d in SITUATIONS if possible(one, d) and possible(other, d)]
            assert not both, f"{one.id} and {other.id} share {one.keys}"


def test_nothing_can_be_done_to_a_call_that_is_gone_or_over() -> None:
    for action in ACTIONS.values():
        if action.needs[0] == "call":
            assert not possible(action, SITUATIONS[-1]), action.id
            assert not possible(action, Desk(World(), ME, frozenset(), 0.0)), action.id
