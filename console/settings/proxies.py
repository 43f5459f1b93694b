"""Which proxy leads to an address: what the options say, else the environment, else the system's settings."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from console.domain.routes import FoundIn, Proxy, Route, loopback
from console.settings.options import NO_PROXY


def route(option: str, environment: Mapping[str, str], system: Route | None = None) -> Route:
    """Return the way to any address. `option` is the option `proxy`.

    The environment is read as curl reads it: https_proxy, all_proxy and no_proxy, in either case. `system`
    asks the desktop, which also reads proxy scripts (PAC); without it the settings are read that Python can.
    """

    def find(address: str) -> Proxy | None:
        if option == NO_PROXY or loopback(address):
            return None
        if option:
            return Proxy(option, FoundIn.OPTION)
        if any(_named(environment, name) for name in ("https_proxy", "http_proxy", "all_proxy")):
            return _of_environment(address, environment)
        return system(address) if system else _of_system(address)

    return find


def _of_environment(address: str, environment: Mapping[str, str]) -> Proxy | None:
    parts = urlsplit(address)
    host = parts.hostname or ""
    if _spared(host, parts.port, _named(environment, "no_proxy")):
        return None
    found = _named(environment, f"{parts.scheme}_proxy") or _named(environment, "all_proxy")
    return Proxy(_whole(found), FoundIn.ENVIRONMENT) if found else None


def _spared(host: str, port: int | None, listed: str) -> bool:
    """True when the list of no_proxy names `host`, a domain above it, or everything."""
    for entry in (entry.strip().lower() for entry in listed.split(",")):
        name, _, wanted = entry.rpartition(":") if entry.count(":") == 1 else (entry, "", "")
        if entry == "*" or (name and (not wanted or wanted == str(port or 443)) and _below(host, name)):
            return True
    return False


def _below(host: str, name: str) -> bool:
    plain = name.removeprefix("*").removeprefix(".")
    return host == plain or host.endswith("." + plain)


def _of_system(
    address: str,
    proxies: Callable[[], Mapping[str, str]] = urllib.request.getproxies,
    bypass: Callable[[str], object] = urllib.request.proxy_bypass,
) -> Proxy | None:
    parts = urlsplit(address)
    found = proxies().get(parts.scheme)
    if not found or bypass(parts.hostname or ""):
        return None
    return Proxy(_whole(found), FoundIn.SYSTEM)


def _named(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name) or environment.get(name.upper()) or "").strip()


def _whole(address: str) -> str:
    return address if "://" in address else f"http://{address}"
