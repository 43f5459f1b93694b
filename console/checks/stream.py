"""The relay's stream: who it takes us for, and whether an event really arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from console.checks.bench import Bench
from console.checks.findings import Finding, bad, good
from console.domain.text import Text
from console.feed.sse import Parser
from console.wire.envelope import VERSION, Greeting

ROLES = ("Operator", "Supervisor")


async def check_role(bench: Bench) -> Finding:
    """Open the stream as every console does; the relay greets whom it lets in, with their roles."""
    import httpx2

    token = await bench.account.token("relay")
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    address = bench.target + "/v1.0/stream"
    limits = httpx2.Timeout(bench.patience, read=None)
    http = await bench.http.client()
    asked = bench.monotonic()
    try:
        async with (
            asyncio.timeout(bench.patience),
            http.stream("GET", address, headers=headers, timeout=limits) as answer,
        ):
            if answer.status_code != 200:
                return _refused(answer.status_code)
            bench.greeting = await _greeting(answer.aiter_raw())
            bench.delay = bench.monotonic() - asked
    except TimeoutError:
        return bad(
            "The relay accepts the sign-in, but nothing arrives over its stream.",
            "Something on the way holds answers back, such as a proxy: ask for an exception for the relay.",
        )
    except httpx2.HTTPError:
        return bad(
            "The relay closed the stream.", "Try again; if that does not help, ask your administrator."
        )
    if bench.greeting is None:
        return bad(
            "The relay closed the stream.", "Try again; if that does not help, ask your administrator."
        )
    roles = tuple(bench.greeting.roles)
    return good(
        Text(
            "The relay takes you for {who} with the role {roles}.",
            who=bench.greeting.operator.name,
            roles=", ".join(roles),
        ),
        facts=(("roles", ", ".join(roles)),),
    )


async def check_event(bench: Bench) -> Finding:
    """The greeting is an event on the stream like any other: it came, how fast, and in words we know."""
    greeting = bench.hello
    milliseconds = round(bench.delay * 1000)
    facts = (("milliseconds", str(milliseconds)), ("version", str(greeting.version)))
    if greeting.version != VERSION:
        return bad(
            Text(
                "The relay speaks version {relay} of the stream, this console version {console}.",
                relay=greeting.version,
                console=VERSION,
            ),
            "Update the older of the two.",
            facts=facts,
        )
    return good(Text("An event came over the stream after {count} ms.", count=milliseconds), facts=facts)


def _refused(status: int) -> Finding:
    facts = (("status", str(status)),)
    match status:
        case 401:
            return bad(
                "The relay does not accept the sign-in.",
                "Check tenant_id and relay_app_id: they must be those that the relay knows.",
                facts=facts,
            )
        case 403:
            return bad(
                "You do not have the Operator role.",
                "Ask your administrator to assign it to you.",
                facts=facts,
            )
        case 503:
            return bad("The relay is not ready.", "Ask whoever runs the relay; try again later.", facts=facts)
    return bad(
        Text("The relay answered {status}.", status=status), "Ask whoever runs the relay.", facts=facts
    )


async def _greeting(chunks: AsyncIterator[bytes]) -> Greeting | None:
    parser = Parser()
    async for chunk in chunks:
        for frame in parser.feed(chunk):
            if frame.name == "hello":
                try:
                    return msgspec.json.decode(frame.data, type=Greeting)
                except msgspec.DecodeError:
                    return None
    return None
