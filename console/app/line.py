"""A console without its window: account, Graph, store, runner and feed, joined.

The window stands on it, and so do tests that need many consoles.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.actions.runner import Record, Runner
from console.auth import (
    AccountBook,
    AccountService,
    OpenBrowser,
    Registration,
    Resource,
    TokenStores,
    build_context,
    uses_broker,
)
from console.domain.budget import Usage, Use
from console.domain.errors import BadSettings
from console.domain.events import Event
from console.domain.ids import UserId, plain_id
from console.domain.people import Operator
from console.domain.routes import Route
from console.domain.text import Text
from console.domain.world import World
from console.feed.feed import Feed
from console.feed.link import LinkState
from console.graph.budget import Budget
from console.graph.client import Door, GraphClient
from console.graph.clouds import CloudProfile, profile_of, stranger, without_calls
from console.graph.connection import Connection
from console.graph.consents import asked_at_sign_in
from console.graph.operations import Identity
from console.language import UNTRANSLATED, Catalogue
from console.settings.options import Options
from console.settings.proxies import route
from console.settings.setup_link import origin_of
from console.settings.tally import Tally
from console.store.clock import RelayClock
from console.store.store import Store
from console.wire.envelope import Greeting

if TYPE_CHECKING:
    from console.graph.pool import Pool

audit = logging.getLogger("console.audit")

KEPT = 25.0
"""Seconds that an idle connection is kept: no press waits for a TLS handshake, because the feed measures the
line more often, and the relay closes after 30 s, so that it does not close while we send."""
TICK = 0.25
"""Seconds between two looks at intents whose time may be over."""


def cloud_of(options: Options) -> CloudProfile:
    """Return the cloud of the tenant, at the addresses that the options give it.

    Raises BadSettings for the address of another cloud's Graph.
    """
    profile = profile_of(options.cloud).located(
        graph_root=options.graph_root, login=options.authority.rpartition("/")[0]
    )
    if other := stranger(profile):
        said = Text("graph_root is that of {cloud}.", cloud=other.name)
        raise BadSettings(said, Text("Set cloud = {value}.", value=f'"{other.cloud}"'))
    return profile


def registration(options: Options) -> Registration:
    """Return who the console is in Entra, and the permissions that every desk of its cloud needs."""
    cloud = cloud_of(options)
    relay = f"api://{options.relay_app_id}/access_as_operator"
    return Registration(
        authority=options.authority or f"{cloud.login}/{options.tenant_id}",
        client_id=options.client_id,
        relay_scopes=() if without_calls(cloud) else (relay,),
        graph_scopes=tuple(sorted(cloud.permission(p) for p in asked_at_sign_in(cloud))),
    )


def account(
    options: Options,
    open_browser: OpenBrowser,
    catalogue: Catalogue = UNTRANSLATED,
    *,
    stores: TokenStores | None = None,
    book: AccountBook | None = None,
    window: Callable[[], int] = lambda: 0,
    way: Route | None = None,
) -> AccountService:
    """Return the account service. Nothing is imported or asked before the first sign-in.

    `catalogue` is for the page that the browser shows at the end; `stores` and `book` keep tokens and names
    beyond this start; `window` gives the handle of the window that Windows' own dialog stands above.
    """
    ca_file = Path(options.ca_file) if options.ca_file else None
    return AccountService(
        registration(options),
        context=lambda: build_context(ca_file),
        open_browser=open_browser,
        now=time.time,
        stores=stores,
        book=book,
        device_code=options.device_code,
        broker=uses_broker(sys.platform, allowed=options.broker),
        window=window,
        catalogue=catalogue,
        way=way or route_of(options),
    )


def route_of(options: Options, system: Route | None = None) -> Route:
    """Return the way to any address. `system` asks the desktop, which knows more than Python does."""
    return route(options.proxy, os.environ, system)


def connection(options: Options, way: Route | None = None) -> Connection:
    """Return the one HTTP connection of a console; nothing is imported or opened yet.

    `way` names the proxy to the relay and to Graph; it is asked in a thread, when the connection is built and
    when nothing can be reached: a laptop goes from the office to home and back.
    """
    way = way or route_of(options)
    ends = (options.relay, cloud_of(options).graph_root)

    def find() -> dict[str, str]:
        return {origin_of(end): found.address for end in ends if end and (found := way(end))}

    def build() -> Pool:
        import httpx2

        for name in ("httpx2", "httpcore2"):  # they log addresses, and with them what the operator looks for
            logger = logging.getLogger(name)
            logger.setLevel(max(logger.level, logging.WARNING))

        from console.graph.pool import Pool

        context = build_context(Path(options.ca_file) if options.ca_file else None)
        limits = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=KEPT)
        proxies = find()
        return Pool(
            proxies=proxies,
            verify=context,
            timeout=httpx2.Timeout(10.0),
            limits=limits,
            follow_redirects=False,
            trust_env=False,  # the route has read the environment, and knows that it does not lead to itself
            mounts={
                origin: httpx2.AsyncHTTPTransport(verify=context, limits=limits, proxy=address)
                for origin, address in proxies.items()
            },
        )

    return Connection(build, lambda pool: find() != pool.proxies)


class Line:
    """One operator's line to the relay and Graph. `on_link` and `on_operator` are set by who shows them.

    In a cloud without calls there is no relay: then the line knows who is signed in, and people are found.
    `way` names the proxy to an address, that of the environment and the system without it.
    `tally` keeps how many meetings the operator has made; without it only this start is counted.
    """

    def __init__(
        self,
        options: Options,
        account: AccountService,
        *,
        record: Callable[[Record], None] | None = None,
        tally: Tally | None = None,
        way: Route | None = None,
    ) -> None:
        relay_root = options.relay.rstrip("/") + "/v1.0"
        self.account = account
        self.cloud = cloud_of(options)
        self.http = connection(options, way)
        self.clock = RelayClock()
        self.store = Store()
        self.budget = Budget(time.monotonic, Identity.OPERATOR, self._meeting_made)
        self.graph = GraphClient(
            self.http,
            {
                Identity.OPERATOR: _door(self.cloud.graph_root, account, "graph"),
                Identity.BOT: _door(relay_root, account, "relay"),
            },
            self.cloud,
            self.budget,
        )
        self.runner = Runner(
            self.store,
            self.graph,
            now=self.clock.now,
            unlinked=self._unlinked,
            audit=record or write_audit,
            undo_seconds=options.undo_seconds,
        )
        self.feed = Feed(self.http.client, relay_root, partial(account.token, "relay"), self)
        self.on_link: Callable[[LinkState], None] = lambda state: None
        self.on_operator: Callable[[], None] = lambda: None
        self._tally = tally
        self._meetings = 0
        self._hello: Greeting | None = None
        self._locked = False
        self._relay_uses: tuple[Use, ...] = ()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def started(self) -> bool:
        return bool(self._tasks)

    @property
    def usage(self) -> Usage:
        """How much of Microsoft's limits this console, the relay and the operator use."""
        return Usage(self.budget.view(), self._relay_uses, self._meetings)

    @property
    def greeting(self) -> Greeting | None:
        """How the relay greeted who is signed in."""
        return self._hello

    def start(self) -> None:
        """Begin reading the stream and watching intents. Somebody must be signed in."""
        who = self.account.account
        self._meetings = self._tally.count(who.oid) if self._tally and who else 0
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._tick(), name="intents"),
            loop.create_task(self.account.keep_fresh(), name="fresh tokens"),
        ]
        if without_calls(self.cloud):
            self._sit_down()
        else:
            self._tasks.append(loop.create_task(self.feed.run(), name="feed"))

    async def stop(self) -> None:
        """End the stream and forget the picture: the next operator must not see this one's."""
        self._meetings = 0
        self._hello, self._locked = None, False
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.runner.identify(None, frozenset())
        self.store.replace(World())

    async def close(self) -> None:
        """Stop everything and wait for it."""
        await self.stop()
        await self.runner.close()
        await self.feed.close()
        await self.http.close()

    # -- what the feed brings ----------------------------------------------------------------------

    def events(self, events: list[Event]) -> None:
        self.store.apply(events)

    def snapshot(self, world: World) -> None:
        self.store.replace(world)

    def greeted(self, hello: Greeting) -> None:
        self._hello = hello
        if self._locked:
            return
        self.runner.identify(hello.operator, frozenset(hello.roles), frozenset(hello.closed_lines))
        self.on_operator()

    def lock(self) -> None:
        """Nobody may act and nobody is shown until `unlock`; the picture goes on being kept."""
        self._locked = True
        self.runner.identify(None, frozenset())
        self.on_operator()

    def unlock(self) -> None:
        """The same operator is back."""
        self._locked = False
        if without_calls(self.cloud):
            self._sit_down()
        elif self._hello is not None:
            self.greeted(self._hello)

    def relay_time(self, now: float) -> None:
        self.clock.adjust(now)

    def relay_budget(self, uses: tuple[Use, ...]) -> None:
        self._relay_uses = uses

    def link(self, state: LinkState) -> None:
        self.on_link(state)

    def _sit_down(self) -> None:
        """Where no relay greets anybody, whoever is signed in is the operator."""
        who = self.account.account
        if who is not None:
            self.runner.identify(Operator(UserId(plain_id(who.oid)), who.name), frozenset())
        self.on_operator()

    def _meeting_made(self) -> None:
        self._meetings += 1
        who = self.account.account
        if self._tally and who:
            self._tally.add(who.oid)
            self._meetings = self._tally.count(who.oid)

    def _unlinked(self) -> Text | None:
        state = self.feed.state
        if state.live:
            return None
        since = time.strftime("%H:%M", time.localtime(state.since))
        return Text("The relay has not been connected since {time}.", time=since)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.runner.tick()


def _door(root: str, account: AccountService, resource: Resource) -> Door:
    return Door(root, partial(account.token, resource), partial(account.renew, resource))


def write_audit(record: Record) -> None:
    """Log one line of the audit trail: ids only."""
    audit.info(
        "%s %s intent=%s call=%s %s",
        record.stage,
        record.action,
        record.intent,
        record.call or "-",
        record.detail,
    )
