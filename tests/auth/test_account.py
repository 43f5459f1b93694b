"""The operator's sign-in: unmodified MSAL, a real TLS server, a real listener, a scripted browser."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from console.auth import (
    AccountService,
    DeviceCode,
    MemoryBook,
    MemoryStore,
    MemoryStores,
    NeedsOperator,
    Offline,
    Registration,
    Remembered,
    SignedIn,
    SignedOut,
    SignInAgain,
    SigningIn,
    command_browser,
)
from console.auth.errors import (
    BrowserFailed,
    ConsentNeeded,
    IdentityUnavailable,
    Misconfigured,
    NobodySignedIn,
    OperatorNeeded,
    SignInBusy,
    SignInDeclined,
    SignInRefused,
    SignInTimedOut,
    WayClosed,
)
from console.domain.errors import ConsoleError
from console.domain.text import Text
from console.simulator.directory import CONSOLE_APP_ID, GRAPH_RESOURCE_ID, RELAY_APP_ID
from console.simulator.entra import Fault
from console.simulator.entra.browser import approve_device, sign_in
from tests.auth.clocks import Clock

LENA = "lena@contoso.example"
Make = Callable[..., AccountService]


@pytest.fixture
def mine() -> Clock:
    return Clock()


@pytest.fixture
async def make(server: Any, mine: Clock) -> AsyncIterator[Make]:
    made: list[AccountService] = []

    def build(**more: Any) -> AccountService:
        registration = Registration(
            authority=more.pop("authority", server.tenant_url),
            client_id=CONSOLE_APP_ID,
            relay_scopes=(f"api://{RELAY_APP_ID}/access_as_operator",),
            graph_scopes=(f"{server.base_url}/User.Read", f"{server.base_url}/Presence.Read.All"),
        )
        options = {"context": server.context, "open_browser": browser(server), "now": mine, "timeout": 5.0}
        made.append(AccountService(registration, **options | more))
        return made[-1]

    yield build
    for service in made:
        await service.close()


def browser(server: Any, user: str = LENA) -> Callable[[str], None]:
    def open_page(url: str) -> None:
        threading.Thread(target=sign_in, args=(user, url, server.ca_file), daemon=True).start()

    return open_page


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


async def test_sign_in_gives_tokens_for_both_resources(server: Any, make: Make) -> None:
    service = make()
    seen: list[object] = []
    service.listen(seen.append)
    assert service.state == SignedOut()
    account = await service.sign_in()
    assert (account.name, account.upn, account.roles) == ("Lena Ortiz", LENA, ("Operator",))
    assert account.oid == server.directory.user(LENA).id
    assert seen == [SigningIn(), SignedIn(account)] and service.state == SignedIn(account)
    relay, graph = await asyncio.gather(service.token("relay"), service.token("graph"))
    assert server.authority.verify(relay)["aud"] == RELAY_APP_ID
    assert server.authority.verify(graph)["aud"] == GRAPH_RESOURCE_ID
    assert (await service.token("relay"), await service.token("graph")) == (relay, graph)
    assert server.authority.refreshes() == 1
    assert len(seen) == 2


async def test_a_command_can_be_the_browser(server: Any, make: Make) -> None:
    argv = [sys.executable, "-m", "console.simulator", "sign-in"]
    argv += ["--user", "ines@contoso.example", "--ca", server.ca_file]
    account = await make(open_browser=command_browser(argv)).sign_in()
    assert account.roles == ("Operator", "Supervisor")


async def test_a_missing_command_is_said(make: Make) -> None:
    service = make(open_browser=command_browser(["/nowhere/browser"]))
    with pytest.raises(BrowserFailed):
        await service.sign_in()
    assert service.state == SignedOut()
    with pytest.raises(BrowserFailed):
        command_browser(["true"])("file:///etc/passwd")


async def test_fifty_callers_with_an_expired_token_make_one_refresh(
    server: Any, make: Make, mine: Clock
) -> None:
    server.authority.access_token_lifetime = 200
    service = make()
    await service.sign_in()
    old = await service.token("relay")
    mine.offset = 201
    tokens = await asyncio.gather(*(service.token("relay") for _ in range(50)))
    assert len(set(tokens)) == 1 and tokens[0] != old
    assert server.authority.refreshes() == 1


async def test_renew_replaces_a_token_that_looks_good(server: Any, make: Make) -> None:
    service = make()
    await service.sign_in()
    old = await service.token("relay")
    assert await service.renew("relay", old) != old
    assert server.authority.refreshes() == 1


async def test_revoked_session_needs_the_operator(server: Any, make: Make, mine: Clock) -> None:
    server.authority.access_token_lifetime = 280
    service = make()
    account = await service.sign_in()
    good = await service.token("relay")
    server.authority.revoke(LENA)
    mine.offset = 150  # due for renewal, still good
    assert await service.token("relay") == good
    state = service.state
    assert isinstance(state, NeedsOperator) and (state.account, state.mend) == (account, SignInAgain())
    assert "your password was changed" in str(state.reason)
    mine.offset = 281
    with pytest.raises(OperatorNeeded) as caught:
        await service.token("relay")
    assert isinstance(caught.value, ConsoleError) and caught.value.remedy == Text("Sign in again.")
    assert await service.sign_in() == account
    assert service.state == SignedIn(account) and await service.token("relay") != good


@pytest.mark.parametrize(
    "fault",
    [
        Fault(503),
        Fault(429, {"error": "busy"}, {"Retry-After": "9"}),
        Fault(429),
        Fault(500, {"error": "server_error"}),
        Fault(400, {"error": "temporarily_unavailable", "error_codes": [90033]}),
        Fault(delay=1.0),
    ],
    ids=["503", "429", "429-empty", "500", "400-transient", "timeout"],
)
async def test_a_good_token_outlives_a_bad_service(
    server: Any, make: Make, mine: Clock, fault: Fault
) -> None:
    server.authority.access_token_lifetime = 280
    service = make(timeout=0.3)
    account = await service.sign_in()
    good = await service.token("relay")
    server.authority.faults.add(fault)
    mine.offset = 150
    assert await service.token("relay") == good
    state = service.state
    assert isinstance(state, Offline) and state.account == account
    assert state.until is not None and 60 < state.until - mine() < 71
    visits = len(server.authority.sessions.exchanges)
    assert await service.token("relay") == good  # the pause: nobody is asked again so soon
    assert len(server.authority.sessions.exchanges) == visits
    await service.try_again()
    assert service.state == SignedIn(account) and await service.token("relay") != good


@pytest.mark.logs("Exception in ASGI application")
async def test_a_dead_service_is_survived_until_the_token_ends(server: Any, make: Make, mine: Clock) -> None:
    server.authority.access_token_lifetime = 280
    service = make()
    await service.sign_in()
    good = await service.token("relay")
    server.stop()
    mine.offset = 150
    assert await service.token("relay") == good
    mine.offset = 281
    with pytest.raises(IdentityUnavailable) as caught:
        await service.token("relay")
    assert caught.value.retry_after == 15 and "15 s" in str(caught.value.remedy)
    state = service.state
    assert isinstance(state, Offline) and state.until is None
    with pytest.raises(IdentityUnavailable):
        await make().sign_in()


async def test_a_proactive_refresh_that_fails_keeps_the_token(server: Any, make: Make) -> None:
    """MSAL 1.39 raises here on a 503, with an hour left on the cached token."""
    server.authority.mint.refresh_in = -5  # due at once, by MSAL's own clock
    service = make()
    await service.sign_in()
    server.authority.faults.add(Fault(503))
    token = await service.token("relay")
    assert server.authority.verify(token)["aud"] == RELAY_APP_ID and server.authority.refreshes() == 0
    state = service.state
    assert isinstance(state, Offline) and state.until is not None and state.until > time.time() + 3000


async def test_a_hanging_renewal_does_not_hold_up_callers(server: Any, make: Make, mine: Clock) -> None:
    server.authority.access_token_lifetime = 280
    service = make(patience=0.02)
    await service.sign_in()
    good = await service.token("relay")
    server.authority.faults.add(Fault(status=0, delay=0.2))
    mine.offset = 150
    started = time.monotonic()
    assert await service.token("relay") == good
    assert time.monotonic() - started < 0.15
    await until(lambda: service._tokens._keepers["relay"].held.secret != good)
    assert server.authority.refreshes() == 1


async def test_unblocked_account_works_after_try_again(server: Any, make: Make, mine: Clock) -> None:
    """MSAL repeats a 400 for a minute without asking; try_again asks."""
    server.authority.access_token_lifetime = 120
    service = make()
    account = await service.sign_in()
    mine.offset = 121
    server.authority.sessions.blocked.add(account.oid)
    with pytest.raises(SignInRefused):
        await service.token("relay")
    server.authority.sessions.blocked.clear()
    with pytest.raises(SignInRefused):
        await service.token("relay")
    await service.try_again()
    assert service.state == SignedIn(account)


async def test_missing_consent_is_named(server: Any, make: Make) -> None:
    service = make()
    await service.sign_in()
    server.authority.grants.consented = frozenset({"access_as_operator"})
    with pytest.raises(ConsentNeeded):
        await service.token("graph")
    assert await service.token("relay")


async def test_cancel_is_quick_and_leaves_no_port(make: Make) -> None:
    opened: list[str] = []
    service = make(open_browser=opened.append, draw_state=lambda: "known")
    task = asyncio.create_task(service.sign_in())
    await until(lambda: bool(opened))
    port = redirect_port(opened[0])
    idle = await asyncio.open_connection("127.0.0.1", port)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 0.1
    assert service.state == SignedOut()
    for host in ("127.0.0.1", "::1"):
        with pytest.raises(OSError, match=r"."):
            await asyncio.open_connection(host, port)
    idle[1].close()


def redirect_port(url: str) -> int:
    from urllib.parse import parse_qs, urlsplit

    port = urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0]).port
    assert port is not None
    return port


async def test_one_sign_in_at_a_time_and_not_for_ever(make: Make) -> None:
    service = make(open_browser=lambda _: None, sign_in_timeout=0.2)
    task = asyncio.create_task(service.sign_in())
    await until(lambda: service.state == SigningIn())
    with pytest.raises(SignInBusy):
        await service.sign_in()
    with pytest.raises(SignInTimedOut):
        await task
    assert service.state == SignedOut()


async def test_declined_unassigned_and_unknown_tenant(server: Any, make: Make) -> None:
    import httpx2

    def decline(url: str) -> None:
        def run() -> None:
            with httpx2.Client(verify=server.context(), trust_env=False) as client:
                from console.simulator.entra.browser import read_form

                page = read_form(client.get(url).text)
                assert page is not None
                data = page.fields | {"decline": "1"}
                answer = read_form(client.post(f"{server.base_url}{page.action}", data=data).text)
                assert answer is not None
                client.post(answer.action, data=answer.fields)

        threading.Thread(target=run, daemon=True).start()

    with pytest.raises(SignInDeclined):
        await make(open_browser=decline).sign_in()
    server.authority.grants.assignment_required = True
    with pytest.raises(SignInRefused, match="not assigned"):
        await make(open_browser=browser(server, "anna@contoso.example")).sign_in()
    with pytest.raises(Misconfigured):
        await make(authority=f"{server.base_url}/other").sign_in()


async def test_a_list_of_names_that_cannot_be_kept_stops_nothing(make: Make) -> None:
    class Full(MemoryBook):
        def save(self, accounts: tuple[Remembered, ...]) -> None:
            raise OSError(28, "no space left")

    service = make(book=Full())
    await service.sign_in()
    assert len(service.remembered) == 1
    await service.sign_out()
    assert service.state == SignedOut() and service.remembered == ()


async def test_the_end_waits_for_no_store(make: Make) -> None:
    """A password store may have a question on the screen that nobody answers."""
    asked, ended = threading.Event(), threading.Event()

    class Asking(MemoryStores):
        def of(self, key: str) -> MemoryStore:
            asked.set()
            assert ended.wait(5.0)
            return super().of(key)

        def close(self) -> None:
            ended.set()

    book = MemoryBook()
    await make(book=book).sign_in()
    service = make(stores=Asking(), book=book)
    looking = asyncio.create_task(service.restore())
    await asyncio.to_thread(asked.wait)
    await service.close()
    assert await looking is None


async def test_sign_out_forgets_everything(server: Any, make: Make) -> None:
    stores = MemoryStores()
    service = make(stores=stores)
    account = await service.sign_in()
    assert stores.of(account.key).load() and [r.account for r in service.remembered] == [account]
    await service.sign_out()
    assert service.state == SignedOut() and stores.of(account.key).load() is None
    assert service.remembered == ()
    with pytest.raises(NobodySignedIn):
        await service.token("relay")
    assert await service.restore() is None
    await service.sign_in()
    assert await service.token("relay")


async def test_another_operator_replaces_the_first(server: Any, make: Make) -> None:
    who = [LENA]
    service = make(open_browser=lambda url: browser(server, who[0])(url))
    await service.sign_in()
    who[0] = "kofi@contoso.example"
    await service.sign_in("kofi@contoso.example")
    for resource in ("relay", "graph"):
        claims = server.authority.verify(await service.token(resource))
        assert claims["preferred_username"] == "kofi@contoso.example"


async def test_a_session_is_taken_up_from_the_store(server: Any, make: Make) -> None:
    kept = {"stores": MemoryStores(), "book": MemoryBook()}
    account = await make(**kept).sign_in()
    second = make(**kept)
    assert await second.restore() == account
    assert second.state == SignedIn(account)
    assert server.authority.verify(await second.token("relay"))["oid"] == account.oid
    assert server.authority.refreshes() == 0


async def test_sign_in_on_another_device(server: Any, make: Make) -> None:
    server.authority.devices.interval = 0
    with pytest.raises(WayClosed):
        await make().sign_in_elsewhere(print)
    service = make(device_code=True)

    def show(code: DeviceCode) -> None:
        assert "started this sign-in yourself" in str(code.warning)
        server.authority.faults.add(*[Fault(503, headers={"Retry-After": "0"})] * 2)
        arguments = (LENA, code.page, code.user_code, server.ca_file)
        threading.Thread(target=approve_device, args=arguments, daemon=True).start()

    account = await service.sign_in_elsewhere(show)
    assert account.upn == LENA and server.authority.verify(await service.token("relay"))["oid"] == account.oid


async def test_no_secret_reaches_a_log(server: Any, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    for name in (None, "httpx2", "httpcore2"):  # a console in the same process may have kept those quiet
        caplog.set_level(logging.DEBUG, logger=name)
    service = make()
    await service.sign_in()
    first = await service.token("relay")
    tokens = [first, await service.renew("relay", first), await service.token("graph")]
    assert caplog.records and not [r for r in caplog.records if r.name.startswith("msal") and r.levelno < 20]
    assert not any(token in caplog.text for token in tokens)
    assert "code_verifier" not in caplog.text and "refresh_token" not in caplog.text
    for code in ("0.", "1."):
        assert f"'{code}" not in caplog.text
    assert tokens[0] not in repr(service._tokens._keepers["relay"].held)
