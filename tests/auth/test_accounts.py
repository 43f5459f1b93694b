"""A change of shift: several accounts on one desk, each with its own tokens, and only one of them at work."""

from __future__ import annotations

import asyncio
import contextlib
import random
import stat
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from console.auth import (
    EVERYWHERE,
    Account,
    AccountService,
    FileBook,
    MemoryStores,
    Remembered,
    SignedIn,
    SignedOut,
    SigningIn,
)
from console.auth.book import MOST, noted
from console.auth.errors import AuthError, BrowserFailed, Ended, NobodySignedIn, OperatorNeeded, SignInBusy
from console.auth.operators import read_claims
from console.auth.registration import Resource
from tests.auth.judges import Judge
from tests.auth.walker import set_out

LENA, KOFI = "lena@contoso.example", "kofi@contoso.example"
Make = Callable[..., AccountService]


@pytest.fixture
async def make(judge: Judge) -> AsyncIterator[Make]:
    made: list[AccountService] = []

    def build(who: list[str], **more: Any) -> AccountService:
        """`who[0]` is the person at the browser."""
        options = {
            "context": judge.context,
            "open_browser": lambda url: set_out(url, judge.answers(who[0]), judge.ca_file),
            "now": time.time,
            "sign_in_timeout": 30.0,
        }
        made.append(AccountService(judge.registration, **options | more))
        return made[-1]

    yield build
    for service in made:
        await service.close()


async def test_two_take_turns_and_neither_has_the_others_tokens(judge: Judge, make: Make) -> None:
    who, stores = [LENA], MemoryStores()
    service = make(who, stores=stores)
    lena = await service.sign_in()
    await service.token("graph")
    hers = await service.token("relay")
    who[0] = KOFI
    kofi = await service.sign_in()
    assert [entry.account for entry in service.remembered] == [kofi, lena]
    his = await service.token("relay")
    assert judge.verify(his)["oid"] == kofi.oid != lena.oid
    kept = {account.upn: stores.of(account.key).load() or "" for account in (lena, kofi)}
    assert hers in kept[LENA] and hers not in kept[KOFI] and his in kept[KOFI] and his not in kept[LENA]
    visits = len(judge.challenged())
    states: list[object] = []
    service.listen(states.append)
    assert await service.switch_to(lena) == lena
    assert await service.token("relay") == hers and service.granted
    assert len(judge.challenged()) == visits  # nobody was asked, and no page opened
    assert states == [SigningIn(), SignedIn(lena)] and service.remembered[0].account == lena
    assert await service.switch_to(lena) == lena


async def test_who_cannot_be_switched_to_leaves_the_other_at_work(judge: Judge, make: Make) -> None:
    who, stores = [LENA], MemoryStores()
    service = make(who, stores=stores)
    lena = await service.sign_in()
    stranger = Account("Kofi Mensah", KOFI, "0d000000-0000-4000-8000-000000000002", lena.tenant_id)
    with pytest.raises(OperatorNeeded):
        await service.switch_to(stranger)
    assert service.state == SignedIn(lena) and judge.verify(await service.token("relay"))["oid"] == lena.oid


async def test_a_sign_in_that_is_given_up_leaves_the_account_as_it_was(judge: Judge, make: Make) -> None:
    opened: list[str] = []

    def open_page(url: str) -> None:
        opened.append(url)
        if len(opened) == 1:
            set_out(url, judge.answers(LENA), judge.ca_file)

    service = make([LENA], open_browser=open_page)
    lena = await service.sign_in()
    token = await service.token("relay")
    page = asyncio.create_task(service.sign_in())
    while len(opened) < 2:
        await asyncio.sleep(0.005)
    assert await service.token("relay") == token  # calls go on while the page is open
    page.cancel()
    await asyncio.gather(page, return_exceptions=True)
    assert service.state == SignedIn(lena) and await service.token("relay") == token


async def test_signing_out_is_for_one_account_or_for_the_browser_too(judge: Judge, make: Make) -> None:
    who, stores, opened = [LENA], MemoryStores(), list[str]()

    def open_page(url: str) -> None:
        opened.append(url)
        if "authorize" in url or "/auth?" in url:
            set_out(url, judge.answers(who[0]), judge.ca_file)

    service = make(who, stores=stores, open_browser=open_page)
    lena = await service.sign_in()
    who[0] = KOFI
    kofi = await service.sign_in()
    await service.sign_out(lena)
    assert stores.of(lena.key).load() is None and service.state == SignedIn(kofi)
    assert [entry.account for entry in service.remembered] == [kofi]
    with pytest.raises(OperatorNeeded):
        await service.switch_to(lena)
    await service.sign_out_everywhere()
    assert service.state == SignedOut() and stores.of(kofi.key).load() is None
    assert opened[-1] == f"{judge.registration.authority}/oauth2/v2.0/logout"
    assert "Other computers stay signed in" in str(EVERYWHERE)
    with pytest.raises(NobodySignedIn):
        await service.token("relay")


async def test_without_a_browser_it_is_signed_out_here_all_the_same(judge: Judge, make: Make) -> None:
    pages: list[str] = []

    def open_page(url: str) -> None:
        if pages:
            raise BrowserFailed("No browser could be opened.")
        pages.append(url)
        set_out(url, judge.answers(LENA), judge.ca_file)

    service = make([LENA], open_browser=open_page)
    await service.sign_in()
    with pytest.raises(BrowserFailed):
        await service.sign_out_everywhere()
    assert service.state == SignedOut()


async def test_nobody_is_switched_to_while_a_page_is_open(judge: Judge, make: Make) -> None:
    service = make([LENA], open_browser=lambda _: None)
    page = asyncio.create_task(service.sign_in())
    while service.state == SignedOut():
        await asyncio.sleep(0)
    with pytest.raises(SignInBusy):
        await service.switch_to(Account("Kofi Mensah", KOFI, "oid", "tenant"))
    page.cancel()
    await asyncio.gather(page, return_exceptions=True)


@pytest.mark.parametrize("seed", range(3))
async def test_in_any_confusion_a_token_is_of_somebody_who_was_at_work(
    judge: Judge, make: Make, seed: int
) -> None:
    """Calls, refusals and changes of shift at once: who asked while Lena was here never gets Kofi's token."""
    chance = random.Random(seed)  # noqa: S311 - seeded on purpose
    who = [LENA]
    service = make(who)
    accounts = [await service.sign_in()]
    who[0] = KOFI
    accounts.append(await service.sign_in())
    at_work: list[str] = [accounts[1].oid]
    service.listen(lambda state: at_work.append(state.account.oid) if isinstance(state, SignedIn) else None)
    refused: list[AuthError] = []
    got = 0

    async def call(resource: Resource, *, again: bool) -> None:
        nonlocal got
        since = len(at_work) - 1
        try:
            token = await service.token(resource)
            if again:
                token = await service.renew(resource, token)
        except AuthError as error:
            refused.append(error)
            return
        assert judge_oid(token) in at_work[since:]
        got += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(60):
            resource: Resource = chance.choice(["relay", "graph"])
            group.create_task(call(resource, again=chance.random() < 0.3))
            if chance.random() < 0.2:
                group.create_task(change(service, chance.choice(accounts)))
            await asyncio.sleep(chance.choice([0, 0, 0.01]))
    assert {type(error) for error in refused} <= {NobodySignedIn}  # whoever asked for the one who left
    assert got > 20
    for account in accounts:
        await service.switch_to(account)
        assert judge.verify(await service.token("relay"))["oid"] == account.oid


async def change(service: AccountService, account: Account) -> None:
    with contextlib.suppress(SignInBusy):
        await service.switch_to(account)


def judge_oid(token: str) -> str:
    """Whose an access token says it is; whether it is good is not the question here."""
    return str(read_claims(token)["oid"])


async def test_the_last_one_comes_back_after_a_restart(judge: Judge, make: Make, tmp_path: Path) -> None:
    who, stores, file = [LENA], MemoryStores(), tmp_path / "accounts.json"
    first = make(who, stores=stores, book=FileBook(file))
    lena = await first.sign_in()
    who[0] = KOFI
    kofi = await first.sign_in()
    await first.switch_to(lena)
    await first.close()
    second = make(who, stores=stores, book=FileBook(file))
    assert second.remembered == ()
    assert await second.restore() == lena
    assert [entry.account.upn for entry in second.remembered] == [LENA, KOFI]
    assert await second.switch_to(kofi) == kofi


async def test_after_the_end_everything_is_refused(judge: Judge, make: Make) -> None:
    service = make([LENA])
    lena = await service.sign_in()
    keeping = asyncio.create_task(service.keep_fresh())
    await asyncio.sleep(0)
    await service.close()
    for ask in (
        service.token("relay"),
        service.renew("graph", "a token"),
        service.sign_in(),
        service.restore(),
    ):
        with pytest.raises(Ended):
            await ask
    await asyncio.gather(keeping, return_exceptions=True)
    assert service.account == lena


def test_the_book_is_its_owners_alone_and_survives_nonsense(
    tmp_path: Path,
) -> None:
    file = tmp_path / "accounts.json"
    book = FileBook(file)
    assert book.load() == ()
    people = tuple(
        Remembered(Account(f"Person {n}", f"p{n}@contoso.example", f"oid-{n}", "tenant"), float(n))
        for n in range(3)
    )
    book.save(people)
    assert book.load() == people
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["accounts.json"]


@pytest.mark.logs("The list of accounts cannot be read")
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"accounts": [{"name": "x"}]}', "\x00", '{"accounts": 3}'])
def test_a_damaged_book_begins_anew(tmp_path: Path, text: str) -> None:
    file = tmp_path / "accounts.json"
    file.write_text(text)
    assert FileBook(file).load() == ()


def test_the_book_holds_so_many_and_no_one_twice() -> None:
    accounts: tuple[Remembered, ...] = ()
    for n in range(MOST + 5):
        accounts = noted(accounts, Account("Name", "upn", f"oid-{n}", "tenant"), float(n))
    assert len(accounts) == MOST and accounts[0].account.oid == f"oid-{MOST + 4}"
    again = noted(accounts, accounts[7].account, 99.0)
    assert len(again) == MOST and again[0] == Remembered(accounts[7].account, 99.0)


def test_a_key_is_fit_to_be_a_files_name() -> None:
    odd = Account("Name", "upn", "../../etc/passwd", "ten/ant\x00")
    assert odd.key == "ten-ant-.------etc-passwd"
