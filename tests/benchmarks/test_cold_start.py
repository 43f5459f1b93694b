"""From the start of the process to the first painted window: the console against a bare PySide6 window."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.report import report

RUNS = 7


def measure(kind: str, profile: Path) -> float:
    program = Path(__file__).with_name("first_paint.py")
    command = [sys.executable, str(program), kind, str(time.time()), str(profile)]
    # An installed program has its byte code; some build machines forbid writing it.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    return float(done.stdout)


def test_cold_start(tmp_path: Path) -> None:
    for kind in ("bare", "console"):  # fills the page cache and writes the byte code for both
        measure(kind, tmp_path)
    times: dict[str, list[float]] = {"bare": [], "console": []}
    for _ in range(RUNS):
        for kind, found in times.items():
            found.append(measure(kind, tmp_path))
    bare, console = (statistics.median(times[k]) for k in ("bare", "console"))
    report(
        "cold start",
        f"console {console:.0f} ms, bare PySide6 window {bare:.0f} ms: {console / bare:.2f} times",
        console_ms=console,
        bare_ms=bare,
        ratio=console / bare,
    )
