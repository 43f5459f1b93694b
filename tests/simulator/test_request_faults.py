"""Trouble with requests: refused without reason, done and not answered, answered in drops, or by chance."""

import asyncio

import httpx2
import pytest


async def faults(desk, **some):
    answer = await desk.sim("PUT", "/faults", some)
    assert answer.status_code == 200, answer.text


async def last_request(desk):
    return (await desk.sim("GET", "/requests?since=0")).json()[-1]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("throttle", 429, "TooManyRequests"),
        ("unavailable", 503, "serviceNotAvailable"),
        ("broken", 500, "generalException"),
    ],
)
async def test_a_refusal_does_nothing(desk, fault, status, code):
    call = await desk.ring()
    await faults(desk, **{fault: 1, "retryAfter": 4})
    answer = await desk.answer(call)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers.get("retry-after") == (None if status == 500 else "4")
    assert (await last_request(desk))["fault"] == fault
    assert (await desk.truth(call))["state"] == "incoming"
    assert (await desk.answer(call)).status_code == 202


async def test_a_gateway_gives_up_after_the_work(desk):
    call = await desk.ring()
    await faults(desk, gateway=1)
    answer = await desk.answer(call)
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "UnknownError")
    await desk.pass_time(1)
    assert desk.states(call)[-1] == "established"
    done = await last_request(desk)
    assert (done["status"], done["fault"]) == (202, "gateway")


async def test_a_connection_is_cut_after_the_work(desk):
    call = await desk.ring()
    await faults(desk, cut=1)
    with pytest.raises(httpx2.TransportError):
        await desk.answer(call)
    await desk.pass_time(1)
    assert desk.states(call)[-1] == "established"


async def test_an_answer_never_comes_after_the_work(desk):
    call = await desk.ring()
    await faults(desk, silent=1)
    with pytest.raises(httpx2.ReadTimeout):
        await desk.graph("DELETE", f"/communications/calls/{call}", timeout=0.2)
    await desk.pass_time(1)
    assert (await desk.truth(call))["state"] == "terminated"


async def test_a_silence_ends_with_the_connection(desk, soon):
    call = await desk.ring()
    await faults(desk, silent=1, silentSeconds=30)
    asking = asyncio.create_task(desk.answer(call))
    await soon(lambda: desk.simulator.requests.since(0))
    await desk.simulator.clock.advance(29)
    assert not asking.done()
    await desk.simulator.clock.advance(2)
    with pytest.raises(httpx2.TransportError):
        await asking


@pytest.mark.parametrize("fault", ["silent", "slow"])
async def test_the_simulator_ends_although_somebody_waits(in_cloud, soon, fault):
    desk = await in_cloud("global")
    await faults(desk, **{fault: 1})
    asking = asyncio.create_task(desk.graph("GET", "/users"))
    await soon(lambda: desk.simulator.requests.since(0))
    desk.simulator.clock.stop()
    (outcome,) = await asyncio.gather(asking, return_exceptions=True)
    assert isinstance(outcome, httpx2.TransportError if fault == "silent" else httpx2.Response)


async def test_a_body_comes_in_drops(desk, soon):
    call = await desk.ring()
    await faults(desk, slow=1, slowSeconds=8)
    url = f"{desk.running.graph_url}/communications/calls/{call}"
    async with desk.http.stream(
        "GET", url, headers={"Authorization": "Bearer app:Calls.Initiate.All"}
    ) as answer:
        assert answer.status_code == 200
        drops = answer.aiter_raw()
        body = b""
        for _ in range(8):
            await desk.simulator.clock.advance(1)
            body += await anext(drops)
        assert int(answer.headers["content-length"]) == len(body)


async def test_an_answer_without_a_body_comes_late(desk, soon):
    call = await desk.ring()
    await faults(desk, slow=1, slowSeconds=8)
    asking = asyncio.create_task(desk.answer(call))
    await soon(lambda: desk.simulator.requests.since(0))
    await desk.simulator.clock.advance(7)
    assert not asking.done()
    await desk.simulator.clock.advance(1)
    assert (await asking).status_code == 202


async def test_parts_of_a_batch_time_out_at_their_gateway(desk, user_headers):
    await faults(desk, cut=1, silent=1, operation="users.")
    parts = [{"id": str(n), "method": "GET", "url": "/users"} for n in range(3)]
    answer = await desk.graph("POST", "/$batch", {"requests": parts}, headers=user_headers())
    assert sorted(part["status"] for part in answer.json()["responses"]) == [200, 504, 504]


async def test_errors_have_other_envelopes(desk):
    await faults(desk, oddErrors=1)
    seen = set()
    for _ in range(40):
        body = (await desk.graph("GET", "/communications/calls/gone")).json()
        error = body.get("error", body)
        assert error.get("code", error.get("errorCode")) == "itemNotFound"
        inner = error.get("innerError", {})
        seen.add((*body, *error, *inner))
    assert len(seen) == 5


async def test_chance_hits_the_same_requests_whatever_else_is_asked(desk):
    chances = {f"{name}Chance": 0.2 for name in ("throttle", "unavailable", "broken", "gateway", "bareError")}
    outcomes = []
    for others in (False, True):
        call = await desk.ring()
        await faults(desk, reset=True, seed=5, **chances)
        told = []
        for _ in range(30):
            if others:
                await desk.graph("GET", "/users")
                await desk.graph("GET", f"/communications/calls/{call}/participants")
            told.append((await desk.graph("GET", "/communications/calls/one")).status_code)
        outcomes.append(told)
    assert outcomes[0] == outcomes[1]
    assert {429, 503, 500, 504, 403, 404} == set(outcomes[0])


@pytest.mark.parametrize(
    "body", [{"lost": 1.5}, {"lost": -0.1}, {"throttle": -1}, {"cut": True}, {"limitShare": 2}]
)
async def test_a_fault_has_its_range(desk, body):
    assert (await desk.sim("PUT", "/faults", body)).status_code == 400
