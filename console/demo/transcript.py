"""What happened in a tour, readable: what was pressed, what Graph was asked, what notification settled it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Step:
    """One verb of the tour."""

    title: str
    pressed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    settled: str = ""
    pictures: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Transcript:
    """Collects steps, says each when it is done, and writes the file."""

    def __init__(self, file: Path, say: Callable[[str], None]) -> None:
        self._file = file
        self._say = say
        self._lines: list[str] = []
        self.steps: list[Step] = []

    def note(self, line: str) -> None:
        """Say and keep one line."""
        self._lines.append(line)
        self._say(line)

    def add(self, step: Step) -> None:
        """Say and keep one finished step."""
        self.steps.append(step)
        self.note(f"\n{len(self.steps):2}. {step.title}  ({step.seconds:.1f} s)")
        for label, lines in (
            ("pressed", step.pressed),
            ("Graph was asked", step.asked),
            ("settled by", [step.settled]),
            ("picture", step.pictures),
        ):
            for line in lines:
                if line:
                    self.note(f"    {label:16} {line}")

    def write(self) -> None:
        """Write everything to the file."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
        self._file.write_text(
            f"Operator Console: the tour, {made}\n" + "\n".join(self._lines) + "\n", "utf-8"
        )


def describe_request(row: dict[str, Any]) -> str:
    """Return a request of the simulator's ledger in one line, without ids and without the body."""
    path = str(row["path"]).removeprefix("/v1.0")
    parts = [("{id}" if _looks_like_id(p) else p) for p in path.split("/")]
    return f"{row['method']} {'/'.join(parts)} -> {row['status']}"


def describe_notification(row: dict[str, Any]) -> str:
    """Return a notification of the simulator's ledger in one line."""
    state = f", {row['state']}" if row.get("state") else ""
    return f"{row['kind']} {row['changeType']}{state}; the relay answered {row['status']}"


def _looks_like_id(part: str) -> bool:
    return len(part) > 24 and sum(c.isdigit() for c in part) > 4
