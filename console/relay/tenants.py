"""Several tenants behind one address: a whole relay for each, and a door that knows which one is meant.

Nothing is shared but the process and the socket: each has its own log, keys, credential, audit and rules, so
that a mistake in one place cannot show a call of one tenant to another (SECURITY §6, row 26). The door reads
the tenant from a token that nobody has checked yet; the relay behind it checks everything, and takes tokens
of its own tenant only.
"""

from __future__ import annotations

import base64
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from prometheus_client import CollectorRegistry
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from console.domain.ids import plain_id
from console.relay.app import Relay, open_relay
from console.relay.changes.marks import tenant_of
from console.relay.entrance import Entrance, is_notification
from console.relay.headers import SafeHeaders
from console.relay.settings import Settings
from console.relay.setup import PATH, answer_setup
from console.wire.values import member, text

FOLDER = "tenants"
"""Where the further tenants' data lies, below the first one's."""
REMEMBERED = 1024
"""Authorization headers whose tenant is remembered."""
LONGEST = 8192

Answer = Callable[[Request], Awaitable[Response]]
Open = Callable[[Settings], contextlib.AbstractAsyncContextManager[Relay]]


def settings_of(settings: Settings) -> dict[str, Settings]:
    """Return the settings of each tenant's own relay, by tenant; the first one keeps the folder as it is."""
    first, *others = settings.tenant_ids
    found = {plain_id(first): replace(settings, tenant_ids=(first,))}
    for tenant in others:
        own = plain_id(tenant)
        folder = Path(settings.data_dir) / FOLDER / own
        heads = f"{settings.audit_heads_file}.{own}" if settings.audit_heads_file else ""
        found[own] = replace(
            settings,
            tenant_ids=(tenant,),
            data_dir=str(folder),
            audit_heads_file=heads,
            redis_prefix=f"{settings.redis_prefix}:{own}",
        )
    return found


@contextlib.asynccontextmanager
async def open_relays(settings: Settings, open_one: Open = open_relay) -> AsyncIterator[Relay | Relays]:
    """Run the relay of each tenant while the block runs. Raises what `open_relay` raises."""
    async with contextlib.AsyncExitStack() as stack:
        relays = {
            tenant: await stack.enter_async_context(open_one(own))
            for tenant, own in settings_of(settings).items()
        }
        only = next(iter(relays.values())) if len(relays) == 1 else None
        yield only or Relays(relays, answer_setup(settings) if settings.console_app_ids else None)


@dataclass(frozen=True, slots=True)
class Relays:
    """The relays of several tenants, as one to whoever serves them."""

    by_tenant: Mapping[str, Relay]
    setup: Answer | None = None
    """Says where a console belongs, as far as that is the same for all."""

    @property
    def app(self) -> Door:
        """The door: what is about calls goes to the tenant's own relay, the rest is answered for all."""
        own = {"/health/ready": self.ready, **({PATH: self.setup} if self.setup else {})}
        return Door({tenant: relay.app for tenant, relay in self.by_tenant.items()}, own)

    @property
    def registries(self) -> dict[str, CollectorRegistry]:
        """The metrics, by tenant."""
        return {tenant: relay.registry for tenant, relay in self.by_tenant.items()}

    def sentence(self) -> str:
        """Return how things are, in one line for a service manager."""
        return "; ".join(relay.sentence() for relay in self.by_tenant.values())

    def reload(self, settings: Settings) -> None:
        """Take over who is refused and who supervises which line, in every tenant."""
        for tenant, own in settings_of(settings).items():
            if (relay := self.by_tenant.get(tenant)) is not None:
                relay.reload(own)

    def goodbye(self) -> None:
        """Close every stream."""
        for relay in self.by_tenant.values():
            relay.goodbye()

    async def ready(self, request: Request) -> Response:
        """Ready when all are. Tenants are told by their place in the settings: anybody may ask."""
        answers = [await relay.health.ready(request) for relay in self.by_tenant.values()]
        told = {f"tenant {n}": msgspec.json.decode(bytes(a.body)) for n, a in enumerate(answers, 1)}
        ready = all(a.status_code == 200 for a in answers)
        return JSONResponse({"ready": ready, "tenants": told}, 200 if ready else 503)


class Door:
    """Hands each request to the app of the tenant that its token or its address names, else to the first."""

    def __init__(self, apps: Mapping[str, Entrance], own: Mapping[str, Answer]) -> None:
        """`own` are the paths that are answered for all tenants."""
        self._apps = apps
        self._otherwise = next(iter(apps.values()))
        self._own = {path: SafeHeaders(_app(answer)) for path, answer in own.items()}
        self._known: OrderedDict[str, Entrance] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and scope["path"] in self._own:
            await self._own[scope["path"]](scope, receive, send)
            return
        if scope["type"] == "http" and (tenant := tenant_of(scope["path"])):
            await self._apps.get(plain_id(tenant), self._otherwise)(scope, receive, send)
            return
        header = Headers(scope=scope).get("authorization", "") if scope["type"] == "http" else ""
        await self._meant(header)(scope, receive, send)

    def take(self, scope: Scope, body: bytes, answer: Callable[[int], None]) -> bool:
        """As Entrance's."""
        header = Headers(scope=scope).get("authorization", "")
        return is_notification(scope) and self._meant(header).take(scope, body, answer)

    def _meant(self, header: str) -> Entrance:
        found = self._known.get(header)
        if found is None:
            found = self._apps.get(named_tenant(header), self._otherwise)
            if len(header) <= LONGEST:
                self._known[header] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found


def _app(answer: Answer) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (await answer(Request(scope)))(scope, receive, send)

    return app


def named_tenant(header: str) -> str:
    """Return the tenant that the token in an Authorization header names, "" for none. Nothing is checked."""
    parts = header.partition(" ")[2].split(".")
    if len(parts) != 3 or len(header) > LONGEST:
        return ""
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, msgspec.DecodeError, RecursionError):
        return ""
    return plain_id(text(member(claims, "tid")))
