"""Why an address was not reached, in words: whose fault it is and whom to ask."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from console.checks.certificates import Shown
from console.checks.findings import Facts, Finding, bad
from console.checks.reaching import Blocked, Obstacle
from console.domain.routes import Proxy
from console.domain.text import Text

_ASK_NETWORK = Text("Ask whoever looks after your network.")


def explain(found: Blocked, host: str, proxy: Proxy | None, now: float) -> Finding:
    """Return the sentence for `found` at `host`, and what to do next; `now` is seconds since the epoch."""
    facts = (("host", host), ("obstacle", found.obstacle), *((("proxy", proxy.place),) if proxy else ()))
    place = proxy.place if proxy else ""
    match found.obstacle:
        case Obstacle.PROXY_AWAY:
            return bad(
                Text("The proxy {proxy} cannot be reached.", proxy=place),
                "Check the cable or the VPN, and the proxy's address with whoever looks after your network.",
                facts=facts,
            )
        case Obstacle.PROXY_PASSWORD:
            return bad(
                Text("The proxy {proxy} wants a user name and a password.", proxy=place),
                Text(
                    "Ask for an exception for {host}, or put them into the proxy's address: http://name:password@{proxy}.",
                    host=host,
                    proxy=place,
                ),
                facts=facts,
            )
        case Obstacle.PROXY_REFUSES:
            return bad(
                Text("The proxy {proxy} does not let anybody through to {host}.", proxy=place, host=host),
                "Ask whoever looks after your network to allow it.",
                facts=facts,
            )
        case Obstacle.NO_SUCH_NAME:
            return bad(
                Text("Nobody knows the name {host}.", host=host),
                "Check the address for a slip, and whether you are in your company's network or VPN.",
                facts=facts,
            )
        case Obstacle.NOBODY_LISTENS:
            return bad(
                Text("Nobody answers at {host}.", host=host),
                "Check the network; perhaps a firewall is in the way, or the other end does not run.",
                facts=facts,
            )
        case Obstacle.NO_ANSWER:
            return bad(Text("{host} does not answer in time.", host=host), _ASK_NETWORK, facts=facts)
        case Obstacle.CERTIFICATE:
            return _disbelieved(found, host, now, facts)
        case Obstacle.TLS:
            return bad(
                Text("No secure connection to {host} comes about.", host=host), _ASK_NETWORK, facts=facts
            )
        case Obstacle.BROKEN:
            return bad(Text("The connection to {host} broke off.", host=host), _ASK_NETWORK, facts=facts)


def _disbelieved(found: Blocked, host: str, now: float, facts: Facts) -> Finding:
    shown = found.shown
    if shown is None:
        return bad(Text("The certificate of {host} is not believed.", host=host), _ASK_NETWORK, facts=facts)
    facts = (*facts, *certificate_facts(shown))
    day = time.strftime("%Y-%m-%d", time.localtime(shown.ends if shown.ends < now else shown.begins))
    if shown.inspected:
        return bad(
            Text(
                "{issuer} opens the connection to {host} on the way, and this computer does not trust it.",
                issuer=shown.issuer,
                host=host,
            ),
            "This is TLS inspection: its certificate must be installed here, or this host be excepted.",
            facts=facts,
        )
    if shown.ends < now:
        return bad(
            Text("The certificate of {host} ended on {date}.", host=host, date=day),
            "Check this computer's date; if it is right, the certificate has to be renewed.",
            facts=facts,
        )
    if shown.begins > now:
        return bad(
            Text("The certificate of {host} begins only on {date}.", host=host, date=day),
            "Check this computer's date.",
            facts=facts,
        )
    if not shown.is_for(urlsplit(f"//{host}").hostname or ""):
        return bad(
            Text(
                "What answers at {host} shows a certificate for {names}.",
                host=host,
                names=", ".join(shown.names[:3]),
            ),
            "Check the address. On a guest network, sign in to it first.",
            facts=facts,
        )
    return bad(
        Text(
            "The certificate of {host} is from {issuer}, which this computer does not trust.",
            host=host,
            issuer=shown.issuer,
        ),
        "Ask your administrator: the issuer's certificate may have to be installed here (option ca_file).",
        facts=facts,
    )


def certificate_facts(shown: Shown) -> Facts:
    """Return what a certificate says, for support."""
    days = (time.strftime("%Y-%m-%d", time.gmtime(at)) for at in (shown.begins, shown.ends))
    return (("issuer", shown.issuer), ("valid", " – ".join(days)), ("names", ", ".join(shown.names[:5])))
