"""The first page: who are you. It says how the sign-in stands and what to do; a locked desk shows it too."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.auth import Account, AskAdministrator, CopyDetails, DeviceCode, Mend, UseBrowser, label_of
from console.domain.errors import ConsoleError
from console.domain.text import NOTHING, Text
from console.ui.account_choice import AccountChoice
from console.ui.banner import Banner
from console.ui.device_code import DeviceCodePanel
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, button_text
from console.ui.language import say, tr
from console.ui.painting import scaled
from console.ui.spinner import Spinner
from console.ui.times import time_of_day
from console.ui.tokens import GAP, GAP_PAGE, GAP_WIDE

_CARD_WIDTH = 400
_MARK = 56


class SignInState(StrEnum):
    SIGNED_OUT = "signed-out"
    SIGNING_IN = "signing-in"
    GOING_ON = "going-on"
    DEVICE = "device"
    NEEDS_OPERATOR = "needs-operator"
    OFFLINE = "offline"
    FAILED = "failed"
    LOCKED = "locked"


_WAITING = (SignInState.SIGNING_IN, SignInState.DEVICE, SignInState.GOING_ON)


class SignInPage(QWidget):
    """Shows one state at a time. Nothing is typed here: the browser asks for names and passwords.

    `lacking` says why there are no calls in this cloud: then the sign-in is for finding colleagues.
    """

    sign_in_requested = Signal()
    """The main button, where nothing more particular is to be mended: sign in, or unlock."""
    cancel_requested = Signal()
    mend_requested = Signal(object)
    """A Mend of console.auth."""
    account_chosen = Signal(object)
    somebody_else = Signal()
    device_requested = Signal()
    browser_requested = Signal()

    def __init__(
        self, icons: Icons, frames: Frames, parent: QWidget | None = None, *, lacking: Text | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sign-in-page")
        self._lacking = lacking
        self._icons = icons
        self._state = SignInState.SIGNED_OUT
        self._accounts: Sequence[Account] = ()
        self._elsewhere = self._windows = False
        self._mend: Mend | None = None
        self._mark = QLabel(self)
        self._title = PlainLabel(role="title", wrap=True)
        self._text = PlainLabel(role="muted", wrap=True)
        self._text.setObjectName("sign-in-text")
        self._banner = Banner(icons, "sign-in-problem")
        self._about = Banner(icons, "sign-in-lacking")
        self._about.say(say(lacking or NOTHING), tr("Finding colleagues works here.") if lacking else "")
        self._choice = AccountChoice(icons)
        self._choice.chosen.connect(self.account_chosen)
        self._code = DeviceCodePanel(icons)
        self._waiting_for = PlainLabel()
        self._progress = self._make_progress(frames)
        self._sign_in = self._button("sign-in", self._go, kind="primary")
        self._cancel = self._button("sign-in-cancel", self.cancel_requested.emit, tr("Cancel"))
        self._ways = QWidget()
        self._else = self._way("sign-in-else", tr("Somebody else"), self.somebody_else)
        self._device = self._way("sign-in-device", tr("Sign in on another device"), self.device_requested)
        self._browser = self._way("sign-in-browser", tr("Use the browser instead"), self.browser_requested)
        self._again = self._way("sign-in-again", tr("Try again"), self.sign_in_requested)
        self._link = self._way("sign-in-link", tr("Copy the administrator's link"), None)
        self._link.clicked.connect(self._copy_link)
        self._card = QFrame(self)
        self._lay_out()
        icons.changed.connect(self._draw)
        self._draw()
        self.show_signed_out()

    @property
    def state(self) -> SignInState:
        return self._state

    def offer(self, accounts: Sequence[Account], *, elsewhere: bool, windows: bool) -> None:
        """Say who has signed in here before, and which other ways of signing in there are."""
        self._accounts, self._elsewhere, self._windows = tuple(accounts), elsewhere, windows
        self._fit()

    # -- the states ----------------------------------------------------------------------------------

    def show_signed_out(self) -> None:
        """Nobody is signed in."""
        purpose = (
            tr("Sign in with your work account to find colleagues. Your browser opens for it.")
            if self._lacking
            else tr("Sign in with your work account to handle calls. Your browser opens for it.")
        )
        self._show(SignInState.SIGNED_OUT, purpose, tr("Sign in"))

    def show_signing_in(self, *, windows: bool = False) -> None:
        """The browser, or the dialog of Windows, is open and we wait for it."""
        self._waiting_for.setText(tr("Waiting for Windows…") if windows else tr("Waiting for your browser…"))
        self._show(
            SignInState.SIGNING_IN,
            tr("Windows asks for your account in a window of its own.")
            if windows
            else tr("Finish signing in there. This window goes on by itself afterwards."),
            "",
        )
        self._browser.setVisible(windows)

    def show_going_on(self) -> None:
        """There may be a sign-in from before, or there is one and the desk is on its way."""
        self._waiting_for.setText(tr("One moment…"))
        words = tr("Going on with your sign-in. This computer may ask you to unlock its password store.")
        self._show(SignInState.GOING_ON, words, "")

    def show_device_code(self, code: DeviceCode) -> None:
        """A code has to be typed on another device."""
        self._waiting_for.setText(tr("Waiting for the other device…"))
        self._show(SignInState.DEVICE, "", "")
        self._code.show_code(code)

    def show_needs_operator(self, reason: Text, name: str = "", mend: Mend | None = None) -> None:
        """The sign-in that was kept is not enough any more; `name` is the account it was for."""
        again = tr("Please sign in again as {who} to go on.", who=name)
        again = again if name else tr("Please sign in again to go on.")
        label = say(label_of(mend)) if mend else tr("Sign in again")
        self._show(SignInState.NEEDS_OPERATOR, again, label, mend)
        self._banner.say(say(reason), icon="lock", role="warning")

    def show_offline(self, until: float | None = None) -> None:
        """There is no way to the sign-in service; the console keeps trying. `until` is in seconds UTC."""
        later = (
            tr("Colleagues can be found as soon as the connection is back.")
            if self._lacking
            else tr("Calls can be handled as soon as the connection is back.")
        )
        if until is not None:
            later = tr("You stay signed in until {time}.", time=time_of_day(until))
        self._show(SignInState.OFFLINE, later, tr("Try again"))
        self._banner.say(
            tr("Microsoft's sign-in service cannot be reached."),
            tr("Check the network; the console keeps trying."),
            icon="disconnected",
            role="warning",
        )

    def show_failed(self, sentence: Text, remedy: Text = NOTHING, mend: Mend | None = None) -> None:
        """The sign-in did not work."""
        label = say(label_of(mend)) if mend else tr("Try again")
        self._show(SignInState.FAILED, tr("You are not signed in."), label, mend)
        self._banner.say(say(sentence), say(remedy), icon="alert", role="danger")
        self._again.setVisible(isinstance(mend, CopyDetails | AskAdministrator))
        self._link.setVisible(isinstance(mend, AskAdministrator))

    def show_error(self, error: ConsoleError) -> None:
        """As show_failed, with what the error knows of a way out."""
        self.show_failed(error.sentence, error.remedy, getattr(error, "mend", None))

    def show_locked(self, name: str, ringing: int = 0, problem: ConsoleError | None = None) -> None:
        """The desk is locked by `name`; how many ring may be seen by everybody, who rings may not.

        `problem` is why it could not be unlocked.
        """
        text = tr("{who} has locked this desk. Calls go on.", who=name)
        self._show(SignInState.LOCKED, text, tr("Unlock as {who}", who=name))
        if problem is not None:
            self._banner.say(say(problem.sentence), say(problem.remedy), icon="alert", role="danger")
        elif ringing:
            said = (
                tr("One caller is ringing.")
                if ringing == 1
                else tr("{count} callers are ringing.", count=ringing)
            )
            self._banner.say(said, icon="phone-incoming", role="warning")

    # -- keys ----------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._card.setFixedWidth(scaled(self, _CARD_WIDTH))
            self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        focused = self.focusWidget()
        if enter and isinstance(focused, QPushButton) and focused.hasFocus():
            focused.click()
        elif enter and self._sign_in.isVisible():
            self._sign_in.click()
        elif event.key() == Qt.Key.Key_Escape and self._cancel.isVisible():
            self._cancel.click()
        else:
            super().keyPressEvent(event)

    def take_keyboard(self) -> None:
        """Put the keyboard on what is most likely to be pressed."""
        waiting = self._state in _WAITING
        chosen = next(iter(self._choice.buttons), None) if self._choice.isVisible() else None
        target = self._cancel if waiting else chosen or self._sign_in  # GOING_ON has nothing to press
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- inside --------------------------------------------------------------------------------------

    def _show(self, state: SignInState, text: str, button: str, mend: Mend | None = None) -> None:
        self._state, self._mend = state, mend
        self._banner.say("")
        self._code.hide()
        self._title.setText(tr("Locked") if state is SignInState.LOCKED else "Operator Console")
        self._text.setText(text)
        self._text.setVisible(bool(text))
        waiting = state in _WAITING
        self._progress.setVisible(waiting)
        self._cancel.setVisible(waiting and state is not SignInState.GOING_ON)
        self._sign_in.setVisible(not waiting)
        self._sign_in.setText(button_text(button))
        self.setAccessibleDescription(text)
        self._again.hide()
        self._link.hide()
        self._fit()
        if self.isVisible():
            self.take_keyboard()

    def _fit(self) -> None:
        """Offer what makes sense in this state."""
        fresh = self._state is SignInState.SIGNED_OUT
        choosing = fresh and bool(self._accounts)
        self._choice.show_accounts(self._accounts if choosing else ())
        self._sign_in.setVisible(not choosing and self._state not in _WAITING)
        self._else.setVisible(choosing or self._state is SignInState.LOCKED)
        self._else.setText(tr("Switch user") if self._state is SignInState.LOCKED else tr("Somebody else"))
        stuck = self._state in (SignInState.SIGNED_OUT, SignInState.FAILED)
        self._device.setVisible(stuck and self._elsewhere)
        self._browser.setVisible(stuck and self._windows and not isinstance(self._mend, UseBrowser))
        self._icons.dress(self._sign_in, self._sign_for(), "text_on_accent")

    def _sign_for(self) -> str:
        match self._mend:
            case CopyDetails():
                return "copy"
            case AskAdministrator():
                return "globe"
        return "lock" if self._state is SignInState.LOCKED else "user"

    def _go(self) -> None:
        if self._mend is None:
            self.sign_in_requested.emit()
        else:
            self.mend_requested.emit(self._mend)

    def _copy_link(self) -> None:
        if isinstance(self._mend, AskAdministrator):
            self.mend_requested.emit(CopyDetails(self._mend.url))

    def _button(self, name: str, do: object, text: str = "", *, kind: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setProperty("kind", kind)
        button.setMinimumHeight(40)
        button.clicked.connect(lambda: do())  # type: ignore[operator]
        return button

    def _way(self, name: str, text: str, asked: object) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setProperty("kind", "quiet")
        if asked is not None:
            button.clicked.connect(lambda: asked.emit())  # type: ignore[attr-defined]
        return button

    def _make_progress(self, frames: Frames) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addStretch()
        row.addWidget(Spinner(self._icons, frames, 18))
        row.addWidget(self._waiting_for)
        row.addStretch()
        return line

    def _draw(self) -> None:
        self._mark.setPixmap(self._icons.pixmap("operator-console", "accent", scaled(self, _MARK)))

    def _lay_out(self) -> None:
        for label in (self._mark, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._card.setProperty("panel", "card")
        self._card.setFixedWidth(scaled(self, _CARD_WIDTH))
        ways = QVBoxLayout(self._ways)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(0)
        for button in (self._else, self._again, self._link, self._device, self._browser):
            ways.addWidget(button)
        column = QVBoxLayout(self._card)
        column.setContentsMargins(GAP_PAGE * 2, GAP_PAGE * 2, GAP_PAGE * 2, GAP_PAGE * 2)
        column.setSpacing(GAP_WIDE)
        rows: tuple[QWidget, ...] = (self._mark, self._title, self._text, self._about, self._banner)
        for widget in (
            *rows,
            self._choice,
            self._code,
            self._progress,
            self._sign_in,
            self._cancel,
            self._ways,
        ):
            column.addWidget(widget)
        foot = PlainLabel(tr("The console never sees your password."), role="caption")
        foot.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QWidget()
        page = QVBoxLayout(inside)
        page.addStretch(2)
        # Stretches, not an alignment: only so are wrapped texts asked how high they are at this width.
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._card)
        row.addStretch()
        page.addLayout(row)
        page.addSpacing(GAP)
        page.addWidget(foot)
        page.addStretch(3)
        area = QScrollArea()  # large letters on a small screen must not push the buttons out of reach
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
