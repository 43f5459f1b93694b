"""Change-notification subscriptions (REFERENCE §6.4).

Presence can be watched only in an operator's name, call records only in the bot's; `whose` says which.
"""

from __future__ import annotations

from datetime import datetime

from console.domain.ids import IntentId
from console.domain.subscriptions import Subscription, Watch
from console.graph.client import GraphClient
from console.graph.operations import Identity
from console.graph.paging import pages
from console.wire.subscriptions import read_subscription, write_renewal, write_watch

_NOUNS = {Identity.OPERATOR: "presenceWatch", Identity.BOT: "recordWatch"}


async def create(client: GraphClient, whose: Identity, watch: Watch, *, intent: IntentId) -> Subscription:
    """Subscribe. Graph first asks both URLs for a token each; they must answer within ten seconds."""
    body = write_watch(watch)
    return read_subscription((await client.send(_name(whose, "create"), body=body, request_id=intent)).body)


async def listed(client: GraphClient, whose: Identity) -> tuple[Subscription, ...]:
    """Return the subscriptions of this program."""
    found = pages(client, _name(whose, "list"))
    return tuple([read_subscription(entry) async for page in found for entry in page])


async def get(client: GraphClient, whose: Identity, id: str) -> Subscription:
    """Return one subscription."""
    return read_subscription((await client.send(_name(whose, "get"), subscription=id)).body)


async def renew(
    client: GraphClient, whose: Identity, id: str, until: datetime, *, intent: IntentId
) -> Subscription:
    """Let it live until `until`: an hour at most for presence, 4,230 minutes for call records."""
    body = write_renewal(until)
    reply = await client.send(_name(whose, "renew"), subscription=id, body=body, request_id=intent)
    return read_subscription(reply.body)


async def reauthorize(client: GraphClient, whose: Identity, id: str, *, intent: IntentId) -> None:
    """Answer a `reauthorizationRequired` notice; it does not live longer for it."""
    await client.send(_name(whose, "reauthorize"), subscription=id, request_id=intent)


async def delete(client: GraphClient, whose: Identity, id: str, *, intent: IntentId) -> None:
    """End a subscription."""
    await client.send(_name(whose, "delete"), subscription=id, request_id=intent)


def _name(whose: Identity, verb: str) -> str:
    return f"{_NOUNS[whose]}.{verb}"
