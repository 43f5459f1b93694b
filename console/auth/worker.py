"""The one thread in which MSAL may block."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from .errors import Ended

P = ParamSpec("P")
R = TypeVar("R")


class Worker:
    """Runs calls one after another off the loop. Cancelling a call stops the waiting, not the call."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._closed = False

    async def run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what `call` returns. Raises Ended after `close`, and what `call` raises."""
        if self._closed:
            raise Ended("The program is ending.")
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: call(*args, **kwargs))

    def close(self, last: Callable[[], None]) -> None:
        """Run `last` after the call under way, then end the thread without waiting for it."""
        if not self._closed:
            self._closed = True
            self._pool.submit(last)
            self._pool.shutdown(wait=False)
