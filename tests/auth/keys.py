"""Keys in a file, for what is about the disk and not about the password store; never outside of tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass
class FileKeys:
    file: Path
    name: str = "a file"
    asked: int = 0

    def read(self, entry: str, *, patient: bool = False) -> bytes | None:
        self.asked += 1
        text = self._all().get(entry)
        return bytes.fromhex(text) if text else None

    def keep(self, entry: str, key: bytes) -> None:
        self._put({**self._all(), entry: key.hex()})

    def forget(self, entry: str) -> None:
        self._put({name: key for name, key in self._all().items() if name != entry})

    def close(self) -> None:
        pass

    def _all(self) -> dict[str, str]:
        return dict(json.loads(self.file.read_text())) if self.file.exists() else {}

    def _put(self, keys: dict[str, str]) -> None:
        written = self.file.with_suffix(".new")
        written.write_text(json.dumps(keys))
        written.replace(self.file)
