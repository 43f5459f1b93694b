"""The page where a person can watch calls and place one."""

from __future__ import annotations

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'; script-src 'self'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def page_routes() -> list[Route]:
    """The page and its script, read once from the package."""
    return [_file("/", "page.html", "text/html"), _file("/page.js", "page.js", "text/javascript")]


def _file(path: str, name: str, media_type: str) -> Route:
    content = files("console.simulator").joinpath(name).read_bytes()

    async def endpoint(_request: Request) -> Response:
        return Response(content, media_type=media_type, headers=HEADERS)

    return Route(path, endpoint)
