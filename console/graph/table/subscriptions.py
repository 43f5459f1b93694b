"""Being told of changes. Presence needs an operator's token, call records the bot's (REFERENCE §6.4)."""

from __future__ import annotations

from console.graph.operations import Identity, More, Operation, by_bot, by_operator

_ONE = "/subscriptions/{subscription}"
_HANDSHAKES = 30.0
"""Seconds: Graph waits for both addresses, ten seconds each, before it answers (REFERENCE §6.4)."""


def watching(
    noun: str, whose: Identity, resource: str, permission: str, withheld: str = ""
) -> tuple[Operation, ...]:
    """Return the six rows of subscriptions to `resource`, named `noun`.create, `noun`.list and so on."""
    row = by_operator if whose is Identity.OPERATOR else by_bot
    needs = (permission,)
    more: More = {"watches": resource, "withheld": withheld}
    patient: More = {**more, "deadline": _HANDSHAKES}
    return (
        row(f"{noun}.create", "POST /subscriptions 201", needs, "Ask to be told of changes.", **patient),
        row(f"{noun}.list", "GET /subscriptions 200", needs, "Read what is being told.", **more),
        row(f"{noun}.get", f"GET {_ONE} 200", needs, "Read one subscription.", **more),
        row(f"{noun}.renew", f"PATCH {_ONE} 200", needs, "Let it last longer.", **more),
        row(
            f"{noun}.reauthorize",
            f"POST {_ONE}/reauthorize 200 202 204",
            needs,
            "Show again that it is allowed.",
            **more,
        ),
        row(f"{noun}.delete", f"DELETE {_ONE} 204", needs, "Be told no more.", **more),
    )
