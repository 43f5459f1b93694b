"""The composition root of the relay: builds the parts from the settings and joins them; no logic."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.auth import AuthError
from console.domain.errors import ConsoleError
from console.domain.ids import IntentId, plain_id
from console.relay import openapi, setup
from console.relay.audit.journal import Journal
from console.relay.audit.upkeep import AuditUpkeep
from console.relay.bot import Bot
from console.relay.callbacks import Callbacks, keep_key, print_of
from console.relay.changes.parts import record_parts
from console.relay.claims import Claims
from console.relay.clock import Clock, Steady
from console.relay.credential import Expiry
from console.relay.desk import Desk
from console.relay.doorkeeper import (
    Doorkeeper,
    Principal,
    change_profile,
    notification_profile,
    operator_profile,
)
from console.relay.edge import Edge
from console.relay.entrance import Entrance
from console.relay.headers import SafeHeaders
from console.relay.health import Health
from console.relay.hub import Hub, Limits
from console.relay.keeping import open_keeping
from console.relay.keys import KeySet, KeysUnavailable
from console.relay.lead import Lead
from console.relay.lock import hold_folder
from console.relay.metrics import CountedBudget, Measured, Metrics, State
from console.relay.operations import VERSION, Operations
from console.relay.outside import TokenSource, bot_client, connection, fetcher, make_credential
from console.relay.prompts import Prompts
from console.relay.retention import Retention
from console.relay.settings import Settings
from console.relay.streams import Pace, Stream, read_position
from console.relay.tokens import Gate
from console.relay.upkeep import Upkeep
from console.relay.webhooks import Webhooks

log = logging.getLogger(__name__)


def new_id() -> IntentId:
    return IntentId(str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class Relay:
    """A relay that works: its ASGI app, and the parts that whoever runs it may need."""

    app: Entrance
    hub: Hub
    health: Health
    upkeep: Upkeep
    lead: Lead
    doorkeeper: Doorkeeper
    registry: CollectorRegistry

    @property
    def registries(self) -> dict[str, CollectorRegistry]:
        """The metrics; of one tenant, so nothing tells them apart."""
        return {"": self.registry}

    def sentence(self) -> str:
        """Return how things are, in one line for a service manager."""
        return self.health.sentence()

    def reload(self, settings: Settings) -> None:
        """Take over who is refused and who supervises which line. The rest needs a new start."""
        self.doorkeeper.reload(settings)
        self.hub.expel({plain_id(person) for person in settings.denied_operators})

    def goodbye(self) -> None:
        """Close every stream, so that a stop need not wait for the consoles."""
        self.hub.goodbye()


@contextlib.asynccontextmanager
async def open_relay(
    settings: Settings,
    *,
    tokens: TokenSource | None = None,
    wall: Clock = time.time,
    facts: Clock | None = None,
) -> AsyncIterator[Relay]:
    """Run a relay while the block runs. `tokens` stands in for the bot's credential under test.

    Raises BadSettings when another relay uses the same folder, AuthError for a credential that cannot be.
    """
    now = facts or Steady(wall)
    async with contextlib.AsyncExitStack() as stack:
        data = Path(settings.data_dir)
        stack.enter_context(hold_folder(data))
        journal = Journal(data / "audit.db", keep_key(data / "audit.key"), now)
        stack.push_async_callback(journal.close)
        callback_key = keep_key(Path(settings.callback_key_file or data / "callback.key"))
        keeping = await open_keeping(settings, print_of(callback_key), now)
        history, lead = keeping.history, keeping.lead
        stack.push_async_callback(history.close)
        limits = Limits(
            settings.stream_queue,
            settings.stream_bytes,
            settings.streams_per_operator,
            settings.streams_total,
        )
        hub = Hub(history, keeping.world, keeping.seq, limits)
        metrics = Metrics()
        hub.watch(metrics.noticed)
        http = connection(settings)
        stack.push_async_callback(http.close)
        await http.client()  # a certificate file that cannot be read is told at the start
        trouble: list[str] = []
        credential = tokens or make_credential(settings, wall, lambda error: _note(trouble, error))
        stack.push_async_callback(credential.close)
        expiry = Expiry(credential.ends_at, wall)
        budget = CountedBudget(time.monotonic, metrics)
        graph = bot_client(http, settings.profile, credential, budget)

        fetch, gap = fetcher(http), settings.key_refresh_gap
        operator_keys = KeySet(settings.operator_keys, fetch, now, gap=gap)
        notification_keys = KeySet(settings.profile.notification_metadata, fetch, now, gap=gap)
        same = not settings.call_records or settings.change_keys == settings.operator_keys
        change_keys = operator_keys if same else KeySet(settings.change_keys, fetch, now, gap=gap)
        doorkeeper = Doorkeeper(
            Gate(operator_profile(settings), operator_keys, wall),
            Gate(notification_profile(settings), notification_keys, wall),
            Gate(change_profile(settings), change_keys, wall),
            settings.line_supervisors,
        )
        callbacks = Callbacks(settings.public_url, callback_key)
        prompts = Prompts(settings.public_url)
        bot = Bot(graph, hub, callbacks, prompts, now=now, new_id=new_id)
        claims = Claims(hub, now, new_id, settings.claim_lease)
        desk = Desk(hub, bot, claims, lead=lead, now=now, tenant_id=plain_id(settings.tenant_ids[0]))
        upkeep = Upkeep(hub, bot, claims, settings, journal, lead=lead, now=now, new_id=new_id)
        changes = record_parts(
            settings, hub, graph, doorkeeper, key=callback_key, lead=lead, now=now, new_id=new_id
        )
        retention = Retention(hub, settings, lead, now)
        audit_upkeep = AuditUpkeep(
            journal,
            Path(settings.audit_heads_file) if settings.audit_heads_file else None,
            settings.audit_names_days,
            settings.audit_days,
            now,
        )
        edge = Edge(doorkeeper, now=wall, new_id=new_id, doubt=upkeep.check)
        health = Health(
            {
                "operator keys": lambda: operator_keys.reason,
                "notification keys": lambda: notification_keys.reason,
                "bot credential": lambda: trouble[0] if trouble else "",
                "log": lambda: history.trouble,
                "audit": lambda: journal.trouble,
                "calls": lambda: f"{upkeep.unread} to be checked" if upkeep.unread else "",
            },
            lambda: {"streams": hub.streams, "calls": len(hub.world.live()), "facts": hub.seq},
            budget.view,
            {
                "bot certificate": lambda: expiry.notice,
                "operator keys": lambda: operator_keys.notice,
                "notification keys": lambda: notification_keys.notice,
                "call records": changes.notice,
            },
        )
        pace = Pace(settings.heartbeat, settings.stream_write_timeout)

        async def stream(request: Request, who: Principal, _: bytes) -> Response:
            last = read_position(request.headers.get("last-event-id"))
            return Stream(
                hub, who, last, facts=now, wall=wall, pace=pace, budget=budget.view, waited=metrics.waited
            )

        async def ping(_: Request, __: Principal, ___: bytes) -> Response:
            return Response(status_code=204)

        webhooks = Webhooks(hub, doorkeeper, callbacks, now)
        routes = [
            Route("/hooks/calls", webhooks, methods=["POST"]),
            Route("/hooks/calls/{seal}", webhooks, methods=["POST"]),
            *changes.routes,
            Route("/prompts/{name}.wav", prompts.serve, methods=["GET"]),
            Route("/health/live", health.live, methods=["GET"]),
            Route("/health/ready", health.ready, methods=["GET"]),
            Route("/version", health.version, methods=["GET"]),
            Route("/openapi.json", openapi.serve, methods=["GET"]),
            *([Route(setup.PATH, setup.answer_setup(settings))] if settings.console_app_ids else ()),
            Route(f"{VERSION}/stream", edge.guard(stream), methods=["GET"]),
            Route(f"{VERSION}/ping", edge.guard(ping), methods=["GET"]),
            *Operations(desk, graph, edge, journal, new_id).routes(),
        ]
        app = Starlette(
            routes=routes,
            middleware=[Middleware(Measured, metrics=metrics), Middleware(SafeHeaders)],
            exception_handlers={404: edge.lost, 405: edge.lost},
        )
        app.router.redirect_slashes = False  # it would answer with whatever host the request names
        state = State(
            {
                "relay_calls_live": ("Calls that are live.", lambda: len(hub.world.live())),
                "relay_streams": ("Streams to consoles.", lambda: hub.streams),
                "relay_log_seq": ("Sequence number of the newest fact.", lambda: hub.seq),
                "relay_bot_token_seconds_left": (
                    "Seconds for which the bot's token is good.",
                    lambda: credential.seconds_left,
                ),
                "relay_bot_certificate_days_left": (
                    "Days for which the bot's certificate is good.",
                    lambda: expiry.days,
                ),
                "relay_operator_keys_age_seconds": ("Age of Entra's keys.", lambda: operator_keys.age),
                "relay_notification_keys_age_seconds": (
                    "Age of the keys for notifications.",
                    lambda: notification_keys.age,
                ),
            },
            health.reasons,
            budget.view,
        )
        metrics.registry.register(state)
        works = {
            **keeping.works,
            "upkeep": upkeep.run,
            "retention": retention.run,
            "loop": metrics.watch_loop,
            "audit upkeep": audit_upkeep.run,
            "bot credential": credential.keep_fresh,
            "certificate's end": expiry.run,
            "keys": lambda: _warm(*{operator_keys, notification_keys, change_keys}),
            **changes.works,
            "first token": lambda: _first(credential, trouble),
        }
        tasks = [asyncio.create_task(_keep(name, work), name=name) for name, work in works.items()]
        try:
            entrance = Entrance(app, webhooks, metrics)
            yield Relay(entrance, hub, health, upkeep, lead, doorkeeper, metrics.registry)
        finally:
            hub.goodbye()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(ConsoleError):
                await retention.snapshot()


def _note(trouble: list[str], error: AuthError | None) -> None:
    trouble[:] = [str(error.sentence)] if error else []


async def _warm(*sets: KeySet) -> None:
    """Fetch the keys before the first caller needs them, and newer ones when it is time, until cancelled."""
    pause = 1.0
    while True:
        results = await asyncio.gather(*(keys.warm() for keys in sets), return_exceptions=True)
        failed = [result for result in results if isinstance(result, KeysUnavailable)]
        for failure in failed:
            log.warning("keys cannot be fetched from %s", failure)
        pause = min(30.0, pause * 2) if failed else 30.0
        await asyncio.sleep(pause)


async def _first(credential: TokenSource, trouble: list[str]) -> None:
    """Get the bot's token before the first caller needs it (REFERENCE §10.3)."""
    try:
        await credential.token()
    except AuthError as error:
        log.warning("the bot cannot sign in: %s", error)
        _note(trouble, error)


async def _keep(name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work`, and again if it fails: a mistake in one part must not silence the others."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("%s failed and is started again", name)
            await asyncio.sleep(1.0)
        else:
            return
