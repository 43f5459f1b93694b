"""R15: a console that dies comes back with every live call."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import signal
import sys
import time
from pathlib import Path

from console.demo.programs import Programs
from console.demo.stage import Stage
from tests.programs.conftest import programs, stage
from tests.reliability.conftest import Told, scaled

__all__ = ["programs", "stage"]
OPERATOR = "kofi@contoso.example"


async def test_r15_a_killed_console_shows_the_live_calls_again(
    programs: Programs, stage: Stage, tmp_path: Path, told: Told
) -> None:
    kills, waits = scaled(2, 50), []
    config = tmp_path / "console.json"
    config.write_text(json.dumps(dataclasses.asdict(programs.options(OPERATOR))), "utf-8")
    command = [sys.executable, "-m", "tests.reliability.console_program", str(config), OPERATOR]
    calls: set[str] = set()
    for number in range(kills + 1):
        if number % 10 == 0:
            calls.add(await stage.place(f"Caller {number}", f"+1425555{number:04d}", patience=3600.0))
        began = time.monotonic()
        console = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert console.stdout is not None
        shown: set[str] = set()
        async with asyncio.timeout(60):
            while not calls <= shown:
                line = await console.stdout.readline()
                assert line, "the console has ended"
                shown = set(json.loads(line))
        waits.append(time.monotonic() - began)
        os.kill(console.pid, signal.SIGKILL)
        await console.wait()
    told(
        "R15",
        f"{kills} kill -9 of a console: all live calls shown again at most {max(waits):.1f} s after a start, "
        "sign-in and Python's start included (without a window)",
    )
    assert len(waits) == kills + 1
