"""A call's operations: what was asked, whether it is done and how it ended (REFERENCE §1.12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from console.simulator.identities import Json
from console.simulator.results import Result

Status = Literal["notStarted", "running", "completed", "failed"]
Kind = Literal[
    "playPrompt", "record", "subscribeToTone", "sendDtmfTones", "cancelMediaProcessing", "muteParticipant",
    "unmuteParticipant", "inviteParticipants", "startHoldMusic", "stopHoldMusic",
    "updateRecordingStatus", "addLargeGalleryView",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One `commsOperation`. `extra` holds the properties of its own type, such as `participants`."""

    id: str
    kind: Kind
    status: Status
    client_context: str | None
    result: Result | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type_name(self) -> str:
        return f"{self.kind}Operation"

    def ended(self, status: Status, result: Result | None, **extra: object) -> Operation:
        return replace(self, status=status, result=result, extra={**self.extra, **extra})

    def resource(self) -> Json:
        status: str = self.status
        if self.kind == "inviteParticipants" and status == "running":
            status = "Running"  # every invite response in the docs has the capital (§1.12)
        return {
            "@odata.type": f"#microsoft.graph.{self.type_name}",
            "id": self.id,
            "status": status,
            "clientContext": self.client_context,
            "resultInfo": self.result.resource() if self.result else None,
            **self.extra,
        }
