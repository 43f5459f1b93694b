"""Calls that begin otherwise than by ringing one person: meetings, guests, groups and phones."""

from __future__ import annotations

import pytest

from console.domain.errors import NotAllowed, NotFound
from console.domain.joining import ById, ByOrganizer, ByToken
from console.domain.people import Identity, IdentityKind
from console.graph import joining
from console.simulator.directory import TENANT_ID
from tests.graph.stand import ANNA, JONAS, LENA, MAIN_LINE, ME, Stand, who


def _organizer() -> Identity:
    return Identity(IdentityKind.USER, LENA.id, LENA.display_name, TENANT_ID)


@pytest.mark.exchange("calls/create.meetingId", "call.join")
async def test_join_by_number(stand: Stand) -> None:
    meeting = stand.meeting(LENA)
    settings = meeting.resource["joinMeetingIdSettings"]
    typed = " ".join([settings["joinMeetingId"][:6], settings["joinMeetingId"][6:]])
    call = await joining.join(
        stand.graph,
        ById(typed, settings["passcode"]),
        intent=ME,
        tenant_id=stand.tenant,
        callback=stand.callback,
    )
    await stand.pass_time(5)
    truth = stand.truth(call)
    assert (truth["state"], truth["meeting"]) == ("established", True)
    assert [m["name"] for m in truth["roster"]] == ["Front Desk"]
    assert stand.exchange.board.calls[call].chat_info == meeting.resource["chatInfo"]


@pytest.mark.exchange("calls/create.meetingId.404.itemNotFound", "call.join")
async def test_join_with_a_wrong_passcode(stand: Stand) -> None:
    meeting = stand.meeting(LENA)
    way = ById(meeting.join_number, "guess")
    with pytest.raises(NotFound):
        await joining.join(stand.graph, way, intent=ME, tenant_id=stand.tenant, callback=stand.callback)


@pytest.mark.exchange("calls/create.meetingId.403.7505", "call.join")
async def test_join_without_the_tenant(stand: Stand) -> None:
    meeting = stand.meeting(LENA)
    way = ById(meeting.join_number, meeting.resource["joinMeetingIdSettings"]["passcode"])
    with pytest.raises(NotAllowed, match="another tenant"):
        await joining.join(stand.graph, way, intent=ME, callback=stand.callback)


@pytest.mark.exchange("calls/create.organizer", "call.join")
async def test_join_by_organizer(stand: Stand) -> None:
    thread = stand.meeting(LENA).resource["chatInfo"]["threadId"]
    call = await joining.join(
        stand.graph,
        ByOrganizer(_organizer(), thread),
        intent=ME,
        tenant_id=stand.tenant,
        callback=stand.callback,
    )
    await stand.pass_time(5)
    assert (stand.truth(call)["state"], stand.truth(call)["meeting"]) == ("established", True)


@pytest.mark.exchange("calls/create.token", "call.join")
async def test_join_by_token(stand: Stand) -> None:
    """The bot comes back into a group call from which it was cut off, with the token of the notification."""
    cut_off = await stand.group(ANNA)
    token = stand.hook.items[0]["resourceData"]["meetingInfo"]["token"]
    call = await joining.join(
        stand.graph, ByToken(token), intent=ME, tenant_id=stand.tenant, callback=stand.callback
    )
    await stand.pass_time(5)
    assert call != cut_off
    assert (stand.truth(call)["state"], stand.truth(call)["group"]) == ("established", True)


@pytest.mark.exchange("calls/create.meetingId.guest", "call.joinAsGuest")
async def test_join_as_guest(stand: Stand) -> None:
    meeting = stand.meeting(LENA)
    guest = joining.guest("0d5a7e55-3f6e-4b8a-8a01-77aa21c9d300", "Front desk (guest)")
    way = ById(meeting.join_number, meeting.resource["joinMeetingIdSettings"]["passcode"])
    call = await joining.join(
        stand.graph, way, intent=ME, tenant_id=stand.tenant, callback=stand.callback, guest=guest
    )
    await stand.pass_time(5)
    truth = stand.truth(call)
    assert truth["state"] == "established"
    assert [(m["kind"], m["name"]) for m in truth["roster"]] == [("guest", "Front desk (guest)")]


@pytest.mark.exchange("calls/create.group", "call.createGroup")
async def test_ring_group(stand: Stand) -> None:
    call = await joining.ring_group(
        stand.graph,
        [who(ANNA), who(JONAS)],
        intent=ME,
        subject="Two colleagues",
        tenant_id=stand.tenant,
        callback=stand.callback,
    )
    await stand.pass_time(10)
    truth = stand.truth(call)
    assert (truth["state"], truth["group"]) == ("established", True)
    assert sorted(m["name"] for m in truth["roster"]) == ["Anna Berg", "Front Desk", "Jonas Weber"]


@pytest.mark.exchange("calls/create.phone", "call.create")
async def test_ring_phone(stand: Stand) -> None:
    call = await joining.ring_phone(
        stand.graph,
        "+14255550151",
        MAIN_LINE.id,
        intent=ME,
        tenant_id=stand.tenant,
        callback=stand.callback,
    )
    await stand.pass_time(10)
    truth = stand.truth(call)
    assert truth["state"] == "established"
    assert truth["caller"]["name"] == "Main line"
    assert [m["id"] for m in truth["roster"]] == ["+14255550151", MAIN_LINE.id]
