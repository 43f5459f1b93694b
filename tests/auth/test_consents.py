"""Consent as it is needed: each feature says what it lacks, and the rest works without."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from console.app.line import registration
from console.auth import AccountService, AskAdministrator, SignedIn, SignedOut
from console.auth.errors import ConsentNeeded
from console.graph.clouds import GLOBAL
from console.graph.needs import needs
from console.settings.options import Options
from console.simulator.directory import CONSOLE_APP_ID, RELAY_APP_ID
from console.simulator.entra.resources import RELAY_SCOPES
from tests.auth.walker import set_out, walk

LENA = "lena@contoso.example"
MEETINGS = "OnlineMeetings.ReadWrite"
BASIC = frozenset({"User.Read", "User.ReadBasic.All", "Presence.Read.All", MEETINGS})
FULL = frozenset(f"https://graph.microsoft.com/{name}" for name in BASIC)
PRESSES = {"user": LENA, "accept": "1"}


@pytest.fixture
async def service(server: Any) -> AsyncIterator[AccountService]:
    """A desk that does not ask for meetings at the sign-in; its tenant has consented to all the rest."""
    server.authority.grants.consented = RELAY_SCOPES | BASIC - {MEETINGS}
    options = Options(
        relay="https://127.0.0.1:9",
        authority=server.tenant_url,
        client_id=CONSOLE_APP_ID,
        relay_app_id=RELAY_APP_ID,
    )
    asked = registration(options)
    made = AccountService(
        replace(asked, graph_scopes=tuple(s for s in asked.graph_scopes if not s.endswith(MEETINGS))),
        context=server.context,
        open_browser=lambda url: set_out(url, PRESSES, server.ca_file),
        now=time.time,
        sign_in_timeout=20.0,
    )
    yield made
    await made.close()


def lacking(service: AccountService) -> dict[str, tuple[str, ...]]:
    """What each feature of the desk lacks, by its title."""
    return {str(n.title): n.lacking for n in needs(GLOBAL, service.granted) if n.lacking}


async def test_a_feature_gets_its_consent_when_it_is_wanted(server: Any, service: AccountService) -> None:
    seen: list[frozenset[str]] = []
    service.watch_granted(seen.append)
    account = await service.sign_in()
    await service.token("graph")
    assert lacking(service) == {"Scheduling meetings": (f"https://graph.microsoft.com/{MEETINGS}",)}
    await service.consent(lacking(service)["Scheduling meetings"])
    assert MEETINGS in server.authority.verify(await service.token("graph"))["scp"]
    assert lacking(service) == {} and service.state == SignedIn(account)
    assert [len(granted & FULL) for granted in seen] == [3, 4]  # nothing flickers in between
    assert server.authority.grants.own == {account.oid: {MEETINGS}}
    held = await service.token("graph")
    assert MEETINGS in server.authority.verify(await service.renew("graph", held))["scp"]


async def test_where_only_an_administrator_may_there_is_a_link(server: Any, service: AccountService) -> None:
    server.authority.grants.users_consent = False
    await service.sign_in()
    await service.token("graph")
    wanted = lacking(service)["Scheduling meetings"]
    with pytest.raises(ConsentNeeded) as caught:
        await service.consent(wanted)
    mend = caught.value.mend
    assert isinstance(mend, AskAdministrator) and MEETINGS in mend.url
    assert isinstance(service.state, SignedIn) and await service.token("graph")  # all else goes on
    page = service.registration.consent_page(wanted)
    assert "granted" in walk(page, {"accept": "1"}, server.ca_file)
    await service.consent(wanted)
    await service.token("graph")
    assert lacking(service) == {}


async def test_who_has_no_consent_at_all_can_still_take_calls(server: Any, service: AccountService) -> None:
    server.authority.grants.users_consent = False
    server.authority.grants.consented = RELAY_SCOPES
    with pytest.raises(ConsentNeeded) as caught:
        await service.sign_in()
    assert isinstance(caught.value.mend, AskAdministrator) and service.state == SignedOut()
    account = await service.sign_in()  # the second time without what was refused
    assert server.authority.verify(await service.token("relay"))["oid"] == account.oid
    with pytest.raises(ConsentNeeded):
        await service.token("graph")
    assert service.state == SignedIn(account) and service.granted == frozenset()
    assert set(lacking(service)) == {"Finding colleagues", "Seeing who is free", "Scheduling meetings"}


async def test_what_was_consented_to_works_without_what_was_not(server: Any, service: AccountService) -> None:
    await service.sign_in()
    server.authority.grants.consented = RELAY_SCOPES | {"User.Read", "Presence.Read.All"}
    claims = server.authority.verify(await service.token("graph"))
    assert claims["scp"] == "Presence.Read.All User.Read"
    assert "Seeing who is free" not in lacking(service) and "Finding colleagues" in lacking(service)
    assert isinstance(service.state, SignedIn)
