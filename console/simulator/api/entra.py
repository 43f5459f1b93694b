"""The control route about sign-ins: what an administrator does in the tenant."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from console.simulator.api.control import Refused, control_route
from console.simulator.entra import Authority
from console.simulator.identities import Json


def entra_routes(authority: Authority) -> list[Route]:
    """`POST /sim/distrust`: Graph no longer takes somebody's present tokens; "endSessions" ends more."""

    async def distrust(_request: Request, body: Json) -> None:
        who = str(body.get("who", ""))
        try:
            if body.get("endSessions"):
                authority.revoke(who)
            authority.distrust(who)
        except KeyError as unknown:
            raise Refused(f"nobody is called {who!r}", 404) from unknown

    return [control_route("POST", "/distrust", distrust)]
