"""Who is signed in on this desk, and tokens for what they do: MSAL behind an asynchronous front."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from console.domain.routes import Route
from console.domain.text import Text
from console.language import UNTRANSLATED, Catalogue

from .book import AccountBook, MemoryBook, noted, without
from .broker import NO_WINDOW
from .browsers import OpenBrowser
from .cache import MemoryStores, TokenStores
from .client import Ask, PublicClient
from .errors import (
    ConsentNeeded,
    OperatorNeeded,
    SignInBusy,
    WayClosed,
)
from .http import DEFAULT_TIMEOUT
from .keeper import PATIENCE
from .mends import AskAdministrator, CopyDetails, Mend, OpenPage, SignInAgain, TryAgain, UseBrowser
from .operators import (
    Account,
    AccountState,
    DeviceCode,
    Remembered,
    SignedIn,
    SignedOut,
    SigningIn,
)
from .registration import Registration, Resource
from .token import Token
from .tokens import Tokens
from .vault.troubles import Trouble
from .ways import SIGN_IN_TIMEOUT, Ways, draw_state
from .worker import Worker

EVERYWHERE = Text(
    "You are signed out here, and Microsoft's page for signing out opens in your browser, which ends the "
    "session there. Other computers stay signed in until their session ends."
)
"""What signing out everywhere does, for the question before it."""


class AccountService:
    """One operator at a time, and those remembered. All methods belong to one event loop; nothing blocks it.

    `context` is called in the worker thread; `now` gives seconds since the epoch and must be the real
    time, because MSAL reads the clock itself; `timeout` (seconds) bounds every request. `stores` keeps the
    tokens of each account, `book` who has signed in here. `device_code`: the administrator allows signing in
    on another device. `broker`: Windows signs people in; `window` gives the handle its dialog stands above.
    `way` names the proxy to the sign-in service, in the worker thread.
    """

    def __init__(
        self,
        registration: Registration,
        *,
        context: Callable[[], ssl.SSLContext],
        open_browser: OpenBrowser,
        now: Callable[[], float],
        stores: TokenStores | None = None,
        book: AccountBook | None = None,
        device_code: bool = False,
        broker: bool = False,
        window: Callable[[], int] = lambda: NO_WINDOW,
        draw_state: Callable[[], str] = draw_state,
        draw: Callable[[], float] = random.random,
        timeout: float = DEFAULT_TIMEOUT,
        patience: float = PATIENCE,
        sign_in_timeout: float = SIGN_IN_TIMEOUT,
        catalogue: Catalogue = UNTRANSLATED,
        way: Route | None = None,
    ) -> None:
        self.registration = registration
        self._stores = stores or MemoryStores()
        self._client = PublicClient(
            registration, self._stores, context, now, timeout, draw, broker=broker, way=way
        )
        self._worker = Worker("operator sign-in")
        self._asker = Worker("question about keeping")
        """Where the password store's question to the operator may stay; tokens are renewed meanwhile."""
        self._keeping: asyncio.Task[Trouble | None] | None = None
        self._ways = Ways(
            self._client, self._worker, now, open_browser, draw_state, sign_in_timeout, catalogue, window
        )
        self._book = book or MemoryBook()
        self._device_code = device_code
        self._broker = broker
        self._open_browser = open_browser
        self._now = now
        self._tokens = Tokens(
            registration, self._client, self._worker, now, self._announce, self._grant, patience=patience
        )
        self._remembered: tuple[Remembered, ...] = ()
        self._granted: frozenset[str] = frozenset()
        self._modest = False
        """The last sign-in failed for want of a consent: the next one asks for nothing but the calls."""
        self._signing_in = False
        self._listeners: list[Callable[[AccountState], None]] = []
        self._watchers: list[Callable[[frozenset[str]], None]] = []
        self._announced: AccountState = SignedOut()

    # -- what the window shows -------------------------------------------------------------------------

    @property
    def state(self) -> AccountState:
        if self._signing_in:
            return SigningIn()
        if self.account is None:
            return SignedOut()
        return self._tokens.trouble or SignedIn(self.account)

    @property
    def account(self) -> Account | None:
        """Who is signed in."""
        return self._tokens.account

    @property
    def remembered(self) -> tuple[Remembered, ...]:
        """Who has signed in on this computer, the last one first; known after `restore`."""
        return self._remembered

    @property
    def granted(self) -> frozenset[str]:
        """The permissions on Graph that the tokens in hand carry, by full name."""
        return self._granted

    @property
    def can_sign_in_elsewhere(self) -> bool:
        """True where the administrator allows signing in on another device."""
        return self._device_code

    @property
    def uses_windows(self) -> bool:
        """True where Windows signs people in; the browser is the other way then."""
        return self._broker

    def listen(self, callback: Callable[[AccountState], None]) -> Callable[[], None]:
        """Call `callback` with every new state from now on; call the result to stop."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def watch_granted(self, callback: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call `callback` with `granted` whenever it changes; call the result to stop."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback) if callback in self._watchers else None

    # -- signing in and out ----------------------------------------------------------------------------

    async def restore(self) -> Account | None:
        """Take up the session of who was here last, without asking the network; None if there is none."""
        self._remembered = await self._worker.run(self._book.load)
        if self.account is None and self._remembered:
            key = self._remembered[0].account.key
            found = await self._worker.run(self._client.take_up, key)
            if found is not None and self.account is None:
                self._tokens.begin(*found)
                self._announce()
        return self.account

    async def sign_in(
        self, login_hint: str | None = None, *, scopes: Iterable[str] = (), browser: bool = False
    ) -> Account:
        """Sign in with what the platform offers, or with the `browser`; cancelling ends it at once.

        `scopes` are permissions to consent to beyond the usual. Who was signed in stays so until it succeeds.

        Raises:
            AuthError: declined, refused, timed out, unreachable, or another sign-in is under way.
        """
        ask = Ask(login_hint or "", self._tokens.wanted, tuple(scopes), modest=self._modest)
        windows = self._broker and not browser and not ask.scopes
        return await self._begin(
            partial(self._ways.by_windows if windows else self._ways.by_browser, ask), ask
        )

    async def sign_in_elsewhere(self, show: Callable[[DeviceCode], None]) -> Account:
        """Sign in with a browser on another device: `show` is given what to display.

        Many organisations block this way, because it can be abused for phishing: never the default.

        Raises:
            AuthError: as `sign_in`, or the administrator does not allow this way.
        """
        if not self._device_code:
            raise WayClosed("Your administrator does not allow signing in on another device.")
        ask = Ask(claims=self._tokens.wanted)
        return await self._begin(partial(self._ways.by_device, ask, show), ask)

    async def consent(self, scopes: Iterable[str]) -> Account:
        """Have the operator consent to more permissions, by full name; raises as `sign_in`."""
        return await self.sign_in(self.account.upn if self.account else None, scopes=scopes)

    async def switch_to(self, account: Account) -> Account:
        """Go on as a remembered account, with its own tokens and without a page.

        Raises:
            AuthError: its session has ended, so it has to sign in; who was signed in stays so.
        """
        before = self.account
        if before is not None and before.key == account.key:
            return before
        with self._signing():
            found = await self._worker.run(self._client.take_up, account.key)
            if found is None:
                raise OperatorNeeded("Your session has ended.")
            who, tokens = found
            first = self.registration.first
            if first not in tokens or not tokens[first].is_usable(self._now()):
                tokens[first] = await self._worker.run(self._client.silent, account.key, first)
            self._tokens.begin(who, tokens)
        await self._remember(who)
        return who

    async def sign_out(self, account: Account | None = None) -> None:
        """Forget an account on this computer, the current one if none is named. Its session at the identity
        provider lives on."""
        gone = account or self.account
        if gone is None:
            return
        if self.account is not None and self.account.key == gone.key:
            self._tokens.end()
            self._announce()
        await self._worker.run(self._client.forget, gone.key)
        await self._keep_names(without(self._remembered, gone))

    async def sign_out_everywhere(self) -> None:
        """Sign out here and open the page that ends the browser's session; EVERYWHERE says what it does.

        Raises:
            BrowserFailed: the page could not be opened; the operator is signed out here all the same.
        """
        await self.sign_out()
        self._open_browser(self.registration.logout_page)

    async def mend(self, mend: Mend) -> None:
        """Do what the button beside a sentence says; raises as `sign_in`. CopyDetails is the window's."""
        who = self.account.upn if self.account else None
        match mend:
            case SignInAgain(claims=claims, scopes=scopes):
                self._tokens.want(self.registration.first, claims)
                await self.sign_in(who, scopes=scopes)
            case UseBrowser():
                self._broker = False
                await self.sign_in(who, browser=True)
            case AskAdministrator(url=url) | OpenPage(url=url):
                self._open_browser(url)
            case TryAgain() if self.account is None:  # it was the sign-in that failed
                await self._worker.run(self._client.reset)
                await self.sign_in()
            case TryAgain():
                await self.try_again()
            case CopyDetails():
                pass

    async def keep_again(self) -> Trouble | None:
        """Keep what could not be kept, once the operator has unlocked or mended what was in the way.

        Returns what still is; nobody is signed out by that. Where the kept sign-in itself could not be opened
        and nobody has signed in since, it is taken up. Whoever asks meanwhile waits for the same answer.
        """
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.get_running_loop().create_task(self._keep_again(), name="keep again")
        return await asyncio.shield(self._keeping)

    async def rehearse_keeping(self) -> Trouble | str:
        """Return what is in the way of keeping sign-ins on this computer now, or the name of the password
        store; an empty one where they are not to be kept. Nothing is left behind."""
        return await self._asker.run(self._stores.rehearse)

    # -- tokens ----------------------------------------------------------------------------------------

    async def token(self, resource: Resource) -> str:
        """An access token good for at least a minute. Never opens a page.

        Raises:
            AuthError: nobody is signed in, the operator is needed, or the service is away for too long.
        """
        return await self._tokens.token(resource)

    async def renew(self, resource: Resource, rejected: str, claims: str = "") -> str:
        """Another token after the service rejected this one; raises as `token`.

        `claims` are what the service wants of it, a JSON object of objects. Where only the operator can
        satisfy them, the next sign-in asks for them.
        """
        return await self._tokens.renew(resource, rejected, claims)

    async def keep_fresh(self) -> None:
        """Renew ahead of need, whoever is signed in: run it as a task and cancel it at the end."""
        await self._tokens.keep_fresh()

    async def try_again(self) -> None:
        """Ask once more at the operator's wish, without MSAL's memory of past failures; raises as `token`."""
        await self._worker.run(self._client.reset)
        await self._tokens.ask_again()

    async def close(self) -> None:
        """End the renewals, then the worker. Whatever is asked afterwards is refused with an AuthError."""
        self._tokens.close()
        self._stores.close()
        if self._keeping is not None:
            self._keeping.cancel()
        self._asker.close(lambda: None)
        self._worker.close(self._client.close)

    # -- inside ----------------------------------------------------------------------------------------

    async def _begin(self, way: Callable[[], Awaitable[tuple[Account, Token]]], ask: Ask) -> Account:
        try:
            with self._signing():
                account, token = await way()
                same = self.account is not None and self.account.key == account.key
                extra = (*(self._tokens.extra if same else ()), *ask.scopes)
                self._tokens.begin(account, {self.registration.first: token}, tuple(dict.fromkeys(extra)))
                self._modest = False
        except ConsentNeeded:
            self._modest = self.account is None
            raise
        await self._worker.run(self._client.keep, account.key)
        await self._remember(account)
        return account

    @contextmanager
    def _signing(self) -> Iterator[None]:
        """One at a time; whoever is at work stays so until it has succeeded. Raises SignInBusy."""
        if self._signing_in:
            raise SignInBusy("Another sign-in is under way.")
        self._signing_in = True
        self._announce()
        try:
            yield
        finally:
            self._signing_in = False
            self._announce()

    async def _keep_again(self) -> Trouble | None:
        refused = await self._asker.run(self._stores.ask)
        still = await self._worker.run(self._stores.keep_again, refused)
        if self.account is None and not self._signing_in:
            await self.restore()
        elif still is None:
            await self._keep_names(self._remembered)
        return still

    async def _remember(self, account: Account) -> None:
        await self._keep_names(noted(self._remembered, account, self._now()))

    async def _keep_names(self, accounts: tuple[Remembered, ...]) -> None:
        self._remembered = accounts
        with suppress(OSError):  # the list is a convenience; signing in and out stands without it
            await self._worker.run(self._book.save, self._remembered)

    def _grant(self, granted: frozenset[str]) -> None:
        if granted != self._granted:
            self._granted = granted
            for watcher in list(self._watchers):
                watcher(granted)

    def _announce(self) -> None:
        state = self.state
        if state != self._announced:
            self._announced = state
            for callback in list(self._listeners):
                callback(state)
