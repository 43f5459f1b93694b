"""Where a console of this relay belongs, for whoever asks: what every sign-in page shows anyway, no secret.

An operator who knows the relay's address needs nothing else from an administrator (`checks/asking.py`). Which
tenants a relay of several serves is nobody's business, so there only their number is told, and a link says
which one is meant.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.relay.settings import Settings

PATH = "/setup"


def setup_facts(settings: Settings) -> dict[str, Any]:
    """Return the facts by the names of the console's options, JSON-ready."""
    one = {"tenant_id": settings.tenant_ids[0]} if len(settings.tenant_ids) == 1 else {}
    return {
        "cloud": settings.cloud.value,
        **one,
        "tenants": len(settings.tenant_ids),
        "client_id": settings.console_app_ids[0],
        "relay_app_id": settings.relay_app_id,
        "scope": f"api://{settings.relay_app_id}/access_as_operator",
        "relay": settings.public_url,
    }


def answer_setup(settings: Settings) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers at PATH of a relay with these settings, which name a console."""
    facts = setup_facts(settings)

    async def answer(_: Request) -> Response:
        return JSONResponse(facts)

    return answer
