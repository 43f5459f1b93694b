"""`$batch`: up to 20 requests in one, each answered as if it had come alone (REFERENCE §7.2)."""

from __future__ import annotations

import base64
from collections.abc import Callable

import httpx2
from starlette.routing import Route
from starlette.types import ASGIApp

from console.simulator import errors
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json

MAXIMUM = 20
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
OWN_HEADERS = ("content-type", "location", "retry-after", "x-ms-ags-diagnostic")
"""What of a part's headers is shown in its answer."""


def batch_routes(gate: Gate, inside: Callable[[], ASGIApp]) -> list[Route]:
    """`inside` is the simulator itself: parts take the same way as requests of their own."""

    async def batch(ask: Ask) -> Reply:
        parts = _ordered(ask.body.get("requests"))
        statuses: dict[str, int] = {}
        answers = []
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(inside())) as http:
            for part in parts:
                if any(statuses[before] >= 400 for before in part.get("dependsOn") or []):
                    answer = _answer(
                        part, 424, {}, _error("FailedDependency", "A part it depends on failed.")
                    )
                else:
                    answer = await _send(http, ask, part)
                statuses[part["id"]] = answer["status"]
                answers.append(answer)
        return Reply(200, {"responses": answers})

    return [gate.route("POST", "/$batch", "batch", batch)]


def _ordered(requests: object) -> list[Json]:
    """The parts, those that others depend on first. Raises 400 for a batch that cannot be read."""
    if not isinstance(requests, list) or not 1 <= len(requests) <= MAXIMUM:
        raise errors.bad_request(f"requests must hold 1 to {MAXIMUM} entries.")
    waiting: dict[str, Json] = {}
    for part in requests:
        _check(part)
        if part["id"] in waiting:
            raise errors.bad_request(f"The id {part['id']} is there twice.")
        waiting[part["id"]] = part
    if any(name not in waiting for part in requests for name in part.get("dependsOn") or []):
        raise errors.bad_request("dependsOn names a request that is not there.")
    ordered: list[Json] = []
    while waiting:
        ready = [p for p in waiting.values() if waiting.keys().isdisjoint(p.get("dependsOn") or [])]
        if not ready:
            raise errors.bad_request("dependsOn goes round in a circle.")
        ordered += ready
        for part in ready:
            del waiting[part["id"]]
    return ordered


def _check(part: object) -> None:
    match part:
        case {"id": str(id), "method": str(method), "url": str(url), **rest} if (
            id and method.upper() in METHODS
        ):
            depends, headers = rest.get("dependsOn") or [], rest.get("headers") or {}
            if (
                not isinstance(depends, list)
                or not all(isinstance(d, str) for d in depends)
                or not isinstance(headers, dict)
            ):
                raise errors.bad_request("dependsOn must be a list, headers an object.")
            if url.partition("?")[0].strip("/") == "$batch" or "://" in url.partition("?")[0]:
                raise errors.bad_request("url must be relative, and no batch itself.")
            names = {str(name).casefold() for name in headers}
            if rest.get("body") is not None and "content-type" not in names:
                raise errors.bad_request("A request with a body needs a Content-Type header.")
        case _:
            raise errors.bad_request("Every request needs id, method and url.")


async def _send(http: httpx2.AsyncClient, ask: Ask, part: Json) -> Json:
    headers = {str(name): str(value) for name, value in (part.get("headers") or {}).items()}
    headers["authorization"] = ask.headers["authorization"]
    url = f"{ask.root}/{part['url'].lstrip('/')}"
    answer = await http.request(part["method"].upper(), url, json=part.get("body"), headers=headers)
    shown = {name.title(): answer.headers[name] for name in OWN_HEADERS if name in answer.headers}
    if not answer.content:
        return _answer(part, answer.status_code, shown, None)
    if "json" in shown.get("Content-Type", ""):
        return _answer(part, answer.status_code, shown, answer.json())
    return _answer(part, answer.status_code, shown, base64.b64encode(answer.content).decode())


def _answer(part: Json, status: int, headers: dict[str, str], body: object) -> Json:
    shown: Json = {"id": part["id"], "status": status, "headers": headers}
    if body is not None:
        shown["body"] = body
    return shown


def _error(code: str, message: str) -> Json:
    return {"error": {"code": code, "message": message}}
