"""The first page: who are you. Says what is going on with the sign-in and what to do next."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.text import NOTHING, Text
from console.ui.banner import Banner
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, button_text
from console.ui.language import say, tr
from console.ui.painting import scaled
from console.ui.spinner import Spinner

_CARD_WIDTH = 400
_MARK = 56


class SignInState(StrEnum):
    SIGNED_OUT = "signed-out"
    SIGNING_IN = "signing-in"
    GOING_ON = "going-on"
    NEEDS_OPERATOR = "needs-operator"
    OFFLINE = "offline"
    FAILED = "failed"


class SignInPage(QWidget):
    """Shows one state at a time. Nothing is typed here: the browser asks for names and passwords.

    `lacking` says why there are no calls in this cloud: then the sign-in is for finding colleagues.
    """

    sign_in_requested = Signal()
    cancel_requested = Signal()

    def __init__(
        self, icons: Icons, frames: Frames, parent: QWidget | None = None, *, lacking: Text | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sign-in-page")
        self._lacking = lacking
        self._icons = icons
        self._state = SignInState.SIGNED_OUT
        self._mark = QLabel(self)
        self._title = PlainLabel(role="title")
        self._text = PlainLabel(role="muted", wrap=True)
        self._text.setObjectName("sign-in-text")
        self._banner = Banner(icons, "sign-in-problem")
        self._about = Banner(icons, "sign-in-lacking")
        self._about.say(say(lacking or NOTHING), tr("Finding colleagues works here.") if lacking else "")
        self._waiting = PlainLabel()
        self._progress = self._make_progress(frames)
        self._sign_in = QPushButton()
        self._sign_in.setObjectName("sign-in")
        self._sign_in.setProperty("kind", "primary")
        self._sign_in.setMinimumHeight(40)
        self._sign_in.clicked.connect(self.sign_in_requested)
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.setObjectName("sign-in-cancel")
        self._cancel.setMinimumHeight(40)
        self._cancel.clicked.connect(self.cancel_requested)
        self._card = QFrame(self)
        self._lay_out()
        icons.changed.connect(self._draw)
        self._draw()
        self.show_signed_out()

    @property
    def state(self) -> SignInState:
        return self._state

    def show_signed_out(self) -> None:
        """Nobody is signed in."""
        purpose = (
            tr("Sign in with your work account to find colleagues. Your browser opens for it.")
            if self._lacking
            else tr("Sign in with your work account to handle calls. Your browser opens for it.")
        )
        self._show(SignInState.SIGNED_OUT, purpose, tr("Sign in"))

    def show_signing_in(self) -> None:
        """The browser is open and we wait for it."""
        self._show(
            SignInState.SIGNING_IN,
            tr("Finish signing in there. This window goes on by itself afterwards."),
            "",
        )

    def show_going_on(self) -> None:
        """There may be a sign-in from before, or there is one and the desk is on its way."""
        words = tr("Going on with your sign-in. This computer may ask you to unlock its password store.")
        self._show(SignInState.GOING_ON, words, "")

    def show_needs_operator(self, reason: Text, name: str = "") -> None:
        """The sign-in that was kept is not enough any more; `name` is the account it was for."""
        again = tr("Please sign in again as {who} to go on.", who=name)
        again = again if name else tr("Please sign in again to go on.")
        self._show(SignInState.NEEDS_OPERATOR, again, tr("Sign in again"))
        self._banner.say(say(reason), icon="lock", role="warning")

    def show_offline(self) -> None:
        """There is no way to the sign-in service; the console keeps trying."""
        later = (
            tr("Colleagues can be found as soon as the connection is back.")
            if self._lacking
            else tr("Calls can be handled as soon as the connection is back.")
        )
        self._show(SignInState.OFFLINE, later, tr("Try again"))
        self._banner.say(
            tr("Microsoft's sign-in service cannot be reached."),
            tr("Check the network; the console keeps trying."),
            icon="disconnected",
            role="warning",
        )

    def show_failed(self, sentence: Text, remedy: Text = NOTHING) -> None:
        """The sign-in did not work."""
        self._show(SignInState.FAILED, tr("You are not signed in."), tr("Try again"))
        self._banner.say(say(sentence), say(remedy), icon="alert", role="danger")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._card.setFixedWidth(scaled(self, _CARD_WIDTH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self._sign_in.isVisible():
            self._sign_in.click()
        elif event.key() == Qt.Key.Key_Escape and self._cancel.isVisible():
            self._cancel.click()
        else:
            super().keyPressEvent(event)

    def _show(self, state: SignInState, text: str, button: str) -> None:
        self._state = state
        self._banner.say("")
        self._text.setText(text)
        browsing = state is SignInState.SIGNING_IN
        waiting = browsing or state is SignInState.GOING_ON
        self._waiting.setText(tr("Waiting for your browser…") if browsing else tr("One moment…"))
        self._progress.setVisible(waiting)
        self._cancel.setVisible(browsing)
        self._sign_in.setVisible(not waiting)
        self._sign_in.setText(button_text(button))
        self.setAccessibleDescription(text)
        if self.isVisible():
            (self._cancel if browsing else self._sign_in).setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_progress(self, frames: Frames) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addStretch()
        row.addWidget(Spinner(self._icons, frames, 18))
        row.addWidget(self._waiting)
        row.addStretch()
        return line

    def _draw(self) -> None:
        self._mark.setPixmap(self._icons.pixmap("operator-console", "accent", _MARK))

    def _lay_out(self) -> None:
        self._title.setText("Operator Console")
        for label in (self._mark, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._card.setProperty("panel", "card")
        self._card.setFixedWidth(scaled(self, _CARD_WIDTH))
        column = QVBoxLayout(self._card)
        column.setContentsMargins(32, 32, 32, 32)
        column.setSpacing(12)
        column.addWidget(self._mark)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addSpacing(8)
        for widget in (self._about, self._banner, self._progress, self._sign_in, self._cancel):
            column.addWidget(widget)
        foot = PlainLabel(tr("The console never sees your password."), role="caption")
        foot.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page = QVBoxLayout(self)
        page.addStretch(2)
        # Stretches, not an alignment: only so are wrapped texts asked how high they are at this width.
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._card)
        row.addStretch()
        page.addLayout(row)
        page.addSpacing(8)
        page.addWidget(foot)
        page.addStretch(3)
