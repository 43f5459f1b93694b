"""The environment in which every program of ours is listened to, and can write only where it is searched."""

from __future__ import annotations

import os
from pathlib import Path

TAP = Path(__file__).parent / "tap"


def tapped(base: Path) -> dict[str, str]:
    """Make the folders below `base` and return what to set: `scanned` is searched, `tap` has the secrets."""
    scanned, tap = base / "scanned", base / "tap"
    for folder in (scanned / "home", scanned / "tmp", scanned / "deleted", tap):
        folder.mkdir(parents=True)
    (scanned / "run").mkdir(mode=0o700)
    home = scanned / "home"
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_RUNTIME_DIR": str(scanned / "run"),
        "TMPDIR": str(scanned / "tmp"),
        "PYTHONPATH": os.pathsep.join([str(TAP), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "TAP_FOLDER": str(tap),
        "TAP_SCANNED": str(scanned),
        "QT_QPA_PLATFORM": "offscreen",
    }
