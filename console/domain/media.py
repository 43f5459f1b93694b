"""What is asked of a call's media, and how far Graph has come with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.domain.ids import OperationId
from console.domain.results import Result


class Tone(StrEnum):
    """Graph `tone`: the keys of a telephone (REFERENCE §4.5)."""

    ZERO = "tone0"
    ONE = "tone1"
    TWO = "tone2"
    THREE = "tone3"
    FOUR = "tone4"
    FIVE = "tone5"
    SIX = "tone6"
    SEVEN = "tone7"
    EIGHT = "tone8"
    NINE = "tone9"
    STAR = "star"
    POUND = "pound"
    A = "a"
    B = "b"
    C = "c"
    D = "d"
    FLASH = "flash"

    @classmethod
    def of(cls, keys: str) -> tuple[Tone, ...]:
        """Return the tones of `keys` as a person types them ("42#"). Raises ValueError for any other sign."""
        found = []
        for key in keys.lower():
            known = _KEYS.get(key)
            if known is None:
                raise ValueError(f"{key!r} is no key of a telephone")
            found.append(cls(known))
        return tuple(found)


_KEYS = {str(n): f"tone{n}" for n in range(10)} | {"*": "star", "#": "pound"} | {k: k for k in "abcd"}


class RecordingStatus(StrEnum):
    """What a recorder says about itself; only bots of a recording policy may (REFERENCE §9.4)."""

    NOT_RECORDING = "notRecording"
    RECORDING = "recording"
    FAILED = "failed"


class ScreenRole(StrEnum):
    VIEWER = "viewer"
    SHARER = "sharer"


class Status(StrEnum):
    """Graph `operationStatus`; answers write it with a capital or without (REFERENCE §1.12)."""

    NOT_STARTED = "notStarted"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknownFutureValue"


@dataclass(frozen=True, slots=True)
class Progress:
    """One Graph operation. `context` is the clientContext it was sent with: our intent id.

    When it has `ended` no notification follows; otherwise the end comes as one (REFERENCE §1.12).
    """

    id: OperationId
    kind: str
    status: Status
    context: str = ""
    result: Result | None = None

    @property
    def ended(self) -> bool:
        return self.status in (Status.COMPLETED, Status.FAILED)

    @property
    def failed(self) -> bool:
        return self.status is Status.FAILED or bool(self.result and self.result.failed)
