"""POST /hooks/calls: check the token, keep the facts, and only then tell Microsoft that we have them."""

from __future__ import annotations

import hashlib
import logging
import re
from asyncio import Future
from collections.abc import Mapping, Sequence, Set

from starlette.types import Receive, Scope, Send

from console.domain.events import CallTold, GraphFact, NotUnderstood
from console.domain.ids import CallId, plain_id
from console.relay.callbacks import Callbacks
from console.relay.clock import Clock
from console.relay.doorkeeper import Doorkeeper
from console.relay.headers import without_body
from console.relay.history import HistoryFailed, Recorded
from console.relay.hub import Hub
from console.relay.intake import LARGEST, Unreadable, collect
from console.relay.keys import KeysUnavailable
from console.relay.steps import DOUBT
from console.relay.tokens import Denied
from console.wire.notifications import Item, read_items
from console.wire.strict import Malformed

MOST_ITEMS = 1000
_SEAL = re.compile(r"[A-Za-z0-9_.~-]{1,128}")
_IDS = ("x-microsoft-skype-original-message-id", "x-microsoft-skype-message-id")
_HEADERS = {name.encode() for name in ("authorization", "content-encoding", "content-length", *_IDS)}

log = logging.getLogger(__name__)


class Unwanted(Exception):
    """A notification is not taken; `status` is the HTTP status that says so."""

    def __init__(self, status: int, reason: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


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
        await send({"type": "http.response.start", "status": status, "headers": without_body(status)})
        await send({"type": "http.response.body", "body": b""})
        return status

    async def _take(self, scope: Scope, receive: Receive) -> int:
        at = self._now()
        headers = _headers(scope)
        try:
            tenant = await self._doorkeeper.tenant(headers)
            body = await collect(headers, receive)
            facts = self._facts(scope, headers, tenant, body, at)
            if facts:
                await self._hub.append(*facts)
        except Denied as denied:
            log.info("a notification was refused: %s", denied.reason)
            return 403 if denied.forbidden else 401
        except KeysUnavailable:
            log.critical("a notification cannot be checked: Microsoft's keys cannot be fetched")
            return 503
        except Unreadable as unreadable:
            return unreadable.status
        except Malformed:
            log.info("a notification was not JSON")
            return 400
        except Unwanted as unwanted:
            if unwanted.reason:
                log.info("a notification was refused: %s", unwanted.reason)
            return unwanted.status
        except HistoryFailed as failure:
            return not_kept(failure)
        return 202

    def take(self, scope: Scope, body: bytes) -> Future[list[Recorded]] | None:
        """Begin to keep what is in a whole `body`; answer 202 when that is done, as `answer` would.

        None when it is not as nearly all are: then nothing has been done, and `answer` says what is wrong.
        """
        headers = _headers(scope)
        try:
            tenant = self._doorkeeper.known_tenant(headers)
            if tenant is None or "content-encoding" in headers or len(body) > LARGEST:
                return None
            facts = self._facts(scope, headers, tenant, body, self._now())
            return self._hub.append(*facts) if facts else None
        except (Denied, Malformed, Unwanted, HistoryFailed):
            return None
        except Exception:
            log.exception("a notification failed")
            return None

    def _facts(
        self, scope: Scope, headers: Mapping[str, str], tenant: str, body: bytes, at: float
    ) -> list[GraphFact]:
        """Return what `body` tells of a call of `tenant`. Raises Malformed or Unwanted."""
        items = read_items(body)
        if items is None:
            # The old Skype format: 204 asks for the same again in Graph's (REFERENCE §3.1).
            raise Unwanted(204)
        if len(items) > MOST_ITEMS:
            raise Unwanted(413)
        seal = scope["path_params"].get("seal")
        facts = self._read(items, body, headers, at, believed=seal is not None)
        if not self._addressed(seal, facts) or not _of_tenant(items, tenant):
            raise Unwanted(403, "it does not belong to this address or tenant")
        return facts

    def _read(
        self, items: Sequence[Item], body: bytes, headers: Mapping[str, str], at: float, *, believed: bool
    ) -> list[GraphFact]:
        message = headers.get(_IDS[0]) or headers.get(_IDS[1]) or ""
        origin = message.encode() or hashlib.blake2b(body, digest_size=16).digest()
        facts: list[GraphFact] = []
        begun: set[str] = set()
        for index, item in enumerate(items):
            found = item.facts(key=item_key(origin, index, item), at=at)
            if item.begins:
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


def not_kept(failure: BaseException | None) -> int:
    """Say in the log that a notification is lost unless it is sent again; return the HTTP status."""
    log.critical("a notification was not kept: %s", failure)
    return 503


def _headers(scope: Scope) -> dict[str, str]:
    """The headers that matter here. Of one that stands twice the first counts."""
    return {
        name.decode(): value.decode("latin-1") for name, value in scope["headers"][::-1] if name in _HEADERS
    }


def item_key(origin: bytes, index: int, item: Item) -> str:
    """Return the name of one notification item, the same however often it is delivered.

    The message id alone would do if an id were never shared by different notifications; that is not known
    (REFERENCE §3.1), so what the item is about takes part.
    """
    about = "|".join((str(index), *item.about))
    return hashlib.blake2b(origin + b"|" + about.encode(), digest_size=12).hexdigest()


def _of_tenant(items: Sequence[Item], tenant: str) -> bool:
    """A token of one tenant says nothing about the calls of another (SECURITY §5.1.5)."""
    named = [item.tenant for item in items]
    return named == [tenant] or all(not name or plain_id(name) == tenant for name in named)
