"""Who sits at this desk: from the first sign-in through locks and changes of shift to the sign-out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from PySide6.QtGui import QGuiApplication

from console.app.line import Line
from console.auth import (
    EVERYWHERE,
    Account,
    AccountService,
    AccountState,
    CopyDetails,
    Mend,
    NeedsOperator,
    Offline,
    SignedIn,
    SignedOut,
    UseBrowser,
)
from console.auth.vault import Trouble
from console.domain.errors import ConsoleError, NotSignedIn
from console.store.handing_over import HandOver, unfinished
from console.ui.language import say, tr
from console.ui.parts import Parts
from console.ui.window import MainWindow


class Session:
    """Joins account service, line and window. One thing at a time: a second press changes nothing."""

    def __init__(
        self, service: AccountService, line: Line, parts: Parts, window: MainWindow, hint: str
    ) -> None:
        self._service, self._line, self._parts, self._window = service, line, parts, window
        self._hint = hint
        self._task: asyncio.Task[None] | None = None
        self._locked: Account | None = None
        self._left: HandOver | None = None
        self._leaving = False
        self._ringing = 0
        self._join()

    @property
    def locked(self) -> bool:
        return self._locked is not None

    def begin(self, *, sign_in: bool) -> None:
        """Go on with the kept sign-in; without one, sign in if that is wanted."""
        self._start(self._begin(sign_in))

    async def close(self) -> None:
        """Give up what is under way; a sign-out is let to its end: nothing of it may stay behind."""
        if self._task is not None:
            if not self._leaving:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def consent(self, scopes: Iterable[str]) -> None:
        """Have the operator consent to more, while the desk goes on."""
        self._start(self._aside(self._service.consent(tuple(scopes))))

    async def keep_again(self) -> Trouble | None:
        """Keep the sign-in after all, or go on with the one that could not be opened; return what is in the
        way still. Whatever else is under way goes on."""
        nobody = self._service.account is None
        still = await self._service.keep_again()
        if nobody and self._service.account is not None:
            self._start(self._go_live())
        return still

    def lock(self) -> None:
        """Hide the desk until the same operator signs in again. Calls go on."""
        if self._parts.runner.me is None or self._service.account is None:
            return
        self._locked = self._service.account
        self._window.put_away()
        self._line.lock()
        self._show_locked()

    # -- joining -------------------------------------------------------------------------------------

    def _join(self) -> None:
        window, page = self._window, self._window.sign_in_page
        self._line.on_operator = self._operator_changed
        self._service.listen(self._account_changed)
        page.sign_in_requested.connect(lambda: self._start(self._main_button()))
        page.cancel_requested.connect(lambda: self._task.cancel() if self._task else None)
        page.account_chosen.connect(lambda who: self._start(self._sit_down(who)))
        page.somebody_else.connect(self._somebody_else)
        page.device_requested.connect(lambda: self._start(self._by_device()))
        page.browser_requested.connect(self._by_browser)
        window.mend_requested.connect(self._mend)
        window.switch_wanted.connect(self._switch)
        window.lock_wanted.connect(self.lock)
        window.sign_out.connect(lambda: self._leave(tr("Sign out"), self._sign_out))
        window.sign_out_everywhere.connect(self._ask_everywhere)
        window.calls.counted.connect(lambda queue: self._count(queue.ringing))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        if self._task is not None and not self._task.done():
            work.close()
            return
        self._task = asyncio.get_running_loop().create_task(work, name="sign in or out")

    def _offer(self) -> None:
        service = self._service
        accounts = [remembered.account for remembered in service.remembered]
        self._window.offer(
            service.account,
            accounts,
            elsewhere=service.can_sign_in_elsewhere,
            windows=service.uses_windows,
        )

    # -- sitting down --------------------------------------------------------------------------------

    async def _begin(self, sign_in: bool) -> None:
        self._window.sign_in_page.show_going_on()
        there = await self._service.restore()
        self._offer()
        if there is not None:
            self._line.start()
        elif sign_in:
            await self._sign_in(self._hint)
        else:
            self._window.sign_in_page.show_signed_out()

    async def _main_button(self) -> None:
        if self._locked is not None:
            await self._unlock(self._locked)
        elif isinstance(self._service.state, Offline):
            await self._try_again()
        else:
            await self._sign_in(self._hint)

    async def _sign_in(self, hint: str, *, browser: bool = False) -> None:
        windows = self._service.uses_windows and not browser
        self._window.sign_in_page.show_signing_in(windows=windows)
        await self._attempt(self._service.sign_in(hint or None, browser=browser))

    async def _by_device(self) -> None:
        page = self._window.sign_in_page
        page.show_signing_in()
        await self._attempt(self._service.sign_in_elsewhere(page.show_device_code))

    async def _sit_down(self, who: Account) -> None:
        """Take up the session of a remembered account, or have its owner sign in."""
        self._window.sign_in_page.show_going_on()
        try:
            await self._service.switch_to(who)
        except NotSignedIn:
            await self._sign_in(who.upn)
        except ConsoleError as error:
            self._window.sign_in_page.show_error(error)
        else:
            await self._go_live()

    async def _attempt(self, way: Coroutine[Any, Any, Account]) -> None:
        page = self._window.sign_in_page
        try:
            await way
        except asyncio.CancelledError:
            self._show_nobody()
            raise
        except ConsoleError as error:
            page.show_error(error)
        else:
            await self._go_live()

    async def _go_live(self) -> None:
        """Begin reading the stream, or begin anew where nobody was let in yet: its pauses may be long."""
        self._locked = None
        self._offer()
        if self._line.started and self._parts.runner.me is None:
            await self._line.stop()
        if not self._line.started:
            self._line.start()

    async def _try_again(self) -> None:
        """The session is there, its service was away: no page is wanted for that."""
        self._window.sign_in_page.show_going_on()
        try:
            await self._service.try_again()
        except ConsoleError as error:
            self._window.sign_in_page.show_error(error)
        else:
            await self._go_live()

    async def _unlock(self, who: Account) -> None:
        """Only who locked it unlocks it; somebody else who signs in takes over at a change of shift."""
        page = self._window.sign_in_page
        page.show_signing_in(windows=self._service.uses_windows)
        try:
            came = await self._service.sign_in(who.upn or None)
        except asyncio.CancelledError:
            self._show_locked()
            raise
        except ConsoleError as error:
            self._show_locked(error)
            return
        if came.key == who.key:
            self._locked = None
            self._line.unlock()
            return
        self._leave_behind()
        await self._line.stop()
        await self._go_live()

    # -- getting up ----------------------------------------------------------------------------------

    def _switch(self, who: Account | None) -> None:
        self._leave(tr("Switch user"), lambda: self._change_to(who))

    async def _change_to(self, who: Account | None) -> None:
        await self._line.stop()
        self._window.show_operator()
        if who is None:
            self._show_nobody()
        else:
            await self._sit_down(who)

    def _leave(self, words: str, go: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do `go`; when something is unfinished it is named first, and staying is possible."""
        me = self._parts.runner.me
        calls = unfinished(self._parts.store.view, me) if me else []
        if me is None or not calls:
            self._start(go())
            return
        from console.ui.hand_over import LeavingSheet

        sheet = LeavingSheet(self._parts, me, calls, words, self._window)

        def agreed(left: HandOver) -> None:
            self._left = left
            self._start(go())

        sheet.agreed.connect(agreed)
        sheet.open()

    def _leave_behind(self) -> None:
        """What whoever locked the desk did not finish, for whoever takes over."""
        hello = self._line.greeting
        if hello is not None and (calls := unfinished(self._parts.store.view, hello.operator)):
            ids = tuple(call.id for call in calls)
            self._left = HandOver(hello.operator, self._parts.now(), ids)

    async def _sign_out(self) -> None:
        self._leaving = True
        try:
            await self._line.stop()
            await self._service.sign_out()
        finally:
            self._leaving = False
        self._window.show_operator()
        self._show_nobody()

    def _ask_everywhere(self) -> None:
        from console.ui.question import Question

        question = Question(
            tr("Sign out everywhere?"), say(EVERYWHERE), tr("Sign out everywhere"), self._window
        )
        question.accepted.connect(lambda: self._leave(tr("Sign out everywhere"), self._sign_out_everywhere))
        question.open()

    async def _sign_out_everywhere(self) -> None:
        self._leaving = True
        try:
            await self._line.stop()
            await self._service.sign_out_everywhere()
        except ConsoleError as error:
            self._window.say(say(error.text))
        finally:
            self._leaving = False
        self._window.show_operator()
        self._show_nobody()

    def _somebody_else(self) -> None:
        if self._locked is None:
            self._start(self._sign_in(""))
            return
        self._locked = None
        self._leave_behind()
        self._start(self._change_to(None))

    def _by_browser(self) -> None:
        """Instead of the dialog of Windows that may be waiting."""
        if self._task is not None and not self._task.done():
            self._task.add_done_callback(lambda _: self._mend(UseBrowser()))
            self._task.cancel()
        else:
            self._mend(UseBrowser())

    # -- what a button beside a sentence does ----------------------------------------------------------

    def _mend(self, mend: Mend) -> None:
        if isinstance(mend, CopyDetails):
            QGuiApplication.clipboard().setText(mend.details)
            self._window.say(tr("Copied. Send it to your administrator."))
        elif self._locked is not None:
            self._start(self._unlock(self._locked))  # nothing else opens a locked desk
        elif self._parts.runner.me is not None:
            self._start(self._aside(self._service.mend(mend)))
        else:
            self._start(self._mend_here(mend))

    async def _mend_here(self, mend: Mend) -> None:
        page = self._window.sign_in_page
        page.show_signing_in()
        try:
            await self._service.mend(mend)
        except asyncio.CancelledError:
            self._show_nobody()
            raise
        except ConsoleError as error:
            page.show_error(error)
            return
        if isinstance(self._service.state, SignedIn):
            await self._go_live()
        else:
            self._show_nobody()

    async def _aside(self, work: Coroutine[Any, Any, object]) -> None:
        """Do it while the desk stays on screen; what goes wrong is said in the line below.

        Whoever signed in may be somebody else: then it is a change of shift.
        """
        before = self._service.account
        try:
            await work
        except ConsoleError as error:
            self._window.say(say(error.text))
            return
        self._offer()
        now = self._service.account
        if before is not None and now is not None and now.key != before.key:
            self._leave_behind()
            await self._line.stop()
            await self._go_live()

    # -- what is told ----------------------------------------------------------------------------------

    def _account_changed(self, state: AccountState) -> None:
        """A session that ended on its own is said where the operator looks, without hiding live calls."""
        page, live = self._window.sign_in_page, self._parts.runner.me is not None
        self._window.show_account(state if live else SignedOut())
        if live or self._locked is not None:
            return
        match state:
            case NeedsOperator(reason=reason, account=who, mend=mend):
                page.show_needs_operator(reason, who.name if who else "", mend)
            case Offline(until=until):
                page.show_offline(until)
            case SignedIn() if self._task is not None and not self._task.done():
                page.show_going_on()

    def _operator_changed(self) -> None:
        self._window.show_operator()
        me, left = self._parts.runner.me, self._left
        if me is not None:
            self._window.show_account(self._service.state)
        if me is None or left is None:
            return
        self._left = None
        if me.id != left.by.id:
            from console.ui.hand_over import ComingSheet

            sheet = ComingSheet(self._parts, left, lambda: None, self._window)
            sheet.rejected.connect(lambda: self._keep_for_later(left))
            sheet.open()

    def _keep_for_later(self, left: HandOver) -> None:
        """Closed without "seen": whoever comes next is told again."""
        self._left = left

    def _count(self, ringing: int) -> None:
        if ringing != self._ringing:
            self._ringing = ringing
            if self._locked is not None and (self._task is None or self._task.done()):
                self._show_locked()

    def _show_locked(self, problem: ConsoleError | None = None) -> None:
        if self._locked is not None:
            self._window.sign_in_page.show_locked(self._locked.name, self._ringing, problem)

    def _show_nobody(self) -> None:
        self._offer()
        self._window.sign_in_page.show_signed_out()
