"""Everything that can be worked has a name for those who do not see it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QWidget,
)

from console.ui.banner import Banner
from console.ui.call_pane import CallPane
from console.ui.meeting_dialog import MeetingDialog
from console.ui.parts import Parts
from console.ui.people_finder import PeopleFinder
from console.ui.people_pane import PeoplePane
from console.ui.sign_in_page import SignInPage

WORKED = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit)


def _nameless(root: QWidget) -> list[QWidget]:
    worked = [w for w in root.findChildren(QWidget) if isinstance(w, WORKED)]
    own = [w for w in worked if w.focusPolicy() != Qt.FocusPolicy.NoFocus and not _inside(w)]
    # A banner's button is given its text when the banner speaks.
    own = [w for w in own if not (w.isHidden() and isinstance(w.parentWidget(), Banner))]
    return [w for w in own if not (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text()))]


def _inside(widget: QWidget) -> bool:
    """Qt's own parts of a field answer for the field."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractSpinBox | QComboBox) or "QCalendar" in parent.metaObject().className():
            return True
        parent = parent.parentWidget()
    return False


async def test_every_widget_that_takes_the_keyboard_has_a_name(
    parts: Parts, finder: PeopleFinder, show: Callable[[QWidget], None]
) -> None:
    dialog = MeetingDialog(parts, finder)
    pages: list[QWidget] = [
        CallPane(parts),
        PeoplePane(parts, finder),
        SignInPage(parts.icons, parts.frames),
        dialog,
    ]
    for page in pages:
        assert [w.objectName() or type(w).__name__ for w in _nameless(page)] == []
        page.deleteLater()
    await dialog.close_tasks()
