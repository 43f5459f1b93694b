"""An identity provider that others wrote (oidc-provider for Node), as a process of its own with TLS."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from console.simulator.directory import CONSOLE_APP_ID, GRAPH_RESOURCE_ID, RELAY_APP_ID, Directory
from console.simulator.entra import Fault
from console.simulator.entra.resources import GRAPH_SCOPES

PROGRAM = Path(__file__).parent / "provider" / "provider.mjs"
MODULES = Path(__file__).parents[2] / "build" / "provider" / "node_modules"
PATIENCE = 20.0
"""Seconds for it to start, or to take an order; Node on a busy machine needs two."""

GRAPH = "https://graph.microsoft.com"
RELAY_SCOPE = f"api://{RELAY_APP_ID}/access_as_operator"
GRAPH_PERMISSIONS = (*sorted(GRAPH_SCOPES), ".default")


def lacking() -> str:
    """Why the provider cannot run here; empty when it can."""
    if shutil.which("node") is None:
        return "Node is not installed: Debian has it in nodejs"
    if not (MODULES / "oidc-provider").is_dir():
        return "oidc-provider is not installed: `make setup ARGS=--testing` brings it where npm is"
    return ""


class Provider:
    """Use as a context manager. Each token endpoint visit and each revocation is an event."""

    def __init__(self, directory: Directory, certificate: Path, key: Path) -> None:
        self.tenant = directory.tenant_id
        settings = {
            "modules": str(MODULES),
            "tenant": self.tenant,
            "client": CONSOLE_APP_ID,
            "certificate": str(certificate),
            "key": str(key),
            "resources": {
                f"api://{RELAY_APP_ID}": {"audience": RELAY_APP_ID, "scopes": [RELAY_SCOPE]},
                GRAPH: {
                    "audience": GRAPH_RESOURCE_ID,
                    "scopes": [f"{GRAPH}/{name}" for name in GRAPH_PERMISSIONS],
                },
            },
            "users": {
                user.user_principal_name: {
                    "oid": user.id,
                    "name": user.display_name,
                    "roles": list(user.roles),
                }
                for user in directory.users
            },
        }
        self._command = ["node", str(PROGRAM), json.dumps(settings)]
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._number = 0
        self._events: list[dict[str, Any]] = []

    def __enter__(self) -> Provider:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        threading.Thread(target=self._listen, name="what the provider says", daemon=True).start()
        self.port = int(self._answers.get(timeout=PATIENCE)["port"])
        return self

    def __exit__(self, *_: object) -> None:
        """Its standard input ends, and so does it."""
        self._process.communicate(timeout=PATIENCE)

    @property
    def authority(self) -> str:
        """As Entra spells it: MSAL appends the rest."""
        return f"https://localhost:{self.port}/{self.tenant}"

    @property
    def events(self) -> list[dict[str, Any]]:
        """What happened until now: it speaks in order, so what came before an answer has been heard."""
        self.order()
        return self._events

    def order(self, **changes: Any) -> None:
        """Change how it behaves from the next request on, and wait until it has heard."""
        self._number += 1
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"number": self._number, **changes}) + "\n")
        self._process.stdin.flush()
        assert self._answers.get(timeout=PATIENCE)["done"] == self._number

    def reset(self) -> None:
        self.order(reset=True)
        self._events.clear()

    def spoil(self, faults: Sequence[Fault]) -> None:
        """Let the next visits of the token endpoint go wrong."""
        self.order(faults=[asdict(fault) for fault in faults])

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.startswith("{"):
                continue  # a notice of the provider's own
            said = json.loads(line)
            if said.keys() & {"port", "done"}:
                self._answers.put(said)
            else:
                self._events.append(said)
