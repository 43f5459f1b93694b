"""The control interface under /sim: places calls, moves time, makes trouble, and tells the truth."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.simulator.errors import GraphError
from console.simulator.fields import is_loopback
from console.simulator.identities import Json

Handler = Callable[[Request, Json], Awaitable[Any]]


class Refused(Exception):
    """A control request that cannot be carried out; the text says why."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


def control_route(method: str, path: str, handler: Handler) -> Route:
    """A loopback-only JSON route; what `handler` returns is the answer, None means 204."""

    async def endpoint(request: Request) -> Response:
        try:
            _require_local(request)
            answer = await handler(request, await _read(request))
        except Refused as refused:
            return JSONResponse({"error": str(refused)}, refused.status)
        except GraphError as error:
            return JSONResponse({"error": error.message}, error.status)
        except ValueError as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        return Response(status_code=204) if answer is None else JSONResponse(answer)

    return Route(f"/sim{path}", endpoint, methods=[method])


def since(request: Request) -> int:
    """The `since` of a ledger request. Raises ValueError."""
    return int(request.query_params.get("since", "0"))


def seconds(value: object, name: str) -> float | None:
    """An optional number of seconds from JSON. Raises ValueError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{name} must be a number of seconds, or null")
    return float(value)


def _require_local(request: Request) -> None:
    """Refuses other machines, and web pages of other origins in a browser on this one."""
    client = request.client.host if request.client else ""
    if not is_loopback(client):
        raise Refused("only from this machine", 403)
    if not is_loopback(request.url.hostname or ""):
        raise Refused("wrong host name", 403)
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Refused("wrong origin", 403)


async def _read(request: Request) -> Json:
    raw = await request.body()
    if not raw:
        return {}
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused("send application/json", 415)
    body = json.loads(raw)
    if not isinstance(body, dict):
        raise Refused("send a JSON object")
    return body
