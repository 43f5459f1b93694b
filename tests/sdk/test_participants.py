"""Microsoft's SDK on the people in a call."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from msgraph.generated.communications.calls.item.participants.invite.invite_post_request_body import (
    InvitePostRequestBody,
)
from msgraph.generated.communications.calls.item.participants.item.mute.mute_post_request_body import (
    MutePostRequestBody,
)
from msgraph.generated.communications.calls.item.participants.item.start_hold_music import (
    start_hold_music_post_request_body as holding,
)
from msgraph.generated.communications.calls.item.participants.item.stop_hold_music import (
    stop_hold_music_post_request_body as resuming,
)
from msgraph.generated.models.identity import Identity
from msgraph.generated.models.identity_set import IdentitySet
from msgraph.generated.models.invitation_participant_info import InvitationParticipantInfo
from msgraph.generated.models.invite_participants_operation import InviteParticipantsOperation
from msgraph.generated.models.media_direction import MediaDirection
from msgraph.generated.models.mute_participant_operation import MuteParticipantOperation
from msgraph.generated.models.operation_status import OperationStatus
from msgraph.generated.models.participant import Participant
from msgraph.generated.models.start_hold_music_operation import StartHoldMusicOperation
from msgraph.generated.models.stop_hold_music_operation import StopHoldMusicOperation


async def in_group(desk, bot, name: str = "Lena Ortiz"):
    """A call that Lena joined: the builder of its roster, and of one member of it."""
    call = await desk.group()
    roster = bot.communications.calls.by_call_id(call).participants
    member = await desk.member(call, name)
    return call, roster, roster.by_participant_id(member["participantId"])


async def test_participants_list(desk, bot):
    _, roster, _ = await in_group(desk, bot)
    listed = (await roster.get()).value
    assert all(isinstance(member, Participant) for member in listed)
    users = [member.info.identity.user for member in listed if member.info.identity.user]
    assert [user.display_name for user in users] == ["Lena Ortiz"]
    assert len({member.id for member in listed}) == len(listed) == 3


async def test_participants_get(desk, bot):
    _, _, lena = await in_group(desk, bot)
    member = await lena.get()
    assert isinstance(member, Participant)
    assert member.info.identity.user.id == desk.users[0].id
    assert (member.is_muted, member.is_in_lobby) == (False, False)
    (stream,) = member.media_streams
    assert (stream.direction, stream.server_muted) == (MediaDirection.SendReceive, False)
    assert stream.source_id


async def test_participants_invite(desk, bot):
    id = await desk.talk()
    identity = IdentitySet(user=Identity(id=desk.users[3].id))
    info = InvitationParticipantInfo(identity=identity)
    body = InvitePostRequestBody(participants=[info], client_context="invite-1")
    operation = await bot.communications.calls.by_call_id(id).participants.invite.post(body)
    assert isinstance(operation, InviteParticipantsOperation)
    assert (operation.status, operation.client_context) == (OperationStatus.Running, "invite-1")
    assert [p.identity.user.id for p in operation.participants] == [desk.users[3].id]
    await desk.pass_time(5)
    assert desk.operation(id, operation.id)["status"] == "completed"


async def test_participants_mute(desk, bot):
    call, _, lena = await in_group(desk, bot)
    operation = await lena.mute.post(MutePostRequestBody(client_context="mute-1"))
    assert isinstance(operation, MuteParticipantOperation)
    assert operation.status == OperationStatus.Completed
    assert (await lena.get()).is_muted is True
    assert (await desk.member(call, "Lena Ortiz"))["muted"] is True


async def test_participants_delete(desk, bot):
    _, roster, lena = await in_group(desk, bot)
    await lena.delete()
    await desk.pass_time(1)
    left = (await roster.get()).value
    assert not any(member.info.identity.user for member in left)


async def test_participants_start_hold_music(desk, bot):
    _, _, caller = await in_group(desk, bot, "Wilma Testperson")
    operation = await caller.start_hold_music.post(
        holding.StartHoldMusicPostRequestBody(client_context="hold-1")
    )
    assert isinstance(operation, StartHoldMusicOperation)
    assert (operation.status, operation.client_context) == (OperationStatus.Running, "hold-1")
    await desk.pass_time(1)
    assert (await caller.get()).media_streams[0].direction == MediaDirection.Inactive


async def test_participants_stop_hold_music(desk, bot):
    _, _, caller = await in_group(desk, bot, "Wilma Testperson")
    await caller.start_hold_music.post(holding.StartHoldMusicPostRequestBody(client_context="hold-1"))
    await desk.pass_time(1)
    operation = await caller.stop_hold_music.post(
        resuming.StopHoldMusicPostRequestBody(client_context="hold-2")
    )
    assert isinstance(operation, StopHoldMusicOperation)
    assert operation.client_context == "hold-2"
    await desk.pass_time(1)
    assert (await caller.get()).media_streams[0].direction == MediaDirection.SendReceive
