"""A call in plain words: its situation, what came of it and its story. Pure text, no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from console.domain.calls import Call, Direction, Happening, Moment, Parked, Situation
from console.domain.people import Identity, IdentityKind
from console.domain.records import Talk
from console.domain.text import NOTHING, Text, sentences
from console.ui.language import say, tr
from console.ui.numbers import shown_name, spaced_number
from console.ui.times import span


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with its mark: the name of an icon and of a colour role in the theme."""

    text: str
    icon: str
    role: str = "text_muted"


def situation_phrase(call: Call) -> Phrase:
    """Say in a few words what is going on with `call`."""
    match call.situation:
        case Situation.RINGING:
            return Phrase(tr("Ringing"), "phone-incoming", "accent")
        case Situation.CONNECTING:
            text = tr("Ringing them…") if call.direction is Direction.OUTGOING else tr("Connecting…")
            return Phrase(text, "phone", "accent")
        case Situation.WAITING:
            if call.parked:
                return Phrase(tr("Waiting, parked"), "park", "warning")
            return Phrase(tr("Waiting"), "clock", "warning")
        case Situation.TALKING:
            return Phrase(tr("Talking"), "volume", "success")
        case Situation.ON_HOLD:
            return Phrase(tr("Parked") if call.parked else tr("On hold"), "hold", "warning")
        case Situation.TRANSFERRING:
            return Phrase(tr("Transferring…"), "transfer", "accent")
        case Situation.ENDED:
            return Phrase(tr("Ended"), "phone-off", "text_muted")
    assert_never(call.situation)


def origin_text(identity: Identity) -> str:
    """Where a caller comes from, for the line under the name."""
    match identity.kind:
        case IdentityKind.PHONE:
            return spaced_number(identity.id)
        case IdentityKind.USER:
            return tr("Colleague, through Teams")
        case IdentityKind.GUEST:
            return tr("Guest in Teams")
        case IdentityKind.ENCRYPTED:
            return tr("Number withheld")
        case IdentityKind.ACS_USER:
            return tr("From a website or app")
        case _:
            return tr("Through Teams")


def forwarded_text(call: Call) -> str:
    """For whom a forwarded call was meant, or an empty string."""
    if call.forwarded_from is None:
        return ""
    return tr("For {who} (no answer)", who=shown_name(call.forwarded_from))


def came_back(call: Call) -> Phrase | None:
    """Why the caller is back with us and what to do next, while that is news."""
    if call.returned is None or call.situation not in (Situation.WAITING, Situation.ON_HOLD):
        return None
    result = call.returned.result
    why = result.sentence if result else Text("The transfer did not go through.")
    back = Text("The caller is back with you: try somebody else or pick up.")
    return Phrase(say(sentences(why, back)), "undo", "danger")


def parked_phrase(call: Call) -> Phrase | None:
    """Who set the caller aside and why."""
    if call.parked is None or call.ended:
        return None
    return Phrase(parked_text(call.parked), "park", "warning")


def parked_text(parked: Parked) -> str:
    """Return "Parked by Lena Ortiz: looking something up"."""
    if parked.reason:
        return tr("Parked by {who}: {why}", who=parked.by.name, why=parked.reason)
    return tr("Parked by {who}", who=parked.by.name)


def ended_phrase(call: Call) -> Phrase:
    """What came of an ended call."""
    if call.result is None:
        return Phrase(tr("The call has ended."), "check")
    failed = call.result.failed
    return Phrase(
        say(call.result.sentence), "alert" if failed else "check", "danger" if failed else "success"
    )


def onward_phrase(talk: Talk) -> Phrase:
    """Who talked to the caller when the front desk heard no more of them."""
    who = shown_name(talk.who)
    return Phrase(
        tr("{who} talked to the caller for {time}.", who=who, time=span(talk.seconds)), "volume", "success"
    )


def moment_phrase(call: Call, moment: Moment) -> Phrase:
    """One line of the story as a sentence."""
    who = moment.who or Text("Somebody")
    why = moment.result.sentence if moment.result else NOTHING
    match moment.what:
        case Happening.RANG:
            caller = shown_name(call.caller)
            if call.line and call.line.name:
                return Phrase(tr("{who} rang {line}.", who=caller, line=call.line.name), "phone-incoming")
            return Phrase(tr("{who} rang.", who=caller), "phone-incoming")
        case Happening.CALLED:
            return Phrase(tr("The front desk called {who}.", who=shown_name(call.caller)), "arrow-up-right")
        case Happening.CLAIMED:
            return Phrase(tr("{who} took the call.", who=who), "user")
        case Happening.RELEASED:
            return Phrase(tr("{who} let the call go.", who=who), "user-minus")
        case Happening.ANSWERED:
            return Phrase(tr("The call was answered."), "phone", "success")
        case Happening.RESCUED:
            greeted = tr("Nobody was free in time, so the caller was greeted and is waiting.")
            return Phrase(greeted, "bell", "warning")
        case Happening.INVITED:
            return Phrase(tr("{who} was asked to join.", who=who), "user-plus")
        case Happening.JOINED:
            return Phrase(tr("{who} joined.", who=who), "check", "success")
        case Happening.NOT_JOINED:
            return Phrase(say(sentences(Text("{who} did not join.", who=who), why)), "x", "danger")
        case Happening.LEFT:
            return Phrase(tr("{who} left.", who=who), "arrow-right")
        case Happening.PARKED:
            if moment.detail:
                parked = tr("{who} parked the caller: {why}", who=who, why=moment.detail)
                return Phrase(parked, "park", "warning")
            return Phrase(tr("{who} parked the caller.", who=who), "park", "warning")
        case Happening.HANDED_ON:
            return Phrase(tr("{who} sent the caller to {target}.", who=who, target=moment.detail), "transfer")
        case Happening.TRANSFER_STARTED:
            return Phrase(tr("The caller was being put through."), "transfer")
        case Happening.TRANSFER_FAILED:
            return Phrase(say(sentences(Text("The caller came back."), why)), "undo", "danger")
        case Happening.ENDED:
            return Phrase(say(sentences(Text("The call ended."), why)), "phone-off")
    assert_never(moment.what)
