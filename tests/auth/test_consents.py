"""Consent as it is needed: each feature says what it lacks, and the rest works without."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.actions.consents import Offer, offers
from console.app.line import registration
from console.auth import AccountService, AskAdministrator, SignedIn, SignedOut, SignInAgain
from console.auth.errors import ConsentNeeded
from console.graph.clouds import GLOBAL
from console.settings.options import Options
from console.simulator.directory import CONSOLE_APP_ID, RELAY_APP_ID
from console.simulator.entra.resources import RELAY_SCOPES
from tests.auth.walker import set_out, walk

LENA = "lena@contoso.example"
BASIC = frozenset({"User.Read", "User.ReadBasic.All", "Presence.Read.All", "OnlineMeetings.ReadWrite"})
PRESSES = {"user": LENA, "accept": "1"}


@pytest.fixture
async def service(server: Any) -> AsyncIterator[AccountService]:
    server.authority.grants.consented = RELAY_SCOPES | BASIC
    options = Options(
        relay="https://127.0.0.1:9",
        authority=server.tenant_url,
        client_id=CONSOLE_APP_ID,
        relay_app_id=RELAY_APP_ID,
    )
    made = AccountService(
        registration(options),
        context=server.context,
        open_browser=lambda url: set_out(url, PRESSES, server.ca_file),
        now=time.time,
        sign_in_timeout=20.0,
    )
    yield made
    await made.close()


def offered(service: AccountService) -> dict[str, Offer]:
    found = offers(GLOBAL, service.granted, service.registration)
    return {offer.feature.key: offer for offer in found}


async def test_a_feature_gets_its_consent_when_it_is_wanted(server: Any, service: AccountService) -> None:
    seen: list[frozenset[str]] = []
    service.watch_granted(seen.append)
    await service.sign_in()
    await service.token("graph")
    before = offered(service)
    assert set(before) == {"suggestions", "own-presence", "free-times", "calendar", "attendance"}
    offer = before["own-presence"]
    assert offer.permissions == ("Presence.ReadWrite",) and not offer.by_administrator
    assert isinstance(offer.mend, SignInAgain) and "to which you can consent" in str(offer.sentence)
    await service.mend(offer.mend)
    assert "Presence.ReadWrite" in server.authority.verify(await service.token("graph"))["scp"]
    assert set(before) - set(offered(service)) == {"own-presence"}
    assert len(seen[-1]) == len(BASIC) + 1 + len({"openid", "profile"})
    assert server.authority.grants.own == {service.account.oid: {"Presence.ReadWrite"}}  # type: ignore[union-attr]


async def test_where_only_an_administrator_may_there_is_a_link(server: Any, service: AccountService) -> None:
    server.authority.grants.users_consent = False
    await service.sign_in()
    await service.token("graph")
    offer = offered(service)["calendar"]
    with pytest.raises(ConsentNeeded) as caught:
        await service.mend(offer.mend)
    mend = caught.value.mend
    assert isinstance(mend, AskAdministrator) and "Calendars.ReadWrite" in mend.url
    assert isinstance(service.state, SignedIn) and await service.token("graph")  # all else goes on
    assert "granted" in walk(offer.page, {"accept": "1"}, server.ca_file)
    await service.mend(offer.mend)
    await service.token("graph")
    assert "calendar" not in offered(service)


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
    assert {"people", "presence", "meetings"} <= set(offered(service))


async def test_what_was_consented_to_works_without_what_was_not(server: Any, service: AccountService) -> None:
    await service.sign_in()
    server.authority.grants.consented = RELAY_SCOPES | {"User.Read", "Presence.Read.All"}
    claims = server.authority.verify(await service.token("graph"))
    assert claims["scp"] == "Presence.Read.All User.Read"
    lacking = offered(service)
    assert "meetings" in lacking and "presence" not in lacking and isinstance(service.state, SignedIn)
