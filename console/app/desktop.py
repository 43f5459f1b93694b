"""The console with its window: paint first, connect and sign in behind it, stop in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from console.actions.runner import Record
from console.app.keeping import book, vault
from console.app.line import Line, account, write_audit
from console.auth import AccountService, AccountState, NeedsOperator, Offline, SignedIn, command_browser
from console.auth.errors import BrowserFailed
from console.auth.vault import Keys, Trouble
from console.domain.errors import BadSettings, ConsoleError
from console.language import ENGLISH, choose, load
from console.settings.options import Options
from console.settings.tally import Tally
from console.ui import loop, theme
from console.ui.commands import Commands
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.language import say, speak, system_languages
from console.ui.looks import Looks
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.selection import Selection
from console.ui.window import MainWindow

NAME = "Operator Console"
_DISPLAYS = frozenset({"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})


def make_application(language: str = ENGLISH) -> QApplication:
    """Return the one QApplication, named so that screen readers and the desktop know it.

    When it is made it learns to speak `language`, the option of that name. Raises BadSettings where there is
    no display: Qt itself would end the process without a word.
    """
    made = QApplication.instance()
    if made is None and sys.platform == "linux" and not _DISPLAYS & os.environ.keys():
        raise BadSettings(
            "There is no display here.", "Start the console on a desktop; `demo --tour` needs none."
        )
    if isinstance(made, QApplication):
        return made
    application = QApplication(sys.argv[:1])
    application.setApplicationName("operator-console")
    application.setApplicationDisplayName(NAME)
    application.setDesktopFileName("operator-console")
    application.setQuitOnLastWindowClosed(False)  # Desktop.run decides when the program ends
    speak(application, load(choose(language, system_languages())))
    return application


def run_desktop(options: Options) -> int:
    """Run the console until its window is closed; return the exit code."""
    application = make_application(options.language)
    desktop = Desktop(application, options)
    return loop.run(desktop.run(), application, show=desktop.window.say)


class Desktop:
    """One console on this desk: its line to the relay, its window, and the sign-in that joins them.

    `keys` is where the key to kept sign-ins lies, the system's password store if none is given.
    """

    def __init__(
        self,
        application: QApplication,
        options: Options,
        *,
        record: Callable[[Record], None] = write_audit,
        keys: Keys | None = None,
    ) -> None:
        self._options = options
        self._signing_in: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.account: AccountService = account(
            options,
            browser(options),
            load(choose(options.language, system_languages())),
            stores=vault(options, self._told_elsewhere, keys),
            book=book(options),
        )
        folder = profile(options)
        self.line = Line(options, self.account, record=record, tally=Tally(folder, time.time))
        preferences = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        icons = Icons(theme.follow_system(application))
        self.looks = Looks(application, icons, preferences)
        frames = Frames(self.line.store, self.line.clock.now)
        selection = Selection()
        commands = Commands(self.line.runner, selection, frames, icons)
        self.parts = Parts(
            store=self.line.store,
            runner=self.line.runner,
            clock=self.line.clock,
            frames=frames,
            selection=selection,
            commands=commands,
            icons=icons,
            graph=self.line.graph,
            usage=lambda: self.line.usage,
        )
        self._finder = PeopleFinder(self.line.graph)
        self.window = MainWindow(self.parts, self._finder, settings=preferences, looks=self.looks)
        self._join()

    async def run(self) -> int:
        """Show the window, go live, and return 0 when the operator closes it."""
        closed = asyncio.Event()
        self.window.closed.connect(closed.set)
        try:
            self.open()
            await closed.wait()
        finally:
            await self.close()
        return 0

    def open(self) -> None:
        """Show the window at once; behind it, go on with the kept sign-in, or begin one if that is wanted."""
        self._loop = asyncio.get_running_loop()
        self.window.show()
        self._begin(self._start())

    async def close(self) -> None:
        """Stop in order: the sign-in, what the window is waiting for, the line, the account."""
        await self._give_up()
        await self._finder.close()
        await self.window.stop()
        await self.line.close()
        await self.account.close()
        self.parts.frames.close()

    # -- joining -----------------------------------------------------------------------------------

    def _join(self) -> None:
        window, page = self.window, self.window.sign_in_page
        self.line.on_link = window.show_link
        self.line.on_operator = window.show_operator
        self.account.listen(self._account_changed)
        page.sign_in_requested.connect(lambda: self._begin(self._sign_in()))
        page.cancel_requested.connect(lambda: self._signing_in.cancel() if self._signing_in else None)
        window.sign_out.connect(lambda: self._begin(self._sign_out()))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        if self._signing_in is not None and not self._signing_in.done():
            work.close()  # one at a time: a second press changes nothing
            return
        self._signing_in = asyncio.get_running_loop().create_task(work, name="sign in or out")

    async def _give_up(self) -> None:
        if self._signing_in is not None:
            self._signing_in.cancel()
            await asyncio.gather(self._signing_in, return_exceptions=True)

    async def _start(self) -> None:
        self.window.sign_in_page.show_going_on()
        if await self.account.restore() is not None:
            self.line.start()
        elif self._options.sign_in_at_start:
            await self._sign_in()
        else:
            self.window.sign_in_page.show_signed_out()

    async def _sign_in(self) -> None:
        page = self.window.sign_in_page
        if isinstance(self.account.state, Offline):
            await self._try_again()
            return
        page.show_signing_in()
        try:
            await self.account.sign_in(self._options.login_hint or None)
        except asyncio.CancelledError:
            page.show_signed_out()
            raise
        except ConsoleError as error:
            page.show_failed(error.sentence, error.remedy)
            return
        await self._go_live()

    async def _go_live(self) -> None:
        """Begin reading the stream, or begin anew where nobody was let in yet: its pauses may be long."""
        if self.line.started and self.parts.runner.me is None:
            await self.line.stop()
        if not self.line.started:
            self.line.start()

    async def _try_again(self) -> None:
        """The session is there, its service was away: no page is wanted for that."""
        page = self.window.sign_in_page
        page.show_going_on()
        try:
            await self.account.try_again()
        except ConsoleError as error:
            page.show_failed(error.sentence, error.remedy)
        else:
            await self._go_live()

    async def _sign_out(self) -> None:
        await self.line.stop()
        await self.account.sign_out()
        self.window.sign_in_page.show_signed_out()
        self.window.show_operator()

    def _account_changed(self, state: AccountState) -> None:
        """A session that ended on its own is said where the operator looks, without hiding live calls."""
        page = self.window.sign_in_page
        match state:
            case NeedsOperator(reason=reason, account=who):
                page.show_needs_operator(reason, who.name if who else "")
                self.window.say(say(reason))
            case Offline() if self.parts.runner.me is None:
                page.show_offline()
            case SignedIn() if self.parts.runner.me is None:
                page.show_going_on()

    def _told_elsewhere(self, trouble: Trouble | None) -> None:
        """Called in the thread of the sign-in."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the console is closing
                self._loop.call_soon_threadsafe(self.window.show_kept, trouble)


def browser(options: Options) -> Callable[[str], None]:
    """Return what opens the sign-in page: the configured command, or the system's browser."""
    return command_browser(options.browser_command) if options.browser_command else open_in_browser


def open_in_browser(url: str) -> None:
    """Open a sign-in page in the system's browser. Raises BrowserFailed."""
    if not url.startswith("https://") or not QDesktopServices.openUrl(QUrl(url)):
        raise BrowserFailed("No browser could be opened.")


def profile(options: Options) -> Path:
    """Return the folder for window layout and logs, made if it is not there."""
    usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    folder = Path(options.profile or usual)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
