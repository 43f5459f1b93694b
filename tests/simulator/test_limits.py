"""Microsoft's limits, made small enough to be reached (REFERENCE §7.1)."""

import pytest

from tests.simulator.conftest import BOT_ROLES


async def limits(desk, **some):
    answer = await desk.sim("PUT", "/limits", some)
    assert answer.status_code == 200, answer.text


async def ask(desk, path="/communications/calls/gone", headers=None, **more):
    return await desk.graph("GET", path, headers=headers or {}, **more)


async def test_a_full_window_refuses_and_says_for_how_long(desk):
    await limits(desk, calls={"amount": 3, "seconds": 15})
    for _ in range(3):
        assert (await ask(desk)).status_code == 404
    await desk.simulator.clock.advance(4)
    answer = await ask(desk)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "11")
    assert answer.json()["error"]["code"] == "TooManyRequests"
    await desk.simulator.clock.advance(10.9)
    assert (await ask(desk)).status_code == 429
    await desk.simulator.clock.advance(0.2)
    assert (await ask(desk)).status_code == 404


async def test_tenants_and_applications_have_windows_of_their_own(desk):
    await limits(desk, calls={"amount": 1, "seconds": 15})
    roles = ",".join(BOT_ROLES)
    for token in (f"app:{roles}", f"app:{roles}@another-app", f"app:{roles}@@another-tenant"):
        headers = {"Authorization": f"Bearer {token}"}
        assert (await ask(desk, headers=headers)).status_code == 404, token
        assert (await ask(desk, headers=headers)).status_code == 429, token


async def test_other_services_are_not_touched(desk, user_headers):
    await limits(desk, calls={"amount": 1, "seconds": 15})
    await ask(desk)
    assert (await ask(desk)).status_code == 429
    assert (await ask(desk, "/me/presence", user_headers())).status_code == 200


async def test_reading_people_costs_units(desk, user_headers):
    await limits(desk, people={"amount": 10, "seconds": 10})
    for query, cost in (
        ({}, "2"),
        ({"$select": "id"}, "1"),
        ({"$top": "5"}, "1"),
        ({"$select": "id", "$top": "5"}, "1"),
    ):
        answer = await ask(desk, "/users", user_headers(), params=query)
        assert answer.headers["x-ms-resource-unit"] == cost
        assert "x-ms-throttle-limit-percentage" not in answer.headers
    await ask(desk, "/users", user_headers())
    answer = await ask(desk, "/users", user_headers())
    assert answer.headers["x-ms-throttle-limit-percentage"] == "0.90"
    answer = await ask(desk, "/users", user_headers())
    assert answer.status_code == 429
    assert answer.headers["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
    assert answer.headers["x-ms-throttle-scope"].startswith("Tenant_Application/ReadWrite/")


async def test_all_limits_shrink_together(desk):
    assert (await desk.sim("PUT", "/faults", {"limitShare": 0.0001})).status_code == 200
    answers = [(await ask(desk)).status_code for _ in range(6)]
    assert answers == [404] * 5 + [429]


async def test_a_user_makes_so_many_meetings_a_month(desk, user_headers):
    await limits(desk, meetings={"amount": 2, "seconds": 30 * 86_400})

    async def make(user):
        headers = user_headers(user)
        return (await desk.graph("POST", "/me/onlineMeetings", {}, headers=headers)).status_code

    assert [await make(0) for _ in range(3)] == [201, 201, 429]
    assert await make(1) == 201
    await desk.simulator.clock.advance(30 * 86_400)
    assert await make(0) == 201


async def test_one_record_may_be_read_forty_times(desk):
    reader = {"Authorization": "Bearer app:CallRecords.Read.All"}
    statuses = [(await ask(desk, "/communications/callRecords/x", reader)).status_code for _ in range(41)]
    assert statuses == [404] * 40 + [429]
    assert (await ask(desk, "/communications/callRecords/y", reader)).status_code == 404


async def test_retry_after_is_in_the_seconds_of_the_client(desk):
    await limits(desk, calls={"amount": 1, "seconds": 1000})
    await desk.sim("POST", "/clock", {"speed": 10})
    await ask(desk)
    assert int((await ask(desk)).headers["retry-after"]) <= 100


async def test_limits_can_be_seen_and_set_back(desk):
    await limits(desk, calls={"amount": 3, "seconds": 15})
    await ask(desk)
    shown = {one["name"]: one for one in (await desk.sim("GET", "/limits")).json()}
    assert (shown["calls"]["amount"], shown["calls"]["used"]) == (3, 1)
    await limits(desk, reset=True)
    shown = {one["name"]: one for one in (await desk.sim("GET", "/limits")).json()}
    assert (shown["calls"]["amount"], shown["calls"]["seconds"]) == (50_000, 15)
    assert (shown["presence"]["amount"], shown["presence"]["seconds"]) == (10_000, 30)
    assert shown["calls"]["used"] == 0


@pytest.mark.parametrize(
    "body", [{"nothing": {"amount": 1, "seconds": 1}}, {"calls": {"amount": 0, "seconds": 1}}, {"calls": 5}]
)
async def test_a_limit_of_no_sense(desk, body):
    assert (await desk.sim("PUT", "/limits", body)).status_code == 400
