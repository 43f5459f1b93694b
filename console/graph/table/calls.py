"""What can be done to one call (REFERENCE §1.1). The permission was given when the bot was set up."""

from __future__ import annotations

from console.graph.operations import (
    AS_GUEST,
    CALL,
    ENDED,
    ESTABLISHED,
    FINISHED,
    INITIATE,
    JOIN,
    MEDIA,
    Feature,
    by_bot,
)

_ANY_CALL = (INITIATE, MEDIA)

CALLS = Feature(
    "calls",
    "Calls",
    "Callers reach the desk, and the desk answers, turns away, hands over and hangs up.",
    (
        by_bot(
            "call.create",
            "POST /communications/calls 201",
            (INITIATE,),
            "Ring one colleague or one phone.",
            confirmed_by=ESTABLISHED,
        ),
        by_bot("call.get", f"GET {CALL} 200", _ANY_CALL, "Read how a call stands."),
        by_bot(
            "call.answer",
            f"POST {CALL}/answer 202",
            (JOIN, AS_GUEST),
            "Answer a ringing call.",
            deadline=6.0,
            confirmed_by=ESTABLISHED,
        ),
        by_bot(
            "call.reject",
            f"POST {CALL}/reject 202",
            (),
            "Turn a ringing call away.",
            deadline=6.0,
            confirmed_by=ENDED,
        ),
        by_bot(
            "call.redirect",
            f"POST {CALL}/redirect 202",
            (INITIATE,),
            "Send a ringing call to colleagues or to a phone.",
            deadline=6.0,
            confirmed_by=ENDED,
        ),
        by_bot(
            "call.transfer",
            f"POST {CALL}/transfer 202",
            (INITIATE,),
            "Hand the caller over to a colleague, with or without asking the colleague first.",
            confirmed_by=ENDED,
        ),
        by_bot("call.hangUp", f"DELETE {CALL} 204", _ANY_CALL, "Leave a call.", confirmed_by=ENDED),
        by_bot(
            "call.keepAlive",
            f"POST {CALL}/keepAlive 200",
            _ANY_CALL,
            "Tell Teams that the call is still wanted.",
            withheld="The relay keeps every call alive by itself.",
        ),
        by_bot(
            "call.playPrompt",
            f"POST {CALL}/playPrompt 200",
            _ANY_CALL,
            "Play an announcement or music to the caller.",
            confirmed_by=FINISHED,
        ),
        by_bot(
            "call.cancelMedia",
            f"POST {CALL}/cancelMediaProcessing 200",
            _ANY_CALL,
            "Stop the announcement that is playing.",
            withheld="The relay stops its announcements itself when somebody speaks to the caller.",
        ),
        by_bot(
            "call.park",
            f"POST {CALL}/park 202",
            _ANY_CALL,
            "Set the caller aside with music. The relay does it; Graph has no such operation.",
            confirmed_by="call parked",
            relay_only=True,
        ),
        # No page and no permission names it; the Location of every operation points there (REFERENCE §1.1).
        by_bot(
            "operation.get",
            f"GET {CALL}/operations/{{operation}} 200",
            _ANY_CALL,
            "Read how far something is that was begun in a call.",
            withheld="The relay is told how things end.",
        ),
    ),
    basic=True,
)
