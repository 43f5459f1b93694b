"""The one client: sends an operation with the right token to the right door and reports honestly."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from console.domain.errors import ConsoleError, ServiceFailed, Throttled
from console.graph.catalogue import CATALOGUE
from console.graph.clouds import CloudProfile, fitted
from console.graph.connection import Connection
from console.graph.failures import failure, lost
from console.graph.operations import Identity, Operation

if TYPE_CHECKING:
    import httpx

READ_TRIES = 3
_TRY_AGAIN = frozenset({429, 503, 504})


@dataclass(frozen=True, slots=True)
class Door:
    """Where the operations of one identity are sent: the root URL (with /v1.0) and how to get a token."""

    root: str
    token: Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Any
    location: str = ""


class GraphClient:
    """Sends operations. Holds no state but the connections; cancelling a call leaves nothing half open.

    `http` is a client, or a Connection that builds one when it is first needed. `cloud` says what the Graph
    at the end of the doors lacks; without it everything is tried.
    """

    def __init__(
        self,
        http: httpx.AsyncClient | Connection,
        doors: Mapping[Identity, Door],
        cloud: CloudProfile | None = None,
    ) -> None:
        self._http = http
        self._doors = doors
        self._cloud = cloud

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
        body = fitted(self._cloud, operation, body)
        door = self._doors[operation.identity]
        path = operation.path.format(**{k: quote(v, safe="") for k, v in ids.items()})
        try:
            async with asyncio.timeout(operation.deadline):
                for attempt in range(READ_TRIES if operation.reads else 1):
                    try:
                        return await self._send_once(operation, door, path, body, query, headers, request_id)
                    except (Throttled, ServiceFailed) as error:
                        if not operation.reads or attempt + 1 == READ_TRIES:
                            raise
                        await asyncio.sleep(_pause(error, attempt))
        except TimeoutError:
            raise lost(operation, sent=True) from None
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _send_once(
        self,
        operation: Operation,
        door: Door,
        path: str,
        body: object,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        request_id: str,
    ) -> Reply:
        import httpx

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
                operation.method, door.root + path, params=query, content=content, headers=sent_headers
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise lost(operation, sent=False) from error
        except httpx.HTTPError as error:
            raise lost(operation, sent=True) from error
        decoded = _decoded(answer.content)
        if answer.status_code in operation.success:
            return Reply(answer.status_code, decoded, answer.headers.get("location", ""))
        raise failure(operation, answer.status_code, decoded, answer.headers)


def _decoded(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content) if content else None
    except msgspec.DecodeError:
        return None


def _pause(error: ConsoleError, attempt: int) -> float:
    asked = error.retry_after if isinstance(error, Throttled) else 0.0
    return asked or 0.3 * 2**attempt * random.uniform(0.5, 1.5)  # noqa: S311 - jitter, not a secret
