"""The verbs on a call, from the Graph layer to the simulator's truth."""

from __future__ import annotations

import pytest

from console.domain.errors import CallGone
from console.domain.ids import CallId
from console.domain.people import Identity, IdentityKind
from console.graph import calls
from console.wire.calls import read_call
from console.wire.participants import read_participants
from tests.graph.stand import ANNA, LENA, MAIN_LINE, ME, PHONE, PRIYA, Stand, who


@pytest.mark.exchange("calls/create", "call.create")
async def test_create(stand: Stand) -> None:
    targets = [who(ANNA)]
    call = await calls.create(
        stand.graph, targets, intent=ME, callback=stand.callback, tenant_id=stand.tenant
    )
    await stand.pass_time(10)
    truth = stand.truth(call)
    assert (truth["state"], truth["direction"], truth["group"]) == ("established", "outgoing", False)
    assert [m["name"] for m in truth["roster"]] == ["Anna Berg", "Front Desk"]
    assert [t["state"] for t in stand.told(call)] == ["establishing", "established", "established"]


@pytest.mark.exchange("calls/get", "call.get")
async def test_get(stand: Stand) -> None:
    call = await stand.answered()
    told = read_call(await calls.get(stand.graph, call), call, key="k", at=0.0)
    assert (told.state, told.direction) == ("established", "incoming")
    assert told.source == PHONE
    assert told.targets[0].name == MAIN_LINE.display_name
    assert (told.chain_id, told.my_participant) == (
        stand.truth(call)["chainId"],
        stand.truth(call)["myParticipantId"],
    )


@pytest.mark.exchange("calls/get.404.itemNotFound", "call.get")
async def test_getting_a_call_that_is_gone(stand: Stand) -> None:
    with pytest.raises(CallGone):
        await calls.get(stand.graph, CallId("77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6"))


@pytest.mark.exchange("calls/answer", "call.answer")
async def test_answer(stand: Stand) -> None:
    call = await stand.ringing()
    await calls.answer(stand.graph, call, intent=ME, callback=stand.callback)
    assert stand.truth(call)["state"] == "establishing"
    await stand.pass_time(1)
    truth = stand.truth(call)
    assert (truth["state"], truth["callbackUri"]) == ("established", stand.callback)
    assert truth["deltaRoster"], "the Graph layer asks for the roster's changes only"


@pytest.mark.exchange("calls/reject", "call.reject")
async def test_reject(stand: Stand) -> None:
    call = await stand.ringing()
    await calls.reject(stand.graph, call, "busy", intent=ME)
    await stand.pass_time()
    assert stand.truth(call)["outcome"] == "rejected (busy)"


@pytest.mark.exchange("calls/redirect", "call.redirect")
async def test_redirect(stand: Stand) -> None:
    call = await stand.ringing()
    await calls.redirect(
        stand.graph, call, [who(ANNA), who(PRIYA)], intent=ME, timeout=20, callback=stand.callback
    )
    assert stand.truth(call)["state"] == "redirecting"
    await stand.pass_time(20)
    truth = stand.truth(call)
    assert truth["state"] == "terminated"
    assert truth["outcome"] in ("redirected to Anna Berg", "redirected to Priya Raman")


@pytest.mark.exchange("calls/transfer", "call.transfer")
async def test_transfer(stand: Stand) -> None:
    call = await stand.answered()
    await calls.transfer(stand.graph, call, who(ANNA), intent=ME)
    await stand.pass_time(10)
    assert stand.truth(call)["outcome"] == "Wilma Testperson transferred to Anna Berg"
    states = [t.get("state") for t in stand.told(call)]
    assert states[-4:] == ["transferring", "transferAccepted", "transferAccepted", "terminated"]


@pytest.mark.exchange("calls/transfer.group", "call.transfer")
async def test_transfer_out_of_a_group_call(stand: Stand) -> None:
    call = await stand.group(LENA)
    shown = stand.exchange.board.calls[call].people[0].resource(delta=True)
    (caller,) = read_participants([shown])
    await calls.transfer(stand.graph, call, who(ANNA), intent=ME, transferee=caller)
    await stand.pass_time(10)
    assert stand.truth(call)["outcome"] == "Wilma Testperson transferred to Anna Berg"


@pytest.mark.exchange("calls/transfer.consultative", "call.transfer")
async def test_transfer_after_asking(stand: Stand) -> None:
    call = await stand.answered()
    asking = await stand.dialled(ANNA)
    await calls.transfer(stand.graph, call, who(ANNA), intent=ME, replaces=asking)
    await stand.pass_time(10)
    assert stand.truth(call)["outcome"] == "Wilma Testperson transferred to Anna Berg"
    assert stand.truth(asking)["state"] == "terminated"
    assert stand.told(call)[-1]["terminationReason"] == "AppTransferred"


@pytest.mark.exchange("calls/hangUp", "call.hangUp")
async def test_hang_up(stand: Stand) -> None:
    call = await stand.answered()
    await calls.hang_up(stand.graph, call, intent=ME)
    await stand.pass_time(1)
    assert stand.truth(call)["outcome"] == "ended by the bot"
    assert [t["state"] for t in stand.told(call)[-2:]] == ["terminating", "terminated"]


@pytest.mark.exchange("calls/keepAlive", "call.keepAlive")
async def test_keep_alive(stand: Stand) -> None:
    call = await stand.answered()
    await stand.pass_time(44 * 60)
    await calls.keep_alive(stand.graph, call)
    await stand.pass_time(44 * 60)
    assert stand.truth(call)["state"] == "established"
    await stand.pass_time(2 * 60)
    assert stand.truth(call)["resultInfo"]["subcode"] == 8537


@pytest.mark.exchange("calls/playPrompt", "call.playPrompt")
async def test_play_prompt(stand: Stand) -> None:
    call = await stand.answered()
    prompts = ["https://relay.example/prompts/welcome.wav", "https://relay.example/prompts/hold.wav"]
    playing = await calls.play_prompt(stand.graph, call, prompts, intent=ME)
    assert stand.truth(call)["operations"][-1] == {
        "id": playing, "kind": "playPrompt", "status": "running", "clientContext": ME,
    }  # fmt: skip
    await stand.pass_time(10)
    (ended,) = stand.told(call, f"/operations/{playing}")
    assert (ended["status"], ended["clientContext"]) == ("completed", ME)


@pytest.mark.exchange("calls/cancelMediaProcessing", "call.cancelMedia")
async def test_cancel_media(stand: Stand) -> None:
    call = await stand.answered()
    playing = await calls.play_prompt(
        stand.before, call, ["https://relay.example/prompts/hold.wav"], intent=ME
    )
    await calls.cancel_media(stand.graph, call, intent=ME)
    await stand.pass_time()
    (ended,) = stand.told(call, f"/operations/{playing}")
    assert (ended["status"], ended["resultInfo"]["subcode"]) == ("failed", 8508)


async def test_a_caller_without_a_number_is_hidden(stand: Stand) -> None:
    from console.simulator.identities import Party

    stand.allow("call.get")
    call = await stand.answered(Party("encrypted", "withheld-1"))
    told = read_call(await calls.get(stand.graph, call), call, key="k", at=0.0)
    assert told.source == Identity(IdentityKind.ENCRYPTED, "withheld-1")
