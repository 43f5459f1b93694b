"""One request to its end: the token, the wire, the tries, and what is known when no answer comes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from console.domain.errors import ConsoleError
from console.graph.budget import Budget
from console.graph.challenge import claims_of
from console.graph.connection import Connection
from console.graph.failures import failure, lost
from console.graph.operations import Operation
from console.graph.waiting import asked_wait, pause

if TYPE_CHECKING:
    import httpcore2
    import httpx2

TRIES = 3
"""How often a reading is sent at most."""
_BUSY = frozenset({429, 503, 504})


@dataclass(frozen=True, slots=True)
class Door:
    """Where the operations of one identity are sent: the root URL (with /v1.0) and how to get a token.

    `renew(rejected, claims)` gives another token in place of one that was rejected; `claims` are what the
    service wants of it, as JSON, empty when it wants nothing special. Without `renew` a 401 is final.
    """

    root: str
    token: Callable[[], Awaitable[str]]
    renew: Callable[[str, str], Awaitable[str]] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is the JSON, None when there was none; `content` the bytes as they came."""

    status: int
    body: Any
    location: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, the same at each try but for the token. `headers` have a client-request-id."""

    operation: Operation
    door: Door
    url: str
    query: Mapping[str, str] | None
    headers: Mapping[str, str]
    content: bytes | None


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why there is no reply; `wait` is what the service asked for, in seconds."""

    error: ConsoleError
    repeatable: bool = False
    wait: float | None = None
    rejected: bool = False
    claims: str = ""


class _Flight:
    """How far a request has come, as httpx2's `trace` extension tells.

    `open` while it may be with the service and no answer has said what became of it.
    """

    def __init__(self) -> None:
        self.open = False
        self._stream: httpcore2.AsyncNetworkStream | None = None

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note a step. Until the head leaves nothing can happen; a proxy's CONNECT is not our request."""
        if event == "connection.connect_tcp.complete":
            self._stream = info["return_value"]
        elif event.endswith("send_request_headers.started") and info["request"].method != b"CONNECT":
            self.open, self._stream = True, None

    async def abandon(self) -> None:
        """Close a connection that was only being made: httpx2 2.16 forgets it when TLS is cancelled."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await stream.aclose()


class Sender:
    """Sends requests. Holds no state but the connections. `chance` draws from 0 to 1, to spread the tries."""

    def __init__(
        self, http: httpx2.AsyncClient | Connection, budget: Budget | None, chance: Callable[[], float]
    ) -> None:
        self._http = http
        self._budget = budget
        self._chance = chance

    async def send(self, request: Request) -> Reply:
        """Send `request` within its operation's deadline and return the reply; raises as GraphClient.send."""
        operation, flight = request.operation, _Flight()
        try:
            async with asyncio.timeout(operation.deadline):
                return await self._persist(request, flight)
        except TimeoutError:
            raise _lost(request, sent=flight.open) from None
        except asyncio.CancelledError as cancelled:
            if flight.open and not operation.reads:
                cancelled.__cause__ = _lost(request, sent=True)
            raise

    async def _persist(self, request: Request, flight: _Flight) -> Reply:
        """Send until there is a reply, or no sense in asking again."""
        now = asyncio.get_running_loop().time
        ends = now() + request.operation.deadline
        door, renewed, tries = request.door, False, 0
        token = await door.token()
        while True:
            found = await self._send_once(request, token, flight)
            if isinstance(found, Reply):
                return found
            if found.rejected and door.renew is not None and not renewed:
                # What was rejected was not carried out, so even a write may be sent again.
                token, renewed = await door.renew(token, found.claims), True
                continue
            seconds = pause(found.wait, tries, self._chance())
            tries += 1
            if (
                not (found.repeatable and request.operation.reads)
                or tries == TRIES
                or now() + seconds >= ends
            ):
                raise found.error  # "wait 60 s" is news for the operator now, not at the deadline
            await asyncio.sleep(seconds)

    async def _send_once(self, request: Request, token: str, flight: _Flight) -> Reply | _Failure:
        import httpx2

        http = await self._http.client() if isinstance(self._http, Connection) else self._http
        unsent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
        status = 0
        try:
            answer = await http.request(
                request.operation.method,
                request.url,
                params=request.query,
                content=request.content,
                headers={"Authorization": f"Bearer {token}", **request.headers},
                extensions={"trace": flight.trace},
            )
            status = answer.status_code
        except unsent as error:
            raise _lost(request, sent=False) from error
        except httpx2.HTTPError as error:
            broken = _lost(request, sent=True)
            broken.__cause__ = error
            flight.open = True
            return _Failure(broken, repeatable=True)
        finally:
            if self._budget is not None and (flight.open or status):
                self._budget.note(request.operation, status)
            await flight.abandon()
        flight.open = False
        return _read(request.operation, answer)


def _read(operation: Operation, answer: httpx2.Response) -> Reply | _Failure:
    status, headers, content = answer.status_code, answer.headers, answer.content
    try:
        body = msgspec.json.decode(content) if content else None
    except msgspec.DecodeError:
        body = None
    if status in operation.success:
        return Reply(status, body, headers.get("location", ""), content)
    error = failure(operation, status, body, headers)
    if status == 401:
        return _Failure(error, rejected=True, claims=claims_of(headers.get("www-authenticate", "")))
    return _Failure(error, repeatable=status in _BUSY, wait=asked_wait(headers))


def _lost(request: Request, *, sent: bool) -> ConsoleError:
    return lost(request.operation, sent=sent, request_id=request.headers["client-request-id"])
