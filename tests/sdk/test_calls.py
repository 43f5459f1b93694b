"""Microsoft's SDK on one call, from its creation to its end."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from kiota_abstractions.api_error import APIError
from msgraph.generated.communications.calls.item.answer.answer_post_request_body import AnswerPostRequestBody
from msgraph.generated.communications.calls.item.redirect.redirect_post_request_body import (
    RedirectPostRequestBody,
)
from msgraph.generated.communications.calls.item.reject.reject_post_request_body import RejectPostRequestBody
from msgraph.generated.communications.calls.item.transfer.transfer_post_request_body import (
    TransferPostRequestBody,
)
from msgraph.generated.models.call import Call
from msgraph.generated.models.call_direction import CallDirection
from msgraph.generated.models.call_state import CallState
from msgraph.generated.models.identity import Identity
from msgraph.generated.models.identity_set import IdentitySet
from msgraph.generated.models.incoming_call_options import IncomingCallOptions
from msgraph.generated.models.invitation_participant_info import InvitationParticipantInfo
from msgraph.generated.models.modality import Modality
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.outgoing_call_options import OutgoingCallOptions
from msgraph.generated.models.reject_reason import RejectReason
from msgraph.generated.models.service_hosted_media_config import ServiceHostedMediaConfig


def invitation(user) -> InvitationParticipantInfo:
    return InvitationParticipantInfo(identity=IdentitySet(user=Identity(id=user.id)))


async def test_calls_create(desk, bot):
    call = await bot.communications.calls.post(
        Call(
            callback_uri=f"{desk.hook.url}/out",
            requested_modalities=[Modality.Audio],
            media_config=ServiceHostedMediaConfig(),
            targets=[invitation(desk.users[3])],
            call_options=OutgoingCallOptions(is_delta_roster_enabled=True),
        )
    )
    assert isinstance(call, Call)
    assert (call.state, call.direction) == (CallState.Establishing, CallDirection.Outgoing)
    assert isinstance(call.media_config, ServiceHostedMediaConfig)
    (target,) = call.targets
    assert target.identity.user.id == desk.users[3].id
    await desk.pass_time(5)
    assert (await bot.communications.calls.by_call_id(call.id).get()).state == CallState.Established


async def test_calls_get(desk, bot):
    id = await desk.ring()
    call = await bot.communications.calls.by_call_id(id).get()
    assert (call.id, call.state, call.direction) == (id, CallState.Incoming, CallDirection.Incoming)
    assert call.source.identity.additional_data["phone"]["id"] == "+14255550151"
    assert call.targets[0].identity.additional_data["applicationInstance"]["displayName"] == "Main line"
    assert call.odata_type == "#microsoft.graph.call"
    assert call.tenant_id == desk.running.directory.tenant_id


async def test_calls_answer(desk, bot):
    id = await desk.ring()
    await bot.communications.calls.by_call_id(id).answer.post(
        AnswerPostRequestBody(
            callback_uri=f"{desk.hook.url}/calls",
            accepted_modalities=[Modality.Audio],
            media_config=ServiceHostedMediaConfig(),
            call_options=IncomingCallOptions(is_delta_roster_enabled=True),
        )
    )
    await desk.pass_time(1)
    assert (await bot.communications.calls.by_call_id(id).get()).state == CallState.Established


async def test_calls_reject(desk, bot):
    id = await desk.ring()
    await bot.communications.calls.by_call_id(id).reject.post(RejectPostRequestBody(reason=RejectReason.Busy))
    await desk.pass_time(1)
    assert (await desk.truth(id))["state"] == "terminated"


async def test_calls_redirect(desk, bot):
    id = await desk.ring()
    body = RedirectPostRequestBody(targets=[invitation(desk.users[0])], timeout=30)
    await bot.communications.calls.by_call_id(id).redirect.post(body)
    await desk.pass_time(20)
    assert (await desk.truth(id))["outcome"] == "redirected to Lena Ortiz"


async def test_calls_transfer(desk, bot):
    id = await desk.talk()
    body = TransferPostRequestBody(transfer_target=invitation(desk.users[0]))
    await bot.communications.calls.by_call_id(id).transfer.post(body)
    await desk.pass_time(5)
    assert (await desk.truth(id))["outcome"] == "Wilma Testperson transferred to Lena Ortiz"


async def test_calls_keep_alive(desk, bot):
    id = await desk.talk()
    await desk.pass_time(40 * 60)
    await bot.communications.calls.by_call_id(id).keep_alive.post()
    await desk.pass_time(40 * 60)
    assert (await bot.communications.calls.by_call_id(id).get()).state == CallState.Established


async def test_calls_delete(desk, bot):
    id = await desk.talk()
    await bot.communications.calls.by_call_id(id).delete()
    await desk.pass_time(1)
    with pytest.raises(APIError) as refused:
        await bot.communications.calls.by_call_id(id).get()
    assert isinstance(refused.value, ODataError)
    assert refused.value.response_status_code == 404
    assert refused.value.error.code
    assert refused.value.error.inner_error.request_id
