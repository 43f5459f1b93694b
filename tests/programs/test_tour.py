"""The tour of `make demo` without a display: every verb happens, or it says which did not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from console.actions import ACTIONS


def test_the_tour_shows_every_verb(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "console", "demo", "--tour", "--folder", str(tmp_path)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, env=environment)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    transcript = (tmp_path / "transcript.txt").read_text("utf-8")
    verbs = {str(a.title) for a in ACTIONS.values()} - {"Call"}
    assert [v for v in sorted(verbs) if v not in transcript] == []
    assert transcript.count("Graph was asked") >= 12 and transcript.count("settled by") >= 15
    pictures = sorted(tmp_path.glob("*.png"))
    assert len(pictures) >= 12 and all(p.stat().st_size > 10_000 for p in pictures)
