"""A console that is started again goes on with the sign-in it kept, asks nobody, and says when it cannot."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QWidget
from shiboken6 import delete

from console.app.desktop import Desktop, make_application
from console.app.keeping import folder
from console.auth.vault import Keys, Reason, SystemKeys, Trouble
from console.auth.vault.keyrings import Allowed
from console.auth.vault.troubles import NotKept
from console.demo.programs import Programs
from console.domain.clouds import Cloud
from console.settings.options import Options
from console.settings.places import local_folder
from console.ui.sheet import Sheet
from console.ui.sign_in_page import SignInState
from tests.auth.keys import FileKeys
from tests.qt.waiting import until

NOBODY = ("false",)
"""A browser in which nobody signs in."""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(tmp_path_factory.mktemp("kept"), cloud=Cloud.CHINA)
    running.start()
    yield running
    running.stop()


Started = Callable[..., Any]


@pytest.fixture
def start(programs: Programs, tmp_path: Path) -> Started:
    @contextlib.asynccontextmanager
    async def one(keys: Keys | None = None, **options: Any) -> AsyncIterator[Desktop]:
        settings = {"keep_sign_in": True, "profile": str(tmp_path / "profile"), **options}
        keys = keys or FileKeys(tmp_path / "keys.json")
        desktop = Desktop(make_application(), programs.options(**settings), keys=keys)
        desktop.open()
        try:
            yield desktop
        finally:
            await desktop.close()
            desktop.window.close()
            desktop.window.deleteLater()  # or every later theme would dress it, too

    return one


def signed_in(desktop: Desktop) -> Callable[[], bool]:
    return lambda: desktop.parts.runner.me is not None


def kept(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "profile" / "sign-ins").glob("*.sealed"))


async def test_the_next_start_asks_nobody(start: Started, tmp_path: Path) -> None:
    async with start() as desktop:
        await until(signed_in(desktop), within=20.0)
    assert len(kept(tmp_path)) == 1
    async with start(browser_command=NOBODY) as desktop:
        await until(lambda: desktop.window.sign_in_page.state is SignInState.GOING_ON)
        await until(signed_in(desktop), within=20.0)
        assert desktop.account.account is not None
        assert desktop.account.account.upn == "lena@contoso.example"
        assert not desktop.window.findChild(QWidget, "kept-bar").isVisible()
        desktop.window.sign_out.emit()
        await until(lambda: desktop.window.sign_in_page.state is SignInState.SIGNED_OUT)
        await until(lambda: not kept(tmp_path))
    async with start(sign_in_at_start=False) as desktop:
        await until(lambda: desktop.window.sign_in_page.state is SignInState.SIGNED_OUT)
        assert not desktop.line.started


async def test_an_administrator_can_have_nothing_kept(start: Started, tmp_path: Path) -> None:
    async with start(keep_sign_in=False) as desktop:
        await until(signed_in(desktop), within=20.0)
        assert not desktop.window.findChild(QWidget, "kept-bar").isVisible()
    assert not kept(tmp_path) and not (tmp_path / "keys.json").exists()


async def test_without_a_password_store_the_window_says_so(start: Started, tmp_path: Path) -> None:
    nothing = SystemKeys((Allowed("Secret Service", "keyring.backends.null", "Keyring"),))
    async with start(keys=nothing) as desktop:
        await until(signed_in(desktop), within=20.0)
        bar = desktop.window.findChild(QWidget, "kept-bar")
        await until(bar.isVisible)
        assert bar.accessibleName() == (
            "This computer has no unlocked password store. You are signed in until you close the console."
        )
        desktop.window.findChild(QPushButton, "kept-details").click()
        sheet = desktop.window.findChild(Sheet, "kept-sheet")
        assert "Secret Service does not keep what it is given." in sheet.text()
        assert str(Trouble(Reason.FORGETFUL).remedy) in sheet.text()
        sheet.accept()
        assert bar.isVisible()  # what is to be done before it is tried again stands in the details
        desktop.window.findChild(QPushButton, "kept-hide").click()
        assert not bar.isVisible()
        desktop.window.findChild(QAction, "help.diagnostics").trigger()
        diagnostics = desktop.window.findChild(Sheet, "diagnostics")
        assert "Secret Service does not keep what it is given." in diagnostics.text()
        diagnostics.accept()
    assert not kept(tmp_path)


@dataclass
class Lockable(FileKeys):
    """A password store that is locked while its file lies beside the keys."""

    def read(self, entry: str, *, patient: bool = False) -> bytes | None:
        self._knock()
        return super().read(entry, patient=patient)

    def keep(self, entry: str, key: bytes) -> None:
        self._knock()
        super().keep(entry, key)

    def _knock(self) -> None:
        if self.file.with_suffix(".locked").exists():
            raise NotKept(Trouble(Reason.LOCKED, "Secret Service", "KeyringLocked"))


async def test_it_is_tried_again_at_the_press_of_a_button(start: Started, tmp_path: Path) -> None:
    keys = Lockable(tmp_path / "keys.json")
    lock = keys.file.with_suffix(".locked")
    lock.touch()
    async with start(keys=keys) as desktop:
        await until(signed_in(desktop), within=20.0)
        bar, again = (desktop.window.findChild(QWidget, name) for name in ("kept-bar", "kept-again"))
        await until(bar.isVisible)
        again.click()
        assert not again.isEnabled() and again.text() == "Trying…"
        await until(again.isEnabled)
        assert bar.accessibleName().endswith("until you close the console. Secret Service is locked.")
        assert signed_in(desktop)() and not kept(tmp_path)
        lock.unlink()
        again.click()
        await until(lambda: not bar.isVisible())
        assert signed_in(desktop)() and len(kept(tmp_path)) == 1
    lock.touch()
    async with start(keys=keys, browser_command=NOBODY, sign_in_at_start=False) as desktop:
        bar, again = (desktop.window.findChild(QWidget, name) for name in ("kept-bar", "kept-again"))
        await until(bar.isVisible)
        assert not desktop.line.started and bar.accessibleName() == "Secret Service is locked."
        lock.unlink()
        again.click()
        await until(signed_in(desktop), within=20.0)  # nobody had to sign in
        assert not bar.isVisible()


async def test_what_is_told_when_the_window_is_gone_is_not_shown(start: Started) -> None:
    other = QWidget()
    other.show()  # with its last window an application ends
    async with start(sign_in_at_start=False) as desktop:
        pass
    desktop._told(Trouble(Reason.LOCKED, "Secret Service"))
    delete(desktop.window)  # as it may be by the time when the loop comes to it
    await asyncio.sleep(0.05)
    delete(other)


async def test_what_was_spoiled_is_said_and_a_new_sign_in_begins(start: Started, tmp_path: Path) -> None:
    async with start() as desktop:
        await until(signed_in(desktop), within=20.0)
    (file,) = kept(tmp_path)
    file.write_bytes(file.read_bytes()[:-1])
    async with start(browser_command=NOBODY) as desktop:
        bar = desktop.window.findChild(QWidget, "kept-bar")
        await until(bar.isVisible)
        assert "changed or damaged" in bar.accessibleName()
        assert not desktop.window.findChild(QPushButton, "kept-again").isVisible()
        assert not desktop.line.started
    async with start() as desktop:
        await until(signed_in(desktop), within=20.0)
        assert not desktop.window.findChild(QWidget, "kept-bar").isVisible()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows is asked, not its environment")
def test_the_folder_is_where_qt_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is found without Qt, for who only has a terminal."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    assert folder(Options()) == Path(usual) / "operator-console" / "sign-ins"
    assert folder(Options(profile="/elsewhere")) == Path("/elsewhere/sign-ins")
    windows = {"LOCALAPPDATA": r"C:\Users\lena\AppData\Local", "APPDATA": r"C:\Users\lena\AppData\Roaming"}
    here = PureWindowsPath(r"C:\Users\lena\AppData\Local\operator-console")
    assert local_folder(windows, "win32") == here  # as the README says: it does not roam
    assert local_folder({"USERPROFILE": r"C:\Users\lena"}, "win32") == here


async def test_a_start_without_the_sign_in_service(start: Started, programs: Programs) -> None:
    async with start() as desktop:
        await until(signed_in(desktop), within=20.0)
    programs.stop()
    async with start(browser_command=NOBODY) as desktop:
        await until(signed_in(desktop), within=20.0)
        assert desktop.account.account is not None and desktop.account.account.name == "Lena Ortiz"
