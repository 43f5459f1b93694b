"""What the relay tells the service manager that started it: ready, still alive, stopping.

The protocol is a few lines of text on a local socket (sd_notify(3)). Without such a socket nothing is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping


class Supervisor:
    """The service manager at the other end of `NOTIFY_SOCKET`, or nobody.

    `environment` is read once: the variables are not for programs that the relay might start.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # A leading @ means Linux's abstract namespace.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        microseconds = environment.get("WATCHDOG_USEC", "")
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._patience = int(microseconds) / 1e6 if microseconds.isdigit() and mine else 0.0

    @property
    def patience(self) -> float:
        """Seconds without a sign of life after which the relay is restarted; 0 when nobody watches."""
        return self._patience

    def tell(self, *lines: str) -> None:
        """Send state lines such as "READY=1". Nobody listening is no error."""
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way,
        ):
            way.connect(self._address)
            way.send("\n".join(lines).encode())

    @contextlib.asynccontextmanager
    async def watching(self, status: Callable[[], str]) -> AsyncIterator[None]:
        """Say ready now, alive while the block and its event loop run, and stopping at the end.

        `status` is a short sentence for whoever asks the service manager how things are.
        """
        self.tell("READY=1", f"STATUS={status()}")
        beats = asyncio.create_task(self._beat(status), name="watchdog") if self._patience else None
        try:
            yield
        finally:
            self.tell("STOPPING=1")
            if beats is not None:
                beats.cancel()

    async def _beat(self, status: Callable[[], str]) -> None:
        while True:
            self.tell("WATCHDOG=1", f"STATUS={status()}")
            await asyncio.sleep(self._patience / 3)
