"""What the platform tells the bot: one note per change, and where it points (REFERENCE §3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from console.simulator.identities import Json

ChangeType = Literal["created", "updated", "deleted"]


@dataclass(frozen=True, slots=True)
class Note:
    """One item of a `commsNotifications`, the `number`-th of its call.

    `state` is for the ledger; `last` closes the call's queue.
    """

    call_id: str
    kind: Literal["call", "participants", "operation", "sharing"]
    change_type: ChangeType
    path: str
    data: Any
    callback_uri: str | None
    chain_id: str
    number: int
    scenario_id: str | None = None
    state: str | None = None
    last: bool = False

    @property
    def resource_url(self) -> str:
        return f"/communications/calls/{self.call_id}{self.path}"

    def item(self) -> Json:
        return {
            "@odata.type": "#microsoft.graph.commsNotification",
            "changeType": self.change_type,
            "resource": f"/app/calls/{self.call_id}{self.path}",
            "resourceUrl": self.resource_url,
            **({"callbackUri": self.callback_uri} if self.callback_uri else {}),
            **({} if self.data is None else {"resourceData": self.data}),
        }


class Outbox(Protocol):
    """Takes notes in the order things happened, and delivers them in that order per call."""

    def send(self, note: Note) -> None: ...
