"""One asyncio loop inside Qt's own; the only place that knows qasync.

qasync 0.28 starts a Qt timer for every callback, and a cancelled timer lives until it would have fired:
5,000 cancelled timeouts are 5,000 live timers, and on Windows those run out. Here the callbacks that are due
wait in one deque, the later ones in one heap, and two Qt timers serve both.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import logging
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, cast

import PySide6.QtCore  # noqa: F401 - first, so that qasync takes PySide6 and not another Qt it finds
import qasync
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from console.ui.language import tr

log = logging.getLogger(__name__)

BUDGET = 0.004
"""Seconds of callbacks in a row before Qt may paint and take input again."""
_CROWD = 64
"""Callbacks that run between two looks at the clock."""
_SWEEP_FROM = 100
"""Cancelled timers that may lie in the heap before it is swept."""
_EARLY = 0.0005
"""A timer that Qt wakes half a millisecond early counts as due; waiting again would cost a whole one."""


class _Courier(QObject):
    """Carries calls from other threads to the one of the loop."""

    brought = Signal(object, tuple)


class Loop(qasync.QEventLoop):  # type: ignore[misc]
    """qasync's loop with its own queue: as fast as plain asyncio, and no timers left behind."""

    def __init__(self, app: QApplication) -> None:
        self._due: deque[asyncio.Handle] = deque()
        self._later: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._numbered = 0
        self._cancelled = 0
        self._turn = QTimer()
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._run_due)
        self._alarm = QTimer()
        self._alarm.setSingleShot(True)
        self._alarm.setTimerType(Qt.TimerType.PreciseTimer)
        self._alarm.timeout.connect(self._collect)
        self._courier = _Courier()
        self._courier.brought.connect(lambda callback, args: self._take(callback, args))
        super().__init__(app)

    # -- what asyncio asks for ---------------------------------------------------------------------

    def call_soon(
        self, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        self._check_closed()
        handle = asyncio.Handle(callback, args, cast(asyncio.AbstractEventLoop, self), context)
        return self._add_callback(handle)

    def call_soon_threadsafe(
        self, callback: Callable[..., Any], *args: Any, context: contextvars.Context | None = None
    ) -> None:
        self._courier.brought.emit(callback, args)

    def call_later(
        self,
        delay: float,
        callback: Callable[..., Any],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(time.monotonic() + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., Any],
        *args: Any,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        self._check_closed()
        loop = cast(asyncio.AbstractEventLoop, self)
        handle = asyncio.TimerHandle(when, callback, args, loop, context)
        handle._scheduled = True  # type: ignore[attr-defined]  # so that its cancel() tells us
        self._numbered += 1
        heapq.heappush(self._later, (when, self._numbered, handle))
        if self._later[0][2] is handle:
            self._set_alarm()
        return handle

    def run_forever(self) -> int:
        """Run until stopped. Installs the hooks that close forgotten async generators, which qasync lacks."""
        before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook
        )
        if self._due:
            self._turn.start()
        try:
            return int(super().run_forever() or 0)
        finally:
            sys.set_asyncgen_hooks(*before)

    def close(self) -> None:
        if not self.is_running():
            self._turn.stop()
            self._alarm.stop()
            self._due.clear()
            self._later.clear()
        super().close()

    @property
    def timers(self) -> int:
        """How many timers are kept, the cancelled ones that are not swept yet included."""
        return len(self._later)

    # -- inside ------------------------------------------------------------------------------------

    def _take(self, callback: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """What another thread brings while we close comes too late, and nobody waits for it any more."""
        if not self.is_closed():
            self.call_soon(callback, *args)

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        """Called by qasync's own parts too; they never ask for a delay."""
        self._due.append(handle)
        if not self._turn.isActive():
            self._turn.start()
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._cancelled += 1
        if self._cancelled > _SWEEP_FROM and self._cancelled * 2 > len(self._later):
            self._later = [entry for entry in self._later if not entry[2].cancelled()]
            heapq.heapify(self._later)
            self._cancelled = 0

    def _set_alarm(self) -> None:
        if self._later:
            wait = self._later[0][0] - time.monotonic()
            # Qt counts in an int of milliseconds. Rounded up: a callback must not see a time before its own.
            self._alarm.start(min(max(0, int(wait * 1000 + 0.999)), 2**31 - 1))

    def _collect(self) -> None:
        """Move every timer that is due into the queue."""
        now = time.monotonic() + _EARLY
        while self._later and self._later[0][0] <= now:
            handle = heapq.heappop(self._later)[2]
            handle._scheduled = False  # type: ignore[attr-defined]
            if handle.cancelled():
                self._cancelled -= 1
            else:
                self._add_callback(handle)
        self._set_alarm()

    def _run_due(self) -> None:
        """Run callbacks until none is left or the budget is used; then Qt has its turn."""
        if not self.is_running():  # somebody else turns Qt's events; tasks need a running loop around them
            self._turn.stop()
            return
        end = time.monotonic() + BUDGET
        while self._due:
            for _ in range(min(len(self._due), _CROWD)):
                if not self._due:  # a nested Qt loop may have emptied it
                    break
                handle = self._due.popleft()
                if not handle.cancelled():
                    handle._run()
            if time.monotonic() > end:
                return
        self._turn.stop()


class Faults:
    """Takes errors that nobody caught, from slots and from the loop: logs all, shows each kind once."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._shown: set[tuple[type[BaseException], str, int]] = set()

    def in_slot(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """For `sys.excepthook`: PySide sends errors in slots there, never to the loop."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.critical("an error in a slot", exc_info=(kind, error, trace))
        self._tell(error)

    def in_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """For `loop.set_exception_handler`."""
        error = context.get("exception")
        log.critical("%s", context.get("message", "an error in the loop"), exc_info=error)
        if isinstance(error, BaseException):
            self._tell(error)

    def _tell(self, error: BaseException) -> None:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else ("", 0)
        if (type(error), *place) in self._shown:
            return
        self._shown.add((type(error), *place))
        self._show(
            tr("Something went wrong inside the console. It goes on working; the log has the details.")
        )


def run(
    main: Coroutine[Any, Any, int], app: QApplication, show: Callable[[str], None] = lambda text: None
) -> int:
    """Run `main` to its end and return what it returns; then stop everything in order.

    `show` gets one sentence for each kind of error that nobody caught. Ctrl+C and a request to terminate
    cancel `main`, which then returns as if the window had been closed.
    """
    app.setQuitOnLastWindowClosed(False)  # Qt must not stop the loop under our feet: main decides
    faults = Faults(show)
    loop = Loop(app)
    loop.set_exception_handler(faults.in_loop)
    hook, sys.excepthook = sys.excepthook, faults.in_slot
    asyncio.set_event_loop(cast(asyncio.AbstractEventLoop, loop))
    try:
        task = loop.create_task(main, name="main")
        _stop_on_signal(loop, task)
        try:
            return int(loop.run_until_complete(task))
        except asyncio.CancelledError:
            return 0
    finally:
        _shut_down(loop)
        sys.excepthook = hook
        asyncio.set_event_loop(None)


def _stop_on_signal(loop: Loop, task: asyncio.Task[int]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, task.cancel)
        except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            return


def _shut_down(loop: Loop) -> None:
    """Cancel what still runs and wait for it, close generators and threads, then the loop."""
    left = asyncio.all_tasks(cast(asyncio.AbstractEventLoop, loop))
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
