"""The checks in a terminal: `operator-console doctor`, for administrators and whoever helps from afar."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from console.app.line import account, cloud_of, connection, route_of
from console.auth import AccountService, OpenBrowser
from console.checks.bench import Bench
from console.checks.examination import Check, examine
from console.checks.findings import Finding, Outcome, as_json, as_lines, passed
from console.domain.routes import Route
from console.domain.text import Text
from console.graph.connection import Connection
from console.settings.layers import Configuration


def bench_of(
    configuration: Configuration,
    service: AccountService,
    http: Connection,
    way: Route,
    *,
    sign_in: bool = True,
) -> Bench:
    """Return what the checks work with; `sign_in` lets them open the browser when nobody is signed in."""
    options = configuration.options

    async def begin() -> None:
        await service.sign_in(options.login_hint or None)

    return Bench(
        configuration=configuration,
        cloud=cloud_of(options),
        http=http,
        route=way,
        account=service,
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
) -> int:
    """Run the checks, writing each finding as it comes, or all of them as JSON at the end; return 0, or 1."""

    def tell(check: Check, finding: Finding | None) -> None:
        if finding is not None and not json:
            write("\n".join(as_lines(Outcome(check.name, check.title, finding), say)))

    async def run() -> list[Outcome]:
        options = configuration.options
        way = route_of(options, system)
        http, service = connection(options, way), account(options, open_browser)
        try:
            return await examine(bench_of(configuration, service, http, way, sign_in=sign_in), tell)
        finally:
            await http.close()
            await service.close()

    outcomes = asyncio.run(run())
    if json:
        write(as_json(outcomes, say))
    return 0 if passed(outcomes) else 1
