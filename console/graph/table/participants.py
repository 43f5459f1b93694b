"""The people in a call (REFERENCE §2), and the bot among them (§1.11)."""

from __future__ import annotations

from console.graph.operations import (
    AS_GUEST,
    CALL,
    FINISHED,
    GROUP,
    INITIATE,
    JOIN,
    MEDIA,
    PARTICIPANT,
    ROSTER,
    Feature,
    by_bot,
)

_VOICELESS = "Only its announcements are ever heard of the bot, and they are stopped where they are played."

PARTICIPANTS = Feature(
    "participants",
    "People in a call",
    "More than two people in one call: who is there, who is asked to come, muted, held or let go.",
    (
        by_bot(
            "participant.list", f"GET {CALL}/participants 200", (INITIATE, MEDIA), "Read who is in the call."
        ),
        by_bot("participant.get", f"GET {PARTICIPANT} 200", (JOIN, AS_GUEST), "Read one participant."),
        by_bot(
            "participant.invite",
            f"POST {CALL}/participants/invite 200",
            (GROUP,),
            "Ask up to five people to join the call.",
            confirmed_by=FINISHED,
        ),
        by_bot(
            "participant.mute",
            f"POST {PARTICIPANT}/mute 200",
            (JOIN, AS_GUEST),
            "Mute a participant, who alone can undo it.",
            confirmed_by=ROSTER,
        ),
        by_bot(
            "participant.remove",
            f"DELETE {PARTICIPANT} 204",
            (JOIN, AS_GUEST),
            "Let a participant go, or take an invitation back. An administrator must allow it in Teams.",
            confirmed_by=ROSTER,
        ),
        by_bot(
            "participant.hold",
            f"POST {PARTICIPANT}/startHoldMusic 202",
            (AS_GUEST, JOIN),
            "Put a participant on hold with music.",
            confirmed_by=ROSTER,
        ),
        by_bot(
            "participant.resume",
            f"POST {PARTICIPANT}/stopHoldMusic 202",
            (AS_GUEST, JOIN),
            "Bring a participant back from hold.",
            confirmed_by=ROSTER,
        ),
        by_bot(
            "call.mute",
            f"POST {CALL}/mute 200",
            (INITIATE, MEDIA),
            "Mute the bot itself.",
            confirmed_by=ROSTER,
            withheld=_VOICELESS,
        ),
        by_bot(
            "call.unmute",
            f"POST {CALL}/unmute 200",
            (INITIATE, MEDIA),
            "Unmute the bot itself.",
            confirmed_by=ROSTER,
            withheld=_VOICELESS,
        ),
    ),
    basic=True,
)
