"""PySide6 must not lose references to None: 6.12.0 does on Python 3.11, and the process dies of it.

From Python 3.12 on None is immortal, so there is nothing to lose and nothing to see.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel

ROUNDS = 1000
SLACK = 100


class _Source(QObject):
    told = Signal(object)


def _labels() -> None:
    label = QLabel()
    for _ in range(ROUNDS):
        label.setText("x")


def _timers() -> None:
    owner = QObject()
    for _ in range(ROUNDS):
        owner.killTimer(owner.startTimer(1000))


def _signals() -> None:
    source = _Source()
    source.told.connect(lambda value: None)
    for _ in range(ROUNDS):
        source.told.emit(None)


def _restarts() -> None:
    timer = QTimer()
    for _ in range(ROUNDS):
        timer.start(1000)
        timer.stop()


@pytest.mark.parametrize("work", [_labels, _timers, _signals, _restarts])
def test_none_keeps_its_references(qapp: QApplication, work: Callable[[], None]) -> None:
    work()
    before = [sys.getrefcount(value) for value in (None, True, False)]
    work()
    after = [sys.getrefcount(value) for value in (None, True, False)]
    lost = [old - new for old, new in zip(before, after, strict=True)]
    assert max(lost) < SLACK
