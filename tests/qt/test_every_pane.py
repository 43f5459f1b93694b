"""Everything that the window can show, in both languages: all of it translated, and nothing of it cut.

With OPERATOR_CONSOLE_PICTURES=<folder> each walk leaves its pictures there, to be looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QWidget,
)

from console.graph.clouds import CHINA
from console.language import CHINESE, Catalogue, load
from console.ui.labels import PlainLabel
from tests.qt.desk import DIRECTORY, Desk
from tests.qt.panes import Pane, every_pane, every_pane_without_calls
from tests.qt.sign_in_panes import every_sign_in

Walk = Callable[[Desk], AsyncIterator[Pane]]
every_walk = pytest.mark.parametrize(
    ("cloud", "walk"),
    [(None, every_pane), (None, every_sign_in), (CHINA, every_pane_without_calls)],
    ids=["calls", "sign-in", "no-calls"],
    indirect=["cloud"],
)

OPEN, CLOSE = "\u27e6", "\u27e7"


# -- all of it goes through the catalogue ------------------------------------------------------------


def marked(template: str) -> str:
    """The template with its own words in brackets, so that what bypasses the catalogue stands outside."""
    pieces = re.split(r"(\{\w+\})", template)
    return "".join(p if p.startswith("{") or not p else f"{OPEN}{p}{CLOSE}" for p in pieces)


@pytest.fixture
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    """Which language `speaking` speaks; a test asks for another one by parametrising it."""
    chosen: Catalogue = getattr(request, "param", load(CHINESE))
    return chosen


BRACKETS = Catalogue(CHINESE, {text: marked(text) for text in load(CHINESE).sentences})
NAMES = """Amelia Ward Tom Reed Ravi Menon Zhang Wei Grace Okafor Jonas Lindqvist Anna Berg Mei Tan Priya Nair
Oliver Grant Lena Ortiz Front desk Sales line Support Contoso looks up an order"""
KEYS = "F1 F2 F4 F5 F6 F8 L M Del Ctrl Shift Tab Enter Escape Backspace K N"
TYPED = "a an nobody of that name https teams example l meetup join abcd UTC"
STORES = "Secret Service locked dismissed KeyringLocked PromptDismissedException"
PRODUCTS = "Operator Console Python Qt PySide Linux microsoftgraph chinacloudapi cn"
DESK = "https relay contoso example setup desk Zscaler lena tom English etc policy toml CODE"
GRANTS = "microsoft devicelogin com OnlineMeetings ReadWrite Presence Read All User ReadBasic C O D E"
JOBS = " ".join(f"{name} {job} {department}" for _, name, job, department in DIRECTORY)
DATA = frozenset(f"{NAMES} {KEYS} {TYPED} {STORES} {PRODUCTS} {DESK} {GRANTS} {JOBS}".split())
"""Names, numbers and keys: all that may be read and is the same in every language."""


@every_walk
@pytest.mark.parametrize("catalogue", [BRACKETS], ids=["brackets"], indirect=True)
async def test_all_words_come_from_the_catalogue(speaking: Catalogue, desk: Desk, walk: Walk) -> None:
    bypassing = []
    async for name, pane in walk(desk):
        settle()
        bypassing += [f"{name}: {text}" for text in sorted(set(readable(pane))) if foreign(text)]
    assert bypassing == []


def foreign(text: str) -> list[str]:
    """The words of `text` that are neither in brackets nor data."""
    plain = re.sub("<[^>]*>", " ", re.sub(f"{OPEN}[^{CLOSE}]*{CLOSE}", " ", text))
    if "-" in plain and "x86" in plain:  # the name of the operating system
        return []
    return [word for word in re.findall(r"[A-Za-z]\w*", plain) if word not in DATA]


def readable(pane: QWidget) -> Iterator[str]:
    """Everything in `pane` that can be seen or heard now."""
    yield pane.windowTitle()
    for widget in (pane, *pane.findChildren(QWidget)):
        if not widget.isVisible() or widget.objectName().startswith("qt_"):
            continue
        yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
        yield from (widget.statusTip(), *_texts(widget))
        yield from (text for action in _actions(widget) for text in (action.text(), action.toolTip()))


def _texts(widget: QWidget) -> Iterable[str]:
    match widget:
        case QLabel() | QAbstractButton():
            return (widget.text(),)
        case QLineEdit():
            return (widget.text(), widget.placeholderText())
        case QComboBox():
            return (widget.itemText(n) for n in range(widget.count()))
        case QAbstractItemView() if widget.model() is not None and not isinstance(widget.parent(), QComboBox):
            rows = (widget.model().index(n, 0) for n in range(widget.model().rowCount()))
            roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
            return [str(row.data(role) or "") for row in rows for role in roles]
    return ()


def _actions(widget: QWidget) -> list[QAction]:
    return [a for a in widget.actions() if not a.isSeparator()] if isinstance(widget, QMenu) else []


# -- and nothing of it is cut -------------------------------------------------------------------------


@every_walk
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("catalogue", [load(CHINESE), Catalogue()], ids=lambda c: c.language, indirect=True)
async def test_nothing_is_cut(speaking: Catalogue, desk: Desk, walk: Walk, scheme: str, scale: float) -> None:
    wanted = (f"view.theme.{scheme}", f"view.text.{scale}")
    for action in desk.window.menus.window_actions:
        if action.objectName() in wanted:
            action.trigger()
    desk.window.resize(round(1280 * scale), round(800 * scale))
    cut = []
    async for name, pane in walk(desk):
        settle()
        keep_picture(pane, f"{speaking.language}-{scheme}-{scale:.0%}", name)
        cut += [f"{name}: {text}" for text in too_narrow(pane)]
    assert cut == []


def too_narrow(pane: QWidget) -> Iterator[str]:
    """The texts in `pane` that do not fit into their widgets; those that shorten themselves are no fault."""
    for widget in pane.findChildren(QWidget):
        if not widget.isVisible() or widget.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored:
            continue
        match widget:
            case QLabel() if widget.wordWrap() and widget.text():
                if widget.heightForWidth(widget.width()) > widget.height() + 1:
                    yield f"{widget.text()} ({widget.heightForWidth(widget.width())} > {widget.height()})"
            case PlainLabel() | QAbstractButton() if widget.text() and widget.objectName() != "command-field":
                if widget.minimumSizeHint().width() > widget.width() + 1:
                    yield f"{widget.text()} ({widget.minimumSizeHint().width()} > {widget.width()})"


def settle() -> None:
    """Let sizes that depend on each other come to rest."""
    for _ in range(4):
        QApplication.processEvents()


def keep_picture(pane: QWidget, walk: str, name: str) -> None:
    """Save a picture when somebody asked for pictures."""
    if folder := os.environ.get("OPERATOR_CONSOLE_PICTURES"):
        target = Path(folder) / walk
        target.mkdir(parents=True, exist_ok=True)
        number = len(list(target.glob("*.png"))) + 1
        pane.grab().save(str(target / f"{number:02}-{name}.png"))
