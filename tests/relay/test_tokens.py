"""The gate with its three profiles against every forgery: one good token in, all others out."""

from __future__ import annotations

import pytest

from console.domain.ids import plain_id
from console.relay.doorkeeper import CHANGE_TRACKING, Doorkeeper
from console.relay.tokens import Denied, bearer
from tests.relay.forging import (
    BOT,
    CALLS,
    CHANGES,
    DOORS,
    LOGIN,
    NOW,
    OPERATOR,
    OTHER,
    SECOND,
    TENANT,
    Door,
    attacks,
    mutants,
    today,
)

MUTANTS = 10_000
ATTACKS = {door.name: attacks(door) for door in DOORS}
CASES = [(door, name) for door in DOORS for name in ATTACKS[door.name]]


def name_of(value: object) -> str:
    return value.name if isinstance(value, Door) else str(value)


@pytest.mark.parametrize("door", DOORS, ids=name_of)
async def test_good_tokens_come_in(door: Door) -> None:
    gate = door.gate()
    assert (await gate.check(door.token()))["tid"] == TENANT
    assert await gate.check(door.token()) is await gate.check(door.token()), "checked once, then remembered"
    for header in ({"typ": "at+jwt"}, {"typ": "jwt"}, {"x5t": "abc"}):
        assert await gate.check(door.token(header=header))
    late = {"iat": NOW - 9000, "nbf": NOW - 9000, "exp": NOW - int(door.profile.leeway) + 1}
    assert await gate.check(door.token(late)), "clocks may disagree a little"


async def test_what_may_differ_in_a_good_token() -> None:
    gate = OPERATOR.gate()
    assert await gate.check(
        OPERATOR.token({"roles": ["Reader", "Supervisor"], "scp": "openid access_as_operator"})
    )
    assert await gate.check(OPERATOR.token({"tid": SECOND, "iss": f"{LOGIN}/{SECOND}/v2.0"}))
    assert await CALLS.gate().check(CALLS.token({"iss": "https://graph.microsoft.com"}))
    gate = CHANGES.gate()
    second = {"iss": f"{LOGIN}/{TENANT}/v2.0", "ver": "2.0"}
    assert await gate.check(CHANGES.token(second, without=("appid",))), "version 2"
    assert await gate.check(CHANGES.token(without=("azp",))), "version 1"
    assert await gate.check(CHANGES.token({"appid": CHANGE_TRACKING.upper()}))


@pytest.mark.parametrize(("door", "name"), CASES, ids=name_of)
async def test_attack_is_refused(door: Door, name: str) -> None:
    with pytest.raises(Denied):
        await door.gate().check(ATTACKS[door.name][name])


def test_each_door_stands_against_more_than_the_41_attacks() -> None:
    assert min(map(len, ATTACKS.values())) > 41


async def test_ten_thousand_mutants_are_refused() -> None:
    accepted, tried = [], 0
    for number, door in enumerate(DOORS):
        gate = door.gate()
        for mutant in mutants(door, MUTANTS // len(DOORS) + 1, seed=number):
            tried += 1
            try:
                await gate.check(mutant)
            except Denied:
                continue
            accepted.append((door.name, mutant))
    assert not accepted and tried >= MUTANTS


@pytest.mark.parametrize(
    ("door", "changes"),
    [
        (OPERATOR, {"tid": OTHER, "iss": f"{LOGIN}/{OTHER}/v2.0"}),
        (OPERATOR, {"roles": []}),
        (OPERATOR, {"azp": OTHER}),
        (CALLS, {"tid": OTHER}),
        (CHANGES, {"appid": OTHER, "azp": OTHER}),
    ],
)
async def test_a_genuine_token_for_another_door_is_forbidden(door: Door, changes: dict[str, object]) -> None:
    with pytest.raises(Denied) as denied:
        await door.gate().check(door.token(changes))
    assert denied.value.forbidden


async def test_a_remembered_token_still_ends() -> None:
    moment = [float(NOW)]
    gate = OPERATOR.gate(now=lambda: moment[0])
    short = OPERATOR.token({"exp": NOW + 300})
    assert await gate.check(short)
    moment[0] = NOW + 361.0
    with pytest.raises(Denied, match="expired"):
        await gate.check(short)


@pytest.mark.parametrize("door", DOORS, ids=name_of)
async def test_a_clock_an_hour_off_refuses_and_comes_back(door: Door) -> None:
    moment = [today()]
    gate = door.gate(now=lambda: moment[0])
    token = door.token()
    assert await gate.check(token)
    for jump, why in ((3600 + door.profile.leeway, "expired"), (-3600, None)):
        moment[0] = today() + jump
        if why is not None:
            with pytest.raises(Denied, match=why):
                await gate.check(token)
        with pytest.raises(Denied, match=why or "not valid yet"):
            await gate.check(door.token({"jti": str(jump)}))
    moment[0] = today()
    assert await gate.check(token)


async def test_one_good_token_for_each_tenant_of_a_batch() -> None:
    doorkeeper = Doorkeeper(OPERATOR.gate(), CALLS.gate(), CHANGES.gate(), {})
    first = CHANGES.token()
    second = CHANGES.token({"tid": SECOND, "iss": f"https://sts.windows.net/{SECOND}/"})
    assert await doorkeeper.vouched([first]) == {plain_id(TENANT)}
    assert await doorkeeper.vouched([first, second]) == {plain_id(TENANT), plain_id(SECOND)}
    assert await doorkeeper.vouched([]) == frozenset()
    for bad in ([first, CHANGES.token({"aud": OTHER})], [first, second, first], [CALLS.token({"aud": BOT})]):
        with pytest.raises(Denied):
            await doorkeeper.vouched(bad)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "abc"])
def test_only_one_bearer_token_is_taken(header: str | None) -> None:
    with pytest.raises(Denied):
        bearer(header)
    assert bearer("bearer abc") == "abc"
