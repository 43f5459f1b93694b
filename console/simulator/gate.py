"""The door every Graph request passes: token, faults, ids, ledger, and one way to say no (REFERENCE §7)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.simulator import assumptions, errors
from console.simulator.clock import Clock
from console.simulator.clouds import Cloud
from console.simulator.errors import GraphError
from console.simulator.faults import FaultBox
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.ledger import Ledger
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
        self, *, verifier: TokenVerifier, faults: FaultBox, ids: Ids, ledger: Ledger, clock: Clock,
        wall: Callable[[], float], cloud: Cloud, observer: Observer | None = None,
    ) -> None:  # fmt: skip
        self._verifier = verifier
        self._faults = faults
        self._ids = ids
        self._ledger = ledger
        self._clock = clock
        self._wall = wall
        self._cloud = cloud
        self._observer = observer

    def route(self, method: str, path: str, operation: str, handler: Handler) -> Route:
        """A route under /v1.0. `operation` is the name in the ledger, such as `calls.answer`."""

        async def endpoint(request: Request) -> Response:
            return await self._serve(request, operation, handler)

        return Route(f"/v1.0{path}", endpoint, methods=[method], name=operation)

    async def _serve(self, request: Request, operation: str, handler: Handler) -> Response:
        request_id = self._ids.new()
        client_id = request.headers.get("client-request-id", request_id)
        body: Any = None
        try:
            body = await _read_body(request)
            reply = await self._answer(request, operation, handler, body)
        except GraphError as error:
            reply = Reply(error.status, self._envelope(error, request_id, client_id), error.headers)
        self._record(request, operation, body, reply)
        headers = {
            "request-id": request_id,
            "client-request-id": client_id,
            "x-ms-ags-diagnostic": '{"ServerInfo":{"DataCenter":"Simulator","Slice":"E","Ring":"1"}}',
            **reply.headers,
        }
        if reply.body is None:
            return Response(status_code=reply.status, headers=headers)
        if isinstance(reply.body, bytes):
            return Response(reply.body, reply.status, headers)
        return JSONResponse(reply.body, reply.status, headers)

    async def _answer(self, request: Request, operation: str, handler: Handler, body: Any) -> Reply:
        match self._faults.strike(operation):
            case "throttle":
                raise self._busy(429, "TooManyRequests", "Please retry again later.")
            case "unavailable":
                raise self._busy(503, "serviceNotAvailable", "The service is temporarily unavailable.")
            case "bare_error":
                message = "The application is not registered in the store."
                return Reply(403, {"errorCode": "7503", "message": message, "instanceAnnotations": []})
            case None:
                pass
        principal = read_principal(self._verifier, request.headers.get("authorization"))
        if not isinstance(body, dict):
            raise errors.bad_request("The request body must be a JSON object.")
        self._require_here(request, operation, body)
        root = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}/v1.0"
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = {name: str(value) for name, value in request.path_params.items()}
        return await handler(Ask(principal, path, dict(request.query_params), headers, body, root))

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

    def _busy(self, status: int, code: str, message: str) -> GraphError:
        return GraphError(status, code, message, {"Retry-After": str(self._faults.faults.retry_after)})

    def _envelope(self, error: GraphError, request_id: str, client_id: str) -> Json:
        date = datetime.fromtimestamp(self._wall(), UTC).strftime("%Y-%m-%dT%H:%M:%S")
        inner: Json = {"date": date, "request-id": request_id, "client-request-id": client_id}
        if error.status == 429:
            inner |= {"code": "429", "status": "429", "message": "Please retry after"}
        return {"error": {"code": error.code, "message": error.message, "innerError": inner}}

    def _record(self, request: Request, operation: str, body: Any, reply: Reply) -> None:
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
            clientContext=body.get("clientContext") if isinstance(body, dict) else None,
            body=body or None,
        )
        if self._observer is not None:
            url = request.url
            self._observer(
                Asked(request.method, url.path, url.query, operation, body or None, reply.status, reply.body)
            )


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
