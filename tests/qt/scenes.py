"""Invented calls, told as the events that Graph and the relay would tell."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.calls import CallState, Direction
from console.domain.events import (
    CallClaimed,
    CallParked,
    CallTold,
    Event,
    InvitationSent,
    OperationEnded,
    RosterRead,
)
from console.domain.ids import CallId, OperationId, ParticipantId, UserId
from console.domain.participants import Participant
from console.domain.people import Identity, IdentityKind, Operator
from console.domain.results import Result

SALES = Identity(IdentityKind.APPLICATION_INSTANCE, "line-sales", "Sales line")
SUPPORT = Identity(IdentityKind.APPLICATION_INSTANCE, "line-support", "Support line")
BOT = Identity(IdentityKind.APPLICATION, "bot", "Front desk")
LENA = Operator(UserId("00000000-0000-4000-8000-0000000000aa"), "Lena Ortiz")
TOM = Operator(UserId("user-tom"), "Tom Reed")


def user(name: str) -> Identity:
    """A colleague or a federated caller."""
    return Identity(IdentityKind.USER, f"user-{name.split()[0].lower()}", name)


def phone(number: str, name: str | None = None) -> Identity:
    """Somebody who rings from the telephone network."""
    return Identity(IdentityKind.PHONE, number, name)


def rings(
    id: str,
    at: float,
    source: Identity,
    line: Identity = SALES,
    forwarded_from: Identity | None = None,
    direction: Direction = Direction.INCOMING,
) -> list[Event]:
    """A call rings at `at`."""
    return [
        CallTold(
            call=CallId(id),
            key=f"{id}:incoming",
            at=at,
            state=CallState.INCOMING,
            direction=direction,
            source=source,
            targets=(line,),
            forwarded_from=forwarded_from,
        )
    ]


def waits(id: str, at: float, source: Identity, line: Identity = SALES) -> list[Event]:
    """A caller has been answered by the desk and nobody talks with them yet."""
    told = CallTold(call=CallId(id), key=f"{id}:up", at=at + 5, state=CallState.ESTABLISHED)
    return [*rings(id, at, source, line), told, _roster(id, at + 6, source)]


def talks(
    id: str, at: float, source: Identity, colleague: Identity, by: Operator, *, held: bool = False
) -> list[Event]:
    """A caller talks with a colleague; `by` has the call."""
    claim = CallClaimed(call=CallId(id), key=f"{id}:claim", at=at + 4, operator=by, until=at + 9000)
    return [*waits(id, at, source), claim, _roster(id, at + 9, source, colleague, held=held)]


def claimed(id: str, at: float, by: Operator) -> Event:
    return CallClaimed(call=CallId(id), key=f"{id}:claim:{at}", at=at, operator=by, until=at + 30)


def parked(id: str, at: float, by: Operator, reason: str) -> Event:
    return CallParked(call=CallId(id), key=f"{id}:park", at=at, operator=by, reason=reason)


def not_joined(id: str, at: float, who: Identity) -> list[Event]:
    """A colleague was asked and did not pick up."""
    operation = OperationId(f"{id}:op:{at}")
    return [
        InvitationSent(call=CallId(id), key=f"{id}:inv:{at}", at=at, operation=operation, identity=who),
        OperationEnded(
            call=CallId(id),
            key=f"{id}:opend:{at}",
            at=at + 20,
            operation=operation,
            kind="inviteParticipants",
            failed=True,
            result=Result(408, 10057),
            invited=(who,),
        ),
    ]


def transfer_failed(id: str, at: float) -> list[Event]:
    """A transfer was tried and the caller came back."""
    return [
        CallTold(call=CallId(id), key=f"{id}:tr", at=at, state=CallState.TRANSFERRING),
        CallTold(
            call=CallId(id),
            key=f"{id}:back",
            at=at + 20,
            state=CallState.ESTABLISHED,
            result=Result(486, 0),
        ),
    ]


def ends(id: str, at: float, result: Result | None = None) -> Event:
    return CallTold(
        call=CallId(id),
        key=f"{id}:end",
        at=at,
        state=CallState.TERMINATED,
        deleted=True,
        result=result or Result(200, 540000),
    )


def handled(
    id: str, at: float, source: Identity, seconds: float = 90, result: Result | None = None
) -> list[Event]:
    """A call that came and went."""
    return [*waits(id, at, source), ends(id, at + seconds, result)]


def morning(now: float) -> list[Event]:
    """A busy front desk with every kind of row."""
    return [
        *rings("r1", now - 7, user("Amelia Ward"), SALES, user("Tom Reed")),
        *rings("r2", now - 2, phone("+14255550142"), SUPPORT),
        *waits("w1", now - 190, user("Ravi Menon")),
        *not_joined("w1", now - 120, user("Tom Reed")),
        *waits("w2", now - 94, phone("+442079460018", "Zhang Wei 张伟"), SUPPORT),
        parked("w2", now - 60, TOM, "looks up an order"),
        *waits("w3", now - 31, user("ياسمين حداد")),
        *talks("m1", now - 242, user("Grace Okafor"), Identity(IdentityKind.USER, LENA.id, LENA.name), LENA),
        *talks("o1", now - 621, user("Jonas Lindqvist"), user("Anna Berg"), TOM),
        *talks("o2", now - 75, phone("+4930901820"), user("Mei Tan"), TOM, held=True),
        *handled("h1", now - 3000, user("Priya Nair"), 140, Result(200, 7015)),
        *handled("h2", now - 4200, phone("+33145550199"), 32, Result(200, 540000)),
        *handled("h3", now - 5400, user("Oliver Grant"), 60, Result(408, 10057)),
    ]


def crowd(now: float, count: int) -> list[Event]:
    """`count` calls of all kinds."""
    made: list[Event] = []
    for n in range(count):
        who = user(f"Caller Number {n}") if n % 3 else phone(f"+1425555{n:04}")
        at = now - 20 - n * 7
        match n % 5:
            case 0:
                made += waits(f"c{n}", at, who)
            case 1 | 2:
                made += talks(f"c{n}", at, who, user("Anna Berg"), TOM)
            case _:
                made += handled(f"c{n}", at - 600, who)
    return made


def _roster(id: str, at: float, *people: Identity, held: bool = False) -> RosterRead:
    participants: Sequence[Participant] = [
        Participant(ParticipantId(f"{id}:p{n}"), identity, on_hold=held and n == 1)
        for n, identity in enumerate((BOT, *people))
    ]
    return RosterRead(call=CallId(id), key=f"{id}:roster:{at}", at=at, participants=tuple(participants))
