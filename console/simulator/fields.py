"""Reads the parts of a request body, and refuses what breaks a documented rule with 400."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from console.simulator import errors
from console.simulator.identities import Json, Party, read_party

CONTEXT_MAXIMUM = 256
MODALITIES = ("audio", "video", "videoBasedScreenSharing", "data")


def client_context(body: Json) -> str | None:
    """`clientContext`, at most 256 characters (REFERENCE §1.1)."""
    value = text(body, "clientContext")
    if value is not None and len(value) > CONTEXT_MAXIMUM:
        raise errors.bad_request(f"clientContext is longer than {CONTEXT_MAXIMUM} characters.")
    return value


def text(body: Json, name: str) -> str | None:
    """An optional string."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise errors.bad_request(f"{name} must be a string.")
    return value


def callback_uri(body: Json, *, required: bool = False) -> str | None:
    """`callbackUri`: https, or http on a loopback host only, which real Graph never sees."""
    value = text(body, "callbackUri")
    if not value:
        if required:
            raise errors.bad_request("callbackUri is required.")
        return None
    if not is_callback(value):
        raise errors.bad_request("callbackUri must be an absolute https address.")
    return value


def is_callback(url: str) -> bool:
    """Whether notifications may be sent to `url`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether `host` names this machine."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def modalities(body: Json, name: str, *, required: bool = False) -> tuple[str, ...]:
    """A list of modalities."""
    value = body.get(name)
    if value is None and not required:
        return ("audio",)
    if not isinstance(value, list) or not value or any(entry not in MODALITIES for entry in value):
        raise errors.bad_request(f"{name} must be a list of modalities.")
    return tuple(value)


def media_config(body: Json) -> Json:
    """`mediaConfig`, required; service-hosted or app-hosted (REFERENCE §1.3)."""
    value = body.get("mediaConfig")
    if isinstance(value, dict):
        match value.get("@odata.type"):
            case "#microsoft.graph.serviceHostedMediaConfig":
                return {"preFetchMedia": [], **value}
            case "#microsoft.graph.appHostedMediaConfig":
                return dict(value)
    raise errors.bad_request("mediaConfig must be a serviceHostedMediaConfig or an appHostedMediaConfig.")


def wants(body: Json, flag: str) -> bool:
    """One of the flags of `callOptions`."""
    options = body.get("callOptions")
    return isinstance(options, dict) and options.get(flag) is True


def party(entry: object, name: str) -> Party:
    """The identity inside an invitationParticipantInfo or participantInfo. Raises 400."""
    found = read_party(entry.get("identity")) if isinstance(entry, dict) else None
    if found is None:
        raise errors.bad_request(f"{name} needs an identity.")
    return found


def parties(body: Json, name: str) -> tuple[Party, ...]:
    """A list of participant infos; empty when it is absent."""
    value = body.get(name) or []
    if not isinstance(value, list):
        raise errors.bad_request(f"{name} must be a list.")
    return tuple(party(entry, name) for entry in value)
