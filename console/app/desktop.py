"""The console with its window: paint first, then import and connect, then sign in and go live."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from console.actions.runner import Record
from console.app.line import Line, account, connect, write_audit
from console.auth import AccountService, AccountState, NeedsOperator, Offline, SignedOut, command_browser
from console.auth.errors import BrowserFailed
from console.domain.errors import ConsoleError
from console.settings.options import Options
from console.store.clock import RelayClock
from console.store.store import Store
from console.ui import loop, theme
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.shell import Shell

log = logging.getLogger(__name__)

NAME = "Operator Console"


def make_application(arguments: list[str] | None = None) -> QApplication:
    """Return the one QApplication, named so that screen readers and the desktop know it."""
    made = QApplication.instance()
    application = made if isinstance(made, QApplication) else QApplication(arguments or sys.argv[:1])
    application.setApplicationName("operator-console")
    application.setApplicationDisplayName(NAME)
    application.setDesktopFileName("operator-console")
    return application


def run_desktop(options: Options) -> int:
    """Run the console until its window is closed; return the exit code."""
    application = make_application()
    desktop = Desktop(application, options)
    return loop.run(desktop.run(), application, show=desktop.shell.tell)


class Desktop:
    """One console on this desk. `line` exists once the connection is built."""

    def __init__(
        self,
        application: QApplication,
        options: Options,
        *,
        record: Callable[[Record], None] = write_audit,
    ) -> None:
        self._options = options
        self._record = record
        self._closed = asyncio.Event()
        self._store, self._clock = Store(), RelayClock()
        self._preferences = QSettings(str(profile(options) / "window.ini"), QSettings.Format.IniFormat)
        self._signing_in: asyncio.Task[None] | None = None
        self.account: AccountService = account(options, self._browser())
        self.line: Line | None = None
        icons = Icons(theme.follow_system(application))
        theme.apply(application, icons.theme)
        self.shell = Shell(application, self._store, self._clock, icons, self._preferences)
        self.shell.closed.connect(self._closed.set)
        self.shell.page.sign_in_requested.connect(self._sign_in)
        self.shell.page.cancel_requested.connect(self._cancel)

    @property
    def frames(self) -> Frames:
        return self.shell.frames

    async def run(self) -> int:
        """Show the window, go live, and return 0 when the operator closes it."""
        try:
            await self.open()
            await self._closed.wait()
        finally:
            await self.close()
        return 0

    async def open(self) -> None:
        """Show the window at once, then build the connection, and sign in when that is wanted."""
        self.shell.show()
        await asyncio.sleep(0.05)  # let the window be painted before anything heavy is imported
        http = await connect(self._options)
        self.line = Line(
            self._options, self.account, http, store=self._store, clock=self._clock, record=self._record
        )
        self.shell.build_desk(self.line.runner, self.line.graph, sign_out=self._sign_out)
        self.line.on_link = self.shell.show_link
        self.line.on_greeting = self.shell.greet
        self.account.listen(self._account_changed)
        if self._options.sign_in_at_start:
            self._sign_in()

    async def close(self) -> None:
        """Stop in order: the window's own tasks, the line, the account."""
        self._cancel()
        await self.shell.stop()
        if self.line is not None:
            await self.line.close()
        await self.account.close()

    # -- signing in and out ------------------------------------------------------------------------

    def _sign_in(self) -> None:
        if self._signing_in is None or self._signing_in.done():
            self._signing_in = asyncio.get_running_loop().create_task(self._enter(), name="sign in")

    def _cancel(self) -> None:
        if self._signing_in is not None:
            self._signing_in.cancel()

    async def _enter(self) -> None:
        page = self.shell.page
        page.show_signing_in()
        try:
            person = await self.account.sign_in(self._options.login_hint or None)
        except asyncio.CancelledError:
            page.show_signed_out()
            raise
        except ConsoleError as error:
            page.show_failed(error.sentence, error.remedy)
            return
        self.shell.show_desk(person.name)
        if self.line is not None and not self.line.started:
            self.line.start()

    def _sign_out(self) -> None:
        self._signing_in = asyncio.get_running_loop().create_task(self._leave(), name="sign out")

    async def _leave(self) -> None:
        if self.line is not None:
            await self.line.stop()
        await self.account.sign_out()
        self.shell.show_sign_in()

    def _account_changed(self, state: AccountState) -> None:
        match state:
            case NeedsOperator(reason=reason, account=who):
                self.shell.show_sign_in()
                self.shell.page.show_needs_operator(reason, who.name if who else "")
            case Offline() if self.line is None or not self.line.started:
                self.shell.page.show_offline()
            case SignedOut():
                self.shell.page.show_signed_out()

    def _browser(self) -> Callable[[str], None]:
        if self._options.browser_command:
            return command_browser(self._options.browser_command)
        return open_in_browser


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
