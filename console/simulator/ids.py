"""Where ids come from: seeded, so that a run with the same seed names its calls the same way."""

from __future__ import annotations

import random
import uuid


class Ids:
    """Gives version 4 UUIDs out of a seeded generator. They are names, not secrets."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - reproducible names, nothing secret

    def new(self) -> str:
        """The next id, lower case with hyphens."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
