"""The simulator as one object: builds the parts, joins them, and serves them."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from console.simulator.api.attendance import attendance_routes
from console.simulator.api.batch import batch_routes
from console.simulator.api.calendars import calendar_routes
from console.simulator.api.calls import call_routes
from console.simulator.api.entra import entra_routes
from console.simulator.api.meetings import meeting_routes
from console.simulator.api.operations import operation_routes
from console.simulator.api.page import page_routes
from console.simulator.api.participants import participant_routes
from console.simulator.api.photos import photo_routes
from console.simulator.api.presence import presence_routes
from console.simulator.api.records import record_routes
from console.simulator.api.routing import routing_routes
from console.simulator.api.stage import stage_routes
from console.simulator.api.subscriptions import subscription_routes
from console.simulator.api.users import user_routes
from console.simulator.api.wire import wire_routes
from console.simulator.attendance import Attendance
from console.simulator.calendars import Calendars
from console.simulator.certificates import Certificates, make_certificates
from console.simulator.clock import Clock
from console.simulator.clouds import CLOUDS
from console.simulator.delivery import Courier
from console.simulator.directory import Directory
from console.simulator.entra import Authority, InvalidToken
from console.simulator.errors import unknown_segment
from console.simulator.exchange import build_exchange
from console.simulator.faultbox import FaultBox
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json
from console.simulator.ids import Ids
from console.simulator.ledger import Ledger
from console.simulator.limits import Meter
from console.simulator.meetings import Meetings
from console.simulator.notifications import Notifier
from console.simulator.options import Options
from console.simulator.postman import Postman
from console.simulator.presence import Presences
from console.simulator.records import Records
from console.simulator.results import WEBHOOK_LOST
from console.simulator.scenes import Stage
from console.simulator.serving import serving
from console.simulator.signing import ISSUER, OPENID_PATH, Signer
from console.simulator.subscriptions import Subscriptions
from console.simulator.tap import Observer
from console.simulator.tokens import TokenRefused, TokenVerifier
from console.simulator.traffic import Traffic


class EntraTokens:
    """The authority's check of tokens, in the words of the Graph side."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def verify(self, token: str) -> Mapping[str, Any]:
        try:
            claims = self._authority.verify(token)
        except InvalidToken as invalid:
            raise TokenRefused(str(invalid)) from invalid
        if wanted := self._authority.evaluation.challenge(claims):
            raise TokenRefused("Continuous access evaluation resulted in a challenge.", wanted)
        return claims


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that serves: its addresses, its files, and the parts a test may want to move."""

    base_url: str
    certificates: Certificates
    directory: Directory
    simulator: Simulator

    @property
    def graph_url(self) -> str:
        return f"{self.base_url}/v1.0"

    @property
    def authority(self) -> str:
        return f"{self.base_url}/{self.directory.tenant_id}"

    @property
    def openid_configuration(self) -> str:
        return self.base_url + OPENID_PATH

    def description(self) -> Json:
        """What simulator.json says, without the process id."""
        return {
            "base_url": self.base_url,
            "graph_url": self.graph_url,
            "authority": self.authority,
            "cloud": self.simulator.cloud.name,
            "tenant_id": self.directory.tenant_id,
            "console_app_id": self.directory.console_app_id,
            "relay_app_id": self.directory.relay_app_id,
            "bot_app_id": self.directory.bot_app_id,
            "openid_configuration": self.openid_configuration,
            "notification_issuers": [ISSUER],
            "ca_file": str(self.certificates.ca_file),
            "bot_certificate": str(self.certificates.bot_certificate),
            "bot_key": str(self.certificates.bot_key),
        }


class Simulator:
    """Graph, Entra ID and the people who call, over one clock and one seed.

    `state` is a folder for certificates. `speed` 0 stands still until `clock.advance`. `verifier` replaces
    the simulated Entra's check of tokens. `trust` adds a CA file for webhooks that serve https.
    `cloud` is one of those in `clouds`. `observer` sees every exchange and every notification.
    """

    def __init__(
        self, state: Path, *, seed: int = 1, speed: float = 1.0, webhook: str | None = None,
        legacy_first: bool = False, directory: Directory | None = None, verifier: TokenVerifier | None = None,
        trust: Path | None = None, cloud: str = "global", wall: Callable[[], float] = time.time,
        observer: Observer | None = None,
    ) -> None:  # fmt: skip
        self.directory = directory or Directory()
        self.cloud = CLOUDS[cloud]
        self.options = Options(webhook, legacy_first)
        self.clock = Clock(start=wall(), speed=speed)
        self.faults = FaultBox()
        self.meter = Meter()
        self._traffic = Traffic(self.clock)
        self.clock.settle = self._settle
        self.requests, self.notifications = Ledger(), Ledger()
        self.certificates = make_certificates(state, wall)
        self._wall = wall
        self._trust = trust
        self._running: Running | None = None
        self.authority = Authority(
            self.directory, self._base_url, wall, self.certificates.bot_certificate.read_bytes
        )
        self._verifier = verifier or EntraTokens(self.authority)
        ids = self._ids = Ids(seed)
        signing_key = self.certificates.signing_key.read_bytes()
        self.signer = Signer(self.directory.bot_app_id, self.directory.tenant_id, signing_key, wall)
        courier = Courier(
            clock=self.clock, signer=self.signer, faults=self.faults, ids=ids.apart("messages"),
            ledger=self.notifications, traffic=self._traffic, webhook=lambda: self.options.webhook,
            legacy_first=lambda: self.options.legacy_first, trust=self._trusted, observer=observer,
        )  # fmt: skip
        self.notifier = Notifier(courier, self.faults, self._traffic)
        self.exchange = build_exchange(
            self.clock, ids, self.directory, self.notifier, seed, lambda: self.options.consented
        )
        self.notifier.on_lost = self._lost
        self.presences = Presences(
            self.clock, self.directory, self.exchange.board, self.cloud.hidden_presence
        )
        self.records = Records(self.clock, self.exchange.board)
        self.postman = Postman(
            clock=self.clock,
            ids=ids.apart("handshakes"),
            ledger=self.notifications,
            traffic=self._traffic,
            trust=self._trusted,
            observer=observer,
        )
        self.subscriptions = Subscriptions(
            self.clock,
            ids.apart("subscriptions"),
            self.directory.tenant_id,
            self.postman,
            self.presences,
            self.records,
            self.authority.mint.voucher,
        )
        self.stage = Stage(self.clock, ids.apart("scene"), self.directory, self.exchange, self.faults, seed)
        self.meetings = Meetings(ids.apart("meetings"), self.directory.tenant_id, self.clock.now)
        self.attendance = Attendance(ids.apart("attendance"), self.exchange.board, self.meetings)
        self.calendars = Calendars(ids.apart("events"), self.directory, self.meetings, self.clock.now)
        self._gate = Gate(
            verifier=self._verifier, faults=self.faults, meter=self.meter, ids=ids.apart("requests"),
            ledger=self.requests, clock=self.clock, wall=wall, cloud=self.cloud, observer=observer,
        )  # fmt: skip
        self._app = Starlette(routes=self._routes())

    @contextlib.asynccontextmanager
    async def serve(
        self, *, host: str = "127.0.0.1", port: int = 0, tls: bool = False
    ) -> AsyncIterator[Running]:
        """Serves while the block runs. Raises OSError when the port is taken."""
        certificate = self.certificates.server_certificate if tls else None
        key = self.certificates.server_key if tls else None
        async with serving(self._app, host, port, certificate, key) as base_url:
            self._running = Running(base_url, self.certificates, self.directory, self)
            try:
                yield self._running
            finally:
                self.stage.stop()
                self.clock.stop()
                await self.notifier.close()
                await self.postman.close()
                self._running = None

    def _routes(self) -> list[BaseRoute]:
        exchange, gate = self.exchange, self._gate
        return [
            *page_routes(),
            *call_routes(gate, exchange, self.meetings, lambda: self.options.webhook),
            *participant_routes(gate, exchange, lambda: self.options.may_remove),
            *operation_routes(gate, exchange),
            *routing_routes(gate, exchange),
            *meeting_routes(gate, self.meetings, self.directory),
            *attendance_routes(gate, self.meetings, self.attendance),
            *user_routes(gate, self.directory),
            *presence_routes(gate, self.directory, self.presences),
            *record_routes(gate, self.records),
            *subscription_routes(gate, self.subscriptions, self.clock, self.cloud),
            *calendar_routes(gate, self.directory, self.calendars),
            *photo_routes(gate, self.directory),
            *batch_routes(gate, lambda: self._app),
            *(gate.route(method, "/{rest:path}", "unknown", _unknown) for method in ("GET", "POST")),
            *(
                gate.route(method, "/{rest:path}", "unknown", _unknown)
                for method in ("PATCH", "PUT", "DELETE")
            ),
            *stage_routes(exchange, self.stage, self.clock, self._ids.apart("by hand")),
            *wire_routes(
                self.requests,
                self.notifications,
                self.faults,
                self.meter,
                self.options,
                self.clock,
                self._description,
            ),
            *entra_routes(self.authority),
            *self.signer.routes(self._base_url),
            *self.authority.routes(),
        ]

    async def _settle(self) -> None:
        """Lets what has just happened take effect, its notifications included."""
        for _ in range(3):
            await asyncio.sleep(0)
        await self._traffic.at_rest()

    def _base_url(self) -> str:
        return self._running.base_url if self._running else "http://127.0.0.1"

    def _description(self) -> Json:
        return self._running.description() if self._running else {}

    def _trusted(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        for file in (self.certificates.ca_file, self._trust):
            if file is not None:
                context.load_verify_locations(file)
        return context

    def _lost(self, call_id: str) -> None:
        call = self.exchange.board.calls[call_id]
        self.exchange.board.end(call, WEBHOOK_LOST, "notifications could not be delivered")


async def _unknown(ask: Ask) -> Reply:
    raise unknown_segment(ask.path["rest"].split("/")[0])
