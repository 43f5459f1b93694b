"""Asking a relay where a desk of its belongs, when its address is all that an operator has.

The answer is as believable as the address is: TLS says that it comes from that host, and nothing says that
the host is the company's. So nothing is kept before somebody has looked at it (`ui/assistant.py`), and it is
held to the same as a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from console.checks.network import is_another_page, says_ok
from console.checks.obstacles import explain
from console.checks.reaching import Blocked, Reached, reach
from console.domain.errors import BadSettings
from console.domain.routes import Proxy
from console.domain.text import Text
from console.settings.setup_link import NAMES, Setup, origin_of, setup_from

if TYPE_CHECKING:
    import httpx2

_PATH = "/setup"


@dataclass(frozen=True, slots=True)
class Told:
    """What a relay told. `name` is the address it gives itself, if that is another than it was asked at."""

    setup: Setup
    name: str = ""


async def ask_relay(http: httpx2.AsyncClient, relay: str, proxy: Proxy | None, now: float) -> Told:
    """Return where a desk of `relay`, an origin, belongs; its own address is the one that was asked.

    `now` is in seconds since the epoch. Raises BadSettings with what stands in the way: the network, a
    certificate, somebody else who answers, a relay that does not tell, one of several tenants.
    """
    host = urlsplit(relay).netloc
    found = await _reach(http, relay + _PATH, host, proxy, now)
    if found.status == 404:
        alive = await _reach(http, relay + "/health/live", host, proxy, now)
        if alive.status == 200 and says_ok(alive.body):
            raise BadSettings(
                Text(
                    "The relay at {host} does not tell where a desk belongs: it may be an older one.",
                    host=host,
                ),
                "Ask your administrator for a set-up link.",
            )
    facts = _facts(found)
    if facts is None:
        raise BadSettings(
            Text("{host} answers, but not as a relay does ({status}).", host=host, status=found.status),
            "Check the relay's address.",
        )
    if "tenant_id" not in facts and facts.get("tenants", 1) != 1:
        raise BadSettings(
            Text("The relay at {host} serves several organizations.", host=host),
            "Ask your administrator for a set-up link: it names yours.",
        )
    said = {name: value for name in NAMES if isinstance(value := facts.get(name), str)}
    named = facts.get("relay")
    other = isinstance(named, str) and origin_of(named) != origin_of(relay)
    try:
        setup = setup_from({**said, "relay": relay})
    except BadSettings as error:
        raise BadSettings(
            Text("What the relay at {host} tells cannot be right. {why}", host=host, why=error.sentence),
            "Check the relay's address, or ask your administrator for a set-up link.",
        ) from error
    return Told(setup, str(named)[:100] if other else "")


async def _reach(
    http: httpx2.AsyncClient, address: str, host: str, proxy: Proxy | None, now: float
) -> Reached:
    found = await reach(http, address, proxy)
    if isinstance(found, Blocked):
        why = explain(found, host, proxy, now)
        raise BadSettings(why.sentence, why.remedy)
    if is_another_page(found):
        raise BadSettings(
            Text("Another page answers in the place of {host}.", host=host),
            "Check the address. Perhaps this network wants you to sign in first: open any page in a browser.",
        )
    return found


def _facts(found: Reached) -> dict[str, object] | None:
    """What the answer says, None where no relay would say so."""
    try:
        facts = msgspec.json.decode(found.body) if found.status == 200 else None
    except (msgspec.DecodeError, RecursionError):
        return None
    return facts if isinstance(facts, dict) and "client_id" in facts else None
