"""POST /hooks/calls: check the token, keep the facts, and only then tell Microsoft that we have them."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence, Set

from starlette.requests import Request
from starlette.responses import Response

from console.domain.events import CallTold, GraphFact, NotUnderstood
from console.domain.ids import CallId, plain_id
from console.relay.callbacks import Callbacks
from console.relay.clock import Clock
from console.relay.doorkeeper import Doorkeeper
from console.relay.history import HistoryFailed
from console.relay.hub import Hub
from console.relay.intake import Unreadable, read_bytes
from console.relay.keys import KeysUnavailable
from console.relay.steps import DOUBT
from console.relay.tokens import Denied
from console.wire.notifications import may_hold_media, read_body, read_item, without_media
from console.wire.strict import Malformed
from console.wire.values import Json, member, text

MOST_ITEMS = 1000
_SEAL = re.compile(r"[A-Za-z0-9_.~-]{1,128}")
_IDS = ("x-microsoft-skype-original-message-id", "x-microsoft-skype-message-id")

log = logging.getLogger(__name__)


class Webhooks:
    """The door Microsoft knocks on. `now` is the relay's steady clock."""

    def __init__(self, hub: Hub, doorkeeper: Doorkeeper, callbacks: Callbacks, now: Clock) -> None:
        self._hub = hub
        self._doorkeeper = doorkeeper
        self._callbacks = callbacks
        self._now = now

    async def receive(self, request: Request) -> Response:
        """Answer 202 once everything in the body is on the disk, and only then."""
        at = self._now()
        try:
            tenant = await self._doorkeeper.tenant(request.headers)
        except Denied as denied:
            log.info("a notification was refused: %s", denied.reason)
            return Response(status_code=403 if denied.forbidden else 401)
        except KeysUnavailable:
            log.critical("a notification cannot be checked: Microsoft's keys cannot be fetched")
            return Response(status_code=503)
        try:
            body = await read_bytes(request)
            items = read_body(body)
        except Unreadable as unreadable:
            return Response(status_code=unreadable.status)
        except Malformed:
            log.info("a notification was not JSON")
            return Response(status_code=400)
        if items is None:
            # The old Skype format: 204 asks for the same again in Graph's (REFERENCE §3.1).
            return Response(status_code=204)
        if len(items) > MOST_ITEMS:
            return Response(status_code=413)
        facts = self._read(items, body, request, at)
        if not self._addressed(request.path_params.get("seal"), facts) or not _of_tenant(items, tenant):
            log.info("a notification was refused: it does not belong to this address or tenant")
            return Response(status_code=403)
        try:
            if facts:
                await self._hub.append(*facts)
        except HistoryFailed as failure:
            log.critical("a notification was not kept: %s", failure)
            return Response(status_code=503, headers={"Retry-After": "1"})
        return Response(status_code=202)

    def _read(self, items: Sequence[Json], body: bytes, request: Request, at: float) -> list[GraphFact]:
        message = next((request.headers[name] for name in _IDS if request.headers.get(name)), "")
        origin = message.encode() or hashlib.blake2b(body, digest_size=16).digest()
        facts: list[GraphFact] = []
        begun: set[str] = set()
        media = may_hold_media(body)
        for index, item in enumerate(items):
            clean = without_media(item) if media else item
            found = read_item(clean, key=item_key(origin, index, clean), at=at)
            if text(member(clean, "changeType")).casefold() == "created":
                begun |= {fact.call for fact in found if not isinstance(fact, NotUnderstood)}
            sealed = "seal" in request.path_params
            facts += found if sealed else (self._doubted(fact, begun) for fact in found)
        return facts

    def _doubted(self, fact: GraphFact, begun: Set[str]) -> GraphFact:
        """Return `fact`, or only that there may be a call when it goes on with one that nobody told us of.

        Whoever has a leaked token could make a call up, so Graph is asked before anybody sees it (SECURITY
        §5.1). The answer also says what an honest notification said that came early.
        """
        if isinstance(fact, NotUnderstood) or fact.call in begun:
            return fact
        call = self._hub.world.calls.get(fact.call)
        if call is not None and call.identified:
            return fact
        return CallTold(call=fact.call, key=DOUBT + fact.key, at=fact.at)

    def _addressed(self, seal: str | None, facts: Sequence[GraphFact]) -> bool:
        if seal is None:
            return True  # the address that is registered with the bot: first notifications come there
        calls = {CallId(str(fact.call)) for fact in facts if hasattr(fact, "call")}
        return bool(_SEAL.fullmatch(seal)) and (not calls or self._callbacks.accepts(seal, calls))


def item_key(origin: bytes, index: int, item: Json) -> str:
    """Return the name of one notification item, the same however often it is delivered.

    The message id alone would do if an id were never shared by different notifications; that is not known
    (REFERENCE §3.1), so what the item is about takes part.
    """
    data = member(item, "resourceData")
    about = "|".join(
        (
            str(index),
            text(member(item, "resourceUrl")),
            text(member(item, "changeType")),
            text(member(data, "@odata.type")),
            text(member(data, "state")),
        )
    )
    return hashlib.blake2b(origin + b"|" + about.encode(), digest_size=12).hexdigest()


def _of_tenant(items: Sequence[Json], tenant: str) -> bool:
    """A token of one tenant says nothing about the calls of another (SECURITY §5.1.5)."""
    named = (text(member(member(item, "resourceData"), "tenantId")) for item in items)
    return all(plain_id(name) == tenant for name in named if name)
