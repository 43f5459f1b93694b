"""Puts a theme on the application: palette, fonts and style sheet from one set of tokens."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from console.ui import tokens
from console.ui.style import sheet
from console.ui.tokens import DARK, HIGH_CONTRAST, LIGHT, Theme

_LAST_RESORT = "DejaVu Sans"
"""What fontconfig answers when nobody chose a font; a face made for screens is easier to read."""
_INTERFACE_FAMILIES = ("Inter", "Noto Sans", "Ubuntu", "Cantarell")


def apply(app: QApplication, theme: Theme, scale: float = 1.0) -> None:
    """Show the whole application in `theme`, with texts `scale` times their usual size."""
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    font = QFont(app.font())
    font.setFamilies(_families())
    font.setPixelSize(round(tokens.TYPE_BODY * scale))
    app.setFont(font)
    app.setPalette(palette(theme))
    app.setStyleSheet(sheet(theme, scale))


def follow_system(app: QApplication) -> Theme:
    """Return the theme that the desktop asks for."""
    hints = app.styleHints()
    if hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast:
        return HIGH_CONTRAST
    return DARK if hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT


def palette(theme: Theme) -> QPalette:
    """The tokens as Qt's palette, for what a style sheet does not reach."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, theme.surface),
        (roles.Base, theme.surface_raised),
        (roles.AlternateBase, theme.surface_sunken),
        (roles.Button, theme.surface_raised),
        (roles.ToolTipBase, theme.surface_raised),
        (roles.WindowText, theme.text),
        (roles.Text, theme.text),
        (roles.ButtonText, theme.text),
        (roles.ToolTipText, theme.text),
        (roles.PlaceholderText, theme.text_muted),
        (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.text_on_accent),
        (roles.Link, theme.accent),
        (roles.Mid, theme.border),
        (roles.Dark, theme.border_strong),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.text_disabled))
    return made


def _families() -> list[str]:
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).families()
    return preferred(system, QFontDatabase.families())


def preferred(system: list[str], installed: Collection[str]) -> list[str]:
    """The system's families first, unless they are only a last resort, and Chinese named after them."""
    chosen = [family for family in system if family]
    if not chosen or chosen[0] in (_LAST_RESORT, "Sans Serif", "sans-serif", "Sans"):
        drawn = [family for family in _INTERFACE_FAMILIES if family in installed]
        chosen = [*drawn[:1], *chosen]
    return [*chosen, *(family for family in tokens.FALLBACK_FAMILIES if family in installed)]
