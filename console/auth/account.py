"""Signing the operator in and out, and tokens for what they do: MSAL behind an asynchronous front."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Awaitable, Callable
from functools import partial

from console.language import UNTRANSLATED, Catalogue

from .browsers import OpenBrowser
from .cache import MemoryStore, TokenStore
from .client import PublicClient
from .errors import AuthError, IdentityUnavailable, NobodySignedIn, SignInBusy, SignInTimedOut
from .http import DEFAULT_TIMEOUT
from .keeper import PATIENCE, TokenKeeper
from .loopback import Loopback
from .operators import (
    Account,
    AccountState,
    DeviceCode,
    NeedsOperator,
    Offline,
    SignedIn,
    SignedOut,
    SigningIn,
)
from .registration import Registration, Resource
from .token import LAST_USE, Token
from .worker import Worker

SIGN_IN_TIMEOUT = 300.0
"""Seconds the operator has for the sign-in page, second factor included."""


def draw_state() -> str:
    return secrets.token_urlsafe(24)


class AccountService:
    """One operator. All methods belong to one event loop; nothing here blocks it.

    `context` is called in the worker thread; `now` gives seconds since the epoch and must be the real
    time, because MSAL reads the clock itself; `timeout` (seconds) bounds every request.
    """

    def __init__(
        self,
        registration: Registration,
        *,
        context: Callable[[], ssl.SSLContext],
        open_browser: OpenBrowser,
        now: Callable[[], float],
        store: TokenStore | None = None,
        draw_state: Callable[[], str] = draw_state,
        timeout: float = DEFAULT_TIMEOUT,
        patience: float = PATIENCE,
        sign_in_timeout: float = SIGN_IN_TIMEOUT,
        catalogue: Catalogue = UNTRANSLATED,
    ) -> None:
        self._catalogue = catalogue
        self._first: Resource = registration.first
        self._client = PublicClient(registration, store or MemoryStore(), context, now, timeout)
        self._worker = Worker("operator sign-in")
        self._open_browser = open_browser
        self._now = now
        self._draw_state = draw_state
        self._sign_in_timeout = sign_in_timeout
        self._keepers: dict[Resource, TokenKeeper] = {
            resource: TokenKeeper(
                partial(self._fetch, resource), now, partial(self._note, resource), patience=patience
            )
            for resource in ("relay", "graph")
        }
        self._account: Account | None = None
        self._troubles: dict[Resource, NeedsOperator | Offline] = {}
        self._claims: dict[Resource, str] = {}
        """What a service wants of its next token and has not got yet, as JSON."""
        self._signing_in = False
        self._listeners: list[Callable[[AccountState], None]] = []
        self._announced: AccountState = SignedOut()

    @property
    def state(self) -> AccountState:
        if self._signing_in:
            return SigningIn()
        if self._account is None:
            return SignedOut()
        troubles = sorted(self._troubles.values(), key=lambda t: isinstance(t, Offline))
        return troubles[0] if troubles else SignedIn(self._account)

    @property
    def account(self) -> Account | None:
        """Who is signed in."""
        return self._account

    def listen(self, callback: Callable[[AccountState], None]) -> Callable[[], None]:
        """Call `callback` with every new state from now on; call the result to stop."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    async def restore(self) -> Account | None:
        """Take up the session the store remembers, without asking the network; None if there is none."""
        account = await self._worker.run(self._client.remembered)
        if account is not None and self._account is None:
            self._account = account
            self._announce()
        return self._account

    async def sign_in(self, login_hint: str | None = None) -> Account:
        """Sign in with the browser. Cancelling closes the listener at once.

        Raises:
            AuthError: declined, refused, timed out, unreachable, or another sign-in is under way.
        """
        return await self._begin(partial(self._by_browser, login_hint))

    async def sign_in_elsewhere(self, show: Callable[[DeviceCode], None]) -> Account:
        """Sign in with a browser on another device: `show` is given what to display.

        Many organisations block this way, because it can be abused for phishing: never the default.

        Raises:
            AuthError: as `sign_in`.
        """
        return await self._begin(partial(self._by_device, show))

    async def token(self, resource: Resource) -> str:
        """An access token good for at least a minute. Never opens a page.

        Raises:
            AuthError: nobody is signed in, the operator is needed, or the service is away for too long.
        """
        if self._account is None:
            raise NobodySignedIn("Nobody is signed in.")
        return await self._keepers[resource].token()

    async def renew(self, resource: Resource, rejected: str, claims: str = "") -> str:
        """Another token after the service rejected this one; raises as `token`.

        `claims` are what the service wants of it, a JSON object of objects. Where only the operator can
        satisfy them, the next sign-in asks for them.
        """
        if self._account is None:
            raise NobodySignedIn("Nobody is signed in.")
        if claims:
            self._claims[resource] = claims
        return await self._keepers[resource].renew(rejected)

    async def try_again(self) -> None:
        """Ask once more at the operator's wish, without MSAL's memory of past failures; raises as `token`."""
        await self._worker.run(self._client.reset)
        for keeper in self._keepers.values():
            keeper.resume()
        for resource in list(self._troubles) or [self._first]:
            await self.token(resource)

    async def sign_out(self) -> None:
        """Forget the operator on this computer. The session at the identity provider lives on."""
        self._forget_tokens()
        self._claims.clear()
        self._account = None
        self._announce()
        await self._worker.run(self._client.forget)

    async def close(self) -> None:
        """End the worker. The service cannot be used afterwards."""
        self._forget_tokens()
        self._worker.close(self._client.close)

    async def _begin(self, way: Callable[[], Awaitable[tuple[Account, Token]]]) -> Account:
        if self._signing_in:
            raise SignInBusy("Another sign-in is under way.")
        self._signing_in = True
        self._announce()
        try:
            account, token = await way()
            self._forget_tokens()
            self._claims.pop(self._first, None)
            self._account = account
            self._keepers[self._first].put(token)
        finally:
            self._signing_in = False
            self._announce()
        return account

    async def _by_browser(self, login_hint: str | None) -> tuple[Account, Token]:
        state = self._draw_state()
        async with Loopback(state, self._catalogue) as listener:
            flow = await self._worker.run(
                self._client.begin_code, listener.redirect_uri, state, login_hint, self._wanted()
            )
            self._open_browser(flow["auth_uri"])
            try:
                async with asyncio.timeout(self._sign_in_timeout):
                    answer = await listener.answer()
            except TimeoutError as error:
                raise SignInTimedOut("The sign-in was not finished in time.") from error
        return await self._worker.run(self._client.finish_code, flow, answer)

    async def _by_device(self, show: Callable[[DeviceCode], None]) -> tuple[Account, Token]:
        claims = self._wanted()
        flow = await self._worker.run(self._client.begin_device, claims)
        expires = self._now() + float(flow.get("expires_in", 900))
        show(DeviceCode(flow["user_code"], flow["verification_uri"], expires))
        while self._now() < expires:
            await asyncio.sleep(float(flow.get("interval", 5)))
            settled = await self._worker.run(self._client.poll_device, flow, claims)
            if settled is not None:
                return settled
        raise SignInTimedOut("The code has expired.")

    async def _fetch(self, resource: Resource, force: bool) -> Token:
        if self._account is None:
            raise NobodySignedIn("Nobody is signed in.")
        claims = self._claims.get(resource, "")
        token = await self._worker.run(
            self._client.silent, self._account.oid, resource, force=force, claims=claims
        )
        if self._claims.get(resource) == claims:
            self._claims.pop(resource, None)
        return token

    def _wanted(self) -> str:
        return next(iter(self._claims.values()), "")

    def _note(self, resource: Resource, error: AuthError | None, held: Token | None) -> None:
        self._troubles.pop(resource, None)
        if isinstance(error, IdentityUnavailable) and self._account is not None:
            until = held.expires - LAST_USE if held is not None else None
            self._troubles[resource] = Offline(until, self._account)
        elif error is not None:
            self._troubles[resource] = NeedsOperator(error.sentence, self._account)
        self._announce()

    def _forget_tokens(self) -> None:
        for keeper in self._keepers.values():
            keeper.forget()
        self._troubles.clear()

    def _announce(self) -> None:
        state = self.state
        if state != self._announced:
            self._announced = state
            for callback in list(self._listeners):
                callback(state)
