"""The baselines: endpoints that read the body and answer 202, on the same server as the relay's.

`framework` is a route of Starlette, as the relay's are; `function` a bare ASGI function, no framework.
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send


async def accept(request: Request) -> Response:
    await request.body()
    return Response(status_code=202)


async def function(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


APPS = {
    "framework": Starlette(routes=[Route("/hooks/calls", accept, methods=["POST"])]),
    "function": function,
}

if __name__ == "__main__":
    kind, port = sys.argv[1:]
    uvicorn.run(
        APPS[kind],  # type: ignore[arg-type]
        host="127.0.0.1",
        port=int(port),
        log_level="error",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
    )
