"""How a small dialog is laid out: its title, what it says, and its buttons at the end."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout

from console.ui.labels import PlainLabel
from console.ui.tokens import GAP, GAP_PAGE


def titled(dialog: QDialog, title: str) -> QVBoxLayout:
    """Return the column of `dialog`, begun with its title."""
    column = QVBoxLayout(dialog)
    column.setContentsMargins(GAP_PAGE + 4, GAP_PAGE, GAP_PAGE + 4, GAP_PAGE)
    column.setSpacing(GAP_PAGE)
    column.addWidget(PlainLabel(title, role="title", wrap=True))
    return column


def ends(*buttons: QPushButton, before: tuple[QPushButton, ...] = ()) -> QHBoxLayout:
    """Return a row with `buttons` at its end and `before` at its beginning."""
    row = QHBoxLayout()
    row.setSpacing(GAP)
    for button in before:
        row.addWidget(button)
    row.addStretch()
    for button in buttons:
        row.addWidget(button)
    return row
