"""What Graph tells of its own accord: kept beside the exchanges, and read as the console reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.calls import CallState
from console.domain.events import CallTold, OperationEnded, RosterChanged
from console.domain.ids import UserId
from console.domain.subscriptions import CALL_RECORDS, Watch, presences_of
from console.graph import media, participants, subscriptions
from console.graph.operations import Identity as Whose
from console.simulator.people import Behaviour
from console.wire.notifications import read_item
from tests.graph.stand import ANNA, LENA, ME, NOW, PHONE, Stand, who


@pytest.mark.exchange("notifications/call.incoming")
async def test_a_call_comes_in(stand: Stand) -> None:
    call = await stand.ringing()
    (told,) = read_item(stand.hook.items[0], key="k", at=0.0)
    assert isinstance(told, CallTold)
    assert (told.call, told.state, told.source) == (call, CallState.INCOMING, PHONE)


@pytest.mark.exchange("notifications/call.establishing")
@pytest.mark.exchange("notifications/call.established")
async def test_a_call_is_set_up(stand: Stand) -> None:
    await stand.answered()
    told = [read_item(item, key="k", at=0.0)[0] for item in stand.hook.items]
    states = [fact.state for fact in told if isinstance(fact, CallTold)]
    assert states[:3] == [CallState.INCOMING, CallState.ESTABLISHING, CallState.ESTABLISHED]


@pytest.mark.exchange("notifications/call.terminated")
async def test_the_caller_hangs_up(stand: Stand) -> None:
    call = await stand.answered()
    stand.exchange.callers.hang_up(stand.exchange.board.find(call))
    await stand.pass_time()
    (told,) = read_item(stand.hook.items[-1], key="k", at=0.0)
    assert isinstance(told, CallTold) and told.result is not None
    assert (told.deleted, str(told.result.sentence)) == (True, "The caller hung up.")


@pytest.mark.exchange("notifications/participants.updated")
async def test_people_come_and_go(stand: Stand) -> None:
    call = await stand.group(LENA)
    stand.exchange.callers.leave(stand.exchange.board.find(call), LENA.id)
    await stand.pass_time()
    rosters = [
        read_item(i, key="k", at=0.0)[0] for i in stand.hook.items if "participants" in i["resourceUrl"]
    ]
    assert all(isinstance(roster, RosterChanged) for roster in rosters)
    assert [len(r.participants) for r in rosters if isinstance(r, RosterChanged)] == [3, 1]
    (left,) = rosters[-1].participants
    assert (left.identity.id, left.left, left.sequence) == (LENA.id, True, 2)


@pytest.mark.exchange("notifications/addLargeGalleryViewOperation.completed")
async def test_an_operation_ends(stand: Stand) -> None:
    call = await stand.group(LENA)
    started = await media.show_gallery(stand.before, call, intent=ME)
    await stand.pass_time(1)
    (told,) = read_item(stand.hook.items[-1], key="k", at=0.0)
    assert isinstance(told, OperationEnded)
    assert (told.operation, told.context) == (started.id, ME)


@pytest.mark.exchange("notifications/inviteParticipantsOperation.failed")
async def test_an_invitation_is_declined(stand: Stand) -> None:
    call = await stand.group(LENA)
    stand.exchange.people.behave(ANNA.id, Behaviour("declines", 1.0))
    invited = await participants.invite(stand.before, call, [who(ANNA)], intent=ME)
    await stand.pass_time(2)
    (told,) = read_item(stand.hook.items[-1], key="k", at=0.0)
    assert isinstance(told, OperationEnded)
    assert (told.operation, told.failed) == (invited.operation, True)


@pytest.mark.exchange("notifications/presence.updated")
async def test_presence_changes(stand: Stand) -> None:
    watch = Watch(
        resource=presences_of([UserId(LENA.id)]),
        changes=("updated",),
        url=f"{stand.hook.url}/changes",
        until=NOW + timedelta(hours=1),
        secret="s3cr3t",
    )
    await subscriptions.create(stand.before, Whose.OPERATOR, watch, intent=ME)
    await stand.group(LENA)
    assert stand.simulator.presences.of(LENA)["activity"] == "InACall"


@pytest.mark.exchange("notifications/callRecord.created")
@pytest.mark.exchange("notifications/callRecord.updated")
@pytest.mark.exchange("notifications/lifecycle.reauthorizationRequired")
async def test_a_record_is_written_and_the_subscription_grows_old(stand: Stand) -> None:
    watch = Watch(
        resource=CALL_RECORDS,
        changes=("created", "updated"),
        url=f"{stand.hook.url}/changes",
        lifecycle_url=f"{stand.hook.url}/lifecycle",
        until=NOW + timedelta(hours=2),
        secret="s3cr3t",
    )
    await subscriptions.create(stand.before, Whose.BOT, watch, intent=ME)
    call = await stand.answered()
    stand.exchange.callers.hang_up(stand.exchange.board.find(call))
    await stand.pass_time(1000)
    told = [item for path, _, body in stand.hook.posts if "changes" in path for item in body["value"]]
    assert [item["changeType"] for item in told] == ["created", "updated"]
    assert {item["resourceData"]["id"] for item in told} == {stand.truth(call)["chainId"]}
    await stand.pass_time(6000)
