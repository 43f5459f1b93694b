"""What the Graph layer can send for calls beyond the desk's own operations, one example for each."""

from __future__ import annotations

from console.domain.ids import OperationId, ParticipantId
from console.domain.joining import ById, ByOrganizer, ByToken, Way
from console.domain.media import RecordingStatus, ScreenRole, Tone
from console.domain.routing import AudioGroup, RoutingMode
from console.graph import joining, media, routing, sharing
from tests.contract.desk import ANNA, CALL, ME, PHONE
from tests.contract.sending import Send

NUMBER = ById("271 828 182 845", "q7Zk2P")
ORGANIZER = ByOrganizer(ANNA, "19:meeting_x@thread.v2")
GROUP = AudioGroup(RoutingMode.ONE_TO_ONE, (ParticipantId("p1"),), (ParticipantId("p2"),), "g1")

ACTIONS: dict[str, tuple[str, str, Send]] = {
    "call.recordResponse": (
        "recordResponse",
        "graph.call",
        lambda g: media.record_response(
            g, CALL, intent=ME, question="https://r/q.wav", longest=20, barge_in=True, stop=["#"]
        ),
    ),
    "call.subscribeToTone": (
        "subscribeToTone",
        "graph.call",
        lambda g: media.subscribe_to_tone(g, CALL, intent=ME),
    ),
    "call.sendTones": (
        "sendDtmfTones",
        "graph.call",
        lambda g: media.send_tones(g, CALL, Tone.of("42#*aD"), intent=ME),
    ),
    "call.shareScreen": (
        "changeScreenSharingRole",
        "graph.call",
        lambda g: media.share_screen(g, CALL, ScreenRole.SHARER, intent=ME),
    ),
    "call.tellRecording": (
        "updateRecordingStatus",
        "graph.call",
        lambda g: media.tell_recording(g, CALL, RecordingStatus.NOT_RECORDING, intent=ME),
    ),
    "call.showGallery": (
        "addLargeGalleryView",
        "graph.call",
        lambda g: media.show_gallery(g, CALL, intent=ME),
    ),
}


def _join(way: Way) -> Send:
    return lambda g: joining.join(g, way, intent=ME, tenant_id="t", callback="https://r")


ENTITIES: dict[str, tuple[str, Send]] = {
    "call.createGroup": (
        "graph.call",
        lambda g: joining.ring_group(g, [ANNA, PHONE], intent=ME, subject="Two", callback="https://r"),
    ),
    "call.join": ("graph.call", _join(NUMBER)),
    "call.joinAsGuest": (
        "graph.call",
        lambda g: joining.join(
            g, ORGANIZER, intent=ME, callback="https://r", guest=joining.guest("g1", "Front desk")
        ),
    ),
    "routing.create": ("graph.audioRoutingGroup", lambda g: routing.create(g, CALL, GROUP, intent=ME)),
    "routing.change": ("graph.audioRoutingGroup", lambda g: routing.change(g, CALL, GROUP, intent=ME)),
}
MORE_ENTITIES: list[tuple[str, str, Send]] = [
    ("call.join", "graph.call", _join(ById("271828182845"))),
    ("call.join", "graph.call", _join(ORGANIZER)),
    ("call.join", "graph.call", _join(ByToken("opaque"))),
    (
        "call.create",
        "graph.call",
        lambda g: joining.ring_phone(
            g, "+14255550123", "e1a2", intent=ME, tenant_id="t", callback="https://r"
        ),
    ),
]
"""The other shapes of bodies that have more than one."""

WITHOUT_BODY: dict[str, Send] = {
    "operation.get": lambda g: media.look(g, CALL, OperationId("o1")),
    "routing.list": lambda g: routing.listed(g, CALL),
    "routing.get": lambda g: routing.get(g, CALL, "g1"),
    "routing.delete": lambda g: routing.delete(g, CALL, "g1", intent=ME),
    "sharing.list": lambda g: sharing.listed(g, CALL),
    "sharing.get": lambda g: sharing.get(g, CALL, "s1"),
}
