"""The way there: the proxy, the relay or Graph at its end, its certificate, and the two clocks."""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from console.checks.bench import Bench
from console.checks.findings import Finding, bad, good, note
from console.checks.obstacles import certificate_facts, explain
from console.checks.reaching import Blocked, Reached, reach
from console.domain.routes import FoundIn
from console.domain.text import Text

CLOCK_NOTE, CLOCK_BAD = 60.0, 240.0
"""Seconds of difference. Tokens are refused from five minutes on."""
SOON = 14 * 86_400.0
"""Seconds before its end at which a certificate is worth a word."""

_FOUND_IN = {
    FoundIn.OPTION: Text("the console's option"),
    FoundIn.ENVIRONMENT: Text("the environment"),
    FoundIn.SYSTEM: Text("the system's settings"),
}


async def find_proxy(bench: Bench) -> Finding:
    """Which way the requests take. Whether the proxy works shows in the next check."""
    proxy = await asyncio.to_thread(bench.route, bench.target)
    if proxy is None:
        return good("No proxy is used.")
    facts = (("proxy", proxy.place),)
    named = _FOUND_IN[proxy.found_in]
    return good(
        Text("The proxy {proxy} is used; it is named in {place}.", proxy=proxy.place, place=named),
        facts=facts,
    )


async def reach_target(bench: Bench) -> Finding:
    """The relay answers, or Graph does where there is no relay; a certificate is for the next check."""
    host = urlsplit(bench.target).netloc
    proxy = await asyncio.to_thread(bench.route, bench.target)
    address = bench.target + ("/health/live" if bench.with_calls else "/")
    found = await reach(await bench.http.client(), address, proxy)
    if isinstance(found, Blocked):
        return explain(found, host, proxy, bench.now())
    bench.reached = found
    facts = (("host", host), ("status", str(found.status)))
    if is_another_page(found):
        return bad(
            Text("Another page answers in the place of {host}.", host=host),
            "Perhaps this network wants you to sign in first: open any page in the browser, then try again.",
            facts=facts,
        )
    if not bench.with_calls:
        return good(Text("{host} answers.", host=host), facts=facts)
    if found.status != 200 or not says_ok(found.body):
        return bad(
            Text("{host} answers, but not as a relay does ({status}).", host=host, status=found.status),
            "Check the relay's address.",
            facts=facts,
        )
    return good(Text("The relay at {host} answers.", host=host), facts=facts)


async def judge_certificate(bench: Bench) -> Finding:
    """Who vouches for the other end, once it was believed."""
    host = urlsplit(bench.target).netloc
    shown = bench.answer.shown
    if shown is None:
        return good("No certificate is needed on this computer.")
    facts = certificate_facts(shown)
    if shown.inspected:
        return note(
            Text(
                "{issuer} opens the encrypted connection to {host} on the way.",
                issuer=shown.issuer,
                host=host,
            ),
            "This is TLS inspection. It works, but it can hold up calls: ask for an exception for this host.",
            facts=facts,
        )
    until = time.strftime("%Y-%m-%d", time.localtime(shown.ends))
    if shown.ends - bench.now() < SOON:
        return note(
            Text("The certificate of {host} ends on {date}.", host=host, date=until),
            "Tell your administrator to renew it.",
            facts=facts,
        )
    return good(
        Text("{host} is vouched for by {issuer} until {date}.", host=host, issuer=shown.issuer, date=until),
        facts=facts,
    )


async def compare_clocks(bench: Bench) -> Finding:
    """This computer's clock beside that of the other end; a Date header tells whole seconds."""
    try:
        theirs = parsedate_to_datetime(bench.answer.date).timestamp()
    except (ValueError, TypeError):
        return note("The other end does not say what time it is, so the clocks cannot be compared.")
    off = bench.now() - theirs
    facts = (("seconds", f"{off:+.0f}"),)
    if abs(off) < CLOCK_NOTE:
        return good("This computer's clock is right.", facts=facts)
    minutes, seconds = divmod(round(abs(off)), 60)
    by = f"{minutes}:{seconds:02}"
    said = (
        Text("This computer's clock is {time} fast (minutes and seconds).", time=by)
        if off > 0
        else Text("This computer's clock is {time} slow (minutes and seconds).", time=by)
    )
    remedy = Text("Let the system set the clock by itself; with a wrong one nobody can sign in.")
    return (bad if abs(off) >= CLOCK_BAD else note)(said, remedy, facts=facts)


def is_another_page(found: Reached) -> bool:
    """True for what a hotel's or a company's page answers in the place of whoever was asked."""
    return 300 <= found.status < 400 or found.status == 511 or "html" in found.kind


def says_ok(body: bytes) -> bool:
    """True for what a relay answers at /health/live."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("status") == "ok"
