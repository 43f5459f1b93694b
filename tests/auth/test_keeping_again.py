"""What could not be kept is kept once the operator has mended what was in the way and tries again."""

from __future__ import annotations

import asyncio
import gc
import signal
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from console.auth import AccountService, FileBook, SignedIn
from console.auth.vault import Keys, Reason, SystemKeys, Trouble, Vault
from console.auth.vault.store import SUFFIX
from console.auth.vault.troubles import NotKept, disk_trouble
from tests.auth.judges import Judge
from tests.auth.keys import FileKeys
from tests.auth.secret_service import WHY, SecretService
from tests.auth.walker import set_out

LENA = "lena@contoso.example"
WHO = "tenant.operator"
STORE = (
    Reason.NO_BUS,
    Reason.NO_SERVICE,
    Reason.LOCKED,
    Reason.DISMISSED,
    Reason.UNANSWERED,
    Reason.FORGETFUL,
    Reason.DENIED,
    Reason.FAILED,
)
DISK = (
    Reason.DISK_FULL,
    Reason.READ_ONLY,
    Reason.NO_ACCESS,
    Reason.OPEN_TO_OTHERS,
    Reason.FOREIGN_OWNER,
    Reason.BUSY,
    Reason.BAD_DISK,
)


@dataclass
class Troubled(FileKeys):
    """A password store that refuses for a reason, until there is none."""

    reason: Reason | None = None
    patient: list[bool] = field(default_factory=list)

    def read(self, entry: str, *, patient: bool = False) -> bytes | None:
        self.patient.append(patient)
        self._refuse()
        return super().read(entry)

    def keep(self, entry: str, key: bytes) -> None:
        self._refuse()
        super().keep(entry, key)

    def forget(self, entry: str) -> None:
        self._refuse()
        super().forget(entry)

    def _refuse(self) -> None:
        if self.reason is not None:
            raise NotKept(Trouble(self.reason, self.name))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "sign-ins"


@pytest.fixture
def keys(tmp_path: Path) -> Troubled:
    return Troubled(tmp_path / "keys.json")


def kept(place: Path) -> list[Path]:
    return list(place.glob(f"*{SUFFIX}"))


def again(vault: Vault) -> Trouble | None:
    return vault.keep_again(vault.ask())


def restarted(place: Path, keys: Keys) -> str | None:
    return Vault(place, keys, lambda trouble: None).of(WHO).load()


@pytest.mark.parametrize("reason", STORE)
def test_a_password_store_that_comes_to_its_senses(place: Path, keys: Troubled, reason: Reason) -> None:
    told: list[Trouble | None] = []
    vault = Vault(place, keys, told.append)
    keys.reason = reason
    vault.of(WHO).save("in memory")
    assert told[-1] and told[-1].reason is reason and told[-1].may_pass
    keys.reason = Reason.DENIED if reason is Reason.LOCKED else Reason.LOCKED
    asked = len(keys.patient)
    left = again(vault)
    assert left == told[-1] == Trouble(keys.reason, keys.name)  # another trouble than before
    assert keys.patient[asked:] == [True]  # one question to the operator, and no second one after a refusal
    vault.of(WHO).save("renewed")
    assert keys.patient[asked:] == [True]  # nor one when a token is renewed
    keys.reason = None
    assert again(vault) is None and told[-1] is None
    assert restarted(place, keys) == "renewed"


@pytest.mark.parametrize("reason", DISK)
def test_a_disk_that_takes_it_after_all(
    place: Path, keys: Troubled, reason: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk's own refusals are in test_vault_disk; here each of them is over when it is tried again."""
    told: list[Trouble | None] = []
    vault = Vault(place, keys, told.append)

    def refuse(name: str, content: bytes) -> None:
        raise NotKept(Trouble(reason, str(place)))

    with monkeypatch.context() as broken:
        broken.setattr(vault._folder, "write", refuse)
        vault.of(WHO).save("in memory")
        assert again(vault) == told[-1] == Trouble(reason, str(place))
        assert told[-1] and told[-1].may_pass
    assert again(vault) is None and told[-1] is None
    assert restarted(place, keys) == "in memory"


@pytest.mark.parametrize("reason", [Reason.DAMAGED, Reason.KEY_GONE])
def test_what_was_spoiled_is_not_asked_for_again(place: Path, keys: Troubled, reason: Reason) -> None:
    Vault(place, keys, lambda trouble: None).of(WHO).save("old")
    if reason is Reason.KEY_GONE:
        keys.file.unlink()
    else:
        next(place.glob(f"*{SUFFIX}")).write_bytes(b"noise")
    told: list[Trouble | None] = []
    vault = Vault(place, keys, told.append)
    assert vault.of(WHO).load() is None and told[-1] and told[-1].reason is reason
    asked = len(keys.patient)
    assert not told[-1].may_pass and again(vault) == told[0] and len(keys.patient) == asked
    vault.of(WHO).save("of a new sign-in")
    assert told[-1] is None and restarted(place, keys) == "of a new sign-in"


def test_what_could_not_be_deleted_is_deleted(place: Path, keys: Troubled) -> None:
    told: list[Trouble | None] = []
    vault = Vault(place, keys, told.append)
    vault.of(WHO).save("old")
    (file,) = place.glob(f"*{SUFFIX}")
    sealed = file.read_bytes()
    file.unlink()
    file.mkdir()  # what cannot be unlinked
    keys.reason = Reason.LOCKED
    vault.of(WHO).clear()
    assert told[-1] and told[-1].reason is Reason.NOT_FORGOTTEN and told[-1].may_pass
    keys.reason = None
    file.rmdir()
    file.write_bytes(sealed)
    assert again(vault) is None and told[-1] is None and not file.exists()
    assert vault.of(WHO).load() is None


def test_every_reason_is_looked_at_here() -> None:
    others = {Reason.DAMAGED, Reason.KEY_GONE, Reason.NOT_FORGOTTEN}
    assert {*STORE, *DISK} | others == set(Reason) and disk_trouble(OSError(28, ""), "x").may_pass


def test_what_was_locked_at_the_start_is_opened(place: Path, keys: Troubled) -> None:
    Vault(place, keys, lambda trouble: None).of(WHO).save("of yesterday")
    told: list[Trouble | None] = []
    keys.reason = Reason.LOCKED
    vault = Vault(place, keys, told.append)
    assert vault.of(WHO).load() is None and again(vault) is not None
    keys.reason = None
    assert again(vault) is None and told[-1] is None and vault.of(WHO).load() == "of yesterday"


def test_one_account_that_is_kept_does_not_hide_another_that_is_not(place: Path, keys: Troubled) -> None:
    told: list[Trouble | None] = []
    vault = Vault(place, keys, told.append)
    keys.reason = Reason.LOCKED
    for who in (WHO, "tenant.other"):
        vault.of(who).save(who)
    keys.reason = None
    other = vault.of("tenant.other")
    (place / f"{other._entry}{SUFFIX}").mkdir()  # no file can take its place
    left = again(vault)
    assert left and left.reason is Reason.BAD_DISK and told[-1] == left
    assert restarted(place, keys) == WHO


# -- the account service: real MSAL, two identity providers, a real GNOME Keyring ------------------------

Make = Callable[[Keys], AccountService]


@pytest.fixture
def told() -> list[Trouble | None]:
    return []


@pytest.fixture
async def make(judge: Judge, place: Path, told: list[Trouble | None]) -> AsyncIterator[Make]:
    """Every call is a console that starts anew with what lies on the disk."""
    made: list[AccountService] = []

    def build(keys: Keys, **more: Any) -> AccountService:
        service = AccountService(
            judge.registration,
            context=judge.context,
            open_browser=lambda url: set_out(url, judge.answers(LENA), judge.ca_file),
            now=time.time,
            sign_in_timeout=30.0,
            stores=Vault(place, keys, told.append),
            book=FileBook(place / "accounts.json"),
        )
        made.append(service)
        return service

    yield build
    for service in made:
        await service.close()


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    if WHY:
        pytest.skip(WHY)
    with tempfile.TemporaryDirectory(prefix="ring") as home:
        made = SecretService(Path(home))
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        made.start_bus()
        yield made
        made.stop()
        gc.collect()


def system_keys() -> SystemKeys:
    return SystemKeys(patience=30.0, haste=30.0)


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # keyring 25.7, when it stays locked
async def test_locked_signed_in_unlocked_and_tried_again(
    make: Make, desktop: SecretService, judge: Judge, told: list[Trouble | None], place: Path
) -> None:
    desktop.start_keyring()
    desktop.lock()
    service = make(system_keys())
    assert await service.restore() is None
    lena = await service.sign_in()
    token = await service.token("relay")
    assert told[-1] and told[-1].reason in (Reason.LOCKED, Reason.DISMISSED)
    assert await service.keep_again() == told[-1]  # it is still locked, and nobody is signed out by that
    assert service.state == SignedIn(lena) and not kept(place)
    desktop.unlock()
    assert await service.keep_again() is None and told[-1] is None
    assert service.state == SignedIn(lena) and await service.token("relay") == token
    await service.close()

    visits = len(judge.challenged())
    morning = make(system_keys())
    assert await morning.restore() == lena and await morning.token("relay") == token
    assert [entry.account.upn for entry in morning.remembered] == [lena.upn]
    assert len(judge.challenged()) == visits  # silently, from the disk


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
async def test_who_was_locked_out_at_the_start_is_signed_in_without_a_page(
    make: Make, desktop: SecretService, judge: Judge, told: list[Trouble | None]
) -> None:
    desktop.start_keyring()
    evening = make(system_keys())
    lena = await evening.sign_in()
    await evening.close()
    desktop.lock()
    visits = len(judge.challenged())
    morning = make(system_keys())
    assert await morning.restore() is None and told[-1]
    assert await morning.keep_again() is not None and morning.account is None
    desktop.unlock()
    assert await morning.keep_again() is None and morning.state == SignedIn(lena)
    assert len(judge.challenged()) == visits


async def test_a_store_that_does_not_answer_stops_nothing(
    make: Make, desktop: SecretService, judge: Judge, told: list[Trouble | None]
) -> None:
    """Its question stays on the screen; tokens are renewed meanwhile, and who presses again waits with it."""
    desktop.start_keyring()
    keyring = desktop._keyring
    assert keyring is not None
    keyring.send_signal(signal.SIGSTOP)
    keys = SystemKeys(patience=60.0, haste=0.2)
    service = make(keys)
    await service.sign_in()
    assert told[-1] and told[-1].reason is Reason.UNANSWERED
    question = keys._under_way
    pressed = [asyncio.create_task(service.keep_again()) for _ in range(3)]
    await asyncio.sleep(0)
    old = await service.token("relay")
    assert await service.renew("relay", old) != old and not any(task.done() for task in pressed)
    assert keys._under_way is question  # one question, not a pile of them
    keys._haste = 30.0
    keyring.send_signal(signal.SIGCONT)
    assert await asyncio.gather(*pressed) == [None, None, None] and told[-1] is None


async def test_three_presses_are_one_question_and_the_end_waits_for_none(
    make: Make, place: Path, keys: Troubled, told: list[Trouble | None]
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    class Slow(Troubled):
        def read(self, entry: str, *, patient: bool = False) -> bytes | None:
            if patient:
                asked.set()
                go_on.wait(30.0)
            return super().read(entry, patient=patient)

        def close(self) -> None:
            go_on.set()

    slow = Slow(keys.file, reason=Reason.LOCKED)
    service = make(slow)
    await service.sign_in()
    pressed = [asyncio.create_task(service.keep_again()) for _ in range(3)]
    await asyncio.to_thread(asked.wait, 30.0)
    await service.close()
    ended = await asyncio.gather(*pressed, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended)
    assert slow.patient.count(True) <= 1
