"""The one style sheet, made from the tokens.

Widgets say what they are with dynamic properties instead of carrying styles of their own: `role` and `tone`
on a PlainLabel, `kind` on a button ("primary", "danger", "quiet"), `panel` on a frame ("raised", "sunken",
"bar", "card", "warning", "danger").
"""

from __future__ import annotations

from string import Template

from console.ui import tokens
from console.ui.tokens import Theme

_SHEET = Template("""
* { font-size: $body; color: $text; }
QWidget { background: transparent; }
QMainWindow, QDialog, QMessageBox { background: $surface; }
QToolTip { background: $surface_raised; color: $text; border: 1px solid $border_strong; padding: 4px 6px; }

QLabel[role="caption"] { font-size: $caption; color: $text_muted; }
QLabel[role="muted"] { color: $text_muted; }
QLabel[role="strong"] { font-size: $strong; font-weight: 600; }
QLabel[role="title"] { font-size: $title; font-weight: 600; }
QLabel[role="display"] { font-size: $display; font-weight: 600; }
QLabel[tone="muted"] { color: $text_muted; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="danger"] { color: $danger; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="success"] { color: $success; }

QFrame[panel="raised"] { background: $surface_raised; }
QFrame[panel="sunken"] { background: $surface_sunken; }
QFrame[panel="card"] {
  background: $surface_raised; border: 1px solid $border; border-radius: ${radius_large}px;
}
QFrame[panel="floating"] {
  background: $surface_raised; border: 1px solid $border_strong; border-radius: ${radius_large}px;
}
QFrame[panel="bar"] { background: $surface_raised; border: none; }
QFrame[panel="warning"] { background: $warning_soft; border: 1px solid $warning; border-radius: ${radius}px; }
QFrame[panel="danger"] { background: $danger_soft; border: 1px solid $danger; border-radius: ${radius}px; }
QFrame[rule="true"] { background: $border; border: none; max-height: 1px; min-height: 1px; }

QPushButton {
  background: $surface_raised; border: 1px solid $border_strong; border-radius: ${radius}px;
  padding: 5px 12px; min-height: 20px; icon-size: $icon;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selected; }
QPushButton:focus { border: 2px solid $focus; padding: 4px 11px; }
QPushButton:disabled { color: $text_disabled; background: transparent; border-color: $border; }
QPushButton[compact="true"] { padding: 4px 6px; }
QPushButton[compact="true"]:focus { padding: 3px 5px; }
QPushButton[kind="primary"] {
  background: $accent; color: $text_on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled {
  background: $surface_sunken; color: $text_disabled; border-color: $border;
}
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton[kind="danger"]:hover { background: $danger_soft; }
QPushButton[kind="danger"]:disabled { color: $text_disabled; border-color: $border; }
QPushButton[kind="danger"]:focus { border: 2px solid $focus; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border: 2px solid $focus; }

QPushButton[kind="chip"] {
  background: $accent_soft; border: 1px solid $border; border-radius: 13px;
  padding: 2px 10px; min-height: 20px;
}
QPushButton[kind="chip"]:hover { background: $selected; border-color: $border_strong; }
QPushButton[kind="chip"]:focus { border: 2px solid $focus; padding: 1px 9px; }

QToolButton {
  background: transparent; border: 1px solid transparent; border-radius: ${radius}px; padding: 4px;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selected; }
QToolButton:focus { border: 2px solid $focus; padding: 3px; }
QToolButton:disabled { color: $text_disabled; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QComboBox, QDateEdit, QTimeEdit, QDateTimeEdit, QSpinBox {
  background: $surface_raised; border: 1px solid $border_strong; border-radius: ${radius}px;
  padding: 5px 8px; min-height: 20px; selection-background-color: $accent; selection-color: $text_on_accent;
  placeholder-text-color: $text_muted;
}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateEdit:focus, QTimeEdit:focus,
QDateTimeEdit:focus, QSpinBox:focus { border: 2px solid $focus; padding: 4px 7px; }
QLineEdit:disabled, QComboBox:disabled { color: $text_disabled; border-color: $border; }
QComboBox::drop-down, QDateEdit::drop-down { border: none; width: 28px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: none; }
QTimeEdit::up-button, QTimeEdit::down-button { width: 0; border: none; }
QComboBox QAbstractItemView { background: $surface_raised; border: 1px solid $border_strong; padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 4px; }

QCalendarWidget, QCalendarWidget QWidget { background: $surface_raised; }
QCalendarWidget QAbstractItemView {
  selection-background-color: $accent; selection-color: $text_on_accent;
}
QCalendarWidget QToolButton { font-weight: 600; padding: 4px 8px; }

QCheckBox, QRadioButton { spacing: 8px; padding: 2px; border: 2px solid transparent; border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }

QAbstractScrollArea { background: transparent; border: none; }
QAbstractItemView { outline: none; }
QListView::item, QTreeView::item { border-radius: ${radius}px; }
QListView::item:hover { background: $hover; }
QListView::item:selected { background: $selected; color: $text; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical {
  background: $border_strong; border: 3px solid transparent; background-clip: padding;
  border-radius: 5px; min-height: 32px;
}
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal {
  background: $border_strong; border: 3px solid transparent; background-clip: padding;
  border-radius: 5px; min-width: 32px;
}
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $border; }
QSplitter::handle:hover { background: $accent; }

QMenuBar { background: $surface_sunken; padding: 2px 8px; }
QMenuBar::item { padding: 4px 10px; border-radius: ${radius}px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $surface_raised; border: 1px solid $border_strong; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $text_disabled; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }

QTabWidget::pane { border: none; }
QTabBar { border: none; }
QTabBar::tab {
  padding: 6px 12px; border: none; border-bottom: 2px solid transparent; color: $text_muted;
}
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { background: $hover; }
QTabBar::tab:focus { border: 2px solid $focus; padding: 4px 10px; }
""")


def sheet(theme: Theme, scale: float = 1.0) -> str:
    """Return the style sheet of `theme` with every text `scale` times its usual size."""

    def size(pixels: int) -> str:
        return f"{round(pixels * scale)}px"

    colours = {name: getattr(theme, name) for name in Theme.__slots__}
    return _SHEET.substitute(
        colours,
        caption=size(tokens.TYPE_CAPTION),
        body=size(tokens.TYPE_BODY),
        strong=size(tokens.TYPE_STRONG),
        title=size(tokens.TYPE_TITLE),
        display=size(tokens.TYPE_DISPLAY),
        icon=size(16),
        radius=tokens.RADIUS,
        radius_large=tokens.RADIUS_LARGE,
    )
