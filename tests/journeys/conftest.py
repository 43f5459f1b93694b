"""A real window on a real X display, moved only by keys that the X server delivers."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from console.app.desktop import Desktop, make_application
from console.app.line import Line
from console.demo.programs import Programs
from console.demo.stage import Stage
from console.ui.loop import Loop

PICTURES = Path(__file__).parents[2] / "build/journeys"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [n for n in ("xdotool",) if shutil.which(n) is None]
    if not os.environ.get("DISPLAY"):
        missing.append("an X display")
    if missing:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=f"no {' and no '.join(missing)} here"))


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Callable[[], Any]]:
    return {"qt": lambda: Loop(make_application())}


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    running = Programs(tmp_path_factory.mktemp("programs"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def stage(programs: Programs) -> AsyncIterator[Stage]:
    found = Stage(programs.simulation["base_url"], programs.simulation["ca_file"])
    await found.webhook(programs.webhook)
    yield found
    await found.close()


class Operator:
    """Eyes on the window, hands on the keyboard: every press goes through the X server."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        self._pictures = 0

    @property
    def line(self) -> Line:
        return self.desktop.line

    async def key(self, *keys: str) -> None:
        for key in keys:
            await self._xdotool("key", "--clearmodifiers", key)

    async def write(self, text: str) -> None:
        await self._xdotool("type", "--delay", "25", text)

    async def until(self, holds: Callable[[], object], what: str, seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                self.picture("failed")
                pytest.fail(f"not within {seconds:.0f} s: {what}")
            await asyncio.sleep(0.02)

    async def focus(self, name: str, key: str = "Tab", most: int = 40) -> None:
        """Walk with `key` until the keyboard is in the widget called `name`, or in something inside it."""
        for _ in range(most):
            if self._inside(name):
                return
            await self.key(key)
            await asyncio.sleep(0.02)
        self.picture("failed")
        pytest.fail(f"{key} never reaches {name}")

    def picture(self, name: str) -> None:
        self._pictures += 1
        PICTURES.mkdir(parents=True, exist_ok=True)
        screen = QApplication.primaryScreen()
        screen.grabWindow(0).save(str(PICTURES / f"{self._pictures:02}-{name}.png"))

    def _inside(self, name: str) -> bool:
        widget: QWidget | None = QApplication.focusWidget()
        while widget is not None and widget.objectName() != name:
            widget = widget.parentWidget()
        return widget is not None

    async def _xdotool(self, *arguments: str) -> None:
        await asyncio.to_thread(subprocess.run, ["xdotool", *arguments], check=True)


@pytest.fixture
async def operator(programs: Programs, stage: Stage) -> AsyncIterator[Operator]:
    desktop = Desktop(make_application(), programs.options())
    desktop.open()
    found = Operator(desktop)
    await found.until(lambda: found.line.feed.state.live, "signed in and live")
    await found.until(desktop.window.isActiveWindow, "the window has the keyboard")
    yield found
    await desktop.close()
    desktop.window.close()
