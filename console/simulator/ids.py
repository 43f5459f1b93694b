"""Where ids come from: seeded and named, so that a run with the same seed names its calls the same way."""

from __future__ import annotations

import uuid
from hashlib import blake2b


class Ids:
    """A stream of version 4 UUIDs that follow from a seed and the stream's name. Names, not secrets.

    Streams do not disturb each other: what one call needs in ids changes nothing for the next call.
    """

    def __init__(self, seed: int, name: str = "") -> None:
        self._seed = seed
        self._name = name
        self._count = 0

    def new(self) -> str:
        """The next id, lower case with hyphens."""
        self._count += 1
        drawn = blake2b(f"{self._seed}/{self._name}/{self._count}".encode(), digest_size=16).digest()
        return str(uuid.UUID(bytes=drawn, version=4))

    def apart(self, name: str) -> Ids:
        """A stream of its own; the same name gives the same ids again."""
        return Ids(self._seed, f"{self._name}/{name}")
