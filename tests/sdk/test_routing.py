"""Microsoft's SDK on the rarer verbs of a call: recording status, screen role, large gallery."""

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
from msgraph.generated.models.operation_status import OperationStatus
from msgraph.generated.models.recording_status import RecordingStatus
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
