"""A whole main window over invented calls and an invented directory, and fingers to press its keys."""

from __future__ import annotations

from typing import Any

import httpx2
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.ui.parts import Parts
from console.ui.window import MainWindow
from tests.qt.conftest import Used, Wire

DIRECTORY = (
    ("user-anna", "Anna Berg", "Sales lead", "Sales"),
    ("user-tom", "Tom Reed", "Account manager", "Sales"),
    ("user-wei", "张伟", "工程师", "研发部"),
)


def lay_out_directory(wire: Wire) -> None:
    """Let people search and presence find the directory."""
    people = [
        {"id": id, "displayName": name, "jobTitle": job, "department": department}
        for id, name, job, department in DIRECTORY
    ]
    states = [{"id": id, "availability": "Available", "activity": "Available"} for id, *_ in DIRECTORY]
    wire.answers["GET", "/users"] = httpx2.Response(200, json={"value": people})
    wire.answers["POST", "/getPresencesByUserId"] = httpx2.Response(200, json={"value": states})


class Desk:
    """The window and what a person does with it."""

    def __init__(self, parts: Parts, window: MainWindow, wire: Wire, used: Used) -> None:
        self.parts = parts
        self.window = window
        self.wire = wire
        self.used = used

    def tell(self, *events: Any) -> None:
        """Events arrive and the frame is shown."""
        self.parts.store.apply(events)
        self.parts.frames.flush()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(self.focus, key, modifiers)

    def type(self, text: str) -> None:
        for sign in text:
            QTest.keyClick(self.focus, sign)

    @property
    def focus(self) -> QWidget:
        """Where the keyboard is."""
        return QApplication.focusWidget() or self.window

    def child(self, name: str) -> Any:
        """The widget with this object name."""
        found = self.window.findChild(QWidget, name)
        assert found is not None, name
        return found

    def calls_made(self) -> list[str]:
        """What was asked of the bot, without searches and presence."""
        return [v for v in self.wire.verbs if not v.endswith(("users", "getPresencesByUserId"))]

    async def sent(self) -> None:
        """Wait until every press that is under way has reached the wire."""
        for task in tuple(self.parts.runner._tasks):
            await task
        self.parts.frames.flush()
