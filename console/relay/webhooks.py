"""POST /hooks/calls: check the token, keep the facts, and only then tell Microsoft that we have them."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence, Set

from starlette.types import Receive, Scope, Send

from console.domain.events import CallTold, GraphFact, NotUnderstood
from console.domain.ids import CallId, plain_id
from console.relay.callbacks import Callbacks
from console.relay.clock import Clock
from console.relay.doorkeeper import Doorkeeper
from console.relay.headers import RAW
from console.relay.history import HistoryFailed
from console.relay.hub import Hub
from console.relay.intake import Unreadable, collect
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI app behind a route of the framework, which may name the `seal`."""
        await self.answer(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> int:
        """Answer 202 once everything in the body is on the disk, and only then. Returns the status."""
        try:
            status = await self._take(scope, receive)
        except Exception:
            log.exception("a notification failed")
            status = 500
        retry = [(b"retry-after", b"1")] if status == 503 else []
        # RFC 9110 §8.6: a 204 has no length.
        length = [] if status == 204 else [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": status, "headers": [*length, *retry, *RAW]})
        await send({"type": "http.response.body", "body": b""})
        return status

    async def _take(self, scope: Scope, receive: Receive) -> int:
        at = self._now()
        # Of a header that stands twice the first counts.
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"][::-1]}
        try:
            tenant = await self._doorkeeper.tenant(headers)
        except Denied as denied:
            log.info("a notification was refused: %s", denied.reason)
            return 403 if denied.forbidden else 401
        except KeysUnavailable:
            log.critical("a notification cannot be checked: Microsoft's keys cannot be fetched")
            return 503
        try:
            body = await collect(headers, receive)
            items = read_body(body)
        except Unreadable as unreadable:
            return unreadable.status
        except Malformed:
            log.info("a notification was not JSON")
            return 400
        if items is None:
            # The old Skype format: 204 asks for the same again in Graph's (REFERENCE §3.1).
            return 204
        if len(items) > MOST_ITEMS:
            return 413
        seal = scope["path_params"].get("seal")
        facts = self._read(items, body, headers, at, believed=seal is not None)
        if not self._addressed(seal, facts) or not _of_tenant(items, tenant):
            log.info("a notification was refused: it does not belong to this address or tenant")
            return 403
        try:
            if facts:
                await self._hub.append(*facts)
        except HistoryFailed as failure:
            log.critical("a notification was not kept: %s", failure)
            return 503
        return 202

    def _read(
        self, items: Sequence[Json], body: bytes, headers: Mapping[str, str], at: float, *, believed: bool
    ) -> list[GraphFact]:
        message = next((headers[name] for name in _IDS if headers.get(name)), "")
        origin = message.encode() or hashlib.blake2b(body, digest_size=16).digest()
        facts: list[GraphFact] = []
        begun: set[str] = set()
        media = may_hold_media(body)
        for index, item in enumerate(items):
            clean = without_media(item) if media else item
            found = read_item(clean, key=item_key(origin, index, clean), at=at)
            if text(member(clean, "changeType")).casefold() == "created":
                begun |= {fact.call for fact in found if not isinstance(fact, NotUnderstood)}
            facts += found if believed else [self._doubted(fact, begun) for fact in found]
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
