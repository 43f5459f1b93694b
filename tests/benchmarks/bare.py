"""The baseline: a bare endpoint that reads the body and answers 202, on the same server as the relay's."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def accept(request: Request) -> Response:
    await request.body()
    return Response(status_code=202)


if __name__ == "__main__":
    app = Starlette(routes=[Route("/hooks/calls", accept, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
