"""The row of verbs of the chosen call: what makes sense now, what suits best first, and why not."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyleOptionButton, QWidget

from console.actions import ACTIONS
from console.domain.calls import Call, Situation
from console.ui.buttons import Kind, VerbButton
from console.ui.commands import Commands, key_text
from console.ui.flow import Flow
from console.ui.icons import Icons
from console.ui.language import say, tr
from console.ui.painting import focus_ring, ground, in_colour, sized
from console.ui.tokens import TYPE_BODY, TYPE_CAPTION

_ICON = 20
_GAP = 8
_PAD = 5
_WIDTH = 84
"""How wide a tile is where there is room."""

_PRIMARY: Kind = "primary"
_DANGER: Kind = "danger"
_ORDER = (
    "call.answer",
    "call.resume",
    "call.transfer",
    "call.redirect",
    "call.hold",
    "call.park",
    "participant.invite",
    "call.reject",
    "call.hangUp",
)


def verbs_for(call: Call) -> dict[str, Kind]:
    """The verbs that make sense for `call` now, with the one that suits best marked as primary."""
    match call.situation:
        case Situation.RINGING:
            return {"call.answer": _PRIMARY, "call.redirect": "", "call.reject": _DANGER}
        case Situation.WAITING:
            more: dict[str, Kind] = {} if call.parked else {"call.park": ""}
            return {
                "call.answer": _PRIMARY,
                "call.transfer": "",
                **more,
                "participant.invite": "",
                "call.hangUp": _DANGER,
            }
        case Situation.ON_HOLD:
            first = "call.answer" if call.parked else "call.resume"
            more = {} if call.parked else {"call.park": ""}
            return {
                first: _PRIMARY,
                "call.transfer": "",
                **more,
                "participant.invite": "",
                "call.hangUp": _DANGER,
            }
        case Situation.TALKING | Situation.TRANSFERRING:
            return {
                "call.transfer": _PRIMARY,
                "call.hold": "",
                "call.park": "",
                "participant.invite": "",
                "call.hangUp": _DANGER,
            }
        case Situation.CONNECTING:
            return {"call.hangUp": _DANGER}
    return {}


class VerbTile(VerbButton):
    """A verb as a tile: icon above, name below it, key beneath."""

    def __init__(self, id: str, commands: Commands, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(id, commands, icons, parent=parent)
        action = ACTIONS[id]
        self._icons = icons
        self._title, self._icon_name = say(action.title), action.icon
        self._key = key_text(action.keys) if action.keys else ""
        self._width = _WIDTH
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        icons.changed.connect(self.update)

    def set_width(self, width: int) -> None:
        """Be `width` wide, or wider when the words need it."""
        if width != self._width:
            self._width = width
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        least = self.minimumSizeHint()
        return QSize(max(self._width, least.width()), least.height())

    def minimumSizeHint(self) -> QSize:
        self.ensurePolished()
        title, key = QFontMetrics(self._title_font()), QFontMetrics(self._key_font())
        width = max(title.horizontalAdvance(self._title), key.horizontalAdvance(self._key)) + 2 * _PAD
        return QSize(width, _ICON + 2 * 8 + 4 + title.height() + key.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, edge, ink, quiet = self._colours()
        theme = self._icons.theme
        box = QRectF(self.rect())
        ground(painter, box, fill, edge)
        pressed = 1 if self.isDown() else 0
        left, top = (self.width() - _ICON) // 2, 8 + pressed
        painter.drawPixmap(left, top, self._icons.pixmap(self._icon_name, ink, _ICON))
        title, key = self._title_font(), self._key_font()
        top += _ICON + 4
        height = QFontMetrics(title).height()
        painter.setFont(title)
        painter.setPen(in_colour(theme, "text" if ink == "text_muted" else ink))
        painter.drawText(QRect(0, top, self.width(), height), Qt.AlignmentFlag.AlignCenter, self._title)
        painter.setFont(key)
        painter.setPen(in_colour(theme, quiet))
        below = QRect(0, top + height, self.width(), QFontMetrics(key).height())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._key)
        if self.hasFocus():
            # A primary tile is nearly the colour of the ring, so the ring stands off it by a gap.
            focus_ring(painter, box, theme)
            if self._kind == _PRIMARY and self.isEnabled():
                inner = box.adjusted(2, 2, -2, -2)
                ground(painter, inner, "", theme.surface_raised, 4)

    def _colours(self) -> tuple[str, str, str, str]:
        """Fill and edge as colours, ink and quiet ink as roles."""
        theme = self._icons.theme
        if not self.isEnabled():
            return theme.surface, theme.border, "text_disabled", "text_disabled"
        option = QStyleOptionButton()
        option.initFrom(self)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        match self._kind:
            case "primary":
                fill = theme.accent_hover if over else theme.accent
                return fill, fill, "text_on_accent", "text_on_accent"
            case "danger":
                fill = theme.danger_soft if over else theme.surface_raised
                return fill, theme.border, "danger", "text_muted"
        fill = theme.hover if over else theme.surface_raised
        return fill, theme.border, "text_muted", "text_muted"

    def _title_font(self) -> QFont:
        return sized(self.font(), TYPE_BODY, self.font().pixelSize(), QFont.Weight.DemiBold)

    def _key_font(self) -> QFont:
        return sized(self.font(), TYPE_CAPTION, self.font().pixelSize())


class VerbRow(QWidget):
    """The tiles of one call; hidden when there is nothing to be done."""

    def __init__(self, commands: Commands, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verbs")
        self.setAccessibleName(tr("What to do with this call"))
        self._commands = commands
        flow = Flow(self, gap=_GAP, trailing=True)
        self._tiles = {id: VerbTile(id, commands, icons, self) for id in _ORDER}
        for tile in self._tiles.values():
            flow.addWidget(tile)

    def show_call(self, call: Call) -> None:
        """Show the verbs for `call`."""
        wanted = verbs_for(call)
        if wanted.get("call.transfer") == _PRIMARY and self._commands.lacking("call.transfer", call.id):
            wanted |= {"call.transfer": "", "participant.invite": _PRIMARY}
        for id, tile in self._tiles.items():
            if id in wanted:
                tile.show_call(call.id)
                tile.set_kind(wanted[id])
            tile.setVisible(id in wanted)
        self.setVisible(bool(wanted))
        self._share(len(wanted))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share(sum(1 for tile in self._tiles.values() if not tile.isHidden()))

    def _share(self, count: int) -> None:
        """In a narrow pane the tiles become narrower before they wrap."""
        room = (self.width() - _GAP * (count - 1)) // max(1, count)
        for tile in self._tiles.values():
            tile.set_width(min(_WIDTH, room))
