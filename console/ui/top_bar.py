"""The bar at the top: menus, the way to every command, and who is signed in."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from console.domain.people import Operator, Presence
from console.ui.account_menu import AccountMenu
from console.ui.avatar import Avatar
from console.ui.icons import Icons
from console.ui.labels import PlainLabel, button_text, one_line
from console.ui.language import listed, tr
from console.ui.painting import RIGHT, focus_ring, ground, in_colour, line, sized
from console.ui.presence import presence_word
from console.ui.tokens import GAP, GAP_WIDE, TYPE_CAPTION


class CommandField(QPushButton):
    """Looks like a search field and opens the palette, where the writing happens."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.setObjectName("command-field")
        self.setAccessibleName(tr("Search commands, calls and people"))
        self.setAccessibleDescription("Ctrl+K")
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(200)
        self.setMaximumWidth(420)
        icons.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, max(32, self.fontMetrics().height() + 14))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        over = self.underMouse()
        ground(painter, box, theme.hover if over else theme.surface_raised, theme.border_strong)
        painter.drawPixmap(10, (self.height() - 16) // 2, self._icons.pixmap("search", "text_muted", 16))
        room = self.rect().adjusted(36, 0, -12, 0)
        muted = in_colour(theme, "text_muted")
        painter.setFont(sized(self.font(), TYPE_CAPTION, self.font().pixelSize()))
        keys = painter.fontMetrics().horizontalAdvance("Ctrl+K")
        line(painter, room, "Ctrl+K", muted, RIGHT)
        painter.setFont(self.font())
        line(painter, room.adjusted(0, 0, -keys - GAP, 0), tr("Search people, numbers, commands"), muted)
        if self.hasFocus():
            focus_ring(painter, box, theme)


class TopBar(QFrame):
    """`account` is the menu behind the operator's name."""

    def __init__(self, icons: Icons, mark: QIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.setObjectName("top-bar")
        self.setProperty("panel", "sunken")
        sign = PlainLabel(parent=self)
        sign.setPixmap(mark.pixmap(QSize(24, 24), 2.0))
        self.menus = QMenuBar(self)
        self.menus.setObjectName("menus")
        self.menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.field = CommandField(icons, self)
        self._avatar = Avatar(icons, 28, self)
        self._user = QToolButton(self)
        self._user.setObjectName("user")
        self._user.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._user.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.account = AccountMenu(icons, self._user)
        self._user.setMenu(self.account.menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_WIDE, GAP, GAP_WIDE, GAP)
        row.setSpacing(GAP)
        row.addWidget(sign)
        row.addWidget(self.menus)
        row.addStretch(1)
        row.addWidget(self.field, 4)
        row.addStretch(1)
        row.addWidget(self._avatar)
        row.addWidget(self._user)
        self.show_operator(None, None)

    def show_operator(self, me: Operator | None, presence: Presence | None) -> None:
        """Say who is signed in and how Teams sees them."""
        self.field.setVisible(me is not None)
        self._avatar.setVisible(me is not None)
        self._user.setVisible(me is not None)
        if me is None:
            return
        word = presence_word(presence)
        self._avatar.show_person(me.name, me.id, presence)
        self._user.setText(button_text(one_line(me.name, 24)))
        self._user.setAccessibleName(listed(tr("Signed in as {who}", who=one_line(me.name)), word.text))
        self._user.setToolTip("")
