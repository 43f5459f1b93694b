"""Answering: one winner, one answer to Graph, and the operator's own Teams rung."""

from __future__ import annotations

import asyncio
import gc
import uuid
from pathlib import Path

import pytest

from console.domain.calls import Situation
from console.simulator.app import Running
from tests.relay.stand import INES, KOFI, LENA, Start, serving, until


async def test_answer_brings_the_operator_into_the_call(start: Start) -> None:
    desk = await start()
    id = await desk.rings()
    reply = await desk.client(LENA).answer(id)
    assert reply.status_code == 202 and reply.content == b""
    claim = desk.call(id).claim
    assert claim and claim.operator.name == "Lena Ortiz"
    await until(lambda: desk.is_in(LENA, id), what="Lena joins")
    call = desk.call(id)
    assert call.situation is Situation.TALKING and call.claim and call.caller_participant
    assert len(desk.sent("answer", id)) == 1 and len(desk.sent("invite", id)) == 1
    await until(lambda: desk.sent("playPrompt", id), what="the greeting")
    await until(lambda: desk.sent("participants", id), what="the roster is read once")


async def test_two_operators_press_together_and_one_wins(start: Start) -> None:
    desk = await start(rescue_seconds_left=1.0)
    for _ in range(8):
        id = await desk.rings()
        people = {LENA: "Lena Ortiz", KOFI: "Kofi Mensah", INES: "Ines Duarte"}
        replies = await asyncio.gather(*(desk.client(user).answer(id) for user in people))
        by_status = sorted(r.status_code for r in replies)
        assert by_status == [202, 409, 409]
        claim = desk.call(id).claim
        assert claim
        for reply in replies:
            if reply.status_code == 409:
                error = reply.json()["error"]
                assert error["code"] == "taken" and error["innerError"]["by"] == claim.operator.name
        assert len(desk.sent("answer", id)) == 1
        simulated = desk.simulation.simulator.exchange
        simulated.callers.hang_up(simulated.board.find(id))


async def test_pressing_twice_answers_once(start: Start) -> None:
    desk = await start()
    id, lena, intent = await desk.rings(), desk.client(LENA), str(uuid.uuid4())
    replies = await asyncio.gather(
        lena.answer(id, intent), lena.answer(id, intent), lena.answer(id), lena.answer(id)
    )
    assert [r.status_code for r in replies] == [202] * 4
    assert (await lena.answer(id, intent)).status_code == 202
    await until(lambda: desk.is_in(LENA, id))
    assert len(desk.sent("answer", id)) == 1 and len(desk.sent("invite", id)) == 1


async def test_an_operator_who_does_not_pick_up_gives_the_caller_back(start: Start) -> None:
    desk = await start()
    desk.behave(LENA, "declines", 0.5)
    id = await desk.rings()
    await desk.client(LENA).answer(id)
    await until(lambda: desk.call(id).invitations and desk.call(id).claim is None, what="released")
    call = desk.call(id)
    assert call.situation is Situation.WAITING
    assert [str(i.failed.sentence) for i in call.invitations.values() if i.failed] == ["They are busy."]
    # Kofi picks the caller up, and so could Lena again.
    assert (await desk.client(KOFI).answer(id)).status_code == 202
    await until(lambda: desk.is_in(KOFI, id), what="Kofi joins")
    assert (await desk.client(LENA).answer(id)).json()["error"]["code"] == "taken"


async def test_when_graph_refuses_the_claim_is_released(start: Start) -> None:
    desk = await start()
    id = await desk.rings()
    desk.trouble(unavailable=1, operation="calls.answer")
    reply = await desk.client(LENA).answer(id)
    assert reply.status_code == 503 and reply.json()["error"]["innerError"]["request-id"]
    assert reply.headers["retry-after"] == "10", "Graph's own wait, passed on"
    assert desk.call(id).claim is None and desk.call(id).situation is Situation.RINGING
    desk.trouble(throttle=1, retry_after=7, operation="calls.answer")
    reply = await desk.client(LENA).answer(id)
    assert reply.status_code == 429 and reply.headers["retry-after"] == "7"
    assert (await desk.client(KOFI).answer(id)).status_code == 202


async def test_reject_and_redirect(start: Start) -> None:
    desk = await start()
    id = await desk.rings()
    reply = await desk.client(LENA).post(f"/{id}/reject", {"reason": "busy"})
    assert reply.status_code == 202
    await until(lambda: desk.call(id).ended)
    gone = await desk.client(KOFI).answer(id)
    assert gone.status_code == 404 and gone.json()["error"]["code"] == "itemNotFound"

    id = await desk.rings()
    anna = {"identity": {"user": {"id": "0D000000000040008000000000000011"}}}
    wrong = await desk.client(LENA).post(f"/{id}/redirect", {"targets": [anna], "timeout": 20})
    assert wrong.status_code == 400 and desk.call(id).claim is None
    anna = {"identity": {"user": {"id": "0d000000-0000-4000-8000-000000000011"}}}
    assert (await desk.client(LENA).post(f"/{id}/redirect", {"targets": [anna]})).status_code == 202
    await until(lambda: desk.call(id).ended, what="redirected")


async def test_the_lease_ends_a_claim_whose_operator_is_gone(start: Start) -> None:
    desk = await start(claim_lease=0.5)
    id = await desk.answered(LENA)
    desk.leaves(LENA, id)
    await until(lambda: desk.call(id).claim is None, what="released")
    assert desk.call(id).situation is Situation.WAITING


async def test_calling_somebody_invites_the_operator(start: Start) -> None:
    desk = await start()
    desk.behave("0d000000-0000-4000-8000-000000000011", "picks-up", 0.5)
    body = {"targets": [{"identity": {"user": {"id": "0d000000-0000-4000-8000-000000000011"}}}]}
    reply = await desk.client(LENA).post("", body)
    assert reply.status_code == 201
    id = reply.json()["id"]
    await until(lambda: id in desk.world.calls and desk.is_in(LENA, id), what="Lena joins")
    assert desk.call(id).caller.id.endswith("11") and desk.call(id).claim


async def test_mangled_doubled_and_late_notifications_change_nothing(start: Start) -> None:
    desk = await start()
    desk.trouble(
        seed=3, duplicate=0.3, reorder=0.3, delay=0.2, delay_seconds=2.0, pascal_case=0.5, id_variants=0.5,
        string_codes=0.5, missing_slash=0.5, swap_established=True,
    )  # fmt: skip
    with desk.pace(2.0):
        ids = await asyncio.gather(*(desk.answered(LENA) for _ in range(6)))
    for id in ids:
        assert len(desk.sent("answer", id)) == 1 and len(desk.sent("invite", id)) == 1
    assert set(desk.world.calls) == set(ids) and not desk.world.unknown
    for id in ids:
        assert (await desk.client(LENA).post(f"/{id}", method="DELETE")).status_code == 204
    await until(lambda: all(desk.call(id).ended for id in ids), what="ended")


@pytest.mark.logs("console.relay.upkeep")
async def test_a_relay_that_stops_while_graph_is_silent_leaves_nothing_unsaid(
    simulation: Running, tmp_path: Path
) -> None:
    async with serving(simulation, tmp_path) as desk:
        id = await desk.rings()
        desk.trouble(silent=1, silent_seconds=5.0, operation="participants.invite")
        await desk.client(LENA).answer(id)
        await until(lambda: desk.sent("invite", id), what="Graph is asked to ring the operator")
    left = [task for task in asyncio.all_tasks() if task.get_name().startswith("operator ")]
    if left:
        await asyncio.wait(left)
    del left
    gc.collect()  # an exception that nobody asked for would be logged now, and fail the test
