"""The console with its window: paint first, connect and sign in behind it, stop in order.

What is seldom opened is imported when it is: every module costs the first paint some time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSettings, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from console.actions.runner import Record
from console.app.keeping import Told, book, vault
from console.app.line import Line, account, connection, route_of, write_audit
from console.app.session import Session
from console.auth import AccountService, command_browser
from console.auth.errors import BrowserFailed
from console.auth.vault import Keys, Trouble
from console.domain.errors import BadSettings, ConsoleError
from console.language import ENGLISH, choose, load
from console.settings.kept import keep
from console.settings.layers import Configuration
from console.settings.loading import operator_folder, this_computer
from console.settings.options import Options, check
from console.settings.tally import Tally
from console.ui import loop, theme
from console.ui.commands import Commands
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.idle import Idle
from console.ui.language import speak, system_languages, tr
from console.ui.looks import Looks
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.proxies import system_proxy
from console.ui.selection import Selection
from console.ui.tasks import Tasks
from console.ui.window import MainWindow

if TYPE_CHECKING:
    from console.checks.examination import Tell
    from console.checks.findings import Outcome

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


def run_desktop(configuration: Configuration) -> int:
    """Ask for what is not set, then run the console until its window is closed; return the exit code."""
    application = make_application(configuration.options.language)
    windows: list[MainWindow] = []

    def show(text: str) -> None:
        for window in windows:
            window.say(text)

    return loop.run(_run(application, configuration, windows), application, show=show)


async def _run(application: QApplication, configuration: Configuration, windows: list[MainWindow]) -> int:
    service, told = None, Told()
    if configuration.missing:
        from console.app.setting_up import SettingUp, set_up

        folder = profile(configuration.options)
        work = SettingUp(configuration, folder, lambda options: account_of(options, told))
        preferences = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        icons = Icons(theme.follow_system(application))
        looks = Looks(application, icons, preferences)
        if not await set_up(work, icons):
            await work.close()
            return 0
        looks.deleteLater()
        configuration, service = work.configuration, work.take_account()
    options = check(configuration.options)
    desktop = Desktop(application, options, configuration=configuration, service=service, told=told)
    windows.append(desktop.window)
    return await desktop.run()


def account_of(
    options: Options, tell: Callable[[Trouble | None], None] = lambda trouble: None, keys: Keys | None = None
) -> AccountService:
    """Return the account service of a desk, with sign-ins kept as the options say."""
    return account(
        options,
        browser(options),
        load(choose(options.language, system_languages())),
        stores=vault(options, tell, keys),
        book=book(options),
        way=route_of(options, system_proxy),
    )


class Desktop:
    """One console on this desk: its line to the relay, its window, and the sign-in that joins them.

    `keys` is where the key to kept sign-ins lies, the system's password store if none is given; `service` is
    an account service that has been in use already, with what it has `told` of keeping sign-ins;
    `configuration` says where the options are from.
    """

    def __init__(
        self,
        application: QApplication,
        options: Options,
        *,
        record: Callable[[Record], None] = write_audit,
        keys: Keys | None = None,
        configuration: Configuration | None = None,
        service: AccountService | None = None,
        told: Told | None = None,
    ) -> None:
        self._options = options
        self.configuration = configuration or Configuration(options)
        self._told = told or Told()
        self.account: AccountService = service or account_of(options, self._told, keys)
        folder = profile(options)
        self.line = Line(
            options,
            self.account,
            record=record,
            tally=Tally(folder, time.time),
            way=route_of(options, system_proxy),
        )
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
        self.session = Session(self.account, self.line, self.parts, self.window, options.login_hint)
        self._idle = Idle(application)
        self._tasks = Tasks()
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
        here = asyncio.get_running_loop()

        def show(trouble: Trouble | None) -> None:
            """Called in the thread of the sign-in."""
            with contextlib.suppress(RuntimeError):  # the console is closing
                here.call_soon_threadsafe(self._show_kept, trouble)

        self._told.listen(show)
        self.window.show()
        self.session.begin(sign_in=self._options.sign_in_at_start)

    async def close(self) -> None:
        """Stop in order: the sign-in, what the window is waiting for, the line, the account."""
        self._idle.watch(0)
        await self._tasks.close()
        await self.session.close()
        await self._finder.close()
        await self.window.stop()
        await self.line.close()
        await self.account.close()
        self.parts.frames.close()

    # -- joining -----------------------------------------------------------------------------------

    def _join(self) -> None:
        window = self.window
        self.line.on_link = window.show_link
        window.checks_wanted.connect(self._show_checks)
        window.permissions_wanted.connect(lambda: self._tasks.start(self._show_permissions(), "permissions"))
        window.settings_wanted.connect(self._show_settings)
        window.keep_again_wanted.connect(lambda: self._tasks.start(self._keep_again(), "keep again"))
        self._idle.idle.connect(self.session.lock)
        self._idle.watch(self.configuration.options.lock_minutes * 60)

    def _show_checks(self) -> None:
        from console.app.doctor import bench_of
        from console.checks.examination import checks_in, examine
        from console.ui.check_pane import CheckSheet

        if self.session.locked:
            return
        options = self.configuration.options
        way = route_of(options, system_proxy)

        async def run(tell: Tell) -> list[Outcome]:
            http = connection(options, way)
            try:
                found = bench_of(self.configuration, self.account, http, way, sign_in=False)
                return await examine(found, tell)
            finally:
                await http.close()

        checks = checks_in(self.line.cloud)
        CheckSheet(checks, run, self.parts.icons, self.parts.frames, self.window).open()

    async def _show_permissions(self) -> None:
        from console.graph.needs import needs
        from console.ui.permissions import PermissionSheet

        if self.parts.runner.me is None:
            return
        with contextlib.suppress(ConsoleError):  # what is granted is known with the first token
            await self.account.token("graph")
        page = self.account.registration.consent_page
        found = needs(self.line.cloud, self.account.granted)
        sheet = PermissionSheet(found, page, self.parts.icons, self.window)
        sheet.consent_wanted.connect(self.session.consent)
        sheet.open()

    def _show_kept(self, trouble: Trouble | None) -> None:
        if isValid(self.window):  # it may have been said while the console was closing
            self.window.show_kept(trouble)

    async def _keep_again(self) -> None:
        self.window.show_kept(await self.session.keep_again(), tried=True)

    def _show_settings(self) -> None:
        from console.ui.settings_sheet import SettingsSheet

        if self.session.locked:
            return
        sheet = SettingsSheet(self.configuration, self._keep, self.parts.icons, self.window)
        sheet.set_up_wanted.connect(lambda: self._tasks.start(self._set_up_again(), "set up again"))
        sheet.open()

    async def _set_up_again(self) -> None:
        """Ask anew where this desk belongs; this desk goes on as it is until the next start."""
        from console.app.setting_up import SettingUp, set_up

        work = SettingUp(self.configuration, profile(self._options), account_of)
        try:
            if await set_up(work, self.parts.icons, self.window):
                self.configuration = work.configuration
                self.window.say(tr("This takes effect at the next start."))
        finally:
            await work.close()

    def _keep(self, name: str, value: Any) -> Configuration:
        self.configuration = keep(self.configuration, profile(self._options), {name: value})
        self._idle.watch(self.configuration.options.lock_minutes * 60)
        return self.configuration


def browser(options: Options) -> Callable[[str], None]:
    """Return what opens the sign-in page: the configured command, or the system's browser."""
    return command_browser(options.browser_command) if options.browser_command else open_in_browser


def open_in_browser(url: str) -> None:
    """Open a sign-in page in the system's browser. Raises BrowserFailed."""
    if not url.startswith("https://") or not QDesktopServices.openUrl(QUrl(url)):
        raise BrowserFailed("No browser could be opened.")


def profile(options: Options) -> Path:
    """Return the folder for window layout and logs, made if it is not there."""
    folder = Path(operator_folder(options, this_computer()))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
