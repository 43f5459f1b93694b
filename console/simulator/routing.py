"""Who hears whom, who shows a screen, what is recorded: the rarer verbs on a group call (REFERENCE §1.11)."""

from __future__ import annotations

from typing import Literal, get_args

from console.simulator import assumptions, errors
from console.simulator.calls import Call
from console.simulator.conference import JOIN_SECONDS, require_established, require_group
from console.simulator.identities import Json
from console.simulator.operations import Operation
from console.simulator.participants import Participant
from console.simulator.results import COMPLETED
from console.simulator.switchboard import Switchboard

Mode = Literal["oneToOne", "multicast"]
RecordingStatus = Literal["notRecording", "recording", "failed"]
RECORDING_STATUSES: tuple[RecordingStatus, ...] = get_args(RecordingStatus)


class Routing:
    """Audio routing groups, screens, recording status and the large gallery."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board

    def add_group(self, call: Call, mode: object, sources: object, receivers: object) -> Json:
        """Lets `receivers` hear `sources` apart from the rest. Raises 400."""
        require_group(call)
        return self._put_group(call, call.ids.new(), mode, sources, receivers)

    def change_group(self, call: Call, group_id: str, body: Json) -> Json:
        """Changes what `body` names and leaves the rest. Raises 400 and 404."""
        group = self.group(call, group_id)
        mode, sources, receivers = (
            body.get(name, group[name]) for name in ("routingMode", "sources", "receivers")
        )
        return self._put_group(call, group_id, mode, sources, receivers)

    def drop_group(self, call: Call, group_id: str) -> None:
        del call.routing_groups[self.group(call, group_id)["id"]]

    def group(self, call: Call, group_id: str) -> Json:
        """The `audioRoutingGroup` of that id. Raises 404."""
        require_group(call)
        if group_id not in call.routing_groups:
            raise errors.not_found("The audio routing group")
        return call.routing_groups[group_id]

    def share(self, call: Call, member: Participant, shares: bool) -> None:
        """A person begins or stops to show their screen: a content sharing session is there while they do."""
        require_group(call)
        self._board.end_sharing(call, member)
        if shares:
            session_id = call.ids.new()
            call.sharings[session_id] = member.id
            self._board.tell_sharing(call, session_id, began=True)
        member.shares = shares
        self._board.tell_roster(call, [member])

    def change_role(self, call: Call, role: object) -> None:
        """The bot itself shows or only watches; needs media hosted by the application."""
        require_group(call)
        _require_app_hosted(call)
        if role not in ("viewer", "sharer"):
            raise errors.bad_request("role must be viewer or sharer.")
        self.share(call, call.roster[call.my_participant_id], role == "sharer")

    def set_recording(self, call: Call, status: object, context: str | None) -> Operation:
        """The bot says whether it records; the answer is `completed` already."""
        require_established(call)
        _require_app_hosted(call)
        if status not in RECORDING_STATUSES:
            raise errors.bad_request(f"status must be one of {', '.join(RECORDING_STATUSES)}.")
        call.recording = status
        operation = self._board.start(call, "updateRecordingStatus", "completed", context)
        self._board.changed(call)
        return operation

    def add_gallery(self, call: Call, context: str | None) -> Operation:
        """Asks for the large gallery; its end comes as a notification."""
        require_group(call)
        operation = self._board.start(call, "addLargeGalleryView", "running", context)
        self._board.clock.later(
            JOIN_SECONDS, lambda: self._board.finish(call, operation.id, "completed", COMPLETED)
        )
        return operation

    def _put_group(self, call: Call, id: str, mode: object, sources: object, receivers: object) -> Json:
        if mode not in get_args(Mode):
            raise errors.bad_request("routingMode must be oneToOne or multicast.")
        speaking, hearing = _present(call, sources, "sources"), _present(call, receivers, "receivers")
        if len(speaking) != 1 or (mode == "oneToOne" and len(hearing) != 1):
            raise errors.bad_request("There must be one source, and for oneToOne one receiver.")
        group: Json = {
            "@odata.type": "#microsoft.graph.audioRoutingGroup",
            "id": id,
            "routingMode": mode,
            "sources": speaking,
            "receivers": hearing,
        }
        call.routing_groups[id] = group
        self._board.changed(call)
        return group


def _present(call: Call, ids: object, name: str) -> list[str]:
    """Ids of participants who are in the call. Raises 400."""
    if not isinstance(ids, list) or not ids or any(str(id) not in call.roster for id in ids):
        raise errors.bad_request(f"{name} must be ids of participants of the call.")
    return [str(id) for id in ids]


def _require_app_hosted(call: Call) -> None:
    media = call.media_config or {}
    if media.get("@odata.type") != "#microsoft.graph.appHostedMediaConfig":
        raise errors.GraphError(
            *assumptions.APP_HOSTED.value, "The operation needs media hosted by the application."
        )
