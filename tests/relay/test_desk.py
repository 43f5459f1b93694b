"""The desk's verbs on calls that are up: who may, what Graph is asked, and what every console sees."""

from __future__ import annotations

from console.domain.calls import Happening, Situation
from tests.relay.stand import ANNA, INES, KOFI, LENA, Desk, Start, until


def target(user: str) -> dict[str, object]:
    return {"identity": {"user": {"id": user}}}


def participant(desk: Desk, id: str, user: str) -> str:
    return next(p.id for p in desk.call(id).people if p.identity.id == user)


async def test_park_and_pick_up(start: Start) -> None:
    desk = await start()
    id = await desk.answered(LENA)
    lena, kofi = desk.client(LENA), desk.client(KOFI)
    refused = await kofi.post(f"/{id}/park", {"reason": "mine"})
    assert refused.status_code == 409 and refused.json()["error"]["code"] == "refused"
    assert "Lena Ortiz has this call" in refused.json()["error"]["message"]
    assert (await lena.post(f"/{id}/park", {"reason": "Asks for Tom"})).status_code == 202
    call = desk.call(id)
    assert call.parked and call.parked.reason == "Asks for Tom" and call.claim is None
    await until(lambda: not desk.is_in(LENA, id) and desk.call(id).situation is Situation.ON_HOLD)
    again = await kofi.post(f"/{id}/park", {"reason": ""})
    assert again.json()["error"]["message"] == "The caller is already parked."
    assert (await kofi.answer(id)).status_code == 202
    await until(lambda: desk.is_in(KOFI, id), what="Kofi joins")
    await until(lambda: desk.call(id).situation is Situation.TALKING, what="off hold")
    assert desk.call(id).parked is None


async def test_park_before_anybody_joined_loops_a_prompt(start: Start) -> None:
    desk = await start()
    desk.behave(LENA, "away")
    id = await desk.rings()
    await desk.client(LENA).answer(id)
    await until(lambda: desk.call(id).pending, what="Lena's phone rings")
    assert (await desk.client(LENA).post(f"/{id}/park", {})).status_code == 202
    await until(lambda: desk.call(id).parked and not desk.call(id).pending, what="withdrawn")
    assert desk.call(id).situation in (Situation.WAITING, Situation.ON_HOLD)


async def test_parking_fails_whole_when_the_tenant_forbids_removal(start: Start) -> None:
    desk = await start()
    id = await desk.answered(LENA)
    desk.simulation.simulator.options.may_remove = False
    try:
        reply = await desk.client(LENA).post(f"/{id}/park", {"reason": "x"})
    finally:
        desk.simulation.simulator.options.may_remove = True
    assert reply.status_code == 403
    await until(lambda: desk.call(id).situation is Situation.TALKING, what="resumed")
    assert desk.call(id).parked is None and desk.call(id).claim


async def test_transfer_out_of_a_group_call(start: Start) -> None:
    desk = await start()
    desk.behave(ANNA, "picks-up", 0.5)
    id = await desk.answered(LENA)
    named = {"identity": {"user": {"id": ANNA, "displayName": "Anna Berg"}}}
    body = {"transferTarget": named}
    assert (await desk.client(LENA).post(f"/{id}/transfer", body)).status_code == 202
    await until(lambda: desk.call(id).ended, what="transferred")
    assert desk.call(id).result and desk.call(id).result.subcode == 7015  # type: ignore[union-attr]
    sent = next(m for m in desk.call(id).history if m.what is Happening.HANDED_ON)
    assert (sent.who, sent.detail) == ("Lena Ortiz", "Anna Berg")


async def test_a_failed_transfer_stays_with_the_operator(start: Start) -> None:
    desk = await start(claim_lease=0.5)
    desk.behave(ANNA, "declines", 0.5)
    id = await desk.answered(LENA)
    await desk.client(LENA).post(f"/{id}/transfer", {"transferTarget": target(ANNA)})
    await until(lambda: desk.call(id).returned, what="came back")
    call = desk.call(id)
    assert call.claim and call.situation is Situation.TALKING and desk.is_in(LENA, id)
    # The next one fails while Lena has already hung up: the caller is everybody's again, at once.
    await desk.client(LENA).post(f"/{id}/transfer", {"transferTarget": target(ANNA)})
    await until(lambda: desk.call(id).situation is Situation.TRANSFERRING)
    desk.leaves(LENA, id)
    await until(lambda: desk.call(id).transfers_failed == 2 and desk.call(id).claim is None, what="released")
    assert desk.call(id).situation is Situation.WAITING
    assert len(desk.sent("invite", id)) == 1, "who hung up is not rung again"


async def test_invite_withdraw_mute_and_remove(start: Start) -> None:
    desk = await start()
    desk.behave(ANNA, "picks-up", 3.0)
    id, lena = await desk.answered(LENA), desk.client(LENA)
    reply = await lena.post(f"/{id}/participants/invite", {"participants": [target(ANNA)]})
    assert reply.status_code == 200 and reply.json()["@odata.type"].endswith("inviteParticipantsOperation")
    invited = reply.json()["participants"][0]["participantId"]
    assert [i.identity.id for i in desk.call(id).pending] == [ANNA]
    assert (await lena.post(f"/{id}/participants/{invited}", method="DELETE")).status_code == 204
    assert not desk.call(id).pending
    desk.behave(ANNA, "picks-up", 0.2)
    await lena.post(f"/{id}/participants/invite", {"participants": [target(ANNA)]})
    await until(lambda: desk.is_in(ANNA, id), what="Anna joins")
    anna = participant(desk, id, ANNA)
    assert (await lena.post(f"/{id}/participants/{anna}/mute")).status_code == 200
    await until(lambda: desk.call(id).participants[anna].muted)  # type: ignore[index]
    parked = await lena.post(f"/{id}/park", {})
    assert parked.json()["error"]["message"].startswith("Other people are still talking")
    assert (await lena.post(f"/{id}/participants/{anna}", method="DELETE")).status_code == 204
    await until(lambda: not desk.is_in(ANNA, id))
    unknown = await lena.post(f"/{id}/participants/{anna}/mute")
    assert unknown.status_code == 404


async def test_hold_and_resume_and_hang_up(start: Start) -> None:
    desk = await start()
    id, lena = await desk.answered(LENA), desk.client(LENA)
    caller = desk.call(id).caller_participant
    assert caller
    assert (await lena.post(f"/{id}/participants/{caller.id}/startHoldMusic")).status_code == 202
    await until(lambda: desk.call(id).situation is Situation.ON_HOLD)
    assert (await lena.post(f"/{id}/participants/{caller.id}/stopHoldMusic")).status_code == 202
    await until(lambda: desk.call(id).situation is Situation.TALKING)
    assert (await lena.post(f"/{id}", method="DELETE")).status_code == 204
    await until(lambda: desk.call(id).ended)


async def test_a_supervisor_may_step_in_and_others_may_not(start: Start) -> None:
    desk = await start()
    id = await desk.answered(LENA)
    invite = {"participants": [target(KOFI)]}
    assert (await desk.client(KOFI).post(f"/{id}/participants/invite", invite)).status_code == 409
    own = {"participants": [target(INES)]}
    assert (await desk.client(INES).post(f"/{id}/participants/invite", own)).status_code == 200
    await until(lambda: desk.is_in(INES, id))

    def joined() -> list[str]:
        return [m.who for m in desk.call(id).history if m.what is Happening.JOINED]

    await until(lambda: joined() == ["Lena Ortiz", "Ines Duarte"])
    assert desk.call(id).claim


async def test_looking_tells_everybody(start: Start) -> None:
    desk = await start()
    id = await desk.answered(LENA)
    checked = desk.call(id).checked_at
    reply = await desk.client(KOFI).post(f"/{id}", method="GET")
    assert reply.status_code == 200 and reply.json()["state"] == "established"
    assert "callbackUri" not in reply.json(), "the sealed address stays here"
    assert desk.call(id).checked_at != checked
    listed = await desk.client(KOFI).post(f"/{id}/participants", method="GET")
    assert len(listed.json()["value"]) == 3
    one = listed.json()["value"][0]["id"]
    assert (await desk.client(KOFI).post(f"/{id}/participants/{one}", method="GET")).status_code == 200
    facts = desk.relay.hub.seq
    nothing = await desk.client(KOFI).post("/00000000-0000-4000-8000-00000000dead", method="GET")
    assert nothing.status_code == 404 and desk.relay.hub.seq == facts


async def test_prompts_are_ours_alone(start: Start) -> None:
    desk = await start()
    id, lena = await desk.answered(LENA), desk.client(LENA)
    prompt = {"@odata.type": "#microsoft.graph.mediaPrompt"}
    evil = {"prompts": [{**prompt, "mediaInfo": {"uri": "https://evil.example/noise.wav"}}]}
    assert (await lena.post(f"/{id}/playPrompt", evil)).status_code == 400
    ours = {"prompts": [{**prompt, "mediaInfo": {"uri": "https://evil.example/hold.wav"}}]}
    reply = await lena.post(f"/{id}/playPrompt", ours)
    assert reply.status_code == 200 and reply.json()["status"] == "running"
