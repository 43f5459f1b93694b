"""Who hears whom in a group call, and what somebody shares in it (REFERENCE §1.1)."""

from __future__ import annotations

from console.graph.operations import (
    AS_GUEST,
    CALL,
    GROUP,
    INITIATE,
    JOIN,
    MEDIA,
    NOT_AT_THE_DESK,
    Feature,
    by_bot,
)

_ALL = CALL + "/audioRoutingGroups"
_ONE = _ALL + "/{group}"
_SHARED = CALL + "/contentSharingSessions"
_MEMBERS = (JOIN, GROUP)
_ANY_CALL = (AS_GUEST, JOIN, INITIATE, GROUP, MEDIA)

ROUTING = Feature(
    "routing",
    "Audio groups",
    "Some in a group call hear only some of the others, such as a supervisor who whispers.",
    (
        by_bot("routing.list", f"GET {_ALL} 200", _MEMBERS, "Read the groups.", withheld=NOT_AT_THE_DESK),
        by_bot("routing.get", f"GET {_ONE} 200", _MEMBERS, "Read one group.", withheld=NOT_AT_THE_DESK),
        by_bot("routing.create", f"POST {_ALL} 201", _MEMBERS, "Make a group.", withheld=NOT_AT_THE_DESK),
        by_bot(
            "routing.change",
            f"PATCH {_ONE} 200",
            _MEMBERS,
            "Change who hears whom.",
            withheld=NOT_AT_THE_DESK,
        ),
        by_bot(
            "routing.delete",
            f"DELETE {_ONE} 204",
            _MEMBERS,
            "Let everybody in a group hear all others again.",
            withheld=NOT_AT_THE_DESK,
        ),
    ),
)
SHARING = Feature(
    "sharing",
    "Shared content",
    "Whether somebody shares a screen or a file in the call; not what is on it.",
    (
        by_bot(
            "sharing.list",
            f"GET {_SHARED} 200",
            _ANY_CALL,
            "Read what is being shared.",
            withheld=NOT_AT_THE_DESK,
        ),
        by_bot(
            "sharing.get",
            f"GET {_SHARED}/{{session}} 200",
            _ANY_CALL,
            "Read one of the things that are shared.",
            withheld=NOT_AT_THE_DESK,
        ),
    ),
)
