"""The way to an address: straight, or through a proxy; who said so is kept for whoever has to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class FoundIn(StrEnum):
    """Where a proxy was named."""

    OPTION = "option"
    ENVIRONMENT = "environment"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy by its address, such as http://user:password@proxy:8080. Show `place`, never `address`."""

    address: str
    found_in: FoundIn

    def __repr__(self) -> str:
        return f"Proxy({self.place})"

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def port(self) -> int:
        return urlsplit(self.address).port or (443 if self.address.startswith("https") else 80)

    @property
    def place(self) -> str:
        """Host and port, without the name and the password that may stand before them."""
        return f"{self.host}:{self.port}"


Route = Callable[[str], Proxy | None]
"""Given an address, the proxy to go through, or None for none. It may ask the system and block."""


def straight(address: str) -> None:
    """The route without any proxy."""


def loopback(address: str) -> bool:
    """True for an address of this computer, to which no proxy leads."""
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")
