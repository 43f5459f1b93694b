"""One line per benchmark on the terminal, and the numbers in build/bench/ for comparing runs."""

from __future__ import annotations

import json
import platform
import time
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "build/bench"


def report(name: str, sentence: str, **numbers: float) -> None:
    """Print `sentence` and keep `numbers` with the date and the Python that made them."""
    print(f"\n  {name}: {sentence}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    record = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": platform.python_version(),
        **numbers,
    }
    (FOLDER / f"{name.replace(' ', '-')}.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
