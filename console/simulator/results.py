"""How calls and operations end: the result codes the platform reports (REFERENCE §3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from console.simulator import assumptions
from console.simulator.identities import Json


@dataclass(frozen=True, slots=True)
class Result:
    """A `resultInfo`. The transfer pages write `subCode`, every other page `subcode`."""

    code: int
    subcode: int
    message: str
    key: Literal["subcode", "subCode"] = "subcode"

    def resource(self) -> Json:
        return {
            "@odata.type": "#microsoft.graph.resultInfo",
            "code": self.code,
            self.key: self.subcode,
            "message": self.message,
        }


COMPLETED = Result(200, 0, "Action completed successfully.")
OTHER_PARTY_LEFT = Result(200, 4521, "Call ended by the other party.")
PHONE_HUNG_UP = Result(200, 540000, "The PSTN user hung up.")
ENDED_BY_BOT = Result(200, 7000, "Call ended by the application.")
REMOVED = Result(200, 5300, "Removed by another participant.")
ONE_LEFT = Result(200, 5010, "Only one participant remained in the conversation.")
NOBODY_JOINED = Result(200, 5013, "Nobody else joined the group call.")
KEEP_ALIVE_MISSED = Result(408, 8537, "The keepAlive request was not received in time.")
RANG_OUT = Result(408, 10057, "No signalling from the callee's endpoints.")
NO_ENDPOINTS = Result(480, 10037, "The callee has no registered endpoints.")
NOT_ROUTED = Result(480, 10134, "The call could not be routed to the target.")
RECORD_LIMIT = Result(200, 8515, "Max record duration reached.")
RECORD_STOPPED = Result(*assumptions.RECORD_STOPPED.value)
LOBBY_TIMED_OUT = Result(200, 5855, "Removed from the lobby after its inactivity timeout.")
MEDIA_CANCELLED = Result(400, 8508, "Operation cancelled.")
TRANSFERRED = Result(0, 7015, "GracefulTransferCompleted")
BLIND_TRANSFER_FAILED = Result(500, 7000, "Transfer failed.", "subCode")
CONSULTED_TRANSFER_FAILED = Result(500, 7700, "Transfer failed.", "subCode")

UNANSWERED = Result(*assumptions.UNANSWERED.value)
CALLER_GAVE_UP = Result(*assumptions.CALLER_GAVE_UP.value)
DECLINED = Result(*assumptions.DECLINED.value)
BUSY = Result(*assumptions.BUSY.value)
WITHDRAWN = Result(*assumptions.WITHDRAWN.value)
LEFT_BEFORE = Result(*assumptions.LEFT_BEFORE.value)
WEBHOOK_LOST = Result(*assumptions.WEBHOOK_LOST.value)
REPLACED = Result(*assumptions.REPLACED.value)
