"""The tokens of whoever is signed in, one for each resource: renewed in good time, once for all callers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from .client import PublicClient
from .errors import AuthError, ConsentNeeded, IdentityUnavailable, NobodySignedIn
from .keeper import TokenKeeper
from .mends import SIGN_IN_AGAIN
from .operators import Account, NeedsOperator, Offline
from .registration import Registration, Resource
from .token import LAST_USE, Token
from .worker import Worker

Trouble = NeedsOperator | Offline


class Tokens:
    """`changed` is called when a trouble came or went; `granted` is called with the permissions on Graph.

    `now` gives seconds since the epoch; `patience` is as the keeper's.
    """

    def __init__(
        self,
        registration: Registration,
        client: PublicClient,
        worker: Worker,
        now: Callable[[], float],
        changed: Callable[[], None],
        granted: Callable[[frozenset[str]], None],
        *,
        patience: float,
    ) -> None:
        self._registration = registration
        self._client = client
        self._worker = worker
        self._changed = changed
        self._granted = granted
        self._keepers: dict[Resource, TokenKeeper] = {
            resource: TokenKeeper(
                partial(self._fetch, resource), now, partial(self._note, resource), patience=patience
            )
            for resource in ("relay", "graph")
        }
        self._account: Account | None = None
        self._extra: tuple[str, ...] = ()
        self._troubles: dict[Resource, Trouble] = {}
        self._claims: dict[Resource, str] = {}

    @property
    def account(self) -> Account | None:
        """Whose tokens these are."""
        return self._account

    @property
    def trouble(self) -> Trouble | None:
        """What stands in the way of new tokens; the worse one of two."""
        return min(self._troubles.values(), key=lambda t: isinstance(t, Offline), default=None)

    @property
    def extra(self) -> tuple[str, ...]:
        """Permissions that were consented to beyond the usual, by full name."""
        return self._extra

    @property
    def wanted(self) -> str:
        """What a service wants of its next token and has not got yet, as JSON; empty when nothing."""
        return next(iter(self._claims.values()), "")

    def begin(self, account: Account, tokens: Mapping[Resource, Token], extra: tuple[str, ...] = ()) -> None:
        """These are the tokens of `account` from now on, and nobody else's."""
        same = self._account is not None and self._account.key == account.key
        claims = {name: wanted for name, wanted in self._claims.items() if same and name not in tokens}
        self._drop()
        self._account, self._extra, self._claims = account, extra, claims
        for resource, token in tokens.items():
            self._keepers[resource].put(token)
        if "graph" in tokens:
            self._granted(tokens["graph"].scopes)
        elif not same:
            self._granted(frozenset())

    def end(self) -> None:
        """Nobody is here, and no token of anybody is in hand; what is on the disk stays there."""
        self._drop()
        self._account, self._extra = None, ()
        self._granted(frozenset())

    def close(self) -> None:
        """End the renewals; whatever is asked afterwards is refused with Ended."""
        for keeper in self._keepers.values():
            keeper.close()

    async def token(self, resource: Resource) -> str:
        """An access token good for at least a minute. Raises AuthError."""
        self._whose()
        return await self._keepers[resource].token()

    async def renew(self, resource: Resource, rejected: str, claims: str) -> str:
        """Another token than `rejected`, with `claims`. Raises AuthError."""
        self._whose()
        self.want(resource, claims)
        return await self._keepers[resource].renew(rejected)

    def want(self, resource: Resource, claims: str) -> None:
        """Ask for `claims` with the next token or sign-in."""
        if claims:
            self._claims[resource] = claims

    async def ask_again(self) -> None:
        """Fetch what is in trouble, or else the first token, even during a pause. Raises AuthError."""
        for keeper in self._keepers.values():
            keeper.resume()
        for resource in list(self._troubles) or [self._registration.first]:
            await self.token(resource)

    async def keep_fresh(self) -> None:
        """Renew ahead of need, for ever."""
        async with asyncio.TaskGroup() as group:
            for resource, keeper in self._keepers.items():
                if self._registration.scopes(resource):
                    group.create_task(keeper.keep_fresh(), name=f"keep the {resource} token fresh")

    def _drop(self) -> None:
        for keeper in self._keepers.values():
            keeper.forget()
        self._troubles.clear()
        self._claims.clear()

    def _whose(self) -> Account:
        if self._account is None:
            raise NobodySignedIn("Nobody is signed in.")
        return self._account

    async def _fetch(self, resource: Resource) -> Token:
        key, claims = self._whose().key, self._claims.get(resource, "")
        extra = self._extra if resource == "graph" else ()
        token = await self._worker.run(self._client.silent, key, resource, claims=claims, scopes=extra)
        if self._claims.get(resource) == claims:
            self._claims.pop(resource, None)
        return token

    def _note(self, resource: Resource, error: AuthError | None, held: Token | None) -> None:
        """A renewal ended. What Graph alone lacks consent for is said where it is used: calls go on."""
        self._troubles.pop(resource, None)
        if resource == "graph" and (held is not None or isinstance(error, ConsentNeeded)):
            self._granted(held.scopes if held is not None else frozenset())
        if error is None or self._account is None or isinstance(error, NobodySignedIn):
            pass
        elif isinstance(error, IdentityUnavailable):
            until = held.expires - LAST_USE if held is not None else None
            self._troubles[resource] = Offline(until, self._account)
        elif not (isinstance(error, ConsentNeeded) and resource != self._registration.first):
            mend = error.mend or SIGN_IN_AGAIN
            self._troubles[resource] = NeedsOperator(error.sentence, self._account, mend)
        self._changed()
