"""Stands between programs and Graph, and between Graph's callbacks and the relay, and takes both down.

Two servers, both on this machine only: one that programs take for Graph, and one that a tunnel may lead to,
because it does nothing but hand notifications on. Everything goes to one fixed origin, redirects are not
followed, and nothing is written but what the notebook has made anonymous.
"""

from __future__ import annotations

import ssl
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import truststore
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.simulator.fields import is_loopback
from console.simulator.recording.exchanges import Exchange
from console.simulator.recording.messages import (
    ANSWER_HEADERS,
    REQUEST_HEADERS,
    TOLD_HEADERS,
    identity_of,
    message,
    target,
)
from console.simulator.recording.naming import operation_of
from console.simulator.recording.notebook import Notebook

VERSION = "/v1.0"
LARGEST = 4 * 1024 * 1024
"""Bytes of a body that is handed on."""
SECONDS = 60.0

_NOT_SENT = frozenset({
    "accept-encoding", "connection", "content-length", "cookie", "expect", "host", "keep-alive",
    "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip
_NOT_GIVEN_BACK = frozenset({
    "alt-svc", "connection", "content-encoding", "content-length", "keep-alive", "proxy-authenticate",
    "set-cookie", "strict-transport-security", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip
METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


def read_origin(url: str) -> str:
    """The origin that `url` is, without a slash. Raises ValueError unless it is https, or on this machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
    if (
        not host
        or not bare
        or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))
    ):
        raise ValueError(f"{url} is no https origin such as https://graph.microsoft.com")
    return f"{parts.scheme}://{parts.netloc}"


def make_client(ca_file: Path | None) -> httpx2.AsyncClient:
    """The client that hands requests on: certificates are checked, redirects come back as they are.

    `ca_file` is one more authority to trust. Raises OSError when it cannot be read.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return httpx2.AsyncClient(verify=context, timeout=SECONDS, follow_redirects=False, trust_env=False)


def graph_app(origin: str, http: httpx2.AsyncClient, notebook: Notebook) -> Starlette:
    """What programs take for Graph: everything below /v1.0 goes to `origin`, and its answer comes back."""

    async def forward(request: Request) -> Response:
        if (refused := _not_for_us(request)) is not None:
            return refused
        if (sent := await _body(request)) is None:
            return _refusal(413, "The body is too large.")
        try:
            answer = await _handed_on(request, origin, sent, http)
        except httpx2.TimeoutException:
            return _refusal(504, "No answer came from Graph in time.")
        except httpx2.HTTPError:
            return _refusal(502, "Graph could not be reached.")
        given = _given_back(answer, origin, f"{request.url.scheme}://{request.headers['host']}")
        # Afterwards, so that no mistake in taking down keeps an answer from the program.
        given.background = BackgroundTask(_take_down, notebook, request, sent, answer)
        return given

    return Starlette(routes=[Route(f"{VERSION}/{{rest:path}}", forward, methods=METHODS)])


def tap_app(relay: str, paths: str, http: httpx2.AsyncClient, notebook: Notebook) -> Starlette:
    """Where Graph's callbacks arrive: POSTs below `paths` go to the relay, and are taken down."""

    async def forward(request: Request) -> Response:
        if _is_unclear(request):
            return _refusal(400, "The path is not clear.")
        if (sent := await _body(request)) is None:
            return _refusal(413, "The body is too large.")
        try:
            answer = await _handed_on(request, relay, sent, http)
        except httpx2.HTTPError:
            return _refusal(503, "The relay could not be reached.")
        given = _given_back(answer, relay, relay)
        given.background = BackgroundTask(_take_down_told, notebook, request, sent)
        return given

    return Starlette(routes=[Route(f"{paths.rstrip('/')}/{{rest:path}}", forward, methods=["POST"])])


async def _handed_on(request: Request, origin: str, body: bytes, http: httpx2.AsyncClient) -> httpx2.Response:
    """The answer of `origin` to the same request. The address is put together here: it has no other host."""
    query = f"?{request.url.query}" if request.url.query else ""
    url = origin + request.scope["raw_path"].decode("ascii") + query
    headers = [(name, value) for name, value in request.headers.items() if name not in _NOT_SENT]
    return await http.request(request.method, url, content=body, headers=headers)


async def _body(request: Request) -> bytes | None:
    """The body of a request, None when it is larger than we hand on."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return bytes(body)


async def _take_down_told(notebook: Notebook, request: Request, sent: bytes) -> None:
    taken = message(f"POST {request.url}", request.headers.items(), sent, TOLD_HEADERS)
    if isinstance(taken.body, dict):
        notebook.told(taken)


async def _take_down(notebook: Notebook, request: Request, sent: bytes, answer: httpx2.Response) -> None:
    start = f"{request.method} {target(str(request.url))}"
    asked = message(start, request.headers.items(), sent, REQUEST_HEADERS)
    answered = message(_status(answer), answer.headers.items(), answer.content, ANSWER_HEADERS)
    identity = identity_of(request.headers.get("authorization", ""))
    path = request.url.path.removeprefix(VERSION)
    name = operation_of(request.method, path, dict(request.query_params), asked.body, identity)
    if name is not None:
        notebook.answered(Exchange(name, identity, asked, answered))


def _given_back(answer: httpx2.Response, origin: str, own: str) -> Response:
    """The answer for the program, whose next pages are asked for here as well."""
    content = answer.content
    if "json" in answer.headers.get("content-type", ""):
        content = content.replace(f'"{origin}/'.encode(), f'"{own}/'.encode())
    found = Response(content, answer.status_code)
    for name, value in answer.headers.items():
        if name not in _NOT_GIVEN_BACK:
            found.headers[name] = value.replace(origin, own) if name == "location" else value
    return found


def _not_for_us(request: Request) -> Response | None:
    """Refuses other machines, web pages, and paths that could mean another place."""
    client = request.client.host if request.client else ""
    if not (is_loopback(client) and is_loopback(request.url.hostname or "")) or "origin" in request.headers:
        return _refusal(403, "The recorder is for programs on this machine.")
    if _is_unclear(request):
        return _refusal(400, "The path is not clear.")
    return None


def _is_unclear(request: Request) -> bool:
    raw = request.scope["raw_path"].lower()
    return any(part in (b".", b"..", b"%2e", b"%2e%2e", b".%2e", b"%2e.") for part in raw.split(b"/"))


def _status(answer: httpx2.Response) -> str:
    try:
        return f"{answer.status_code} {HTTPStatus(answer.status_code).phrase}"
    except ValueError:
        return str(answer.status_code)


def _refusal(status: int, sentence: str) -> Response:
    return JSONResponse({"error": {"code": "recorder", "message": sentence}}, status)
