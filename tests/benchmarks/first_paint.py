"""Prints after how many milliseconds a program has painted its first window: bare Qt, or the console."""

from __future__ import annotations

import sys
import time


def bare() -> None:
    from PySide6.QtWidgets import QApplication, QLabel

    application = QApplication([])
    window = QLabel("Hello")
    window.show()
    _stop_at_first_paint(application)
    application.exec()


def console() -> None:
    from console.app.desktop import Desktop, make_application
    from console.settings.options import Options
    from console.ui import loop

    options = Options(
        relay="http://127.0.0.1:9",
        authority="https://127.0.0.1:9/tenant",
        client_id="c",
        relay_app_id="r",
        profile=sys.argv[3],
        sign_in_at_start=False,
    )
    application = make_application()
    desktop = Desktop(application, options)
    _stop_at_first_paint(application)
    loop.run(desktop.run(), application)


def _stop_at_first_paint(application: object) -> None:
    from PySide6.QtCore import QEvent, QObject

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                print(round((time.time() - float(sys.argv[2])) * 1000, 1), flush=True)
                import os

                os._exit(0)
            return False

    application.watch = Watch()  # type: ignore[attr-defined]
    application.installEventFilter(application.watch)  # type: ignore[attr-defined]


if __name__ == "__main__":
    {"bare": bare, "console": console}[sys.argv[1]]()
