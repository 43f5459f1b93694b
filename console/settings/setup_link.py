"""The link, or the little file, that an administrator sends so that a desk knows its relay.

    https://relay.contoso.example/setup#cloud=global&tenant_id=…&client_id=…&relay_app_id=…

The relay is the link's own origin: what an operator reads in the link is where the console will go. The rest
stands behind the #, which no browser sends anywhere. Nothing in a link is fetched, and it can name neither a
sign-in page nor a program to run: only where the desk belongs. A relay can be asked for the same
(`checks/asking.py`), by an operator who has its address.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from console.domain.clouds import Cloud, read_cloud
from console.domain.errors import BadSettings, NotAllowed
from console.domain.text import Text
from console.settings.layers import Configuration, Origin
from console.settings.options import Options
from console.settings.policy import read_toml

LONGEST = 2048
PATH = "/setup"

_LINK = re.compile(
    r"(https?)://([A-Za-z0-9.\-]+|\[[0-9a-fA-F:.]+\])(?::([1-9]\d{0,4}))?/setup/?#([\x21-\x7e]*)"
)
"""Stricter than any address needs to be: what two readers could read differently is no link of ours."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOMAIN = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_ORIGIN = re.compile(r"(https?)://([a-z0-9.\-]+|\[[0-9a-f:.]+\])(:[1-9]\d{0,4})?")
_ADDRESS = re.compile(r"(https?://)?([a-z0-9.\-]+|\[[0-9a-f:.]+\])(:[1-9]\d{0,4})?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_OCTET = re.compile(r"0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5]")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Where a desk belongs. `relay` is an origin, or empty in a cloud without calls."""

    cloud: Cloud = Cloud.GLOBAL
    tenant_id: str
    client_id: str
    relay: str = ""
    relay_app_id: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The same as options, without what is empty."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name))}


NAMES = tuple(f.name for f in fields(Setup))


def read_setup(text: str) -> Setup:
    """Return what a link, or a file that holds one or the same as TOML, says.

    Raises BadSettings with what is wrong; it never repeats more of a wrong text than a name.
    """
    trimmed = text.strip().strip("<>").strip()
    if not trimmed:
        raise BadSettings("There is no link here.", "Copy the whole link from your administrator's message.")
    if len(text) > LONGEST:
        raise BadSettings("This is too long for a set-up link.", "Copy the link and nothing else.")
    if "://" in trimmed.partition("=")[0]:
        return setup_from(_link_values(trimmed))
    values = read_toml("console.toml", text.encode("utf-8", "replace"))
    return setup_from({name: str(value) for name, value in values.items()})


def read_address(text: str) -> str | None:
    """Return the origin that `text` names when it is the address of a relay and no more, else None.

    `https://` may be left out. Raises BadSettings for one that no relay may have.
    """
    typed = text.strip().strip("<>").strip().removesuffix("/").removesuffix(PATH)
    if not typed.isascii() or not (found := _ADDRESS.fullmatch(typed.lower())):
        return None
    origin = typed.lower() if found[1] else f"https://{typed.lower()}"
    _check_relay(Setup(tenant_id="", client_id="", relay=origin))
    return origin_of(origin)


def setup_of(options: Options) -> Setup:
    """Return where a desk with these options belongs. Raises BadSettings when a link could not say it."""
    return setup_from({name: str(getattr(options, name)) for name in NAMES if getattr(options, name)})


def write_link(setup: Setup) -> str:
    """Return the link for `setup`, which has a relay."""
    named = ((name, str(value)) for name, value in setup.values.items() if name != "relay")
    return f"{setup.relay}{PATH}#" + "&".join(f"{name}={quote(value, safe='')}" for name, value in named)


def refuse(setup: Setup, configuration: Configuration, *, anew: bool = False) -> None:
    """Do nothing when this console may be set up so.

    A relay that was configured is pinned: the operator's token must not go elsewhere because of a message
    (SECURITY §6, threat 19). What an administrator set is never replaced; what was kept from another link
    only with `anew`, when the operator has been asked. Raises NotAllowed.
    """
    for name in NAMES:
        held, wanted = getattr(configuration.options, name), getattr(setup, name)
        source = configuration.source(name)
        if source.origin is Origin.DEFAULT or not held or same(name, str(held), str(wanted)):
            continue
        if source.origin < Origin.KEPT:
            said = (
                Text("This console belongs to {held}; the link is for {wanted}.", held=held, wanted=wanted)
                if name == "relay" and wanted
                else Text(
                    "The link sets {name} to something else than {place} does.", name=name, place=source.place
                )
            )
            raise NotAllowed(said, "If that is meant, your administrator changes it; a link cannot.")
        if not anew:
            raise NotAllowed(
                Text(
                    "This console has been set up for {held} before.",
                    held=str(configuration.options.relay or held),
                ),
                "Go on only if your administrator told you to change it.",
            )


def same(name: str, held: str, wanted: str) -> bool:
    """True when two values of the option `name` mean the same."""
    if name == "relay":
        return origin_of(held) == origin_of(wanted)
    return held.lower() == wanted.lower()


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address in one spelling."""
    parts = urlsplit(address.lower().rstrip("/"))
    port = {"https": ":443", "http": ":80"}.get(parts.scheme, "")
    return f"{parts.scheme}://{parts.netloc.removesuffix(port)}" if port else address.lower()


def _link_values(link: str) -> dict[str, str]:
    found = _LINK.fullmatch(link)
    if found is None:
        raise BadSettings(
            "This is not a set-up link.", "A set-up link begins with https and has /setup# in it."
        )
    scheme, host, port, fragment = found.groups()
    values = {"relay": f"{scheme}://{host}" + (f":{port}" if port else "")}
    for pair in fragment.split("&"):
        name, equals, value = pair.partition("=")
        if not equals or name in values:
            raise BadSettings("The set-up link is damaged.", "Copy the whole link and nothing else.")
        values[name] = unquote(value)
    return values


def setup_from(values: Mapping[str, str], *, tenant: bool = True) -> Setup:
    """Return where a desk with these values belongs; without `tenant` that may be missing.

    Raises BadSettings for the first value that cannot be.
    """
    for name, value in values.items():
        if name not in NAMES:
            raise BadSettings(
                Text("A set-up link cannot set {name}.", name=repr(name[:40])),
                "Ask your administrator for a right one.",
            )
        if not value.isascii():  # before any folding: a Kelvin sign must not become a k
            raise _wrong(name)
    given = {name: values.get(name, "").strip().lower() for name in NAMES}
    setup = Setup(**{**given, "cloud": read_cloud(given["cloud"][:40] or Cloud.GLOBAL)})  # type: ignore[arg-type]
    _check_relay(setup)
    setup = replace(setup, relay=origin_of(setup.relay)) if setup.relay else setup
    if (
        (tenant or setup.tenant_id)
        and not _GUID.fullmatch(setup.tenant_id)
        and not _DOMAIN.fullmatch(setup.tenant_id)
    ):
        raise _wrong("tenant_id")
    if not _GUID.fullmatch(setup.client_id):
        raise _wrong("client_id")
    if setup.relay and not _GUID.fullmatch(setup.relay_app_id):
        raise _wrong("relay_app_id")
    return setup


def _check_relay(setup: Setup) -> None:
    if setup.cloud is Cloud.CHINA:
        if setup.relay or setup.relay_app_id:
            raise BadSettings("Calls do not exist in this cloud (21Vianet), so there is no relay either.")
        return
    found = _ORIGIN.fullmatch(setup.relay)
    if found is None or int((found[3] or ":1")[1:]) > 65_535 or not _host(found[2]):
        raise _wrong("relay")
    if found[1] == "http" and found[2] not in _LOOPBACK:
        raise BadSettings("The relay must be reached by https.", "Ask your administrator for a right link.")


def _host(host: str) -> bool:
    """True for what every reader takes for the same host: no empty labels, no number in disguise."""
    if host.startswith("["):
        try:
            return bool(ipaddress.IPv6Address(host[1:-1]))
        except ValueError:
            return False
    labels = host.split(".")
    if labels[-1].isdigit() or re.fullmatch(r"0x[0-9a-f]*", labels[-1]):
        return len(labels) == 4 and all(_OCTET.fullmatch(label) for label in labels)
    return len(host) < 254 and all(_LABEL.fullmatch(label) for label in labels)


def _wrong(name: str) -> BadSettings:
    return BadSettings(
        Text("The value of {name} is missing or is not one.", name=name), "Ask your administrator for it."
    )
