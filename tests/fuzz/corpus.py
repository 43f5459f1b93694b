"""What the fuzzing starts from: all JSON that the simulator and the Graph layer say to each other."""

from __future__ import annotations

import json
from pathlib import Path

EXCHANGES = Path(__file__).parents[1] / "exchanges"


def seeds() -> list[bytes]:
    """Return the bodies of all kept exchanges, each once: notifications of calls first, then the rest."""
    found: dict[bytes, bool] = {}
    for file in sorted(EXCHANGES.rglob("*.http")):
        for block in file.read_text(encoding="utf-8").split("\n\n"):
            if block.startswith("{"):
                value = json.loads(block)
                body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
                found[body] = "commsNotifications" in str(value.get("@odata.type"))
    return sorted(found, key=lambda body: not found[body])


def words() -> list[str]:
    """Return the names and the values that the bodies are written with, for a mutation to use elsewhere."""
    found: set[str] = set()
    waiting = [json.loads(seed) for seed in seeds()]
    while waiting:
        match waiting.pop():
            case dict() as members:
                found |= members.keys()
                waiting += members.values()
            case list() as several:
                waiting += several
            case str() as text if len(text) < 60:
                found.add(text)
    return sorted(found)
