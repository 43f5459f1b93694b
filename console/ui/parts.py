"""What every pane is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.actions.runner import Runner
from console.domain.budget import Usage
from console.domain.text import Text
from console.graph.client import GraphClient
from console.graph.clouds import without_calls
from console.store.clock import RelayClock
from console.store.store import Store
from console.ui.commands import Commands
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.selection import Selection
from console.ui.tokens import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts that the panes share, joined once by the composition root."""

    store: Store
    runner: Runner
    clock: RelayClock
    frames: Frames
    selection: Selection
    commands: Commands
    icons: Icons
    graph: GraphClient
    usage: Callable[[], Usage] = Usage
    """How much of Microsoft's limits is used now."""

    @property
    def without_calls(self) -> Text | None:
        """Why there are no calls in this cloud at all, or None where they exist."""
        return without_calls(self.graph.cloud) if self.graph.cloud else None

    @property
    def theme(self) -> Theme:
        """The theme in use; `icons.changed` tells when it is another one."""
        return self.icons.theme

    def now(self) -> float:
        """UTC seconds by the relay's clock."""
        return self.clock.now()
