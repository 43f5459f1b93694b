"""Limits as lines with a name, a meter and words, the meters of several programs below each other."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from console.ui.budget import Gauge
from console.ui.icons import Icons
from console.ui.labels import PlainLabel
from console.ui.painting import ground, in_colour
from console.ui.parts import Parts
from console.ui.tokens import GAP, GAP_PAGE, GAP_WIDE

_HEIGHT = 6


@dataclass(frozen=True, slots=True)
class Group:
    """One program and the limits it counts."""

    title: str
    gauges: tuple[Gauge, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(gauge.name for gauge in self.gauges)


class Gauges(QFrame):
    """The limits of several programs in one card, so that their meters stand below each other."""

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = parts.icons
        self._shown: tuple[Group, ...] = ()
        self._lines: list[tuple[PlainLabel, Meter, PlainLabel]] = []
        self.setObjectName("gauges")
        self.setProperty("panel", "card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(GAP_PAGE, GAP_WIDE, GAP_PAGE, GAP_WIDE)
        self._grid.setHorizontalSpacing(GAP_PAGE)
        self._grid.setVerticalSpacing(GAP)
        self._grid.setColumnStretch(1, 1)

    def show_groups(self, *groups: Group) -> None:
        """Show these programs with their limits; one without limits is left out."""
        shown = tuple(group for group in groups if group.gauges)
        if [g.names for g in shown] != [g.names for g in self._shown]:
            self._lay_out(shown)
        self._shown = shown
        for line, gauge in zip(self._lines, (g for group in shown for g in group.gauges), strict=True):
            _, meter, text = line
            meter.show_share(gauge.share, gauge.role)
            text.setText(gauge.text)
            text.set_tone("" if gauge.role == "accent" else gauge.role)
        told = (f"{group.title}: {g.name}, {g.text}" for group in shown for g in group.gauges)
        self.setAccessibleName(". ".join(told))
        self.setVisible(bool(shown))

    def _lay_out(self, groups: tuple[Group, ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._lines.clear()
        row = 0
        for group in groups:
            heading = PlainLabel(group.title, role="caption", parent=self)
            heading.setContentsMargins(0, GAP if row else 0, 0, 0)
            self._grid.addWidget(heading, row, 0, 1, 3)
            for name in group.names:
                row += 1
                line = PlainLabel(name, parent=self), Meter(self._icons, self), PlainLabel(parent=self)
                self._grid.addWidget(line[0], row, 0)
                self._grid.addWidget(line[1], row, 1, Qt.AlignmentFlag.AlignVCenter)
                self._grid.addWidget(line[2], row, 2, Qt.AlignmentFlag.AlignRight)
                self._lines.append(line)
            row += 1


class Meter(QWidget):
    """The words beside it say the same: it is not read to anybody by itself."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._share, self._role = 0.0, "accent"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        icons.changed.connect(self.update)

    def show_share(self, share: float, role: str) -> None:
        """Fill `share` (0 to 1) of the bar in the colour `role`."""
        if (share, role) != (self._share, self._role):
            self._share, self._role = share, role
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(96, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._icons.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(self.rect())
        edge = theme.border_strong if theme.name == "high contrast" else ""
        ground(painter, track, theme.selected, edge, _HEIGHT / 2)
        if self._share > 0:
            # Something that is used shows, however little it is.
            filled = max(track.height(), track.width() * min(1.0, self._share))
            ground(
                painter,
                QRectF(track.left(), track.top(), filled, track.height()),
                in_colour(theme, self._role).name(),
                radius=_HEIGHT / 2,
            )
