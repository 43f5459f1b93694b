"""The control routes about the wire: ledgers, faults, the webhook, the clock, health."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.routing import Route

from console.simulator.api.control import Refused, control_route, seconds, since
from console.simulator.clock import Clock
from console.simulator.faultbox import FaultBox
from console.simulator.faults import read_faults
from console.simulator.fields import is_callback
from console.simulator.identities import Json
from console.simulator.ledger import Ledger
from console.simulator.limits import Meter
from console.simulator.options import Options


def wire_routes(
    requests: Ledger, notifications: Ledger, faults: FaultBox, meter: Meter, options: Options, clock: Clock,
    describe: Callable[[], Json],
) -> list[Route]:  # fmt: skip
    """What goes over the wire, and how badly. `describe` is what simulator.json says."""

    async def list_requests(request: Request, _body: Json) -> list[Json]:
        return requests.since(since(request))

    async def list_notifications(request: Request, _body: Json) -> list[Json]:
        return notifications.since(since(request))

    async def put_faults(_request: Request, body: Json) -> Json:
        faults.put(read_faults(body, faults.faults))
        return _shown(faults)

    async def get_faults(_request: Request, _body: Json) -> Json:
        return _shown(faults)

    async def get_limits(_request: Request, _body: Json) -> list[Json]:
        return meter.shown()

    async def put_limits(_request: Request, body: Json) -> list[Json]:
        meter.change(body)
        return meter.shown()

    async def put_webhook(_request: Request, body: Json) -> None:
        url = body.get("url")
        if url is not None and not (isinstance(url, str) and is_callback(url)):
            raise Refused("url must be https, or http on this machine")
        options.webhook = url

    async def put_options(_request: Request, body: Json) -> Json:
        return options.change(body)

    async def move(_request: Request, body: Json) -> Json:
        if "speed" in body:
            clock.set_speed(seconds(body["speed"], "speed") or 0.0)
        if "advance" in body:
            await clock.advance(seconds(body["advance"], "advance") or 0.0)
        return {"now": clock.now(), "speed": clock.speed}

    async def health(_request: Request, _body: Json) -> Json:
        return {
            "status": "ok",
            "now": clock.now(),
            "speed": clock.speed,
            "webhook": options.webhook,
            **describe(),
        }

    return [
        control_route("GET", "/requests", list_requests),
        control_route("GET", "/notifications", list_notifications),
        control_route("GET", "/faults", get_faults),
        control_route("PUT", "/faults", put_faults),
        control_route("GET", "/limits", get_limits),
        control_route("PUT", "/limits", put_limits),
        control_route("PUT", "/webhook", put_webhook),
        control_route("PUT", "/options", put_options),
        control_route("POST", "/clock", move),
        control_route("GET", "/health", health),
    ]


def _shown(faults: FaultBox) -> Json:
    return {name: getattr(faults.faults, name) for name in faults.faults.__dataclass_fields__}
