"""A tiny program on `loop.run`: what it writes proves the order in which things stop."""

import asyncio
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console.ui.loop import run


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def _background() -> None:
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0)
        say("background stopped")


async def _main() -> int:
    task = asyncio.get_running_loop().create_task(_background())
    QTimer.singleShot(0, lambda: 1 / 0)
    await asyncio.sleep(0.02)
    say("started")
    if "--wait" in sys.argv:
        await asyncio.sleep(60)
    assert not task.done()
    return 7


if __name__ == "__main__":
    app = QApplication([])
    raise SystemExit(run(_main(), app, lambda text: say("shown")))
