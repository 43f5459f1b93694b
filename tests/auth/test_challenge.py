"""A 401 on its way to sign-in and back: a real console line, MSAL, and the simulator over TLS."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from console.app.line import Line, account
from console.auth import AccountService, BotCredential, BotRegistration, Certificate, NeedsOperator, SignedIn
from console.domain.errors import CallGone, NotSignedIn
from console.domain.ids import CallId, IntentId
from console.domain.meetings import MeetingRequest
from console.graph import calls, meetings, people
from console.graph.budget import Budget
from console.graph.client import Door, GraphClient
from console.graph.clouds import GLOBAL
from console.graph.operations import Identity
from console.relay.outside import bot_client
from console.settings.options import Options
from console.simulator.app import Running, Simulator
from console.simulator.entra import Authority
from console.simulator.entra.browser import sign_in
from console.simulator.entra.keys import SigningKey

LENA = "lena@contoso.example"


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulator")


@dataclass
class Tenant:
    """A simulated tenant, Lena's console in it, and the sign-in pages that were opened."""

    running: Running
    account: AccountService
    line: Line
    pages: list[str]

    @property
    def authority(self) -> Authority:
        return self.running.simulator.authority

    def answered(self, operation: str) -> list[int]:
        """The statuses of Graph's answers to `operation`, in order."""
        requests = self.running.simulator.requests.since(0)
        return [r["status"] for r in requests if r["operation"] == operation]


@pytest.fixture
async def tenant(state: Path) -> AsyncIterator[Tenant]:
    async with Simulator(state, speed=0).serve(tls=True) as running:
        options = Options(
            relay="https://127.0.0.1:9",
            authority=running.authority,
            client_id=running.directory.console_app_id,
            relay_app_id=running.directory.relay_app_id,
            graph_root=running.graph_url,
            ca_file=str(running.certificates.ca_file),
        )
        pages: list[str] = []

        def browse(url: str) -> None:
            pages.append(url)
            threading.Thread(target=sign_in, args=(LENA, url, options.ca_file), daemon=True).start()

        service = account(options, browse)
        line = Line(options, service)
        await service.sign_in()
        yield Tenant(running, service, line, pages)
        await line.close()
        await service.close()


async def test_a_challenge_is_met_without_the_operator(tenant: Tenant) -> None:
    assert await people.search(tenant.line.graph, "ines")
    old, refreshes = await tenant.account.token("graph"), tenant.authority.refreshes()
    trust = ssl.create_default_context(cafile=str(tenant.running.certificates.ca_file))
    async with httpx2.AsyncClient(verify=trust, trust_env=False) as http:
        told = await http.post(f"{tenant.running.base_url}/sim/distrust", json={"who": LENA})
        assert told.status_code == 204
        told = await http.post(f"{tenant.running.base_url}/sim/distrust", json={"who": "nobody"})
        assert told.status_code == 404
    assert await people.search(tenant.line.graph, "ines")
    assert tenant.answered("users.list") == [200, 401, 200]
    assert tenant.authority.refreshes() == refreshes + 1
    new = tenant.authority.verify(await tenant.account.token("graph"))
    assert new["nbf"] > tenant.authority.verify(old)["nbf"] and new["xms_cc"] == ["cp1"]
    assert len(tenant.pages) == 1 and isinstance(tenant.account.state, SignedIn)


async def test_a_challenged_write_is_carried_out_once(tenant: Tenant) -> None:
    tenant.authority.distrust(LENA)
    begin = datetime.now(UTC)
    wanted = MeetingRequest("Hand-over", begin, begin + timedelta(hours=1))
    made = await meetings.create(tenant.line.graph, wanted, intent=IntentId("an-intent"))
    assert tenant.answered("meetings.create") == [401, 201]
    assert made.join_url


async def test_the_claims_themselves_reach_the_authority(tenant: Tenant) -> None:
    """A token that is only newer does not do, and after one try it is the operator's turn."""

    async def forgetful(rejected: str, claims: str) -> str:
        return await tenant.account.renew("graph", rejected)

    async def token() -> str:
        return await tenant.account.token("graph")

    door = Door(tenant.running.graph_url, token, forgetful)
    graph = GraphClient(tenant.line.http, {Identity.OPERATOR: door})
    await token()
    tenant.authority.distrust(LENA)
    for oid in tenant.authority.evaluation.not_before:  # a new token is older than that, however slow we are
        tenant.authority.evaluation.not_before[oid] += 60
    with pytest.raises(NotSignedIn, match=r"The sign-in is not accepted any more\. Sign in again\."):
        await people.search(graph, "ines")
    assert tenant.answered("users.list") == [401, 401]


async def test_many_who_are_challenged_at_once_make_one_renewal(tenant: Tenant) -> None:
    await tenant.account.token("graph")
    refreshes = tenant.authority.refreshes()
    tenant.authority.distrust(LENA)
    found = await asyncio.gather(*(people.search(tenant.line.graph, "ines") for _ in range(20)))
    assert all(found) and tenant.authority.refreshes() == refreshes + 1


async def test_what_only_the_operator_can_meet_is_said_and_asked_for_at_the_sign_in(tenant: Tenant) -> None:
    assert await people.search(tenant.line.graph, "ines")
    tenant.authority.revoke(LENA)
    tenant.authority.distrust(LENA)
    with pytest.raises(NotSignedIn, match=r"Your session was ended: .* Sign in again\."):
        await people.search(tenant.line.graph, "ines")
    assert isinstance(tenant.account.state, NeedsOperator)
    assert tenant.answered("users.list") == [200, 401]
    await tenant.account.sign_in(LENA)
    asked = parse_qs(urlsplit(tenant.pages[1]).query)["claims"][0]
    assert '"nbf"' in asked and '"CP1"' in asked
    assert await people.search(tenant.line.graph, "ines")
    assert tenant.answered("users.list") == [200, 401, 200]


async def test_a_token_that_is_merely_refused_is_replaced_once(tenant: Tenant) -> None:
    assert await people.search(tenant.line.graph, "ines")
    tenant.authority.mint.key = SigningKey()
    assert await people.search(tenant.line.graph, "ines")
    assert tenant.answered("users.list") == [200, 401, 200]


async def test_the_bot_meets_a_challenge_too(tenant: Tenant) -> None:
    files, directory = tenant.running.certificates, tenant.running.directory

    def trust() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(files.ca_file))

    bot = BotCredential(
        BotRegistration(tenant.running.authority, directory.bot_app_id, GLOBAL.scope),
        Certificate(files.bot_key, files.bot_certificate),
        context=trust,
        now=time.time,
    )
    cloud = replace(GLOBAL, graph_root=tenant.running.graph_url)
    graph = bot_client(tenant.line.http, cloud, bot, Budget(time.monotonic, Identity.BOT))
    for _ in range(2):
        with pytest.raises(CallGone):
            await calls.get(graph, CallId("77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6"))
        tenant.authority.distrust(directory.bot_app_id)
    await bot.close()
    assert tenant.answered("calls.get") == [404, 401, 404]
