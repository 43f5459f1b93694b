"""The ways of signing in: the system's browser, a browser on another device, and what Windows offers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from console.language import UNTRANSLATED, Catalogue

from .broker import NO_WINDOW, ask_windows
from .browsers import OpenBrowser
from .client import Ask, PublicClient
from .errors import BrokerFailed, IdentityUnavailable, SignInTimedOut
from .loopback import Loopback
from .operators import Account, DeviceCode
from .token import Token
from .worker import Worker

SIGN_IN_TIMEOUT = 300.0
"""Seconds the operator has for the sign-in page, second factor included."""


def draw_state() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Ways:
    """What a sign-in is carried out with. `window` is the handle of our window, for dialogs of Windows."""

    client: PublicClient
    worker: Worker
    now: Callable[[], float]
    open_browser: OpenBrowser
    draw_state: Callable[[], str] = draw_state
    timeout: float = SIGN_IN_TIMEOUT
    catalogue: Catalogue = UNTRANSLATED
    window: Callable[[], int] = lambda: NO_WINDOW

    async def by_browser(self, ask: Ask) -> tuple[Account, Token]:
        """Sign in with the system's browser. Cancelling closes the listener at once. Raises AuthError."""
        state = self.draw_state()
        async with Loopback(state, self.catalogue) as listener:
            session = await self.worker.run(self.client.begin)
            flow = await self.worker.run(self.client.begin_code, session, listener.redirect_uri, state, ask)
            self.open_browser(flow["auth_uri"])
            try:
                async with asyncio.timeout(self.timeout):
                    answer = await listener.answer()
            except TimeoutError as error:
                raise SignInTimedOut("The sign-in was not finished in time.") from error
        return await self.worker.run(self.client.finish_code, session, flow, answer, ask)

    async def by_device(self, ask: Ask, show: Callable[[DeviceCode], None]) -> tuple[Account, Token]:
        """Sign in with a browser elsewhere: `show` is given the code to display. Raises AuthError."""
        session = await self.worker.run(self.client.begin)
        flow = await self.worker.run(self.client.begin_device, session, ask)
        expires = self.now() + float(flow.get("expires_in", 900))
        show(DeviceCode(flow["user_code"], flow["verification_uri"], expires))
        while self.now() < expires:
            await asyncio.sleep(float(flow.get("interval", 5)))
            with suppress(IdentityUnavailable):  # the next question may be answered again (RFC 8628 §3.5)
                settled = await self.worker.run(self.client.poll_device, session, flow, ask)
                if settled is not None:
                    return settled
        raise SignInTimedOut("The code has expired.")

    async def by_windows(self, ask: Ask) -> tuple[Account, Token]:
        """Sign in with the account that Windows holds. Raises AuthError.

        The call into Windows can hang and cannot be cancelled: it gets a thread of its own, which is left
        behind when the time is over.
        """
        session = await self.worker.run(self.client.begin, broker=True)
        own = Worker("Windows sign-in")
        try:
            async with asyncio.timeout(self.timeout):
                result = await own.run(ask_windows, session.app, self.client.first_scopes, ask, self.window())
        except TimeoutError as error:
            raise BrokerFailed("Windows did not finish the sign-in in time.") from error
        finally:
            own.close(lambda: None)
        return await self.worker.run(self.client.settle, session, result)
