"""The use of Microsoft's limits as the relay tells it: on its stream and in its health."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.budget import Use
from console.wire.values import Json, items, member, text, whole


def write_uses(uses: Iterable[Use]) -> list[Json]:
    """Return the uses as JSON objects."""
    return [
        {"limit": u.limit, "used": u.used, "most": u.most, "seconds": u.window, "slowed": u.slowed}
        for u in uses
    ]


def read_uses(value: object) -> tuple[Use, ...]:
    """Return the uses in `value`; what is none is left out, and an older relay tells none."""
    return tuple(
        Use(
            limit=text(member(entry, "limit")),
            used=whole(member(entry, "used")),
            most=whole(member(entry, "most")),
            window=whole(member(entry, "seconds")),
            slowed=whole(member(entry, "slowed")),
        )
        for entry in items(value)
        if text(member(entry, "limit"))
    )
