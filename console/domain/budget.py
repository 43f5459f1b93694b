"""How much of Microsoft's limits is used, as values from who counts to who shows (REFERENCE §7.1)."""

from __future__ import annotations

from dataclasses import dataclass

SLOWED_WINDOW = 600
"""Seconds for which it is remembered that Microsoft asked to slow down."""
MEETINGS_A_MONTH = 2_000
"""Meetings that one user may make in a calendar month."""


@dataclass(frozen=True, slots=True)
class Use:
    """`used` of at most `most` requests in the present window of `window` seconds.

    `limit` names what is limited: "calls", "presence", "records" or "everything". `slowed`: how often
    Microsoft asked to slow down (429) in the last SLOWED_WINDOW seconds.
    """

    limit: str
    used: int
    most: int
    window: int
    slowed: int = 0

    @property
    def share(self) -> float:
        """The part of the limit that is used; 1.0 is all of it."""
        return self.used / self.most if self.most else 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a console knows: its own use, the relay's as it was last told, the operator's meetings this month.

    The limits hold for the whole app in a tenant, so several programs share them: each counts its own part.
    """

    own: tuple[Use, ...] = ()
    relay: tuple[Use, ...] = ()
    meetings: int = 0
