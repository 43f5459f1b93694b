"""The edge of every operator's request: who it is, what was sent, and every failure as an answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.domain.errors import ConsoleError, OutcomeUnknown
from console.domain.ids import CallId, IntentId, plain_id
from console.relay.answers import BadRequest, envelope, failed
from console.relay.clock import Clock
from console.relay.doorkeeper import Doorkeeper, Principal
from console.relay.intake import Unreadable, read_bytes
from console.relay.keys import KeysUnavailable
from console.relay.tokens import Denied

Endpoint = Callable[[Request, Principal, bytes], Awaitable[Response]]

log = logging.getLogger(__name__)


class Edge:
    """Guards endpoints. `doubt` is told of a call when nobody knows whether something happened to it."""

    def __init__(
        self,
        doorkeeper: Doorkeeper,
        *,
        now: Clock,
        new_id: Callable[[], IntentId],
        doubt: Callable[[CallId], None],
    ) -> None:
        self._doorkeeper = doorkeeper
        self._now = now
        self._new_id = new_id
        self._doubt = doubt

    def guard(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """Return `endpoint` behind the check of the operator's token, answering for everything it raises."""

        async def guarded(request: Request) -> Response:
            id = self._new_id()
            try:
                # Ids need no encoding: whoever encodes is trying for another path (SECURITY §6, row 6).
                if b"%" in request.scope.get("raw_path", b""):
                    raise BadRequest("The path has an encoded character.")
                who = await self._doorkeeper.operator(request.headers)
                return await endpoint(request, who, await read_bytes(request))
            except Denied as denied:
                return self._denied(denied, id)
            except KeysUnavailable:
                return self._say(503, "serviceNotAvailable", "Sign-ins cannot be checked now.", id)
            except Unreadable as unreadable:
                return self._say(unreadable.status, "invalidRequest", str(unreadable), id)
            except BadRequest as bad:
                return self._say(400, "invalidRequest", str(bad), id)
            except ConsoleError as error:
                log.info("refused: %s", error.code, extra={"request": id, "path": request.url.path})
                call = request.path_params.get("call")
                if isinstance(error, OutcomeUnknown) and call:
                    self._doubt(CallId(plain_id(str(call))))
                return failed(error, request_id=id, now=self._now)
            except Exception:
                log.exception("a request failed", extra={"request": id, "path": request.url.path})
                return self._say(500, "generalException", "The relay made a mistake.", id)

        return guarded

    async def lost(self, _: Request, error: Exception) -> Response:
        """Answer for a path or a method that there is not, as every other failure is answered."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        code, message = (
            ("notAllowed", "This path takes other methods.")
            if status == 405
            else ("itemNotFound", "There is nothing at this path.")
        )
        answer = self._say(status, code, message, self._new_id())
        if isinstance(error, HTTPException):
            answer.headers.update(error.headers or {})
        return answer

    def _denied(self, denied: Denied, id: str) -> Response:
        log.info("an operator was refused: %s", denied.reason, extra={"request": id})
        if denied.forbidden:
            return self._say(403, "accessDenied", "This account may not use the console.", id)
        return self._say(401, "InvalidAuthenticationToken", "The sign-in is not accepted.", id)

    def _say(self, status: int, code: str, message: str, id: str) -> Response:
        return envelope(status, code, message, request_id=id, now=self._now, wait=5.0 if status == 503 else 0)
