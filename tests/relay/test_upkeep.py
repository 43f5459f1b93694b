"""What the relay does of itself: nobody is lost when nobody acts, and a restart goes on where it stopped."""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path

import pytest

from console.domain.calls import CallState, Situation
from console.domain.events import CallTold, PromptStarted
from console.domain.ids import CallId, OperationId
from console.relay.outside import make_credential
from console.relay.settings import Rescue
from console.simulator.app import Running
from console.simulator.tokens import TokenRefused
from tests.relay.stand import KOFI, LENA, Start, graph_that_hangs_up_on, serving, settings_for, until


async def test_a_forgotten_caller_is_rescued(start: Start) -> None:
    desk = await start(rescue_seconds_left=14.0)
    id = await desk.rings()
    await until(lambda: desk.call(id).rescued_at, what="rescued")
    await until(lambda: desk.call(id).situation is Situation.WAITING)
    await until(lambda: desk.sent("playPrompt", id), what="the prompt")
    assert desk.call(id).claim is None and len(desk.sent("answer", id)) == 1
    assert (await desk.client(KOFI).answer(id)).status_code == 202
    await until(lambda: desk.is_in(KOFI, id))
    await until(lambda: desk.sent("cancelMediaProcessing", id), what="the prompt stops")


async def test_what_was_kept_together_is_looked_at_as_it_is_in_the_end(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    id, now = CallId(await desk.rings()), time.time()
    up = CallTold(call=id, key="up", at=now, state=CallState.ESTABLISHED)
    greeted = PromptStarted(call=id, key="greeted", at=now, operation=OperationId("one"), name="welcome")
    await desk.relay.hub.append(up, greeted)
    await asyncio.sleep(0.6)
    assert not desk.sent("playPrompt", id), "a second greeting"


async def test_a_claimed_call_is_not_rescued_and_a_line_may_ring_out(start: Start) -> None:
    line = "e1000000-0000-4000-8000-000000000001"
    desk = await start(rescue_seconds_left=14.0, lines={line: Rescue.RING_OUT})
    id = await desk.rings()
    await until(lambda: desk.call(id).ended, what="rings out")
    assert not desk.sent("answer", id) and desk.call(id).rescued_at is None


async def test_a_line_may_be_answered_at_once(start: Start) -> None:
    desk = await start(rescue=Rescue.AT_ONCE)
    id = await desk.rings()
    await until(lambda: desk.call(id).situation is Situation.WAITING)
    assert desk.call(id).rescued_at is None and len(desk.sent("answer", id)) == 1


async def test_an_operator_who_presses_while_the_relay_answers_gets_the_caller(start: Start) -> None:
    desk = await start(rescue=Rescue.AT_ONCE)
    id = desk.ring()
    await until(lambda: desk.sent("answer", id))
    assert (await desk.client(LENA).answer(id)).status_code == 202
    await until(lambda: desk.is_in(LENA, id))
    assert len(desk.sent("answer", id)) == 1


async def test_an_answer_of_unknown_outcome_leaves_nobody_alone(
    simulation: Running, start: Start, tmp_path: Path
) -> None:
    tokens = make_credential(settings_for(simulation, tmp_path), time.time, lambda _: None)
    async with graph_that_hangs_up_on("answer", simulation, times=1) as root:
        desk = await start(graph_root=root, tokens=tokens, rescue_seconds_left=14.5)
        id = await desk.rings()
        reply = await desk.client(LENA).answer(id)
        assert reply.status_code == 504 and reply.json()["error"]["code"] == "outcomeUnknown"
        assert not desk.sent("answer", id)
        await until(lambda: desk.call(id).checked_at and desk.call(id).claim is None, what="given up")
        await until(lambda: desk.call(id).rescued_at, what="rescued all the same")
        assert len(desk.sent("answer", id)) == 1


async def test_a_token_that_graph_rejects_is_renewed(start: Start) -> None:
    desk = await start()
    id = await desk.rings()
    verifier = desk.simulation.simulator._gate._verifier
    rejected: set[str] = set()
    verify = verifier.verify

    def once(token: str) -> object:
        if not rejected or token in rejected:
            rejected.add(token)
            raise TokenRefused("revoked")
        return verify(token)

    verifier.verify = once
    try:
        assert (await desk.client(LENA).answer(id)).status_code == 202
    finally:
        verifier.verify = verify
    assert len(rejected) == 1


async def test_keep_alive_and_silence(start: Start) -> None:
    desk = await start(keep_alive=0.3, silence=0.6)
    id = await desk.answered(LENA)
    checked = desk.call(id).checked_at
    await until(lambda: len(desk.sent("keepAlive", id)) > 1, what="kept alive")
    await until(lambda: desk.call(id).checked_at != checked, what="looked at")
    board = desk.simulation.simulator.exchange.board
    desk.simulation.simulator.options.webhook = None
    call = board.find(id)
    call.callback_uri = None
    board.end(call, None, "nobody is told of this end")
    await until(lambda: desk.call(id).ended, what="the relay finds out")


async def test_a_call_nobody_announced_is_fetched_before_it_is_shown(start: Start) -> None:
    desk = await start(rescue=Rescue.RING_OUT)
    webhook = desk.simulation.simulator.options.webhook
    desk.simulation.simulator.options.webhook = None
    id = desk.ring()
    desk.simulation.simulator.options.webhook = webhook
    board = desk.simulation.simulator.exchange.board
    board.tell(board.find(id))
    await until(lambda: id in desk.world.calls and desk.call(id).identified, what="fetched")
    assert desk.call(id).caller.id == "+12065550188"


async def test_a_missed_roster_change_is_noticed(start: Start) -> None:
    desk = await start()
    id = await desk.answered(LENA)
    await until(lambda: desk.sent("participants", id))
    before = len(desk.sent("participants", id))
    exchange = desk.simulation.simulator.exchange
    call = exchange.board.find(id)
    call.sequence += 1  # a change that never reached us
    exchange.board.tell_roster(call, list(call.roster.values())[:1])
    await until(lambda: len(desk.sent("participants", id)) > before, what="read again")


@pytest.mark.parametrize("moment", ["claimed", "answered", "invited"])
async def test_a_restart_goes_on_where_it_stopped(simulation: Running, tmp_path: Path, moment: str) -> None:
    data = tmp_path / "relay"
    async with serving(simulation, data, keep_calls=True) as desk:
        id = await desk.rings()
        desk.behave(LENA, "picks-up", 4.0)
        if moment == "claimed":
            from console.domain.events import CallClaimed
            from console.domain.ids import UserId
            from console.domain.people import Operator

            now = desk.call(id).first_seen
            claim = CallClaimed(
                call=CallId(id), key=f"c{uuid.uuid4()}", at=now, until=now + 20,
                operator=Operator(UserId(LENA), "Lena Ortiz"),
            )  # fmt: skip
            await desk.relay.hub.append(claim)
        else:
            await desk.client(LENA).answer(id)
            if moment == "invited":
                await until(lambda: desk.call(id).pending)
    if moment == "answered":
        board = simulation.simulator.exchange.board
        await until(lambda: board.find(id).state == "established")
    # The same address as before: Graph knows no other.
    async with serving(simulation, data, listen_port=int(desk.url.rpartition(":")[2])) as desk:
        desk.behave(LENA, "picks-up", 0.5)
        await until(lambda: desk.is_in(LENA, id), what="Lena joins")
        assert desk.call(id).state is CallState.ESTABLISHED
        assert len(desk.sent("answer", id)) == 1 and len(desk.sent("invite", id)) == 1


async def test_a_step_does_not_outlive_the_relay(simulation: Running, tmp_path: Path) -> None:
    async with serving(simulation, tmp_path / "relay") as desk:
        id = await desk.answered(LENA)
        desk.trouble(silent=1, operation="calls.get")
        before = len(desk.sent(id, id))
        desk.relay.upkeep.check(CallId(id))
        await until(lambda: len(desk.sent(id, id)) > before, what="asked, without an answer")
        board = desk.simulation.simulator.exchange.board
        board.end(board.find(id), None, "over, while the relay still reads it")
        await until(lambda: desk.call(id).ended)
    assert not [task for task in asyncio.all_tasks() if id in task.get_name()]


async def test_an_ended_call_is_not_taken_care_of_again(start: Start) -> None:
    desk = await start()
    id = await desk.answered(LENA)
    await desk.client(LENA).post(f"/{id}", method="DELETE")
    await until(lambda: desk.call(id).ended)
    desk.relay.upkeep.check(CallId(id))
    assert not desk.relay.upkeep._cases
