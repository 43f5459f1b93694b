"""Every option of the console, declared once with its meaning, and what makes a set of them work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from console.domain.clouds import Cloud
from console.domain.errors import BadSettings
from console.domain.text import Text
from console.language import AUTO, LANGUAGES
from console.settings.values import as_toml

NO_PROXY = "none"
"""The value of `proxy` for going without, whatever the system says."""


def _option(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": Text(meaning)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an administrator sets. Everything an operator may change lives in the Settings view instead.

    Addresses that are empty are those of the cloud.
    """

    cloud: Cloud = _option(  # noqa: RUF009 - one immutable default for all is what we want
        Cloud.GLOBAL, "Microsoft's cloud of your tenant: global (for GCC too), gcc-high, dod or china"
    )
    tenant_id: str = _option("", "Directory id of your tenant")
    relay: str = _option("", "Address of the relay, such as https://relay.example.com; none in china")
    authority: str = _option("", "Sign-in authority with the tenant; empty is the cloud's with tenant_id")
    client_id: str = _option("", "Application id of the console's registration (a public client)")
    relay_app_id: str = _option(
        "", "Application id of the relay's API registration; roles are assigned there. None in china"
    )
    graph_root: str = _option("", "Microsoft Graph with its version; empty is the cloud's")
    ca_file: str = _option("", "PEM file of one more certificate authority to trust")
    browser_command: tuple[str, ...] = _option(
        (), "Program that opens the sign-in page instead of the browser"
    )
    login_hint: str = _option("", "User name to fill in at sign-in")
    keep_sign_in: bool = _option(
        True, "Keep sign-ins on this computer, sealed; false forgets them when the console closes"
    )
    sign_in_at_start: bool = _option(True, "Begin signing in when the console starts")
    language: str = _option(AUTO, "Language of the console: auto (the system's), en or zh-CN")
    proxy: str = _option(
        "", "Proxy for everything, such as http://proxy.example.com:8080; empty is the system's, none is none"
    )
    device_code: bool = _option(
        False,
        "Allow signing in with a code on another device; criminals abuse such codes, so allow it seldom",
    )
    broker: bool = _option(True, "Let Windows sign in where it can, instead of the browser")
    lock_minutes: int = _option(
        0, "Minutes without a key or a click after which the console locks; 0 is never"
    )
    undo_seconds: float = _option(3.0, "Seconds in which Transfer and Reject can be undone; 0 sends at once")
    profile: str = _option("", "Folder for window layout and logs; empty means the usual place of the system")


def missing(options: Options) -> tuple[str, ...]:
    """Return the names of the options that a console cannot do without and that are empty."""
    relay = () if options.cloud is Cloud.CHINA else ("relay", "relay_app_id")
    needed = (*relay, "client_id", *(() if options.authority else ("tenant_id",)))
    return tuple(name for name in needed if not getattr(options, name))


def check(options: Options) -> Options:
    """Return `options` when they can work. Raises BadSettings for the first one that cannot."""
    for name in missing(options):
        raise BadSettings(
            Text("The option {name} is not set.", name=name),
            "Start the console without arguments: it asks for what is missing.",
        )
    for name in ("relay", "authority", "graph_root"):
        if (value := getattr(options, name)) and not is_safe(value):
            raise BadSettings(Text("The option {name} is no https address: {value}.", name=name, value=value))
    if options.language not in (AUTO, *LANGUAGES):
        names = ", ".join((AUTO, *LANGUAGES))
        raise BadSettings(Text("The language must be one of {names}.", names=names))
    if not 0 <= options.undo_seconds <= 10:
        raise BadSettings("undo_seconds must lie between 0 and 10.")
    if not 0 <= options.lock_minutes <= 480:
        raise BadSettings("lock_minutes must lie between 0 and 480.")
    if options.ca_file and not Path(options.ca_file).is_file():
        raise BadSettings(Text("The ca_file {file} does not exist.", file=options.ca_file))
    if options.proxy not in ("", NO_PROXY) and not _is_proxy(options.proxy):
        raise BadSettings("proxy must be an address such as http://proxy.example.com:8080, or none.")
    return options


def is_safe(address: str) -> bool:
    """True for an https address, and for an http one of this computer."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and host in ("127.0.0.1", "localhost", "::1"))
    )


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def template(say: Callable[[Text], str] = str) -> str:
    """Return a documented TOML file with every option at its default, its meaning put into words by `say`."""
    lines: list[str] = []
    for f in fields(Options):
        lines += [f"# {say(f.metadata['meaning'])}", f"# {f.name} = {as_toml(f.default)}", ""]
    return "\n".join(lines)
