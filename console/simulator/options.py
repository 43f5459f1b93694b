"""The few things that may be changed while the simulator runs."""

from __future__ import annotations

from dataclasses import dataclass

from console.simulator.identities import Json

SWITCHES = {"legacyFirst": "legacy_first", "mayRemove": "may_remove", "consented": "consented"}


@dataclass(slots=True)
class Options:
    """`webhook`: where first notifications go. `legacy_first`: an older format is tried before (§3.1).

    `may_remove`: the tenant has granted the bot removal of participants (§2.2). `consented`: it has granted
    the bot a permission on calls; else the bot does not learn who calls (§3.4).
    """

    webhook: str | None = None
    legacy_first: bool = False
    may_remove: bool = True
    consented: bool = True

    def change(self, body: Json) -> Json:
        """Sets what JSON names of `SWITCHES`, and gives all of them. Raises ValueError."""
        for name, value in body.items():
            if name not in SWITCHES or not isinstance(value, bool):
                raise ValueError(f"only {', '.join(SWITCHES)} may be set, to true or false")
        for name, value in body.items():
            setattr(self, SWITCHES[name], value)
        return {name: getattr(self, field) for name, field in SWITCHES.items()}
