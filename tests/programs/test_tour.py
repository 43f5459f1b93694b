"""The tour of `make demo` without a display: every verb happens, and nothing that is secret stays behind."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.actions import ACTIONS
from tests.leaks.secrets_of import needles_of, numbers_of, scan_folder, secrets_of
from tests.leaks.tapping import tapped


@dataclass
class Toured:
    """`folder` is what the tour was told to write to, inside of all that it could write to."""

    scanned: Path
    tap: Path

    @property
    def folder(self) -> Path:
        return self.scanned / "tour"


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Toured:
    """One tour for both tests, at DEBUG, with everything that is said on its wires written down."""
    base = tmp_path_factory.mktemp("tour")
    environment = {**os.environ, **tapped(base)}
    found = Toured(base / "scanned", base / "tap")
    command = [sys.executable, "-m", "console", "demo", "--tour", "--folder", str(found.folder)]
    with (found.scanned / "out").open("wb") as out, (found.scanned / "err").open("wb") as err:
        done = subprocess.run(command, stdout=out, stderr=err, timeout=110, env=environment, check=False)
    last = [(found.scanned / name).read_text("utf-8", "replace")[-3000:] for name in ("out", "err")]
    assert done.returncode == 0, "\n".join(last)
    return found


def test_the_tour_shows_every_verb(toured: Toured) -> None:
    transcript = (toured.folder / "transcript.txt").read_text("utf-8")
    verbs = {str(a.title) for a in ACTIONS.values()} - {"Call"}
    assert [v for v in sorted(verbs) if v not in transcript] == []
    assert transcript.count("Graph was asked") >= 12 and transcript.count("settled by") >= 15
    pictures = sorted(toured.folder.glob("*.png"))
    assert len(pictures) >= 12 and all(p.stat().st_size > 10_000 for p in pictures)


@pytest.mark.skipif(sys.platform == "win32", reason="what the tap writes down is meant for other systems")
def test_the_tour_leaves_no_secret(toured: Toured) -> None:
    """No token, code or assertion of any verb; callers' numbers only where the relay keeps who called."""
    secrets, numbers = secrets_of(toured.tap), numbers_of(toured.tap)
    assert secrets.keys() >= {"access token", "refresh token", "authorization code", "client assertion"}
    assert len(numbers) >= 6 and "DEBUG:" in (toured.scanned / "err").read_text("utf-8")
    leaks = scan_folder(toured.scanned, needles_of(secrets, (), numbers))
    data = "tour/state/relay-data/"
    known = {leak for leak in leaks if leak.kind == "caller's number" and leak.place.startswith(data)}
    assert sorted(f"{one.kind} ({one.shape}) in {one.place}" for one in leaks - known) == []
