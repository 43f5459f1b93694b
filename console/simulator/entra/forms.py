"""Reading what a client or a browser sent: query strings and small urlencoded bodies."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from .errors import Refusal

MAX_BODY = 64 * 1024
"""Bytes. A client assertion with its certificate is about 4 KiB."""


def read_query(request: Request) -> dict[str, str]:
    return dict(request.query_params)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of an `application/x-www-form-urlencoded` body.

    Raises:
        Refusal: the body is too large or is not a form.
    """
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise Refusal("invalid_request", 900144, "The request body is too large.", status=413)
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=100))
    except ValueError as error:
        raise Refusal("invalid_request", 900144, "The request body is not a form.") from error
