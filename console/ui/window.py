"""The main window: three columns between a bar and a line, and everything that concerns all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeyEvent, QKeySequence, QShortcut, QStatusTipEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console import resources
from console.actions.runner import Notice, NoticeKind
from console.auth import Account, AccountState
from console.auth.vault import Trouble
from console.domain.text import NOTHING
from console.feed.link import LinkState
from console.ui import help
from console.ui.account_bar import AccountBar
from console.ui.announcer import Announcer
from console.ui.banner import Banner
from console.ui.call_list import CallList
from console.ui.call_pane import CallPane
from console.ui.call_rows import Queue
from console.ui.connection import ConnectionSheet
from console.ui.keeping import KeptBar
from console.ui.keyboard import Typing
from console.ui.labels import tooltip
from console.ui.lamp import LinkBar
from console.ui.language import say, tr
from console.ui.layout import Layout
from console.ui.looks import Looks
from console.ui.meeting_dialog import MeetingDialog
from console.ui.menus import Menus
from console.ui.notices import Notices
from console.ui.palette import Palette
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.people_pane import PeoplePane
from console.ui.reason_prompt import ReasonPrompt, ask_reason
from console.ui.sheet import Sheet
from console.ui.sign_in_page import SignInPage
from console.ui.status_line import StatusLine
from console.ui.tokens import GAP
from console.ui.top_bar import TopBar

TITLE = "Operator Console"
_ME = "me"


class MainWindow(QMainWindow):
    """Joins the panes. `closed` is for whoever has to stop the rest in order."""

    closed = Signal()
    sign_out = Signal()
    switch_wanted = Signal(object)
    lock_wanted = Signal()
    sign_out_everywhere = Signal()
    mend_requested = Signal(object)
    checks_wanted = Signal()
    permissions_wanted = Signal()
    settings_wanted = Signal()
    keep_again_wanted = Signal()

    def __init__(
        self, parts: Parts, finder: PeopleFinder, *, settings: QSettings, looks: Looks | None = None
    ):
        super().__init__()
        self._parts = parts
        self._finder = finder
        self._ringing = 0
        nowhere = parts.without_calls
        self._link = LinkState("absent" if nowhere else "connecting", parts.now(), reason=nowhere or NOTHING)
        self.setObjectName("main-window")
        self.setWindowTitle(TITLE)
        self.setMinimumSize(1024, 640)
        self.resize(1280, 800)
        mark = QIcon(str(resources.path("icons/operator-console.svg")))
        self.setWindowIcon(mark)

        self.calls = CallList(parts)
        self.call_pane = CallPane(parts)
        self.people = PeoplePane(parts, finder)
        self.sign_in_page = SignInPage(parts.icons, parts.frames, lacking=parts.without_calls)
        self.status = StatusLine(parts, finder)
        self._top = TopBar(parts.icons, mark)
        self._link_bar = LinkBar(parts.icons)
        self._kept_bar = KeptBar(parts.icons)
        self.account_bar = AccountBar(parts.icons)
        self._columns = self._make_columns()
        self._pages = QStackedWidget()
        self._lay_out()
        self.notices = Notices(parts, self._pages)
        self.announcer = Announcer(self, parts.frames)
        self.menus = Menus(self._top.menus, self, parts.commands, parts.icons, looks)
        self._add_actions()
        self.palette_box = Palette(parts, finder, self, self.menus.window_actions, self._top.field)
        self._typing = Typing(self, self.people.take_keyboard)
        self._layout = Layout(settings, self, self._columns, self.calls.rows)
        self._layout.restore()
        self._connect()
        self.show_operator()
        self.show_link(self._link)

    @cached_property
    def meeting_dialog(self) -> MeetingDialog:
        """Made when it is first wanted: the window is on screen sooner without it."""
        return MeetingDialog(self._parts, self._finder, self)

    async def stop(self) -> None:
        """Stop what the window still waits for."""
        if "meeting_dialog" in self.__dict__:
            await self.meeting_dialog.close_tasks()

    # -- what the rest of the program tells the window -----------------------------------------------

    def show_link(self, state: LinkState) -> None:
        """Say how the line to the relay is: in the lamp, in the bar, and on every button that needs it."""
        before, self._link = self._link, state
        self.status.show_link(state)
        self._link_bar.show_link(state)
        self._make_room()
        self._parts.commands.refresh()
        if before.kind != state.kind and (state.kind in ("lost", "refused") or before.kind == "lost"):
            self.announcer.say(self._link_bar.text() or tr("The relay is back."))

    def show_operator(self) -> None:
        """Whoever is signed in has changed; with somebody there the desk is shown, else the sign-in page."""
        me = self._parts.runner.me
        self._finder.watch(_ME, (me.id,) if me else ())
        self._show_me()
        self._kept_bar.show_somebody(me is not None)
        self.status.show_queue(self.calls.queue)
        if me is not None:
            self._layout.use(me.id)
        self.announcer.discreet = me is None
        self.notices.setVisible(me is not None)
        page = self._columns if me else self.sign_in_page
        arrived = page is not self._pages.currentWidget() or not self.isVisible()
        self._pages.setCurrentWidget(page)
        self._parts.commands.refresh()
        if me is not None and arrived:  # a reconnection must not take the keyboard from anybody
            QTimer.singleShot(0, self, self._go_home)
            self.announcer.say(say(self._parts.without_calls or NOTHING))

    def offer(
        self, me: Account | None, accounts: Sequence[Account], *, elsewhere: bool, windows: bool
    ) -> None:
        """Say who has signed in here before, and which ways of signing in there are."""
        self._top.account.offer(me, accounts)
        self.sign_in_page.offer(accounts, elsewhere=elsewhere, windows=windows)

    def show_account(self, state: AccountState) -> None:
        """Say how the sign-in stands while the desk is on screen."""
        self.account_bar.show_state(state)
        self.announcer.say(self.account_bar.text())

    def show_kept(self, trouble: Trouble | None, *, tried: bool = False) -> None:
        """Say why this computer cannot keep the sign-in, or with None that it can; `tried`: at a wish."""
        self._kept_bar.show_trouble(trouble, tried=tried)
        if tried:
            self.say(say(trouble.sentence) if trouble else tr("Your sign-in is kept on this computer now."))
        else:
            self.announcer.say(self._kept_bar.text())

    def put_away(self) -> None:
        """Close everything that lies over the window: whoever passes a locked desk must not read it."""
        for prompt in self.findChildren(ReasonPrompt):
            prompt.cancel()
        for sheet in self.findChildren(QDialog):
            sheet.reject()
            sheet.hide()
        self.palette_box.dismiss()

    def say(self, text: str) -> None:
        """Show and announce one sentence that is about no call."""
        self.status.say(text)
        self.announcer.say(text)

    # -- events ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._parts.runner.me is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self._back_out()
        elif not self._typing.take(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QStatusTipEvent):
            self.status.show_tip(event.tip())
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._layout.keep()
        super().closeEvent(event)
        self.closed.emit()

    # -- inside ------------------------------------------------------------------------------------

    def _connect(self) -> None:
        parts = self._parts
        parts.commands.ask_reason = partial(ask_reason, self)
        parts.commands.open_meeting = lambda: self.meeting_dialog.begin()
        parts.commands.listen_keys(self)
        parts.commands.refused.connect(self._refused)
        parts.commands.seeking.connect(lambda action: self._go_home() if action is None else None)
        self.calls.counted.connect(self._counted)
        self._counted(self.calls.queue)
        self.notices.told.connect(self._told)
        self.notices.left.connect(self._go_home)
        self.people.left.connect(self._go_home)
        self.call_pane.find_wanted.connect(self.people.take_keyboard)
        self.palette_box.call_shown.connect(self.calls.focus_calls)
        self._top.field.clicked.connect(self.palette_box.open)
        account = self._top.account
        account.sign_out.connect(self.sign_out)
        account.sign_out_everywhere.connect(self.sign_out_everywhere)
        account.switch_wanted.connect(self.switch_wanted)
        account.lock_wanted.connect(self.lock_wanted)
        for where in (self.account_bar, self.sign_in_page):
            where.mend_requested.connect(self.mend_requested)
        self._finder.presences_changed.connect(self._show_me)
        self.status.details_wanted.connect(self._show_connection)
        self._kept_bar.again_wanted.connect(self.keep_again_wanted)
        for bar in (self._kept_bar, self.account_bar):
            bar.changed.connect(self._make_room)
        undo = QShortcut(QKeySequence("Backspace"), self)
        undo.setAutoRepeat(False)
        undo.activated.connect(parts.commands.undo)

    def _add_actions(self) -> None:
        menus = self.menus
        menus.add(menus.view, "view.palette", tr("Search everything"), self._open_palette, keys=("Ctrl+K",))
        calls = (
            menus.add(
                menus.view, "view.calls", tr("Go to the calls"), self.calls.focus_calls, keys=("Ctrl+1",)
            ),
            menus.add(
                menus.view, "view.call", tr("Go to the chosen call"), self._go_to_call, keys=("Ctrl+2",)
            ),
        )
        for action in calls if (why := say(self._parts.without_calls or NOTHING)) else ():
            action.setEnabled(False)
            action.setToolTip(tooltip(why))
            action.setStatusTip(why)
        menus.add(
            menus.view, "view.people", tr("Go to the people"), self.people.take_keyboard, keys=("Ctrl+3",)
        )
        menus.add(menus.view, "view.lock", tr("Lock"), self._lock, keys=("Ctrl+L",), icon="lock")
        menus.add(
            menus.view,
            "view.settings",
            tr("Settings"),
            self.settings_wanted.emit,
            keys=("Ctrl+,",),
            icon="settings",
        )
        menus.add(menus.help, "help.keys", tr("Keyboard"), self._show_keys, keys=("F1",), icon="keyboard")
        menus.add(menus.help, "help.connection", tr("Connection"), self._show_connection, icon="lamp")
        menus.add(menus.help, "help.checks", tr("Checks"), self.checks_wanted.emit, icon="check")
        menus.add(
            menus.help, "help.permissions", tr("Permissions"), self.permissions_wanted.emit, icon="shield"
        )
        menus.add(menus.help, "help.diagnostics", tr("Diagnostics"), self._show_diagnostics, icon="info")

    def _make_columns(self) -> QSplitter:
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.setObjectName("columns")
        columns.setChildrenCollapsible(False)
        columns.setHandleWidth(1)
        for pane, panel, width in (
            (self.calls, "sunken", 272),
            (self.call_pane, "plain", 400),
            (self.people, "sunken", 272),
        ):
            frame = QFrame()
            frame.setProperty("panel", panel)
            frame.setMinimumWidth(width)
            inner = QVBoxLayout(frame)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.addWidget(pane)
            columns.addWidget(frame)
            frame.setHidden(pane is self.calls and self._parts.without_calls is not None)
        for place, stretch in enumerate((0, 1, 0)):
            columns.setStretchFactor(place, stretch)
        columns.setSizes([332, 616, 332] if self._parts.without_calls is None else [0, 860, 420])
        return columns

    def _lay_out(self) -> None:
        self._pages.addWidget(self._columns)
        self._pages.addWidget(self.sign_in_page)
        self._bar_room = QWidget()
        room = QVBoxLayout(self._bar_room)
        room.setContentsMargins(GAP, GAP, GAP, GAP)
        room.setSpacing(GAP)
        for bar in self._bars:
            room.addWidget(bar)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(_rule())
        column.addWidget(self._bar_room)
        column.addWidget(self._pages, 1)
        column.addWidget(_rule())
        column.addWidget(self.status)
        self.setCentralWidget(body)

    def _make_room(self) -> None:
        self._bar_room.setVisible(not all(bar.isHidden() for bar in self._bars))

    @property
    def _bars(self) -> tuple[Banner, ...]:
        return (self._link_bar, self.account_bar, self._kept_bar)

    def _back_out(self) -> None:
        if self._parts.commands.wanted is not None:
            self._parts.commands.let_go()
        else:
            self._go_home()

    def _go_home(self) -> None:
        """Put the keyboard where the work is: in the calls, or where there are none in the people search."""
        if self._parts.without_calls:
            self.people.take_keyboard()
        else:
            self.calls.focus_calls()

    def _lock(self) -> None:
        if self._parts.runner.me is not None:
            self.lock_wanted.emit()

    def _open_palette(self) -> None:
        if self._parts.runner.me is not None:
            self.palette_box.open()

    def _go_to_call(self) -> None:
        self.call_pane.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.call_pane.focusNextChild()

    def _show_keys(self) -> None:
        Sheet("keys-sheet", tr("Keyboard"), help.keys(self.menus.window_actions), self).open()

    def _show_connection(self) -> None:
        ConnectionSheet(self._parts, lambda: self._link, self).open()

    def _show_diagnostics(self) -> None:
        me = self._parts.runner.me
        facts = help.diagnostics(self._parts, self._link, me.name if me else "")
        facts += self._kept_bar.facts()
        Sheet("diagnostics", tr("Diagnostics"), facts, self, copy=True).open()

    def _show_me(self) -> None:
        me = self._parts.runner.me
        seen = self._finder.presence(me.id) if me else None
        self._top.show_operator(me, seen.presence if seen else None)

    def _refused(self, why: str) -> None:
        if why:
            self.status.say(why, "refused")
            self.announcer.say(why)

    def _told(self, notice: Notice) -> None:
        self.announcer.notice(notice)
        if notice.kind is NoticeKind.DONE:
            self.status.say(tr("{action}: done", action=notice.action.title), "done")
        elif notice.kind is NoticeKind.UNDONE:
            self.status.say(say(notice.text))

    def _counted(self, queue: Queue) -> None:
        self.status.show_queue(queue)
        ringing = tr("{count} ringing", count=queue.ringing)
        self.setWindowTitle(f"{ringing} – {TITLE}" if queue.ringing else TITLE)
        if queue.ringing > self._ringing and not self.isActiveWindow():
            QApplication.alert(self)
        self._ringing = queue.ringing


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("rule", True)
    rule.setMinimumSize(QSize(0, 1))
    return rule
