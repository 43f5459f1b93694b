"""The checks in a terminal: `operator-console doctor`, for administrators and whoever helps from afar."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from console.app.keeping import book, vault
from console.app.line import account, cloud_of, connection, route_of
from console.auth import AccountService, OpenBrowser
from console.auth.errors import BrowserFailed
from console.auth.vault import Keys, SystemKeys
from console.checks.bench import Bench
from console.checks.examination import Check, examine
from console.checks.findings import Finding, Outcome, as_json, as_lines, passed
from console.domain.routes import Route
from console.domain.text import Text
from console.graph.connection import Connection
from console.settings.layers import Configuration

QUESTION = 10.0
"""Seconds that the password store has, its question to whoever sits here included: scripts wait for us."""


def bench_of(
    configuration: Configuration,
    service: AccountService,
    http: Connection,
    way: Route,
    *,
    sign_in: bool = True,
    keeper: AccountService | None = None,
) -> Bench:
    """Return what the checks work with; `sign_in` lets them open the browser when nobody is signed in.

    `keeper` is who keeps sign-ins, where that is not the service that is examined: at a terminal.
    """
    options = configuration.options

    async def begin() -> None:
        await service.sign_in(options.login_hint or None)

    return Bench(
        configuration=configuration,
        cloud=cloud_of(options),
        http=http,
        route=way,
        account=service,
        rehearse_keeping=(keeper or service).rehearse_keeping,
        at_terminal=keeper is not None,
        now=time.time,
        monotonic=time.monotonic,
        sign_in=begin if sign_in else None,
    )


def run_doctor(
    configuration: Configuration,
    open_browser: OpenBrowser,
    say: Callable[[Text], str],
    write: Callable[[str], None],
    *,
    json: bool,
    sign_in: bool,
    system: Route | None = None,
    keys: Keys | None = None,
) -> int:
    """Run the checks, writing each finding as it comes, or all of them as JSON at the end; return 0, or 1.

    They are made as whoever is kept signed in here. Who signs in only for them leaves nothing behind: at the
    desk of somebody else an administrator would be the next operator.
    """

    def tell(check: Check, finding: Finding | None) -> None:
        if finding is not None and not json:
            write("\n".join(as_lines(Outcome(check.name, check.title, finding), say)))

    async def run() -> list[Outcome]:
        options = configuration.options
        way = route_of(options, system)
        http, passing = connection(options, way), account(options, open_browser, way=way)
        stores = vault(options, lambda trouble: None, keys or SystemKeys(patience=QUESTION))
        keeper = account(options, _no_page, stores=stores, book=book(options), way=way)
        try:
            service = passing if await keeper.restore() is None else keeper
            found = bench_of(configuration, service, http, way, sign_in=sign_in, keeper=keeper)
            return await examine(found, tell)
        finally:
            await http.close()
            await passing.close()
            await keeper.close()

    outcomes = asyncio.run(run())
    if json:
        write(as_json(outcomes, say))
    return 0 if passed(outcomes) else 1


def _no_page(url: str) -> None:
    """A kept sign-in is opened silently or not at all."""
    raise BrowserFailed("No browser could be opened.")
