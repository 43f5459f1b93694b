"""The few things that may be changed while the simulator runs."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulator.identities import Json


@dataclass(slots=True)
class Options:
    """`webhook`: where first notifications go. `legacy_first`: an older format is tried before (§3.1).

    `may_remove`: the tenant has granted the bot removal of participants (§2.2).
    """

    webhook: str | None = None
    legacy_first: bool = False
    may_remove: bool = True

    def change(self, body: Json) -> Json:
        """Sets `legacyFirst` and `mayRemove` from JSON, and gives both. Raises ValueError."""
        for name in body:
            if name not in ("legacyFirst", "mayRemove") or not isinstance(body[name], bool):
                raise ValueError("only legacyFirst and mayRemove may be set, to true or false")
        self.legacy_first = body.get("legacyFirst", self.legacy_first)
        self.may_remove = body.get("mayRemove", self.may_remove)
        return {"legacyFirst": self.legacy_first, "mayRemove": self.may_remove}
