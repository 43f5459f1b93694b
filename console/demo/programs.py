"""Starting and ending the simulator and the relay as programs, and pointing a console at them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.domain.clouds import Cloud
from console.domain.errors import ConsoleError
from console.graph.clouds import profile_of, without_calls
from console.settings.options import Options

START_TIME = 30.0
"""Seconds a program may take until it says that it is ready; a cold disk is slow."""
STOP_TIME = 8.0
DEMO_OPERATOR = "lena@contoso.example"


class DidNotStart(ConsoleError):
    code = "did-not-start"


class Program:
    """One child process, started with this Python. It is ended by its own id and nothing else is."""

    def __init__(self, name: str, arguments: list[str], ready: Path, log: Path) -> None:
        self._name = name
        self._arguments = arguments
        self._ready = ready
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> dict[str, Any]:
        """Start it and return what it wrote when it was ready. Raises DidNotStart with the end of its log."""
        self._ready.unlink(missing_ok=True)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [sys.executable, "-m", *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        deadline = time.monotonic() + START_TIME
        while time.monotonic() < deadline and self.running:
            try:
                written: dict[str, Any] = json.loads(self._ready.read_text("utf-8"))
            except (OSError, json.JSONDecodeError):
                time.sleep(0.05)
                continue
            return written
        self.stop()
        end = self._log.read_text("utf-8", "replace").strip().splitlines()[-5:]
        raise DidNotStart(f"The {self._name} did not start.", "\n".join(end))

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(STOP_TIME)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            self._process.wait()


class Programs:
    """A simulator of `cloud` and a relay that know each other, in `folder`.

    In a cloud without calls there is no relay.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int = 1,
        cloud: Cloud = Cloud.GLOBAL,
        relay_settings: dict[str, Any] | None = None,
    ) -> None:
        self._folder = folder
        self._cloud = cloud
        self._with_relay = without_calls(profile_of(cloud)) is None
        self._relay_settings = relay_settings or {}
        self._port = free_port()
        self.simulation: dict[str, Any] = {}
        state = folder / "simulator"
        arguments = ["console.simulator", "serve", "--state", str(state), "--seed", str(seed)]
        arguments += ["--cloud", cloud]
        self.simulator = Program(
            "simulator", arguments, state / "simulator.json", folder / "logs" / "simulator.log"
        )
        relay_arguments = ["console.relay", "serve", "--config", str(folder / "relay.toml")]
        ready = folder / "relay.json"
        relay_arguments += ["--ready-file", str(ready)]
        self.relay = Program("relay", relay_arguments, ready, folder / "logs" / "relay.log")

    @property
    def relay_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def webhook(self) -> str:
        return self.relay_url + "/hooks/calls"

    def start(self, say: Callable[[str], None] = lambda line: None) -> None:
        """Start both, one after the other. Raises DidNotStart."""
        self._folder.mkdir(parents=True, exist_ok=True)
        say("Starting the simulator: a pretended Microsoft Graph with invented people")
        self.simulation = self.simulator.start()
        if self._with_relay:
            say("Starting the relay")
            self.start_relay()

    def start_relay(self) -> None:
        """Start the relay for the simulator in `simulation`. Raises DidNotStart."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._write_relay_settings()
        self.relay.start()

    def stop(self) -> None:
        self.relay.stop()
        self.simulator.stop()

    def options(self, operator: str = DEMO_OPERATOR, **more: Any) -> Options:
        """Return the options of a console for `operator`, whose sign-in page answers itself."""
        found = self.simulation
        browser = (sys.executable, "-m", "console.simulator", "sign-in", "--user", operator)
        settings: dict[str, Any] = {
            "cloud": self._cloud,
            "relay": self.relay_url if self._with_relay else "",
            "authority": found["authority"],
            "client_id": found["console_app_id"],
            "relay_app_id": found["relay_app_id"],
            "graph_root": found["graph_url"],
            "ca_file": found["ca_file"],
            "browser_command": (*browser, "--ca", found["ca_file"]),
            "login_hint": operator,
            "profile": str(self._folder / "profile"),
            "keep_sign_in": False,  # invented people have no place in this computer's password store
        }
        return Options(**(settings | more))

    def _write_relay_settings(self) -> None:
        found = self.simulation
        settings: dict[str, Any] = {
            "cloud": self._cloud,
            "listen_port": self._port,
            "public_url": self.relay_url,
            "data_dir": str(self._folder / "relay-data"),
            "graph_root": found["graph_url"],
            "authority": found["base_url"],
            "tenant_ids": [found["tenant_id"]],
            "bot_app_id": found["bot_app_id"],
            "bot_certificate": found["bot_certificate"],
            "bot_key": found["bot_key"],
            "relay_app_id": found["relay_app_id"],
            "console_app_ids": [found["console_app_id"]],
            "notification_keys_url": found["openid_configuration"],
            "notification_issuers": found["notification_issuers"],
            "ca_file": found["ca_file"],
            **self._relay_settings,
        }
        # JSON's strings, lists, numbers and booleans are written the same in TOML.
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        (self._folder / "relay.toml").write_text("\n".join(lines) + "\n", "utf-8")


def free_port() -> int:
    """Return a loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
