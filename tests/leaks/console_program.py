"""A whole console as a program, working through a short day by itself: `first`, or `again` the next day."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.actions.runner import Record
from console.app.desktop import Desktop, make_application
from console.app.line import write_audit
from console.demo.hands import Hands
from console.domain.calls import Situation
from console.domain.clouds import Cloud
from console.settings.options import Options
from console.ui import loop

NUMBER = "+15550107788"
"""What the operator dials."""
RECORDS: list[Record] = []


def note(record: Record) -> None:
    write_audit(record)
    RECORDS.append(record)


async def first(desktop: Desktop, control: Path) -> None:
    """Sign in, take a call and hang up, renew the tokens, sign out, and sign in on another device."""
    hands = Hands(desktop.window, control)
    calls = desktop.line.store
    await hands.until(lambda: desktop.line.feed.state.live, "the line is live")
    (control / "live").touch()
    await hands.until(lambda: calls.view.calls, "somebody rings")
    hands.key("F2")
    await hands.until(
        lambda: any(c.situation is Situation.TALKING for c in calls.truth.calls.values()), "talking"
    )
    hands.key("Ctrl+3")
    QApplication.clipboard().setText(NUMBER)
    hands.write(NUMBER)
    await hands.until(lambda: desktop.parts.selection.person, "the number can be dialled")
    hands.key("Ctrl+Return")
    await hands.until(lambda: any(r.action == "participant.invite" for r in RECORDS), "the number is dialled")
    hands.key("Escape")
    hands.key("F4")
    await hands.until(lambda: not any(c.live for c in calls.view.calls.values()), "hung up")
    account = desktop.account
    for resource in ("relay", "graph"):
        await account.renew(resource, await account.token(resource))
    desktop.window.sign_out.emit()
    await hands.until(lambda: account.account is None, "signed out")
    await account.sign_in_elsewhere(
        lambda code: (control / "device.json").write_text(json.dumps([code.page, code.user_code])) and None
    )
    await account.token("graph")


async def again(desktop: Desktop, control: Path) -> None:
    """Go on with what was kept."""
    hands = Hands(desktop.window, control)
    await hands.until(lambda: desktop.line.feed.state.live, "the line is live again")


async def run(desktop: Desktop, control: Path, day: str) -> int:
    desktop.open()
    try:
        await (first if day == "first" else again)(desktop, control)
        (control / f"{day}.done").touch()
    finally:
        desktop.window.close()  # so that the window keeps what it keeps
        await desktop.close()
    return 0


if __name__ == "__main__":
    values = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    application = make_application()
    options = Options(**{**values, "cloud": Cloud(values["cloud"])})
    made = Desktop(application, options, record=note)
    sys.exit(loop.run(run(made, Path(sys.argv[2]), sys.argv[3]), application))
