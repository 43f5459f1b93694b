"""One's own presence: seeing it, setting it, and the sentence beside it (REFERENCE §6.1)."""

from __future__ import annotations

from datetime import timedelta

from console.domain.ids import IntentId, UserId
from console.domain.people import Presence
from console.domain.presence import Preferred, Session, StatusMessage
from console.graph.client import GraphClient
from console.wire.people import read_presences
from console.wire.presence import write_presence, write_status_message

LONGEST_SESSION = timedelta(hours=4)
SHORTEST_SESSION = timedelta(minutes=5)


async def mine(client: GraphClient) -> Presence | None:
    """Return the operator's own presence, None when the answer names nobody."""
    return next(iter(read_presences({"value": (await client.send("presence.mine")).body})), None)


async def get(client: GraphClient, user: UserId) -> Presence | None:
    """Return one user's presence; for several, `people.presences` asks once."""
    return next(iter(read_presences({"value": (await client.send("presence.get", user=user)).body})), None)


async def show(
    client: GraphClient, user: UserId, session: Session, app_id: str, *, intent: IntentId, lasts: timedelta
) -> None:
    """Set the presence of this program's session, `app_id`, for five minutes to four hours.

    A longer or shorter time is cut to that. What others see also depends on the person's other sessions.
    """
    lasts = min(max(lasts, SHORTEST_SESSION), LONGEST_SESSION)
    body = {"sessionId": app_id, **write_presence(session, lasts)}
    await client.send("presence.set", user=user, body=body, request_id=intent)


async def clear(client: GraphClient, user: UserId, app_id: str, *, intent: IntentId) -> None:
    """End this program's session. Raises NotFound when there is none."""
    await client.send("presence.clear", user=user, body={"sessionId": app_id}, request_id=intent)


async def prefer(
    client: GraphClient, user: UserId, chosen: Preferred, *, intent: IntentId, lasts: timedelta | None = None
) -> None:
    """Show `chosen` whatever the sessions say; without `lasts` for a day (busy) or a week (others)."""
    body = write_presence(chosen, lasts)
    await client.send("presence.prefer", user=user, body=body, request_id=intent)


async def clear_preferred(client: GraphClient, user: UserId, *, intent: IntentId) -> None:
    """Let the sessions speak again."""
    await client.send("presence.clearPreferred", user=user, request_id=intent)


async def say(client: GraphClient, user: UserId, message: StatusMessage, *, intent: IntentId) -> None:
    """Put a sentence beside the presence."""
    await client.send("presence.say", user=user, body=write_status_message(message), request_id=intent)
