"""A Redis of our own: started on a free port of this computer, in a folder of its own, killed by its id."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from console.demo.programs import free_port

# Debian's redis-tools brings the server too, under the name of the checker: no service, nothing that listens.
_PROGRAMS = ("redis-server", "valkey-server", "redis-check-rdb", "valkey-check-rdb")


def find_server() -> str | None:
    """Return a program that is a Redis or Valkey server when it is called by that name, or None."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


class RedisServer:
    """One server process; `more` are lines of its configuration, such as {"maxmemory": "2mb"}."""

    def __init__(self, folder: Path, port: int = 0, **more: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._more = {"appendonly": "yes", "appendfsync": "always", "save": "", **more}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers, with its data loaded."""
        program = find_server()
        assert program is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        name = "valkey-server" if "valkey" in program else "redis-server"
        given = {"port": str(self.port), "bind": "127.0.0.1", "dir": str(self.folder)} | self._more
        options = [part for key, value in given.items() for part in (f"--{key.replace('_', '-')}", value)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([name, *options], executable=program, stdout=log, stderr=log)
        deadline = time.monotonic() + 10.0
        while self.ask("PING") != "+PONG":
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-500:]
            time.sleep(0.02)

    @contextlib.contextmanager
    def running(self) -> Iterator[Self]:
        """Run it while the block runs."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def fallen_behind(self, folder: Path) -> RedisServer:
        """Return a server, not yet started, that knows what this one knows now and nothing newer."""
        shutil.copytree(self.folder, folder)
        return RedisServer(folder)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(what)

    def stop(self) -> None:
        self.thaw()
        self.kill()

    def ask(self, *command: str) -> str:
        """Return the first line of the answer to a command; "" when nobody answers."""
        return self.tell(*command).partition("\n")[0]

    def tell(self, *command: str) -> str:
        """Return the lines of the answer to a command, without their lengths."""
        sent = f"*{len(command)}\r\n" + "".join(f"${len(part)}\r\n{part}\r\n" for part in command)
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2.0) as way:
                way.sendall(sent.encode())
                answer = b""
                way.settimeout(0.5)
                while not answer.endswith(b"\r\n"):
                    more = way.recv(65536)
                    if not more:
                        return ""
                    answer += more
                lines = answer.decode().split("\r\n")
                return "\n".join(line for line in lines if line and line[0] not in "$*")
        except OSError:
            return ""
