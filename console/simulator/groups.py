"""What makes a call a group call: its chat, the one-way step up from peer-to-peer, and its end."""

from __future__ import annotations

from console.simulator import assumptions
from console.simulator.calls import Call
from console.simulator.identities import Json, Party
from console.simulator.results import NOBODY_JOINED, ONE_LEFT, OTHER_PARTY_LEFT, PHONE_HUNG_UP, Result
from console.simulator.switchboard import Switchboard, meeting_fields


def escalate(board: Switchboard, call: Call) -> None:
    """Turns a peer-to-peer call into a group call; there is no way back (REFERENCE §2.1, #395)."""
    if call.is_group:
        return
    call.is_group = True
    call.chat_info = chat_info(call.ids.new())
    board.tell(call, **meeting_fields(call))
    board.tell_roster(call, list(call.roster.values()))


def end_if_alone(board: Switchboard, call: Call) -> None:
    """Ends a group call in which only the bot is left (200/5010, or 5013 when nobody ever came)."""
    if call.is_meeting or not call.is_group or call.people or not call.alive:
        return
    came = any(member.is_person for member, _ in call.past)
    if not came and call.invitations:
        return
    result, outcome = (ONE_LEFT, "everybody left") if came else (NOBODY_JOINED, "nobody joined")

    def check() -> None:
        if not call.people:
            board.end(call, result, outcome)

    call.set_timer("alone", board.clock.later(assumptions.ALONE_SECONDS.value, check))


def hung_up_result(party: Party) -> Result:
    """How a peer-to-peer call ends when the other side puts the receiver down (§3.5)."""
    return PHONE_HUNG_UP if party.kind in ("phone", "encrypted") else OTHER_PARTY_LEFT


def chat_info(seed: str) -> Json:
    """The `chatInfo` of a group call."""
    return {
        "@odata.type": "#microsoft.graph.chatInfo",
        "threadId": f"19:meeting_{seed.replace('-', '')}@thread.v2",
        "messageId": "0",
        "replyChainMessageId": None,
    }
