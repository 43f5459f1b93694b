"""A relay as a program of its own, which can be killed as a power cut would."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx2

from console.demo.programs import Program
from console.simulator.app import Running
from tests.relay.stand import settings_for

_NAMES = (
    "public_url", "authority", "graph_root", "ca_file", "bot_app_id", "bot_certificate", "bot_key",
    "relay_app_id", "notification_keys_url",
)  # fmt: skip


class RelayProgram:
    """`folder` holds its settings, its data and its log; `changes` are further settings."""

    def __init__(self, simulation: Running, folder: Path, **changes: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        settings = settings_for(simulation, folder / "data")
        values: dict[str, Any] = {n: getattr(settings, n) for n in _NAMES}
        values |= {"data_dir": str(folder / "data"), "tenant_ids": list(settings.tenant_ids)}
        values |= {"console_app_ids": list(settings.console_app_ids), "listen_port": 0, **changes}
        config = folder / "relay.toml"
        config.write_text("".join(f"{n} = {json.dumps(v)}\n" for n, v in values.items()), "utf-8")
        ready = folder / "ready.json"
        arguments = ["console.relay", "serve", "--config", str(config), "--ready-file", str(ready)]
        self.data = folder / "data"
        self.log = folder / "relay.log"
        self.url = ""
        self._program = Program("relay", arguments, ready, self.log)

    async def start(self) -> float:
        """Start it and return the seconds until it listened."""
        began = time.perf_counter()
        self.url = (await asyncio.to_thread(self._program.start))["url"]
        return time.perf_counter() - began

    async def is_ready(self) -> bool:
        async with httpx2.AsyncClient(trust_env=False) as http:
            return (await http.get(f"{self.url}/health/ready")).status_code == 200

    @property
    def pid(self) -> int:
        return self._program.pid

    async def kill(self) -> None:
        await asyncio.to_thread(self._program.kill)

    async def stop(self) -> None:
        await asyncio.to_thread(self._program.stop)
