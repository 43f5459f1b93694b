"""The way in: what Microsoft tells goes straight to its door, everything else through the framework.

A notification comes for every step of every call, and the framework's own work for it (middleware, routing, a
request and a response) costs more than the check of the token. The routes are there all the same: for other
methods, and so that every path is told in one place.
"""

from __future__ import annotations

import time
from asyncio import Future
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from console.relay.callbacks import PATH
from console.relay.history import Recorded
from console.relay.metrics import Metrics
from console.relay.webhooks import Webhooks, not_kept

_SEALED = PATH + "/"


class Entrance:
    """An ASGI app around the framework's; what goes past that is measured like the rest."""

    def __init__(self, app: Starlette, webhooks: Webhooks, metrics: Metrics) -> None:
        self._app = app
        self._webhooks = webhooks
        self._metrics = metrics

    @property
    def routes(self) -> list[BaseRoute]:
        """Every path that is answered."""
        return self._app.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not is_notification(scope):
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500
        try:
            status = await self._webhooks.answer(scope, receive, send)
        finally:
            self._metrics.answered(scope["path"], status, time.perf_counter() - started)

    def take(self, scope: Scope, body: bytes, answer: Callable[[int], None]) -> bool:
        """Take a notification that is here whole, and call `answer` with the status when that is known.

        False, and nothing done, when it must come in as every other request does.
        """
        started = time.perf_counter()
        if not is_notification(scope) or (kept := self._webhooks.take(scope, body)) is None:
            return False

        def told(kept: Future[list[Recorded]]) -> None:
            failure = None if kept.cancelled() else kept.exception()
            status = 202 if failure is None and not kept.cancelled() else not_kept(failure)
            self._metrics.answered(PATH, status, time.perf_counter() - started)
            answer(status)

        kept.add_done_callback(told)
        return True


def is_notification(scope: Scope) -> bool:
    """True for a POST to the address of calls, or to that of one call; its `path_params` say which then."""
    if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(PATH):
        return False
    path = scope["path"]
    seal = path.removeprefix(_SEALED)
    if path == PATH:
        scope["path_params"] = {}
    elif seal != path and seal and "/" not in seal:
        scope["path_params"] = {"seal": seal}
    else:
        return False
    return True
