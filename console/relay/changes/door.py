"""POST /hooks/graph and /hooks/lifecycle: whom to believe of those who say that something has changed.

Three things must be right: the address, which only we can make up, the clientState that goes with it, and
for notifications with data Microsoft's own tokens (SECURITY §5.2).
"""

from __future__ import annotations

import hashlib
import html
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from console.domain.events import Event
from console.domain.ids import plain_id
from console.relay.changes.marks import GRAPH, LIFECYCLE, Mark, Marks, same
from console.relay.changes.sealed import CannotOpen, Keyring
from console.relay.clock import Clock
from console.relay.doorkeeper import Doorkeeper
from console.relay.history import HistoryFailed
from console.relay.hub import Hub
from console.relay.intake import Unreadable, read_bytes
from console.relay.keys import KeysUnavailable
from console.relay.tokens import Denied
from console.wire.strict import Malformed, parse
from console.wire.values import Json, items, member, text

MOST_ITEMS = 1000
LONGEST_TOKEN = 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that has changed: `what` is Graph's word, `data` the resource or what names it.

    `key` is the same when the same is told again.
    """

    resource: str
    what: str
    data: Json
    key: str


Take = Callable[[Sequence[Change], float], list[Event]]
"""Returns the facts in changes that were received at a moment (UTC seconds); none for what is not ours."""


class _Refused(Exception):
    """`status` is the answer."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class ChangeDoor:
    """Where Microsoft tells of changes in one tenant. `heard` is told of each lifecycle event.

    `now` is the relay's steady clock.
    """

    def __init__(
        self,
        hub: Hub,
        doorkeeper: Doorkeeper,
        marks: Marks,
        keyring: Keyring,
        *,
        tenant: str,
        take: Take,
        heard: Callable[[str], None],
        now: Clock,
    ) -> None:
        self._hub = hub
        self._doorkeeper = doorkeeper
        self._marks = marks
        self._keyring = keyring
        self._tenant = tenant
        self._take = take
        self._heard = heard
        self._now = now

    def routes(self) -> list[Route]:
        """Return the two routes; the tenant is in the address for whoever serves several."""
        return [
            Route(f"{GRAPH}/{{tenant}}/{{mark}}", self.changes, methods=["POST"]),
            Route(f"{LIFECYCLE}/{{tenant}}/{{mark}}", self.lifecycle, methods=["POST"]),
        ]

    async def changes(self, request: Request) -> Response:
        """Answer 202 once everything that is ours is on the disk, and only then."""
        at = self._now()
        try:
            mark = self._marked(request)
            if "validationToken" in request.query_params:
                return self._handshake(request, mark)
            body, name = await self._body(request)
            told = await self._opened(body, self._told(body, mark))
            changes = [_change(item, f"{name}:{index}") for index, item in enumerate(told)]
        except _Refused as refused:
            log.info("a change notification was refused: %s", refused)
            return Response(status_code=refused.status)
        except KeysUnavailable:
            log.critical("a change notification cannot be checked: Entra's keys cannot be fetched")
            return Response(status_code=503)
        try:
            if facts := self._take(changes, at):
                await self._hub.append(*facts)
        except HistoryFailed as failure:
            log.critical("a change notification was not kept: %s", failure)
            return Response(status_code=503, headers={"Retry-After": "1"})
        return Response(status_code=202)

    async def lifecycle(self, request: Request) -> Response:
        """Hand on what happens to the subscription itself. If it gets lost, time brings the same about."""
        try:
            mark = self._marked(request)
            if "validationToken" in request.query_params:
                return self._handshake(request, mark)
            told = self._told((await self._body(request))[0], mark)
        except _Refused as refused:
            log.info("a lifecycle notification was refused: %s", refused)
            return Response(status_code=refused.status)
        for event in {text(member(item, "lifecycleEvent")).casefold() for item in told}:
            self._heard(event)
        return Response(status_code=202)

    def _marked(self, request: Request) -> Mark:
        mark = self._marks.find(request.path_params["mark"])
        if mark is None or plain_id(request.path_params["tenant"]) != self._tenant:
            raise _Refused(404, "no subscription of ours has this address")
        return mark

    def _handshake(self, request: Request, mark: Mark) -> Response:
        tokens = request.query_params.getlist("validationToken")
        if not self._marks.is_open(mark):
            raise _Refused(403, "a handshake that nobody waits for")
        if len(tokens) != 1 or not 1 <= len(tokens[0].encode()) <= LONGEST_TOKEN:
            raise _Refused(400, "a handshake with an odd token")
        return PlainTextResponse(html.escape(tokens[0]))

    async def _body(self, request: Request) -> tuple[Json, str]:
        """Return the body, and a name that only the very same body has."""
        try:
            raw = await read_bytes(request)
            body = parse(raw)
        except Unreadable as unreadable:
            raise _Refused(unreadable.status, str(unreadable)) from None
        except Malformed as malformed:
            raise _Refused(400, str(malformed)) from None
        if not isinstance(body, dict):
            raise _Refused(400, "It is not an object.")
        return body, hashlib.blake2b(raw, digest_size=12).hexdigest()

    def _told(self, body: Json, mark: Mark) -> list[Json]:
        told = items(member(body, "value"))
        if len(told) > MOST_ITEMS:
            raise _Refused(413, "too many at once")
        # All are compared, whatever the first one says: neither the answer nor its time tells which is wrong.
        right = [same(str(member(item, "clientState")), mark.secret) for item in told]
        if not told or not all(right):
            raise _Refused(403, "the clientState is not the one that goes with this address")
        if any(plain_id(text(member(item, "tenantId"))) != self._tenant for item in told):
            raise _Refused(403, "about another tenant")
        return told

    async def _opened(self, body: Json, told: list[Json]) -> list[Json]:
        """Return the items with their sealed data as `resourceData`, if Microsoft vouches for them."""
        tokens, sealed = member(body, "validationTokens"), [member(item, "encryptedContent") for item in told]
        if tokens is None and not any(sealed):
            return told
        if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
            raise _Refused(401, "data without Microsoft's tokens")
        try:
            vouched = await self._doorkeeper.vouched(tokens)
            opened = [self._keyring.open(content) if content else None for content in sealed]
        except Denied as denied:
            raise _Refused(403 if denied.forbidden else 401, f"token: {denied.reason}") from None
        except CannotOpen as cannot:
            raise _Refused(403, str(cannot)) from None
        if self._tenant not in vouched:
            raise _Refused(401, "nobody vouches for this tenant")
        return [
            {**item, "resourceData": data} if content else item
            for item, content, data in zip(told, sealed, opened, strict=True)
        ]


def _change(item: Json, otherwise: str) -> Change:
    """Return an item as a change. `otherwise` names it when Graph did not."""
    data, what = member(item, "resourceData"), text(member(item, "changeType")).casefold()
    resource, name = text(member(item, "resource")), text(member(item, "id")) or otherwise
    about = "|".join((text(member(item, "subscriptionId")), name, what, resource))
    key = hashlib.blake2b(about.encode(), digest_size=12).hexdigest()
    return Change(resource, what, data if isinstance(data, dict) else {}, f"change:{key}")
