"""What is wrong with a configuration, in plain sentences, before anything is started with it."""

from __future__ import annotations

import re
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from console.graph.clouds import stranger, without_calls
from console.relay import credential
from console.relay.settings import Settings

_LISTEN = re.compile(r"(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}")
_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def find_problems(settings: Settings) -> list[str]:
    """Return one sentence for each thing that must be corrected; empty when the relay can start."""
    if nothing_to_do := without_calls(settings.profile):
        return [f"{nothing_to_do} A relay has nothing to do here: run the console without one."]
    return [
        *_cloud(settings),
        *_urls(settings),
        *_ids(settings),
        *_files(settings),
        *_numbers(settings),
        *_redis(settings),
    ]


def is_loopback(url: str) -> bool:
    """True when `url` names this very computer, where TLS adds nothing."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _cloud(settings: Settings) -> list[str]:
    profile, problems = settings.profile, []
    if other := stranger(profile):
        problems.append(f'graph_root is that of {other.name}: set cloud = "{other.cloud}".')
    unnamed = f"No published source names it for {profile.name}; set it as Microsoft's support says."
    if not profile.notification_metadata:
        problems.append(f"notification_keys_url is missing. {unnamed}")
    if not profile.notification_issuers:
        problems.append(f"notification_issuers is missing. {unnamed}")
    return problems


def _urls(settings: Settings) -> list[str]:
    problems, profile = [], settings.profile
    named = {
        "public_url": settings.public_url,
        "authority": profile.login,
        "graph_root": profile.graph_root,
        "operator_keys_url": settings.operator_keys,
    }
    if profile.notification_metadata:
        named["notification_keys_url"] = profile.notification_metadata
    for name, url in named.items():
        parts = urlsplit(url)
        if not url:
            problems.append(f"{name} is missing.")
        elif parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
            problems.append(f"{name} is not a plain web address: {url}.")
        elif parts.scheme == "http" and not is_loopback(url):
            problems.append(f"{name} must begin with https:// (only this computer may go without): {url}.")
        elif url.endswith("/"):
            problems.append(f"{name} must not end with a slash: {url}.")
    return problems


def _ids(settings: Settings) -> list[str]:
    problems = []
    for name in ("bot_app_id", "relay_app_id"):
        if not _GUID.fullmatch(getattr(settings, name)):
            problems.append(f"{name} must be an application id like 00000000-0000-0000-0000-000000000000.")
    for name in ("tenant_ids", "console_app_ids"):
        listed = getattr(settings, name)
        if not listed:
            problems.append(f"{name} names none: nobody could connect.")
        problems += [
            f"{name} holds something that is not an id: {x}." for x in listed if not _GUID.fullmatch(x)
        ]
    return problems


def _files(settings: Settings) -> list[str]:
    problems = []
    named = (
        "ca_file",
        "bot_certificate",
        "bot_key",
        "bot_pfx",
        "bot_passphrase_file",
        "bot_token_file",
        "bot_secret_file",
        "redis_password_file",
        "tls_certificate",
        "tls_key",
    )
    for name in named:
        file = getattr(settings, name)
        if file and not Path(file).is_file():
            problems.append(f"{name}: there is no file {file}.")
    problems += credential.problems(settings)
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        problems.append("tls_certificate and tls_key belong together: set both or neither.")
    data = Path(settings.data_dir)
    if data.exists() and not data.is_dir():
        problems.append(f"data_dir is not a folder: {data}.")
    return problems


def _numbers(settings: Settings) -> list[str]:
    problems = []
    if not 0 <= settings.listen_port <= 65535:
        problems.append("listen_port must be between 0 and 65535.")
    if not 1 <= settings.rescue_seconds_left <= 14:
        problems.append("rescue_seconds_left must be between 1 and 14: a call rings for 15 s.")
    if settings.keep_alive > 2700:
        problems.append("keep_alive must be at most 2700 s: Graph ends a call after 45 minutes without.")
    for name in (
        "heartbeat",
        "claim_lease",
        "silence",
        "retention",
        "stream_queue",
        "stream_bytes",
        "head_timeout",
    ):
        if getattr(settings, name) <= 0:
            problems.append(f"{name} must be more than 0.")
    if settings.connections_total <= settings.streams_total:
        problems.append("connections_total must be more than streams_total: streams are connections, too.")
    if settings.metrics_listen and not _LISTEN.fullmatch(settings.metrics_listen):
        problems.append(f"metrics_listen must be like 127.0.0.1:9464, not {settings.metrics_listen}.")
    if settings.log_level.lower() not in ("debug", "info", "warning", "error"):
        problems.append("log_level must be debug, info, warning or error.")
    return problems


def _redis(settings: Settings) -> list[str]:
    if not settings.redis:
        return []
    if find_spec("redis") is None:
        return ['The client for Redis is not installed here: pip install "operator-console[relay,redis]".']
    problems = []
    parts = urlsplit(settings.redis)
    try:
        whole = bool(parts.hostname and parts.port != 0 and re.fullmatch(r"/?\d*", parts.path))
    except ValueError:  # a port that is no number
        whole = False
    if parts.scheme not in ("redis", "rediss") or not whole or parts.query or parts.fragment:
        problems.append("redis is not an address like rediss://user@host:6379/0.")
    elif parts.scheme == "redis" and not is_loopback(settings.redis):
        problems.append("redis must begin with rediss:// (only this computer may go without).")
    if parts.password:
        problems.append("redis holds a password: it belongs in redis_password_file.")
    if settings.redis_replicas < 0:
        problems.append("redis_replicas must be 0 or more.")
    if not _NAME.fullmatch(settings.redis_prefix):
        problems.append("redis_prefix must be made of letters, digits, dots, dashes and underscores.")
    return problems
