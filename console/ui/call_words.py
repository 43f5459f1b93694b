"""A call in plain words: its situation, what came of it and its story. Pure text, no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from console.domain.calls import Call, Direction, Happening, Moment, Situation
from console.domain.people import Identity, IdentityKind
from console.ui.numbers import shown_name, spaced_number


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
            return Phrase("Ringing", "phone-incoming", "accent")
        case Situation.CONNECTING:
            text = "Ringing them…" if call.direction is Direction.OUTGOING else "Connecting…"
            return Phrase(text, "phone", "accent")
        case Situation.WAITING:
            if call.parked:
                return Phrase("Waiting, parked", "park", "warning")
            return Phrase("Waiting", "clock", "warning")
        case Situation.TALKING:
            return Phrase("Talking", "volume", "success")
        case Situation.ON_HOLD:
            return Phrase("Parked" if call.parked else "On hold", "hold", "warning")
        case Situation.TRANSFERRING:
            return Phrase("Transferring…", "transfer", "accent")
        case Situation.ENDED:
            return Phrase("Ended", "phone-off", "text_muted")
    assert_never(call.situation)


def origin_text(identity: Identity) -> str:
    """Where a caller comes from, for the line under the name."""
    match identity.kind:
        case IdentityKind.PHONE:
            return spaced_number(identity.id)
        case IdentityKind.USER:
            return "Colleague, through Teams"
        case IdentityKind.GUEST:
            return "Guest in Teams"
        case IdentityKind.ENCRYPTED:
            return "Number withheld"
        case IdentityKind.ACS_USER:
            return "From a website or app"
        case _:
            return "Through Teams"


def forwarded_text(call: Call) -> str:
    """For whom a forwarded call was meant, or an empty string."""
    return f"For {shown_name(call.forwarded_from)} (no answer)" if call.forwarded_from else ""


def came_back(call: Call) -> Phrase | None:
    """Why the caller is back with us and what to do next, while that is news."""
    if call.returned is None or call.situation not in (Situation.WAITING, Situation.ON_HOLD):
        return None
    why = call.returned.detail or "The transfer did not go through."
    return Phrase(f"{why} The caller is back with you: try somebody else or pick up.", "undo", "danger")


def parked_phrase(call: Call) -> Phrase | None:
    """Who set the caller aside and why."""
    if call.parked is None or call.ended:
        return None
    why = f": {call.parked.reason}" if call.parked.reason else ""
    return Phrase(f"Parked by {call.parked.by.name}{why}", "park", "warning")


def ended_phrase(call: Call) -> Phrase:
    """What came of an ended call."""
    if call.result is None:
        return Phrase("The call has ended.", "check")
    failed = call.result.failed
    return Phrase(call.result.sentence, "alert" if failed else "check", "danger" if failed else "success")


def moment_phrase(call: Call, moment: Moment) -> Phrase:
    """One line of the story as a sentence."""
    who = moment.who or "Somebody"
    match moment.what:
        case Happening.RANG:
            line = f" {call.line.label}" if call.line and call.line.name else ""
            return Phrase(f"{shown_name(call.caller)} rang{line}.", "phone-incoming")
        case Happening.CALLED:
            return Phrase(f"The front desk called {shown_name(call.caller)}.", "arrow-up-right")
        case Happening.CLAIMED:
            return Phrase(f"{who} took the call.", "user")
        case Happening.RELEASED:
            return Phrase(f"{who} let the call go.", "user-minus")
        case Happening.ANSWERED:
            return Phrase("The call was answered.", "phone", "success")
        case Happening.RESCUED:
            return Phrase(
                "Nobody was free in time, so the caller was greeted and is waiting.", "bell", "warning"
            )
        case Happening.INVITED:
            return Phrase(f"{who} was asked to join.", "user-plus")
        case Happening.JOINED:
            return Phrase(f"{who} joined.", "check", "success")
        case Happening.NOT_JOINED:
            return Phrase(_joined_up(f"{who} did not join.", moment.detail), "x", "danger")
        case Happening.LEFT:
            return Phrase(f"{who} left.", "arrow-right")
        case Happening.PARKED:
            why = f": {moment.detail}" if moment.detail else "."
            return Phrase(f"{who} parked the caller{why}", "park", "warning")
        case Happening.HANDED_ON:
            return Phrase(f"{who} sent the caller to {moment.detail}.", "transfer")
        case Happening.TRANSFER_STARTED:
            return Phrase("The caller was being put through.", "transfer")
        case Happening.TRANSFER_FAILED:
            return Phrase(_joined_up("The caller came back.", moment.detail), "undo", "danger")
        case Happening.ENDED:
            return Phrase(_joined_up("The call ended.", moment.detail), "phone-off")
    assert_never(moment.what)


def _joined_up(sentence: str, detail: str) -> str:
    return f"{sentence} {detail}" if detail else sentence
