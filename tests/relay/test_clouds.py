"""The relay in each of Microsoft's clouds: what it must be told, and what it can do there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from console.domain.calls import Situation
from console.domain.clouds import Cloud
from console.relay.checking import find_problems
from console.relay.settings import Rescue, Settings
from console.simulator.app import Simulator
from console.simulator.signing import ISSUER
from tests.relay.stand import ANNA, LENA, TOM, Desk, serving, until

GOVERNMENT = [Cloud.GCC_HIGH, Cloud.DOD]


@pytest_asyncio.fixture(params=GOVERNMENT, loop_scope="session")
async def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    """A relay of the government's beside a simulator of the same cloud."""
    simulator = Simulator(tmp_path_factory.mktemp(request.param), speed=10.0, cloud=request.param)
    async with (
        simulator.serve(tls=True) as running,
        serving(
            running,
            tmp_path_factory.mktemp("relay"),
            cloud=request.param,
            notification_issuers=(ISSUER,),
            rescue=Rescue.AT_ONCE,
        ) as made,
    ):
        yield made


def present(desk: Desk, id: str) -> set[str]:
    return {p.identity.id for p in desk.call(id).people}


def in_truth(desk: Desk, id: str) -> set[str]:
    call = desk.simulation.simulator.exchange.board.find(id)
    assert not call.delta, "this cloud does not know delta rosters"
    return {m.party.id for m in call.roster.values() if m.party.is_person}


async def with_anna(desk: Desk) -> str:
    """A call that Lena has answered and Anna has joined."""
    id = await desk.answered(LENA)
    desk.behave(ANNA, "picks-up")
    body = {"participants": [{"identity": {"user": {"id": ANNA}}}]}
    assert (await desk.client(LENA).post(f"/{id}/participants/invite", body)).status_code == 200
    await until(lambda: desk.is_in(ANNA, id), seconds=2.0, what="Anna is seen")
    return id


async def test_a_desk_of_the_government_answers_holds_and_sees_who_is_there(desk: Desk) -> None:
    id = await with_anna(desk)
    lena = desk.client(LENA)
    caller = desk.call(id).caller_participant
    assert caller is not None
    assert (await lena.post(f"/{id}/participants/{caller.id}/startHoldMusic")).status_code == 202
    await until(lambda: desk.call(id).situation is Situation.ON_HOLD)
    assert (await lena.post(f"/{id}/participants/{caller.id}/stopHoldMusic")).status_code == 202
    await until(lambda: desk.call(id).situation is Situation.TALKING)
    desk.leaves(LENA, id)
    await until(lambda: not desk.is_in(LENA, id), seconds=2.0, what="Lena is seen to be gone")
    assert present(desk, id) == in_truth(desk, id) and ANNA in present(desk, id)


async def test_an_old_roster_that_comes_late_brings_nobody_back_for_long(desk: Desk) -> None:
    id = await with_anna(desk)
    exchange = desk.simulation.simulator.exchange
    call = exchange.board.find(id)
    shown: list[bool] = []
    desk.relay.hub.watch(lambda before, after, event: shown.append(desk.is_in(ANNA, id)))
    desk.trouble(reorder=1.0, delay_seconds=5.0)
    exchange.board.tell_roster(call, [])
    await until(lambda: desk.simulation.simulator.notifier._strays, what="the old roster is on its way")
    desk.trouble()
    desk.leaves(ANNA, id)
    await until(lambda: False in shown, what="Anna is seen to be gone")
    shown.clear()
    await until(lambda: True in shown, what="the old roster has come")
    await until(lambda: not desk.is_in(ANNA, id), seconds=2.0, what="Graph was asked")


async def test_a_roster_that_does_not_hold_everybody_is_put_right(desk: Desk) -> None:
    """That the array is whole is only inferred (REFERENCE §3.4)."""
    id = await with_anna(desk)
    call = desk.simulation.simulator.exchange.board.find(id)
    anna = next(m for m in call.roster.values() if m.party.id == ANNA)
    notification = {
        "@odata.type": "#microsoft.graph.commsNotifications",
        "value": [
            {
                "changeType": "updated",
                "resourceUrl": f"/communications/calls/{id}/participants",
                "resourceData": [anna.resource(delta=False)],
            }
        ],
    }
    headers = {"Authorization": f"Bearer {desk.simulation.simulator.signer.token()}"}
    async with httpx2.AsyncClient(trust_env=False) as http:
        told = await http.post(f"{desk.url}/hooks/calls", json=notification, headers=headers)
    assert told.status_code == 202 and not desk.is_in(LENA, id)
    await until(lambda: desk.is_in(LENA, id), seconds=2.0, what="Lena is seen again")
    assert present(desk, id) == in_truth(desk, id)


async def test_a_caller_is_handed_over_person_to_person_but_not_out_of_a_group(desk: Desk) -> None:
    desk.behave(TOM, "picks-up")
    waiting = await desk.rings()
    await until(lambda: desk.call(waiting).situation is Situation.WAITING, what="answered for nobody")
    lena, target = desk.client(LENA), {"transferTarget": {"identity": {"user": {"id": TOM}}}}
    assert (await lena.post(f"/{waiting}/transfer", target)).status_code == 202
    await until(lambda: desk.call(waiting).ended, what="transferred")
    result = desk.call(waiting).result
    assert result is not None and str(result.sentence) == "Transferred."

    group = await desk.answered(LENA)
    refused = await lena.post(f"/{group}/transfer", target)
    assert refused.status_code == 403
    assert "A group call cannot be transferred in this cloud" in refused.json()["error"]["message"]
    assert desk.sent("/transfer", group) == [], "nothing was sent"


# -- what the settings must say ------------------------------------------------------------------------


def test_everything_comes_from_the_cloud_and_can_be_set_otherwise() -> None:
    settings = Settings(cloud=Cloud.DOD, tenant_ids=("t",))
    assert settings.profile.graph_root == "https://dod-graph.microsoft.us/v1.0"
    assert settings.profile.scope == "https://dod-graph.microsoft.us/.default"
    assert settings.issuers == ("https://login.microsoftonline.us/{tenantid}/v2.0",)
    assert settings.operator_keys.startswith("https://login.microsoftonline.us/t/v2.0/")
    assert Settings().profile.notification_issuers[0] == "https://api.botframework.com"
    simulated = replace(settings, graph_root="http://127.0.0.1:9/v1.0", authority="http://127.0.0.1:9")
    assert simulated.profile.scope == "https://dod-graph.microsoft.us/.default"
    assert simulated.issuers == ("http://127.0.0.1:9/{tenantid}/v2.0",)


@pytest.mark.parametrize("cloud", GOVERNMENT)
def test_what_no_source_names_is_asked_for_by_its_option(cloud: Cloud) -> None:
    said = " ".join(find_problems(Settings(cloud=cloud)))
    for option in ("notification_keys_url", "notification_issuers"):
        assert f"{option} is missing. No published source names it for US Government" in said
    told = Settings(cloud=cloud, notification_keys_url="https://keys.example", notification_issuers=("i",))
    assert not [p for p in find_problems(told) if "notification" in p]


def test_the_address_of_another_cloud_is_a_mistake() -> None:
    problems = find_problems(Settings(graph_root="https://graph.microsoft.us/v1.0"))
    assert problems[0] == 'graph_root is that of US Government L4 (GCC High): set cloud = "gcc-high".'


@pytest.mark.parametrize("command", ["check", "serve"])
def test_in_china_there_is_nothing_to_do(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console.relay", command],
        env={**os.environ, "RELAY_CLOUD": "china"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == (1 if command == "check" else 2)
    assert (done.stdout + done.stderr).splitlines() == [
        "Calls do not exist in this cloud (21Vianet). "
        "A relay has nothing to do here: run the console without one."
    ]


def test_check_says_which_cloud_it_is(tmp_path: Path) -> None:
    key = tmp_path / "bot.pem"
    key.write_text("a key")
    some = "00000000-0000-4000-8000-000000000001"
    values = {
        "CLOUD": "gcc-high", "PUBLIC_URL": "https://relay.example", "TENANT_IDS": some, "BOT_APP_ID": some,
        "BOT_CERTIFICATE": str(key), "BOT_KEY": str(key), "RELAY_APP_ID": some, "CONSOLE_APP_IDS": some,
        "NOTIFICATION_KEYS_URL": "https://keys.example", "NOTIFICATION_ISSUERS": "https://issuer.example",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "console.relay", "check"],
        env={**os.environ, **{f"RELAY_{name}": value for name, value in values.items()}},
        capture_output=True,
        text=True,
        timeout=60,
    )
    first, where, *lacks = done.stdout.splitlines()
    assert (done.returncode, first) == (0, "The configuration is complete.")
    assert where.startswith("Cloud: US Government L4 (GCC High), Graph at https://graph.microsoft.us/v1.0")
    assert "Sending tones does not exist in this cloud." in lacks


# -- the use of Microsoft's limits ---------------------------------------------------------------------


async def test_the_relay_tells_its_use_of_the_limits(desk: Desk) -> None:
    id = await desk.answered(LENA)
    async with httpx2.AsyncClient(trust_env=False) as http:
        told = (await http.get(f"{desk.url}/health/ready")).json()["budget"]
    calls = next(u for u in told if u["limit"] == "calls")
    assert len(desk.sent("/answer", id)) == len(desk.sent("/invite", id)) == 1
    assert calls["used"] >= 2 and (calls["most"], calls["seconds"]) == (50_000, 15)
    assert set(calls) == {"limit", "used", "most", "seconds", "slowed"}, "no ids and no names"
