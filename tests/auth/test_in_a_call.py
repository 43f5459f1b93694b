"""The token ends while somebody is on the telephone: the call goes on, and every button works."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.actions import ACTIONS
from console.app.line import Line, registration
from console.auth import AccountService, Offline, SignedIn
from console.domain.ids import CallId
from console.settings.options import Options
from console.simulator.app import Running, Simulator
from console.simulator.entra import Fault
from tests.auth.clocks import Clock
from tests.auth.independent import Provider
from tests.auth.judges import Independent, Judge, Simulated
from tests.auth.walker import set_out
from tests.relay.stand import LENA, Desk, serving, until

NAME = "lena@contoso.example"
LIFE = 280
"""Seconds of the first tokens; due after half of it, gone a minute before its end."""


@dataclass
class Morning:
    """Lena's console at a relay, with a call that she has answered."""

    judge: Judge
    clock: Clock
    desk: Desk
    account: AccountService
    line: Line
    call: CallId

    async def press(self, action: str, happened: Callable[[], Any]) -> None:
        await self.line.runner.run(ACTIONS[action], self.call)
        await until(happened, what=action)


@dataclass
class Authority:
    """What `Simulated` wants of a server, of a simulator that is complete."""

    running: Running

    @property
    def authority(self) -> Any:
        return self.running.simulator.authority

    @property
    def ca_file(self) -> str:
        return str(self.running.certificates.ca_file)

    @property
    def tenant_url(self) -> str:
        return self.running.authority

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file)


@pytest.fixture
async def simulation(tmp_path: Path) -> AsyncIterator[Running]:
    async with Simulator(tmp_path / "simulator", speed=10.0).serve(tls=True) as running:
        yield running


@pytest.fixture(params=["simulator", "oidc-provider"])
async def morning(
    request: pytest.FixtureRequest, simulation: Running, certificates: Any, tmp_path: Path
) -> AsyncIterator[Morning]:
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(simulation.certificates.ca_file.read_bytes() + certificates.ca_file.read_bytes())
    judge: Judge = Simulated(Authority(simulation))
    relay: dict[str, Any] = {"ca_file": str(trusted)}
    if request.param == "oidc-provider":
        provider: Provider = request.getfixturevalue("provider")
        judge = Independent(provider, str(trusted))
        # The relay believes the other provider about people; about its bot it goes on asking the simulator.
        relay["operator_issuers"] = (f"{provider.authority}/v2.0",)
        relay["operator_keys_url"] = f"{provider.authority}/v2.0/.well-known/openid-configuration"
    judge.live(LIFE)
    clock = Clock()
    async with serving(simulation, tmp_path / "relay", wall=clock, **relay) as desk:
        options = Options(
            relay=desk.url,
            authority=judge.registration.authority,
            client_id=simulation.directory.console_app_id,
            relay_app_id=simulation.directory.relay_app_id,
            graph_root=simulation.graph_url,
            ca_file=str(trusted),
        )
        account = AccountService(
            registration(options),
            context=lambda: ssl.create_default_context(cafile=trusted),
            open_browser=lambda url: set_out(url, judge.answers(NAME), str(trusted)),
            now=clock,
            sign_in_timeout=30.0,
        )
        line = Line(options, account)
        try:
            await account.sign_in()
            line.start()
            call = CallId(desk.ring())
            await until(lambda: call in line.store.view.calls and line.store.view.calls[call].identified)
            started = Morning(judge, clock, desk, account, line, call)
            await started.press("call.answer", lambda: desk.is_in(LENA, call))
            await until(lambda: len(account.granted) > 1)  # both tokens are there
            yield started
        finally:
            await line.close()
            await account.close()


async def test_a_token_that_ends_in_a_call_costs_nothing(morning: Morning) -> None:
    desk, call, judge = morning.desk, morning.call, morning.judge
    before, old = judge.refreshes(), await morning.account.token("relay")
    # Retry-After 0: MSAL's own pause goes by the real clock, which nobody moves on.
    judge.spoil(*[Fault(503, headers={"Retry-After": "0"})] * 4)
    morning.clock.offset = LIFE / 2 + 10  # due, and the sign-in service is down
    await morning.press("call.hold", lambda: on_hold(desk, call))
    assert isinstance(morning.account.state, Offline) and judge.refreshes() == before
    judge.spoil()
    judge.live(4000)
    morning.clock.offset = LIFE + 120  # gone, also for the relay with all its patience
    answers = await asyncio.gather(
        morning.press("call.resume", lambda: not on_hold(desk, call)),
        *(morning.account.token("relay") for _ in range(20)),
    )
    assert len(set(answers[1:])) == 1 and answers[1] != old
    assert judge.refreshes() == before + 1 and isinstance(morning.account.state, SignedIn)
    await morning.press("call.hangUp", lambda: call not in desk.world.calls or not desk.call(call).live)
    assert morning.line.feed.state.live


def on_hold(desk: Desk, call: CallId) -> bool:
    return any(person.on_hold for person in desk.call(call).people)
