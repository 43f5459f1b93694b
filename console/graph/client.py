"""The one client: sends an operation with the right token to the right door and reports honestly."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import msgspec

from console.domain.errors import ConsoleError, ServiceFailed, Throttled
from console.domain.text import Text
from console.graph.budget import Budget
from console.graph.catalogue import CATALOGUE
from console.graph.clouds import CloudProfile, fitted, refusal
from console.graph.connection import Connection
from console.graph.failures import failure, lost
from console.graph.operations import Identity, Operation

if TYPE_CHECKING:
    import httpx2

READ_TRIES = 3
_TRY_AGAIN = frozenset({429, 503, 504})


@dataclass(frozen=True, slots=True)
class Door:
    """Where the operations of one identity are sent: the root URL (with /v1.0) and how to get a token."""

    root: str
    token: Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is the JSON, None when there was none; `content` the bytes as they came."""

    status: int
    body: Any
    location: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class _Failure:
    status: int
    error: ConsoleError


class GraphClient:
    """Sends operations. Holds no state but the connections; cancelling a call leaves nothing half open.

    `http` is a client, or a Connection that builds one when it is first needed. `cloud` says what the Graph
    at the end of the doors lacks; without it everything is tried. `budget` counts what is sent, if given.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient | Connection,
        doors: Mapping[Identity, Door],
        cloud: CloudProfile | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._http = http
        self._doors = doors
        self._cloud = cloud
        self._budget = budget

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

        `ids` fill the path. `request_id` becomes `client-request-id` (a random one when empty). Reads are
        repeated on 429, 503 and 504 within the operation's deadline; writes are sent once.
        Raises NotAllowed, with nothing sent, for what the cloud lacks, and a ConsoleError for everything that
        is not one of the operation's success statuses.
        """
        operation = CATALOGUE[name]
        body = self.fitted(operation, body)
        door = self._doors[operation.identity]
        path = operation.path.format(**{k: quote(v, safe="") for k, v in ids.items()})
        return await self._exchange(operation, door, door.root + path, body, query, headers, request_id)

    async def follow(self, name: str, link: str, *, headers: Mapping[str, str] | None = None) -> Reply:
        """Read the next page of the operation `name` at `link`, as Graph wrote it.

        Raises ServiceFailed, with nothing sent, for a link that leads away from the operation's own door: the
        token would go there too.
        """
        operation = CATALOGUE[name]
        door = self._doors[operation.identity]
        if not operation.reads or not _leads_to(door.root, link):
            raise ServiceFailed("The rest of the list is at an address that is not Microsoft Graph's.")
        return await self._exchange(operation, door, link, None, None, headers, "")

    async def _exchange(
        self,
        operation: Operation,
        door: Door,
        url: str,
        body: object,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        request_id: str,
    ) -> Reply:
        now = asyncio.get_running_loop().time
        ends = now() + operation.deadline
        try:
            async with asyncio.timeout(operation.deadline):
                for attempt in range(READ_TRIES if operation.reads else 1):
                    found = await self._send_once(operation, door, url, body, query, headers, request_id)
                    if isinstance(found, Reply):
                        return found
                    pause = _pause(found.error, attempt)
                    last = not operation.reads or attempt + 1 == READ_TRIES
                    if last or found.status not in _TRY_AGAIN or now() + pause >= ends:
                        raise found.error  # "wait 60 s" is news for the operator now, not at the deadline
                    await asyncio.sleep(pause)
        except TimeoutError:
            raise lost(operation, sent=True) from None
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _send_once(
        self,
        operation: Operation,
        door: Door,
        url: str,
        body: object,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        request_id: str,
    ) -> Reply | _Failure:
        import httpx2

        sent_headers = {
            "Authorization": f"Bearer {await door.token()}",
            "Accept": "application/json",
            "client-request-id": request_id or str(uuid.uuid4()),
            **(headers or {}),
        }
        content = None
        if body is not None:
            content = msgspec.json.encode(body)
            sent_headers["Content-Type"] = "application/json"
        http = await self._http.client() if isinstance(self._http, Connection) else self._http
        try:
            answer = await http.request(
                operation.method, url, params=query, content=content, headers=sent_headers
            )
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise lost(operation, sent=False) from error
        except httpx2.HTTPError as error:
            self._note(operation, 0)
            raise lost(operation, sent=True) from error
        self._note(operation, answer.status_code)
        decoded = _decoded(answer.content)
        if answer.status_code in operation.success:
            return Reply(answer.status_code, decoded, answer.headers.get("location", ""), answer.content)
        refused = failure(operation, answer.status_code, decoded, answer.headers)
        return _Failure(answer.status_code, refused)

    def _note(self, operation: Operation, status: int) -> None:
        if self._budget is not None:
            self._budget.note(operation, status)


def _leads_to(root: str, link: str) -> bool:
    """True when `link` has the scheme, host and port of `root` and lies below its path."""
    try:
        ours, theirs = urlsplit(root), urlsplit(link)
        same = (ours.scheme, ours.netloc.casefold()) == (theirs.scheme, theirs.netloc.casefold())
    except ValueError:
        return False
    return same and theirs.path.startswith(ours.path + "/") and ".." not in unquote(theirs.path).split("/")


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content) if content else None
    except msgspec.DecodeError:
        return None


def _pause(error: ConsoleError, attempt: int) -> float:
    asked = error.retry_after if isinstance(error, Throttled) else 0.0
    return asked or 0.3 * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not a secret
