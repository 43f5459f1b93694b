"""Screens run on the product's own loop and a store filled with invented calls; nothing of ours is mocked."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from console.actions.registry import OPERATOR
from console.actions.runner import Runner
from console.domain.budget import Usage
from console.domain.ids import UserId
from console.domain.people import Operator
from console.domain.text import Text
from console.graph.client import Door, GraphClient
from console.graph.clouds import CloudProfile
from console.graph.operations import Identity
from console.language import Catalogue
from console.store.clock import RelayClock
from console.store.store import Store
from console.ui import theme
from console.ui.commands import Commands
from console.ui.frames import Frames
from console.ui.icons import Icons
from console.ui.language import speak
from console.ui.loop import Loop
from console.ui.parts import Parts
from console.ui.selection import Selection
from console.ui.tokens import LIGHT

NOW = 1_790_000_000.0
ME = Operator(UserId("00000000-0000-4000-8000-0000000000aa"), "Lena Ortiz")


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Callable[[], Any]]:
    return {"qt": lambda: Loop(QApplication.instance() or QApplication([]))}


class Hands:
    """A clock that only moves when a test moves it."""

    def __init__(self, at: float = NOW) -> None:
        self.at = at

    def __call__(self) -> float:
        return self.at


class Wire:
    """The far end of the Graph client: remembers what was sent and answers what a test laid out."""

    def __init__(self) -> None:
        self.sent: list[httpx2.Request] = []
        self.answers: dict[tuple[str, str], httpx2.Response] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        path = request.url.path.removeprefix("/v1.0")
        for (method, end), answer in self.answers.items():
            if request.method == method and path.endswith(end):
                return answer
        return httpx2.Response(202 if request.method == "POST" else 204, json={})

    @property
    def verbs(self) -> list[str]:
        """What was asked for: "POST answer"."""
        return [f"{r.method} {r.url.path.rsplit('/', 1)[-1]}" for r in self.sent]


@pytest.fixture
def speaking(qapp: QApplication, catalogue: Catalogue) -> Iterator[Catalogue]:
    """The window speaks the language of the fixture `catalogue`; to be asked for before the window is."""
    before = QLocale()
    translators = speak(qapp, catalogue)
    yield catalogue
    for translator in translators:
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def link() -> dict[str, Text | None]:
    """`link["down"]` is the reason why the relay cannot be reached, or None."""
    return {"down": None}


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def settings(tmp_path: Any) -> QSettings:
    return QSettings(str(tmp_path / "console.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def cloud(request: pytest.FixtureRequest) -> CloudProfile | None:
    """Whose Graph it is; a test asks for another one by parametrising it."""
    chosen: CloudProfile | None = getattr(request, "param", None)
    return chosen


class Used:
    """The use of Microsoft's limits, as a test lays it out."""

    now = Usage()


@pytest.fixture
def used() -> Used:
    return Used()


@pytest_asyncio.fixture
async def graph(wire: Wire, cloud: CloudProfile | None) -> AsyncIterator[GraphClient]:
    async def token() -> str:
        return "token"

    door = Door("https://graph.test/v1.0", token)
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(wire)) as http:
        yield GraphClient(http, {Identity.BOT: door, Identity.OPERATOR: door}, cloud)


@pytest_asyncio.fixture
async def parts(
    qapp: QApplication, graph: GraphClient, hands: Hands, link: dict[str, Text | None], used: Used
) -> AsyncIterator[Parts]:
    """The shared parts over an empty store, with Lena Ortiz signed in and a clock at rest."""
    store = Store()
    runner = Runner(store, graph, now=hands, unlinked=lambda: link["down"], audit=lambda record: None)
    runner.identify(ME, frozenset({OPERATOR}))
    clock = RelayClock(monotonic=hands, utc=hands)
    frames = Frames(store, clock.now)
    icons = Icons(LIGHT)
    theme.apply(qapp, LIGHT)
    selection = Selection()
    commands = Commands(runner, selection, frames, icons)
    made = Parts(
        store=store,
        runner=runner,
        clock=clock,
        frames=frames,
        selection=selection,
        commands=commands,
        icons=icons,
        graph=graph,
        usage=lambda: used.now,
    )
    yield made
    await runner.close()
    frames.close()
    # PySide keeps a lambda that is connected to a signal and so all that it knows; at least not the pictures.
    icons._icons.clear()
    icons._pixmaps.clear()


@pytest.fixture
def show(qtbot: Any) -> Iterator[Callable[[QWidget], None]]:
    """Show a widget for the time of the test, active so that keys reach it."""

    def shown(widget: QWidget) -> None:
        qtbot.addWidget(widget)
        widget.show()
        widget.activateWindow()
        QApplication.processEvents()

    return shown


@pytest_asyncio.fixture
async def finder(parts: Parts, wire: Wire) -> AsyncIterator[Any]:
    """The directory's search and presence."""
    from console.ui.people_finder import PeopleFinder
    from tests.qt.desk import lay_out_directory

    lay_out_directory(wire)
    made = PeopleFinder(parts.graph, now=parts.now)
    yield made
    await made.close()


@pytest_asyncio.fixture
async def desk(
    parts: Parts, finder: Any, wire: Wire, used: Used, settings: QSettings, show: Callable[[QWidget], None]
) -> AsyncIterator[Any]:
    """The main window, shown, with the pointer out of the way."""
    from PySide6.QtGui import QCursor

    from console.feed.link import LinkState
    from console.ui.looks import Looks
    from console.ui.window import MainWindow
    from tests.qt.desk import Desk

    QCursor.setPos(5000, 5000)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    settings.setValue("looks/scheme", "light")
    window = MainWindow(parts, finder, settings=settings, looks=Looks(app, parts.icons, settings))
    if parts.without_calls is None:
        window.show_link(LinkState("live", NOW - 60, 12.0))
    show(window)
    yield Desk(parts, window, wire, used)
    await window.stop()
