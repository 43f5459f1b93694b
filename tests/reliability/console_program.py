"""A console without a window as a program: it signs in and says which live calls it shows."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from console.app.line import Line, account
from console.auth import command_browser
from console.domain.clouds import Cloud
from console.settings.options import Options


async def main(values: dict[str, Any], operator: str) -> None:
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    options = Options(**{**values, "cloud": Cloud(values["cloud"])})
    signed_in = account(options, command_browser(options.browser_command))
    await signed_in.sign_in(operator)
    line = Line(options, signed_in)
    line.start()
    shown: list[str] = []
    while True:
        live = sorted(str(call.id) for call in line.store.view.calls.values() if call.live)
        if line.feed.state.live and live != shown:
            shown = live
            print(json.dumps(shown), flush=True)
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text("utf-8")), sys.argv[2]))
