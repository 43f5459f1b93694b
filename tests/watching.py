"""Everything that any test sends to Graph or hears from the simulator, compared with Microsoft's types."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path
from typing import Any

import httpx2

from console.simulator.__main__ import EXCHANGES
from console.simulator.app import Simulator
from console.simulator.tap import Asked, Observer, Told, read_exchange
from tests.contract.exchanges import ROOT, Exchanges
from tests.contract.microsoft import CONSOLE


class Watch:
    """Ears on the simulators of this process, on those of its children, and on every request it sends.

    Children inherit the name of one file in `folder` from the environment and append to it.
    """

    def __init__(self, exchanges: Exchanges, folder: Path) -> None:
        self._exchanges = exchanges
        self._problems: dict[str, None] = {}
        self.file = folder / "exchanges.jsonl"
        self._read = 0
        self.heard = 0
        self._began, self._sent = Simulator.__init__, httpx2.AsyncClient.send

    def open(self) -> None:
        """Listen from now on."""
        os.environ[EXCHANGES] = str(self.file)
        began, sent, hear = self._began, self._sent, self.hear

        @functools.wraps(began)
        def begin(simulator: Simulator, *args: Any, observer: Observer | None = None, **more: Any) -> None:
            def both(seen: Asked | Told) -> None:
                hear(seen)
                if observer is not None:
                    observer(seen)

            began(simulator, *args, observer=both, **more)

        @functools.wraps(sent)
        async def send(client: httpx2.AsyncClient, request: httpx2.Request, **more: Any) -> httpx2.Response:
            answer = await sent(client, request, **more)
            self._hear_request(request, answer.status_code)
            return answer

        Simulator.__init__ = begin  # type: ignore[method-assign]
        httpx2.AsyncClient.send = send  # type: ignore[method-assign,assignment]

    def close(self) -> None:
        """Listen no more."""
        del os.environ[EXCHANGES]
        Simulator.__init__ = self._began  # type: ignore[method-assign]
        httpx2.AsyncClient.send = self._sent  # type: ignore[method-assign]

    def hear(self, seen: Asked | Told) -> None:
        """Compare one exchange or notification."""
        self._note(self._exchanges.problems(seen))

    def take(self) -> list[str]:
        """Return what has been wrong since it was last asked, each problem once."""
        self._hear_children()
        found, self._problems = list(self._problems), {}
        return found

    def _note(self, problems: list[str]) -> None:
        self.heard += 1
        self._problems.update(dict.fromkeys(problems))

    def _hear_children(self) -> None:
        if not self.file.exists():
            return
        with self.file.open("rb") as file:
            file.seek(self._read)
            whole, _, _ = file.read().rpartition(b"\n")  # what follows is a line still being written
        if whole:
            self._read += len(whole) + 1
            for line in whole.split(b"\n"):
                self.hear(read_exchange(line))

    def _hear_request(self, request: httpx2.Request, status: int) -> None:
        """A request of the Graph layer, whoever answers it: a relay, a simulator or a test's own stand-in."""
        _, below, path = request.url.path.partition(f"{ROOT}/")
        if below and status < 300:
            body = json.loads(request.content) if request.content else None
            self._note(self._exchanges.request(request.method, f"/{path}", body, CONSOLE))
