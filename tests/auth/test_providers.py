"""Unmodified MSAL behind our account service, against two identity providers over TLS.

One is our simulator, the other one is oidc-provider, which others wrote. The pages are walked by script and
in a real browser.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from console.auth import (
    AccountService,
    CopyDetails,
    FileBook,
    MemoryBook,
    MemoryStores,
    NeedsOperator,
    Offline,
    SignedIn,
    SignedOut,
    SignInAgain,
    TryAgain,
)
from console.auth.errors import IdentityUnavailable, OperatorNeeded, SignInRefused
from console.auth.operators import DeviceCode
from console.auth.vault import Vault
from console.simulator.directory import GRAPH_RESOURCE_ID, RELAY_APP_ID
from console.simulator.entra import Fault
from tests.auth.chromium import Chromium
from tests.auth.clocks import Clock
from tests.auth.judges import Judge
from tests.auth.keys import FileKeys
from tests.auth.walker import set_out

LENA, KOFI = "lena@contoso.example", "kofi@contoso.example"
Make = Callable[..., AccountService]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def make(judge: Judge, clock: Clock) -> AsyncIterator[Make]:
    made: list[AccountService] = []

    def build(upn: str = LENA, **more: Any) -> AccountService:
        options = {
            "context": judge.context,
            "open_browser": lambda url: set_out(url, judge.answers(upn), judge.ca_file),
            "now": clock,
            "timeout": 5.0,
            "sign_in_timeout": 30.0,
        }
        made.append(AccountService(judge.registration, **options | more))
        return made[-1]

    yield build
    for service in made:
        await service.close()


async def test_a_code_by_script(judge: Judge, make: Make) -> None:
    service = make()
    account = await service.sign_in()
    assert (account.name, account.upn) == ("Lena Ortiz", LENA)
    relay, graph = judge.verify(await service.token("relay")), judge.verify(await service.token("graph"))
    assert (relay["aud"], relay["oid"], relay["roles"]) == (RELAY_APP_ID, account.oid, ["Operator"])
    assert graph["aud"] == GRAPH_RESOURCE_ID and "Presence.Read.All" in graph["scp"]
    assert {name.rpartition("/")[2] for name in service.granted} >= {"User.Read", "Presence.Read.All"}


async def test_a_code_in_chromium(judge: Judge, make: Make, chromium: Chromium) -> None:
    service = make(open_browser=lambda url: chromium.visit(url, judge.answers(KOFI)))
    account = await service.sign_in()
    assert account.upn == KOFI and judge.verify(await service.token("relay"))["oid"] == account.oid
    assert await asyncio.to_thread(chromium.titles.get, True, 30) == "Back to the console"


async def test_a_device_code(judge: Judge, make: Make) -> None:
    service = make(device_code=True)

    def show(code: DeviceCode) -> None:
        typed = {"code": code.user_code, "user_code": code.user_code}
        set_out(code.page, {**judge.answers(KOFI), **typed}, judge.ca_file)

    account = await service.sign_in_elsewhere(show)
    assert account.upn == KOFI and judge.verify(await service.token("relay"))["aud"] == RELAY_APP_ID


async def test_a_refresh(judge: Judge, make: Make, clock: Clock) -> None:
    judge.live(200)
    service = make()
    await service.sign_in()
    old = await service.token("relay")
    clock.offset = 201
    new = await service.token("relay")
    assert new != old and judge.verify(new)["aud"] == RELAY_APP_ID and judge.refreshes() == 1


async def test_fifty_callers_with_an_expired_token_make_one_refresh(
    judge: Judge, make: Make, clock: Clock
) -> None:
    """With more than one, the provider that watches for it would end the session."""
    judge.live(200)
    service = make()
    await service.sign_in()
    for round in (1, 2, 3):
        clock.offset += 201
        tokens = await asyncio.gather(*(service.token("relay") for _ in range(50)))
        assert len(set(tokens)) == 1 and judge.refreshes() == round
    assert isinstance(service.state, SignedIn)


async def test_two_resources_at_once_use_each_refresh_token_once(
    judge: Judge, make: Make, clock: Clock
) -> None:
    judge.live(200)
    service = make()
    await service.sign_in()
    await service.token("graph")
    clock.offset = 201
    both = [service.token(resource) for resource in ("relay", "graph")] * 25
    assert len(set(await asyncio.gather(*both))) == 2
    assert judge.refreshes() == 3 and isinstance(service.state, SignedIn)


async def test_silent_from_the_disk_after_a_restart(
    judge: Judge, make: Make, clock: Clock, tmp_path: Path
) -> None:
    judge.live(900)

    def kept() -> dict[str, Any]:
        """What a new process finds: sealed files, their keys, and names."""
        vault = Vault(tmp_path / "sign-ins", FileKeys(tmp_path / "keys.json"), lambda _: None)
        return {"stores": vault, "book": FileBook(tmp_path / "accounts.json")}

    first = make(**kept())
    account = await first.sign_in()
    token = await first.token("relay")
    await first.token("graph")
    refreshes = judge.refreshes()
    await first.close()
    assert not holding(tmp_path, token)
    second = make(open_browser=pytest.fail, **kept())
    restored = await second.restore()
    assert restored == account and await second.token("relay") == token and second.granted
    assert judge.refreshes() == refreshes
    clock.offset = 900
    assert judge.verify(await second.token("relay"))["oid"] == account.oid
    assert judge.refreshes() == refreshes + 1


async def test_revoked(judge: Judge, make: Make, clock: Clock) -> None:
    judge.live(280)
    stores = MemoryStores()
    service = make(stores=stores)
    account = await service.sign_in()
    good = await service.token("relay")
    judge.revoke(account, stores)
    clock.offset = 150  # due for renewal, still good: the call goes on
    assert await service.token("relay") == good
    state = service.state
    assert isinstance(state, NeedsOperator) and (state.account, state.mend) == (account, SignInAgain())
    clock.offset = 281
    with pytest.raises(OperatorNeeded):
        await service.token("relay")
    assert await service.sign_in(LENA) == account and isinstance(service.state, SignedIn)


async def test_a_claims_challenge(judge: Judge, make: Make) -> None:
    service = make()
    await service.sign_in()
    old = await service.token("relay")
    wanted = '{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}'
    new = await service.renew("relay", old, wanted)
    assert new != old and judge.verify(new)
    assert judge.challenged()[-1]["access_token"]["nbf"]["value"] == "1700000000"
    assert judge.challenged()[-1]["access_token"]["xms_cc"] == {"values": ["CP1"]}


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (Fault(429, {"error": "busy"}, {"Retry-After": "9"}), 9),
        (Fault(503, headers={"Retry-After": "7"}), 7),
        (Fault(delay=1.0), 15),
    ],
    ids=["429", "503", "time-out"],
)
async def test_a_bad_day_costs_no_call(
    judge: Judge, make: Make, clock: Clock, fault: Fault, pause: int
) -> None:
    judge.live(280)
    service = make(timeout=0.5)
    account = await service.sign_in()
    good = await service.token("relay")
    judge.spoil(fault)
    clock.offset = 150
    assert await service.token("relay") == good
    state = service.state
    assert isinstance(state, Offline) and state.account == account and state.until is not None
    clock.offset = 281
    judge.spoil(fault)
    with pytest.raises(IdentityUnavailable) as caught:
        await service.try_again()
    assert caught.value.retry_after == pause
    judge.spoil()
    await service.try_again()
    assert isinstance(service.state, SignedIn) and await service.token("relay") != good


async def test_conditional_access_is_one_button_and_its_claims_are_asked_for(
    judge: Judge, make: Make, clock: Clock
) -> None:
    """As Entra refuses a refresh when a rule has changed; the pages are the provider's own."""
    judge.live(280)
    opened: list[str] = []

    def open_page(url: str) -> None:
        opened.append(url)
        set_out(url, judge.answers(LENA), judge.ca_file)

    service = make(open_browser=open_page)
    account = await service.sign_in()
    good = await service.token("relay")
    wanted = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    refusal = {"error": "interaction_required", "error_codes": [50076], "suberror": "basic_action"}
    judge.spoil(Fault(400, {**refusal, "claims": wanted}))
    clock.offset = 150
    assert await service.token("relay") == good  # the call goes on
    state = service.state
    assert isinstance(state, NeedsOperator) and state.mend == SignInAgain(claims=wanted)
    assert "second proof" in str(state.reason)
    await service.mend(state.mend)
    assert service.state == SignedIn(account) and await service.token("relay") != good
    asked = json.loads(parse_qs(urlsplit(opened[-1]).query)["claims"][0])
    assert asked["access_token"]["acrs"]["value"] == "c1"


async def test_a_computer_that_breaks_the_rules_is_said_with_what_the_administrator_needs(
    judge: Judge, make: Make, clock: Clock
) -> None:
    judge.live(280)
    service = make()
    await service.sign_in()
    judge.spoil(Fault(400, {"error": "invalid_grant", "error_codes": [53000], "correlation_id": "c-0-ffee"}))
    clock.offset = 281
    with pytest.raises(SignInRefused, match="does not meet your organisation's rules"):
        await service.token("relay")
    state = service.state
    assert isinstance(state, NeedsOperator) and isinstance(state.mend, CopyDetails)
    assert "AADSTS 53000" in state.mend.details and "correlation id c-0-ffee" in state.mend.details


async def test_a_sign_in_that_the_service_spoilt_is_begun_again_by_its_button(
    judge: Judge, make: Make
) -> None:
    service = make()
    judge.spoil(Fault(503))
    with pytest.raises(IdentityUnavailable) as caught:
        await service.sign_in()
    assert service.state == SignedOut() and caught.value.mend == TryAgain()
    await service.mend(TryAgain())
    assert isinstance(service.state, SignedIn)


async def test_a_start_without_the_network(judge: Judge, make: Make, clock: Clock) -> None:
    kept: dict[str, Any] = {"stores": MemoryStores(), "book": MemoryBook()}
    first = make(**kept)
    account = await first.sign_in()
    token = await first.token("relay")
    await first.close()
    offline = make(open_browser=pytest.fail, context=trust_nobody, **kept)
    assert await offline.restore() == account
    assert await offline.token("relay") == token and offline.state == SignedIn(account)
    clock.offset = 3300  # due
    assert await offline.token("relay") == token
    state = offline.state
    assert isinstance(state, Offline) and state.until is not None and 200 < state.until - clock() < 250
    clock.offset = 3600
    with pytest.raises(IdentityUnavailable):
        await offline.try_again()
    assert offline.state == Offline(None, account)
    await offline.close()
    back = make(open_browser=pytest.fail, **kept)
    await back.restore()
    assert await back.token("relay") != token and back.state == SignedIn(account)


def trust_nobody() -> ssl.SSLContext:
    """No connection can be made, which is as good as no network."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def holding(folder: Path, secret: str) -> list[Path]:
    """The files in which `secret` stands in clear."""
    return [file for file in folder.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]
