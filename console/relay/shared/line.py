"""The way to Redis: address, user, password and certificates; everything that fails there is one `Lost`."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import ConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.maint_notifications import MaintNotificationsConfig

from console.domain.errors import BadSettings
from console.relay.outside import trust
from console.relay.settings import Settings

PATIENCE = 2.0
"""Seconds for an answer: Microsoft wants its own within three (SECURITY §5.2)."""


class Lost(Exception):
    """Redis did not do it, or nobody knows whether it did; the text says why, for people."""


class Refused(Lost):
    """Redis said no, and has done nothing."""


class Over(Refused):
    """The epoch has ended: what this relay knows may not be what the log says."""


class _Trusting(SSLConnection):
    """Trusts what everything else here trusts: redis would build a context of its own."""

    def __init__(self, *, context: ssl.SSLContext, **more: Any) -> None:
        super().__init__(**more)
        self.ssl_context.context = context


def connect(settings: Settings) -> Redis:
    """Return a client for the Redis of `settings`; nothing is opened yet. Raises BadSettings."""
    parts = urlsplit(settings.redis)
    options: dict[str, Any] = {
        "host": parts.hostname,
        "port": parts.port or 6379,
        "db": int(parts.path.strip("/") or 0),
        "username": parts.username,
        "password": read_password(settings),
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "protocol": 2,
        # A write is never repeated behind our back: whoever sent it decides.
        "retry": Retry(NoBackoff(), 0),
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
        "client_name": "operator-relay",
        "driver_info": None,
    }
    if parts.scheme == "rediss":
        pool = ConnectionPool(connection_class=_Trusting, context=trust(settings), **options)
    else:
        pool = ConnectionPool(connection_class=Connection, **options)
    return Redis.from_pool(pool)


def read_password(settings: Settings) -> str | None:
    """Return the password, which may be in a file or in the environment. Raises BadSettings."""
    if not settings.redis_password_file:
        return settings.redis_password or None
    try:
        return Path(settings.redis_password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings("redis_password_file cannot be read.") from error


@contextlib.contextmanager
def losing() -> Iterator[None]:
    """Turn everything that can go wrong with Redis in the block into Lost, or Over."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    except ResponseError as error:
        raise (Over if str(error).startswith("EPOCH") else Refused)(str(error)) from error
    except (RedisError, OSError, TimeoutError) as error:
        raise Lost(str(error) or "no answer") from error
    finally:
        # redis 8.1 forgets a cancellation that comes while it connects; a loop would then never end.
        if task and task.cancelling() > before:
            raise asyncio.CancelledError
