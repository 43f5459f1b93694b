"""Microsoft's SDK on call records: what remains of a call."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.call_records.call_record import CallRecord
from msgraph.generated.models.call_records.call_type import CallType
from msgraph.generated.models.call_records.modality import Modality
from msgraph.generated.models.call_records.participant_endpoint import ParticipantEndpoint
from msgraph.generated.models.call_records.service_endpoint import ServiceEndpoint
from msgraph.generated.models.call_records.service_role import ServiceRole
from msgraph.generated.models.call_records.service_user_agent import ServiceUserAgent
from msgraph.generated.models.call_records.session import Session


async def ended(desk) -> str:
    """The record id of a group call that is over."""
    call = await desk.group()
    chain = (await desk.truth(call))["chainId"]
    await desk.graph("DELETE", f"/communications/calls/{call}")
    await desk.pass_time(61)
    return chain


async def test_call_records_list(desk, bot):
    chain = await ended(desk)
    records = bot.communications.call_records
    parameters = records.CallRecordsRequestBuilderGetQueryParameters(
        filter="startDateTime ge 2020-01-01T00:00:00Z"
    )
    found = await records.get(RequestConfiguration(query_parameters=parameters))
    (record,) = found.value
    assert isinstance(record, CallRecord)
    assert (record.id, record.type, record.modalities) == (chain, CallType.GroupCall, [Modality.Audio])


async def test_call_records_get(desk, bot):
    builder = bot.communications.call_records.by_call_record_id(await ended(desk))
    parameters = builder.CallRecordItemRequestBuilderGetQueryParameters(
        expand=["sessions($expand=segments)", "participants_v2", "organizer_v2"]
    )
    record = await builder.get(RequestConfiguration(query_parameters=parameters))
    assert record.start_date_time < record.end_date_time < record.last_modified_date_time
    assert record.version == 1
    assert [len(session.segments) for session in record.sessions] == [1, 1]
    assert len(record.participants_v2) == 3
    assert record.organizer_v2.identity.phone.id == "+14255550151"


async def test_call_records_sessions(desk, bot):
    builder = bot.communications.call_records.by_call_record_id(await ended(desk))
    sessions = (await builder.sessions.get()).value
    assert len(sessions) == 2
    for session in sessions:
        assert isinstance(session, Session)
        assert isinstance(session.caller, ParticipantEndpoint)
        assert isinstance(session.callee, ServiceEndpoint)
        assert isinstance(session.callee.user_agent, ServiceUserAgent)
        assert session.callee.user_agent.role == ServiceRole.CustomBot
