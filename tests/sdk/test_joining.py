"""Microsoft's SDK on calls that begin otherwise than by ringing one person."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from msgraph.generated.models.call import Call
from msgraph.generated.models.call_state import CallState
from msgraph.generated.models.chat_info import ChatInfo
from msgraph.generated.models.communications_identity_set import CommunicationsIdentitySet
from msgraph.generated.models.identity import Identity
from msgraph.generated.models.identity_set import IdentitySet
from msgraph.generated.models.invitation_participant_info import InvitationParticipantInfo
from msgraph.generated.models.join_meeting_id_meeting_info import JoinMeetingIdMeetingInfo
from msgraph.generated.models.modality import Modality
from msgraph.generated.models.online_meeting import OnlineMeeting
from msgraph.generated.models.organizer_meeting_info import OrganizerMeetingInfo
from msgraph.generated.models.participant_info import ParticipantInfo
from msgraph.generated.models.service_hosted_media_config import ServiceHostedMediaConfig
from msgraph.generated.models.token_meeting_info import TokenMeetingInfo


async def begin(desk, bot, **how) -> Call:
    """A call that is established, as the SDK reads it."""
    made = await bot.communications.calls.post(
        Call(
            callback_uri=f"{desk.hook.url}/out",
            requested_modalities=[Modality.Audio],
            media_config=ServiceHostedMediaConfig(),
            tenant_id=desk.running.directory.tenant_id,
            **how,
        )
    )
    assert (made.state, isinstance(made, Call)) == (CallState.Establishing, True)
    await desk.pass_time(5)
    call = await bot.communications.calls.by_call_id(made.id).get()
    assert call.state == CallState.Established
    return call


async def test_calls_create__call_create_group(desk, bot):
    users = [IdentitySet(user=Identity(id=desk.users[n].id)) for n in (0, 1)]
    targets = [InvitationParticipantInfo(identity=identity) for identity in users]
    call = await begin(desk, bot, targets=targets, subject="Two")
    assert [target.identity.user.id for target in call.targets] == [desk.users[n].id for n in (0, 1)]
    roster = (await bot.communications.calls.by_call_id(call.id).participants.get()).value
    assert len(roster) == 3


def number_of(meeting: OnlineMeeting) -> JoinMeetingIdMeetingInfo:
    settings = meeting.join_meeting_id_settings
    return JoinMeetingIdMeetingInfo(join_meeting_id=settings.join_meeting_id, passcode=settings.passcode)


async def test_calls_create__call_join(desk, bot, lena):
    meeting = await lena.me.online_meetings.post(OnlineMeeting(subject="Review"))
    call = await begin(desk, bot, meeting_info=number_of(meeting))
    assert isinstance(call.meeting_info, JoinMeetingIdMeetingInfo)
    assert call.chat_info.thread_id == meeting.chat_info.thread_id
    organizer = IdentitySet(user=Identity(id=desk.users[0].id))
    chat = ChatInfo(thread_id=meeting.chat_info.thread_id, message_id="0")
    call = await begin(desk, bot, meeting_info=OrganizerMeetingInfo(organizer=organizer), chat_info=chat)
    assert isinstance(call.meeting_info, OrganizerMeetingInfo)
    call = await begin(desk, bot, meeting_info=TokenMeetingInfo(token="opaque"))
    assert isinstance(call.meeting_info, TokenMeetingInfo)


async def test_calls_create__call_join_as_guest(desk, bot, lena):
    meeting = await lena.me.online_meetings.post(OnlineMeeting(subject="Review"))
    guest = Identity(id="0d5a7e55-3f6e-4b8a-8a01-77aa21c9d300", display_name="Front desk (guest)")
    source = ParticipantInfo(identity=CommunicationsIdentitySet(guest=guest))
    call = await begin(desk, bot, meeting_info=number_of(meeting), source=source)
    assert call.source.identity.additional_data["guest"]["displayName"] == "Front desk (guest)"
