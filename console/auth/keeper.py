"""Holds one access token and renews it: one renewal at a time, and a good token outlives a bad service."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from .errors import AuthError, Ended, IdentityUnavailable, NobodySignedIn, OperatorNeeded
from .token import Token

PATIENCE = 2.0
"""Seconds a caller waits for a renewal while the old token is still good: a call rings for 15 s only."""
REFUSAL_PAUSE = 30.0
LONGEST_SLEEP = 60.0

Fetch = Callable[[], Awaitable[Token]]
"""Asks the identity provider for a new token."""
Report = Callable[[AuthError | None, Token | None], None]
"""Told of every renewal: what went wrong (None: nothing), and the token now held."""


class TokenKeeper:
    """MSAL alone would send one refresh for every caller, and would raise with a good token in its cache.

    `now` gives seconds since the epoch.
    """

    def __init__(
        self, fetch: Fetch, now: Callable[[], float], report: Report, *, patience: float = PATIENCE
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._report = report
        self._patience = patience
        self._held: Token | None = None
        self._flight: asyncio.Task[Token | AuthError] | None = None
        self._refused: AuthError | None = None
        self._pause_until = 0.0
        self._changed = asyncio.Event()
        self._closed = False

    @property
    def held(self) -> Token | None:
        """The token in hand if it can still be used."""
        return self._held if self._held is not None and self._held.is_usable(self._now()) else None

    async def token(self) -> str:
        """A token good for at least a minute.

        Raises:
            AuthError: there is none and none could be had.
        """
        self._refuse_when_closed()
        held, paused = self.held, self._now() < self._pause_until
        if held is not None and (paused or held.is_fresh(self._now())):
            return held.secret
        if paused and isinstance(self._refused, OperatorNeeded):
            raise self._refused  # nobody but the operator can change the answer
        flight = self._renewal()
        if held is None:
            return await _landed(flight)
        # Unlike wait_for, this leaves the renewal running for the next caller.
        await asyncio.wait({flight}, timeout=self._patience)
        return held.secret if self._held is None else self._held.secret

    async def renew(self, rejected: str) -> str:
        """Another token than `rejected`, which looks good and a service does not take.

        Many callers are rejected at the same time: the first one's renewal is everybody's.

        Raises:
            AuthError: none could be had; the rejected token is not handed out instead.
        """
        self._refuse_when_closed()
        if self._flight is not None:
            await asyncio.wait({self._flight})
        held = self.held
        if held is not None and held.secret != rejected:
            return held.secret
        return await _landed(self._renewal())

    async def keep_fresh(self) -> None:
        """Renew ahead of need until it is closed: run it as a task and cancel it at the end."""
        while not self._closed:
            self._changed.clear()
            with contextlib.suppress(AuthError):  # already reported, and there will be another round
                await self.token()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._rest()):
                    await self._changed.wait()

    def put(self, token: Token) -> None:
        """Start with a token that came with the sign-in, or from the disk."""
        self._held = token
        self.resume()

    def resume(self) -> None:
        """Ask again at the next need, even during a pause."""
        self._refused, self._pause_until = None, 0.0
        self._changed.set()

    def forget(self) -> None:
        """Drop the token and any renewal under way."""
        if self._flight is not None:
            self._flight.cancel()
        self._held = self._flight = None
        self.resume()

    def close(self) -> None:
        """Forget, and refuse whatever is asked from now on."""
        self._closed = True
        self.forget()

    def _rest(self) -> float | None:
        """Seconds until the token is due; None when only the operator can go on: nothing is to be asked."""
        if isinstance(self._refused, OperatorNeeded | NobodySignedIn):
            return None
        due = max(self._held.renew_at if self._held else 0.0, self._pause_until)
        return min(max(due - self._now(), 1.0), LONGEST_SLEEP)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise Ended("The program is ending.")

    def _renewal(self) -> asyncio.Task[Token | AuthError]:
        self._refuse_when_closed()
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly(), name="token renewal")
        return self._flight

    async def _fly(self) -> Token | AuthError:
        """The outcome as a value: when nobody waits any more, asyncio must not complain."""
        mine = asyncio.current_task()
        try:
            outcome: Token | AuthError = await self._fetch()
        except AuthError as error:
            outcome = error
        finally:
            if self._flight is mine:
                self._flight = None
        if isinstance(outcome, Token):
            self.put(outcome)
            self._report(None, outcome)
        else:
            pause = outcome.retry_after if isinstance(outcome, IdentityUnavailable) else REFUSAL_PAUSE
            self._refused, self._pause_until = outcome, self._now() + pause
            self._report(outcome, self.held)
        return outcome


async def _landed(flight: asyncio.Task[Token | AuthError]) -> str:
    await asyncio.wait({flight})
    if flight.cancelled():
        raise NobodySignedIn("You signed out.")
    outcome = flight.result()
    if isinstance(outcome, AuthError):
        raise outcome
    return outcome.secret
