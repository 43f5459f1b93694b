"""The one client: sends an operation with the right token to the right door and reports honestly."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import msgspec

from console.domain.errors import ServiceFailed
from console.domain.text import Text
from console.graph.budget import Budget
from console.graph.catalogue import CATALOGUE
from console.graph.clouds import CloudProfile, fitted, refusal
from console.graph.connection import Connection
from console.graph.operations import Identity, Operation
from console.graph.sending import Door, Reply, Request, Sender

if TYPE_CHECKING:
    import httpx2

__all__ = ["Door", "GraphClient", "Reply"]

AGENT = "operator-console"
LONGEST_LINK = 16 * 1024
"""Characters of an address; Graph's own links have a few hundred."""


class GraphClient:
    """Sends operations. Holds no state but the connections; cancelling a call leaves nothing half open.

    `http` is a client, or a Connection that builds one when it is first needed. `cloud` says what the Graph
    at the end of the doors lacks; without it everything is tried. `budget` counts what is sent, if given.
    `chance` draws from 0 to 1 and spreads the tries of many clients.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient | Connection,
        doors: Mapping[Identity, Door],
        cloud: CloudProfile | None = None,
        budget: Budget | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._sender = Sender(http, budget, chance)
        self._doors = doors
        self._cloud = cloud

    @property
    def cloud(self) -> CloudProfile | None:
        """Whose Graph it is; None when everything is tried."""
        return self._cloud

    def lacks(self, name: str, sends: Iterable[str] = ()) -> Text | None:
        """Return why the cloud cannot do the operation `name` with the properties `sends`, or None."""
        return refusal(self._cloud, CATALOGUE[name], sends) if self._cloud else None

    def fitted(self, operation: Operation, body: Any) -> Any:
        """Return `body` as this client's cloud takes it. Raises NotAllowed for what the cloud lacks."""
        return fitted(self._cloud, operation, body)

    async def send(
        self,
        name: str,
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        request_id: str = "",
        **ids: str,
    ) -> Reply:
        """Carry out the operation `name` and return Graph's reply.

        `ids` fill the path. `request_id` becomes `client-request-id` (a random one when empty). Within the
        operation's deadline a read is repeated on 429, 503 and 504 and when its connection breaks. A write is
        sent once, and again only after a 401 with another token: nothing had been done.
        Raises NotAllowed, with nothing sent, for what the cloud lacks; OutcomeUnknown for a write that may
        have arrived and was not answered, Unreachable when it surely never left; another ConsoleError for
        everything that is not one of the operation's success statuses. When the caller is cancelled while a
        write is on its way, CancelledError goes on as it must, with OutcomeUnknown as its `__cause__`.
        """
        operation = CATALOGUE[name]
        body = self.fitted(operation, body)
        path = operation.path.format(**{k: quote(v, safe="") for k, v in ids.items()})
        url = self._doors[operation.identity].root + path
        return await self._send(operation, url, body, query, headers, request_id)

    async def follow(self, name: str, link: str, *, headers: Mapping[str, str] | None = None) -> Reply:
        """Read the next page of the operation `name` at `link`, as Graph wrote it.

        Raises ServiceFailed, with nothing sent, for a link that leads away from the operation's own door: the
        token would go there too.
        """
        operation = CATALOGUE[name]
        if not operation.reads or not _leads_to(self._doors[operation.identity].root, link):
            raise ServiceFailed("The rest of the list is at an address that is not Microsoft Graph's.")
        return await self._send(operation, link, headers=headers)

    async def _send(
        self,
        operation: Operation,
        url: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        request_id: str = "",
    ) -> Reply:
        given = {
            "Accept": "application/json",
            "User-Agent": AGENT,
            "client-request-id": request_id or str(uuid.uuid4()),
        }
        content = None
        if body is not None:
            content = msgspec.json.encode(body)
            given["Content-Type"] = "application/json"
        door = self._doors[operation.identity]
        return await self._sender.send(
            Request(operation, door, url, query, {**given, **(headers or {})}, content)
        )


def _leads_to(root: str, link: str) -> bool:
    """True when `link` has the scheme, host and port of `root` and lies below its path."""
    if len(link) > LONGEST_LINK or not link.isprintable():  # urlsplit would drop line breaks silently
        return False
    try:
        ours, theirs = urlsplit(root), urlsplit(link)
        same = (ours.scheme, ours.netloc.casefold()) == (theirs.scheme, theirs.netloc.casefold())
    except ValueError:
        return False
    return same and theirs.path.startswith(ours.path + "/") and ".." not in unquote(theirs.path).split("/")
