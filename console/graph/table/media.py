"""What is heard, pressed and shown in a call (REFERENCE §1.9 to §1.11)."""

from __future__ import annotations

from console.graph.operations import (
    AS_GUEST,
    CALL,
    FINISHED,
    GROUP,
    JOIN,
    MEDIA,
    NOT_AT_THE_DESK,
    ROSTER,
    Feature,
    by_bot,
)

_OWN_MEDIA = "It needs a bot that carries the sound itself; the relay's does not."

KEYS = Feature(
    "keys",
    "Keys and short answers",
    "Callers press keys or say a few words to an automatic question. Neither may be kept.",
    (
        by_bot(
            "call.recordResponse",
            f"POST {CALL}/recordResponse 200",
            (MEDIA,),
            "Ask a question and record a short answer.",
            confirmed_by=FINISHED,
            withheld=NOT_AT_THE_DESK,
        ),
        by_bot(
            "call.subscribeToTone",
            f"POST {CALL}/subscribeToTone 200",
            (MEDIA,),
            "Be told which keys the caller presses.",
            withheld=NOT_AT_THE_DESK,
        ),
        # The page names Calls.Initiate.All, the catalogue this one; this one is enough for both (§1.1).
        by_bot(
            "call.sendTones",
            f"POST {CALL}/sendDtmfTones 200",
            (MEDIA,),
            "Press keys for an automatic answer at the other end.",
            confirmed_by=FINISHED,
            withheld=NOT_AT_THE_DESK,
        ),
    ),
)
SCREENS = Feature(
    "screens",
    "Screens and recording",
    "For bots that carry the sound and the picture of a call themselves.",
    (
        by_bot(
            "call.shareScreen",
            f"POST {CALL}/changeScreenSharingRole 202",
            (MEDIA,),
            "Become a viewer or the sharer of the screen.",
            confirmed_by=ROSTER,
            withheld=_OWN_MEDIA,
        ),
        by_bot(
            "call.tellRecording",
            f"POST {CALL}/updateRecordingStatus 200",
            (MEDIA,),
            "Tell everybody in the call whether it is recorded.",
            confirmed_by=FINISHED,
            withheld=_OWN_MEDIA,
        ),
    ),
)
GALLERY = Feature(
    "gallery",
    "Large gallery",
    "The view of many faces at once.",
    (
        by_bot(
            "call.showGallery",
            f"POST {CALL}/addLargeGalleryView 202",
            (AS_GUEST, JOIN, GROUP),
            "Add the large gallery to a group call.",
            confirmed_by=FINISHED,
            withheld=NOT_AT_THE_DESK,
        ),
    ),
)
