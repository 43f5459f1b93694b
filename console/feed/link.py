"""How the line to the relay is, for the lamp and for everything that must not be pressed without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.domain.text import NOTHING, Text

LinkKind = Literal["connecting", "live", "lost", "refused", "absent"]


@dataclass(frozen=True, slots=True)
class LinkState:
    """`since` is UTC seconds; `latency_ms` is the last measured round trip; `reason` is a plain sentence.

    "connecting" before the first connection, "live", "lost" while reconnecting, "refused" when the relay
    does not accept this operator, which does not heal by waiting, "absent" in a cloud where there is none.
    """

    kind: LinkKind
    since: float
    latency_ms: float | None = None
    reason: Text = NOTHING

    @property
    def live(self) -> bool:
        return self.kind == "live"
