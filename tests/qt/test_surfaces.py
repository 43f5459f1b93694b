"""Every verb can be reached in every way: by mouse, by key, in the menu, in the palette."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenuBar, QWidget

from console.actions import ACTIONS, Action
from console.ui.verbs import verbs_for
from tests.qt import scenes
from tests.qt.conftest import NOW
from tests.qt.desk import Desk

every_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda a: a.id)


@every_action
async def test_in_the_menu(desk: Desk, action: Action) -> None:
    bar = desk.window.findChild(QMenuBar, "menus")
    entries = [e for menu in bar.actions() if menu.menu() for e in menu.menu().actions()]
    found = [e for e in entries if e.objectName() == action.id]
    assert len(found) == 1
    assert not action.keys or found[0].shortcut() == QKeySequence(action.keys)


@every_action
async def test_by_key(desk: Desk, action: Action) -> None:
    if not action.keys:
        assert action.id == "person.call", "Enter on a person calls when there is no call to do it with"
        return
    keys = [k for s in desk.window.findChildren(QShortcut) for k in QShortcut.keys(s)]
    assert QKeySequence(action.keys) in keys


@every_action
async def test_by_mouse(desk: Desk, action: Action) -> None:
    desk.tell(*scenes.morning(NOW))
    if "call" in action.places:
        shown = {id for call in desk.parts.store.view.calls.values() for id in verbs_for(call)}
        assert action.id in shown, "some call of the morning has a button for it"
    elif {"card", "person"} & set(action.places):
        assert desk.window.findChildren(QWidget, action.id)
    else:
        assert {"participant", "window"} & set(action.places), "a list's own menu, or the menu bar"


@every_action
async def test_in_the_palette(desk: Desk, action: Action) -> None:
    desk.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(desk.focus, str(action.title))
    rows = desk.child("palette-list").model()
    titles = [
        rows.data(rows.index(n, 0), Qt.ItemDataRole.AccessibleTextRole) or "" for n in range(rows.rowCount())
    ]
    assert any(str(title).startswith(str(action.title)) for title in titles), titles
