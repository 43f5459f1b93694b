"""Microsoft's SDK on the rarer verbs of a call: audio groups, shared content, screens, the gallery."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from msgraph.generated.communications.calls.item.add_large_gallery_view import (
    add_large_gallery_view_post_request_body as gallery,
)
from msgraph.generated.communications.calls.item.change_screen_sharing_role import (
    change_screen_sharing_role_post_request_body as sharing,
)
from msgraph.generated.communications.calls.item.update_recording_status import (
    update_recording_status_post_request_body as recording,
)
from msgraph.generated.models.add_large_gallery_view_operation import AddLargeGalleryViewOperation
from msgraph.generated.models.audio_routing_group import AudioRoutingGroup
from msgraph.generated.models.content_sharing_session import ContentSharingSession
from msgraph.generated.models.operation_status import OperationStatus
from msgraph.generated.models.recording_status import RecordingStatus
from msgraph.generated.models.routing_mode import RoutingMode
from msgraph.generated.models.screen_sharing_role import ScreenSharingRole
from msgraph.generated.models.update_recording_status_operation import UpdateRecordingStatusOperation

HOSTED = {"@odata.type": "#microsoft.graph.appHostedMediaConfig", "blob": "{}"}


async def hosted(desk, bot):
    """A group call whose media the application hosts itself, as the SDK's builder."""
    id = await desk.dial(0, 1)
    await desk.pass_time(5)
    desk.simulator.exchange.board.find(id).media_config = HOSTED
    return bot.communications.calls.by_call_id(id)


async def test_calls_add_large_gallery_view(desk, bot):
    call = bot.communications.calls.by_call_id(await desk.group())
    body = gallery.AddLargeGalleryViewPostRequestBody(client_context="lgv-1")
    operation = await call.add_large_gallery_view.post(body)
    assert isinstance(operation, AddLargeGalleryViewOperation)
    assert operation.client_context == "lgv-1"


async def test_calls_change_screen_sharing_role(desk, bot):
    call = await hosted(desk, bot)
    body = sharing.ChangeScreenSharingRolePostRequestBody(role=ScreenSharingRole.Sharer)
    await call.change_screen_sharing_role.post(body)


async def test_calls_update_recording_status(desk, bot):
    call = await hosted(desk, bot)
    body = recording.UpdateRecordingStatusPostRequestBody(
        status=RecordingStatus.Recording, client_context="rec-1"
    )
    operation = await call.update_recording_status.post(body)
    assert isinstance(operation, UpdateRecordingStatusOperation)
    assert operation.status == OperationStatus.Completed


async def grouped(desk, bot):
    """The builder of a call's audio groups, one of them, and who is in the call: the bot, Wilma, Lena."""
    id = await desk.group()
    ids = [(await desk.truth(id))["myParticipantId"]]
    ids += [(await desk.member(id, name))["participantId"] for name in ("Wilma Testperson", "Lena Ortiz")]
    groups = bot.communications.calls.by_call_id(id).audio_routing_groups
    whisper = AudioRoutingGroup(routing_mode=RoutingMode.OneToOne, sources=ids[:1], receivers=ids[1:2])
    return groups, await groups.post(whisper), ids


async def test_audio_routing_groups_create(desk, bot):
    _, group, ids = await grouped(desk, bot)
    assert isinstance(group, AudioRoutingGroup)
    assert (group.routing_mode, group.sources, group.receivers) == (RoutingMode.OneToOne, ids[:1], ids[1:2])
    assert group.id


async def test_audio_routing_groups_list(desk, bot):
    groups, group, _ = await grouped(desk, bot)
    assert [one.id for one in (await groups.get()).value] == [group.id]


async def test_audio_routing_groups_get(desk, bot):
    groups, group, ids = await grouped(desk, bot)
    again = await groups.by_audio_routing_group_id(group.id).get()
    assert (again.id, again.receivers) == (group.id, ids[1:2])


async def test_audio_routing_groups_update(desk, bot):
    groups, group, ids = await grouped(desk, bot)
    change = AudioRoutingGroup(routing_mode=RoutingMode.Multicast, sources=ids[:1], receivers=ids[1:])
    changed = await groups.by_audio_routing_group_id(group.id).patch(change)
    assert (changed.routing_mode, changed.receivers) == (RoutingMode.Multicast, ids[1:])


async def test_audio_routing_groups_delete(desk, bot):
    groups, group, _ = await grouped(desk, bot)
    await groups.by_audio_routing_group_id(group.id).delete()
    assert (await groups.get()).value == []


async def shared(desk, bot):
    """The builder of what is shared in a call in which Wilma shows her screen."""
    id = await desk.group()
    wilma = (await desk.member(id, "Wilma Testperson"))["participantId"]
    await desk.sim("POST", f"/calls/{id}/participants/{wilma}/share", {"on": True})
    return bot.communications.calls.by_call_id(id).content_sharing_sessions


async def test_content_sharing_sessions_list(desk, bot):
    (session,) = (await (await shared(desk, bot)).get()).value
    assert isinstance(session, ContentSharingSession)
    assert session.id


async def test_content_sharing_sessions_get(desk, bot):
    sessions = await shared(desk, bot)
    (session,) = (await sessions.get()).value
    assert (await sessions.by_content_sharing_session_id(session.id).get()).id == session.id
