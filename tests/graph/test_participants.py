"""The verbs on the people in a call."""

from __future__ import annotations

import pytest

from console.domain.errors import NotAllowed, WrongState
from console.domain.ids import ParticipantId
from console.domain.people import Identity, IdentityKind
from console.graph import participants
from tests.graph.stand import ANNA, JONAS, LENA, ME, Stand, who

OUTSIDE = Identity(IdentityKind.PHONE, "+14255550177")


@pytest.mark.exchange("participants/list", "participant.list")
async def test_roster(stand: Stand) -> None:
    call = await stand.group(LENA)
    found = await participants.roster(stand.graph, call)
    assert [p.identity.name for p in found] == ["Wilma Testperson", "Lena Ortiz", "Main line"]
    assert [p.id for p in found] == [m["participantId"] for m in stand.truth(call)["roster"]]
    assert {p.sequence for p in found} == {1}


async def test_a_call_of_two_has_no_roster(stand: Stand) -> None:
    stand.allow("participant.list")
    assert await participants.roster(stand.graph, await stand.answered()) == ()


@pytest.mark.exchange("participants/get", "participant.get")
async def test_get(stand: Stand) -> None:
    call = await stand.group(LENA)
    lena = stand.participant(call, LENA)
    found = await participants.get(stand.graph, call, lena)
    assert found is not None
    assert (found.id, found.identity.name, found.muted) == (lena, "Lena Ortiz", False)


@pytest.mark.exchange("participants/invite", "participant.invite")
async def test_invite(stand: Stand) -> None:
    """The invitation to a call of two makes a group call of it."""
    call = await stand.answered()
    invited = await participants.invite(stand.graph, call, [who(LENA)], intent=ME)
    (pending,) = stand.truth(call)["ringing"]
    assert invited.participants == (pending["participantId"],)
    await stand.pass_time(5)
    assert stand.truth(call)["group"]
    assert stand.member(call, LENA)["participantId"] == invited.participants[0]
    (ended,) = stand.told(call, f"/operations/{invited.operation}")
    assert (ended["status"], ended["clientContext"]) == ("completed", ME)


@pytest.mark.exchange("participants/invite.400.invalidRequest", "participant.invite")
async def test_inviting_somebody_who_is_there(stand: Stand) -> None:
    call = await stand.group(LENA)
    with pytest.raises(WrongState):
        await participants.invite(stand.graph, call, [who(LENA)], intent=ME)


async def test_several_are_invited_into_a_group_call(stand: Stand) -> None:
    stand.allow("participant.invite")
    call = await stand.group(LENA)
    invited = await participants.invite(stand.graph, call, [who(ANNA), who(JONAS), OUTSIDE], intent=ME)
    assert len(set(invited.participants)) == 3
    await stand.pass_time(10)
    names = {m["id"] for m in stand.truth(call)["roster"]}
    assert {ANNA.id, JONAS.id, OUTSIDE.id} <= names


@pytest.mark.exchange("participants/mute", "participant.mute")
async def test_mute(stand: Stand) -> None:
    call = await stand.group(LENA)
    await participants.mute(stand.graph, call, stand.participant(call, LENA), intent=ME)
    await stand.pass_time()
    assert stand.member(call, LENA)["muted"]
    (changed,) = stand.told(call, "/participants")[-1]["participants"]
    assert (changed["isMuted"], changed["mediaStreams"][0]["serverMuted"]) == (True, True)


@pytest.mark.exchange("participants/remove", "participant.remove")
async def test_remove(stand: Stand) -> None:
    call = await stand.group(LENA, ANNA)
    await participants.remove(stand.graph, call, stand.participant(call, ANNA), intent=ME)
    await stand.pass_time()
    truth = stand.truth(call)
    assert "Anna Berg" not in [m["name"] for m in truth["roster"]]
    assert [(m["name"], m["reason"]) for m in truth["left"]] == [("Anna Berg", "removed")]


@pytest.mark.exchange("participants/remove.403.Forbidden", "participant.remove")
async def test_removing_needs_the_administrators_word(stand: Stand) -> None:
    stand.simulator.options.may_remove = False
    call = await stand.group(LENA)
    with pytest.raises(NotAllowed) as refused:
        await participants.remove(stand.graph, call, stand.participant(call, LENA), intent=ME)
    assert "Set-CsApplicationMeetingConfiguration" in str(refused.value.remedy)


async def test_an_open_invitation_is_withdrawn_by_removing(stand: Stand) -> None:
    stand.allow("participant.invite", "participant.remove")
    call = await stand.answered()
    invited = await participants.invite(stand.graph, call, [who(ANNA)], intent=ME)
    assert isinstance(invited.participants[0], str)
    await participants.remove(stand.graph, call, ParticipantId(invited.participants[0]), intent=ME)
    await stand.pass_time()
    assert stand.truth(call)["ringing"] == []
    assert stand.told(call, f"/operations/{invited.operation}")[0]["status"] == "failed"


@pytest.mark.exchange("participants/startHoldMusic", "participant.hold")
async def test_hold(stand: Stand) -> None:
    call = await stand.group(LENA)
    lena = stand.participant(call, LENA)
    await participants.hold(
        stand.graph, call, lena, intent=ME, music="https://relay.example/prompts/hold.wav"
    )
    await stand.pass_time(1)
    assert stand.member(call, LENA)["onHold"]
    assert stand.truth(call)["operations"][-1]["status"] == "completed"


@pytest.mark.exchange("participants/startHoldMusic.400.invalidRequest", "participant.hold")
async def test_only_one_is_held_at_a_time(stand: Stand) -> None:
    call = await stand.group(LENA, ANNA)
    await participants.hold(stand.graph, call, stand.participant(call, LENA), intent=ME)
    with pytest.raises(WrongState):
        await participants.hold(stand.graph, call, stand.participant(call, ANNA), intent=ME)


@pytest.mark.exchange("participants/stopHoldMusic", "participant.resume", "participant.hold")
async def test_resume(stand: Stand) -> None:
    call = await stand.group(LENA)
    lena = stand.participant(call, LENA)
    await participants.hold(stand.graph, call, lena, intent=ME)
    await stand.pass_time(1)
    await participants.resume(stand.graph, call, lena, intent=ME)
    await stand.pass_time()
    assert not stand.member(call, LENA)["onHold"]
