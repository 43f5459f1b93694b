"""The door every Graph request passes: token, faults, ids, ledger, and one way to say no (REFERENCE §7)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from console.simulator import assumptions, errors
from console.simulator.clock import Clock
from console.simulator.clouds import Cloud
from console.simulator.errors import GraphError
from console.simulator.faultbox import FaultBox
from console.simulator.faults import Strike
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.ledger import Ledger
from console.simulator.limits import Meter, Visit
from console.simulator.serving import can_cut
from console.simulator.spelling import BARE, odd_error
from console.simulator.spoiled import Cut, Silent, Slow
from console.simulator.tap import Asked, Observer
from console.simulator.tokens import Principal, TokenVerifier, read_principal


@dataclass(frozen=True, slots=True)
class Ask:
    """One Graph request, read: who asks, for what, with which body."""

    principal: Principal
    path: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: Json
    root: str
    """The service root the client used, such as `http://127.0.0.1:8080/v1.0`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What Graph answers. `body` None means empty, bytes go out as they are, the rest as JSON."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Ask], Awaitable[Reply]]


class Gate:
    """Makes Starlette routes out of handlers."""

    def __init__(
        self, *, verifier: TokenVerifier, faults: FaultBox, meter: Meter, ids: Ids, ledger: Ledger,
        clock: Clock, wall: Callable[[], float], cloud: Cloud, observer: Observer | None = None,
    ) -> None:  # fmt: skip
        self._verifier = verifier
        self._faults = faults
        self._meter = meter
        self._ids = ids
        self._ledger = ledger
        self._clock = clock
        self._wall = wall
        self._cloud = cloud
        self._observer = observer

    def route(self, method: str, path: str, operation: str, handler: Handler) -> Route:
        """A route under /v1.0. `operation` is the name in the ledger, such as `calls.answer`."""

        async def endpoint(request: Request) -> ASGIApp:
            return await self._serve(request, operation, handler)

        return Route(f"/v1.0{path}", endpoint, methods=[method], name=operation)

    async def _serve(self, request: Request, operation: str, handler: Handler) -> ASGIApp:
        request_id = self._ids.new()
        client_id = request.headers.get("client-request-id", request_id)
        mark = self._faults.request(operation, request.path_params.get("call_id"), request.url.path)
        strike = self._faults.strike(operation, mark)
        body: Any = None
        try:
            body = await _read_body(request)
            self._refuse(strike)
            reply = await self._answer(request, operation, handler, body)
        except GraphError as error:
            reply = Reply(error.status, self._envelope(error, request_id, client_id, mark), error.headers)
        self._record(request, operation, body, reply, strike)
        # Parts of a batch have no connection that could break: their gateway gives up instead.
        if strike == "gateway" or (strike in ("silent", "cut") and not can_cut(request.scope)):
            late = GraphError(504, assumptions.SERVER_ERRORS.value[2], "")
            reply = Reply(504, self._envelope(late, request_id, client_id, mark))
        if self._observer is not None:
            method, url, status = request.method, request.url, reply.status
            spelt = self._spelt(strike, mark) if status >= 400 else ()
            asked = Asked(method, url.path, url.query, operation, body or None, status, reply.body, spelt)
            self._observer(asked)
        headers = {
            "request-id": request_id,
            "client-request-id": client_id,
            "x-ms-ags-diagnostic": '{"ServerInfo":{"DataCenter":"Simulator","Slice":"E","Ring":"1"}}',
            **reply.headers,
        }
        return self._spoilt(_response(reply, headers), strike, request.scope)

    def _spoilt(self, answer: Response, strike: Strike | None, scope: Scope) -> ASGIApp:
        """The answer, or what the fault leaves of it."""
        faults = self._faults.faults
        if strike == "slow":
            return Slow(answer, self._clock, faults.slow_seconds)
        if strike == "silent" and can_cut(scope):
            return Silent(self._clock, faults.silent_seconds)
        if strike == "cut" and can_cut(scope):
            return Cut()
        return answer

    def _refuse(self, strike: Strike | None) -> None:
        """Raises what a fault answers before anything is done."""
        again = {"Retry-After": str(self._faults.faults.retry_after)}
        broken, unavailable, _ = assumptions.SERVER_ERRORS.value
        match strike:
            case "throttle":
                raise GraphError(429, "TooManyRequests", "Please retry again later.", again)
            case "unavailable":
                raise GraphError(503, unavailable, "The service is temporarily unavailable.", again)
            case "broken":
                raise GraphError(500, broken, "An internal server error occurred.")
            case "bare_error":
                raise GraphError(403, "7503", "The application is not registered in the store.", bare=True)

    async def _answer(self, request: Request, operation: str, handler: Handler, body: Any) -> Reply:
        principal = read_principal(self._verifier, request.headers.get("authorization"))
        query = dict(request.query_params)
        visit = Visit(operation, request.url.path, query, principal)
        share = self._faults.faults.limit_share
        said = self._meter.count(visit, self._clock.now(), share, self._clock.speed)
        if not isinstance(body, dict):
            raise errors.bad_request("The request body must be a JSON object.")
        self._require_here(request, operation, body)
        root = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}/v1.0"
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = {name: str(value) for name, value in request.path_params.items()}
        reply = await handler(Ask(principal, path, query, headers, body, root))
        return replace(reply, headers={**said, **reply.headers}) if said else reply

    def _require_here(self, request: Request, operation: str, body: Json) -> None:
        """Refuses what this cloud's Graph does not have (§8)."""
        if not self._cloud.has(operation):
            segments = request.url.path.removeprefix("/v1.0/").split("/")
            word = operation.partition(".")[2]
            segment = word if word in segments else segments[0]
            raise GraphError(
                *assumptions.CLOUD_LACKS.value, f"Resource not found for the segment '{segment}'."
            )
        self._cloud.check(operation, body)

    def _envelope(self, error: GraphError, request_id: str, client_id: str, mark: str) -> Json:
        date = datetime.fromtimestamp(self._wall(), UTC).strftime("%Y-%m-%dT%H:%M:%S")
        inner: Json = {"date": date, "request-id": request_id, "client-request-id": client_id}
        if error.status == 429:
            inner |= {"code": "429", "status": "429", "message": "Please retry after"}
        envelope: Json = {"error": {"code": error.code, "message": error.message, "innerError": inner}}
        if error.bare:
            return odd_error(envelope, BARE)
        if self._faults.happens("odd_errors", mark):
            return odd_error(envelope, self._faults.form(mark))
        return envelope

    def _spelt(self, strike: Strike | None, mark: str) -> tuple[str, ...]:
        """The faults that wrote an error in another form."""
        odd = self._faults.happens("odd_errors", mark)
        return (*(("bare_error",) if strike == "bare_error" else ()), *(("odd_errors",) if odd else ()))

    def _record(
        self, request: Request, operation: str, body: Any, reply: Reply, strike: Strike | None
    ) -> None:
        call_id = request.path_params.get("call_id")
        if call_id is None and operation == "calls.create" and reply.status == 201:
            call_id = reply.body["id"]
        self._ledger.add(
            at=self._clock.now(),
            method=request.method,
            path=request.url.path,
            operation=operation,
            callId=call_id,
            status=reply.status,
            fault=strike,
            clientContext=body.get("clientContext") if isinstance(body, dict) else None,
            body=body or None,
        )


def _response(reply: Reply, headers: dict[str, str]) -> Response:
    if reply.body is None:
        return Response(status_code=reply.status, headers=headers)
    if isinstance(reply.body, bytes):
        return Response(reply.body, reply.status, headers)
    return JSONResponse(reply.body, reply.status, headers)


async def _read_body(request: Request) -> Any:
    """The JSON body, `{}` when there is none. Raises 400 for bytes that are not JSON."""
    try:
        raw = await request.body()
    except ClientDisconnect as gone:
        raise errors.bad_request("The request body is incomplete.") from gone
    if not raw:
        return {}
    try:
        return json.loads(raw)
    except ValueError as wrong:
        raise errors.bad_request("The request body is not valid JSON.") from wrong
