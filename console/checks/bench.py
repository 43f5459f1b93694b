"""What the checks work with, and what one of them found that another goes on from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from console.auth import Account, Resource
from console.auth.vault import Trouble
from console.checks.reaching import PATIENCE, Reached
from console.domain.routes import Route
from console.graph.clouds import CloudProfile, without_calls
from console.graph.connection import Connection
from console.settings.layers import Configuration
from console.wire.envelope import Greeting


class Signer(Protocol):
    """What the checks want of the account service."""

    @property
    def account(self) -> Account | None: ...

    @property
    def granted(self) -> frozenset[str]: ...

    async def token(self, resource: Resource) -> str: ...


@dataclass(slots=True, kw_only=True)
class Bench:
    """`sign_in` begins a sign-in in the browser where nobody is signed in; None where that is not wanted.

    `rehearse_keeping` is the account service's; `at_terminal` there is no window to sign in with. `now` is in
    seconds since the epoch, `monotonic` in seconds. `reached` and `greeting` are put there by the checks that
    find them.
    """

    configuration: Configuration
    cloud: CloudProfile
    http: Connection
    route: Route
    account: Signer
    now: Callable[[], float]
    monotonic: Callable[[], float]
    rehearse_keeping: Callable[[], Awaitable[Trouble | str]]
    sign_in: Callable[[], Awaitable[object]] | None = None
    at_terminal: bool = False
    reached: Reached | None = None
    greeting: Greeting | None = None
    patience: float = PATIENCE
    """Seconds that one check waits for an answer or an event."""
    delay: float = 0.0
    """Seconds from the question to the first event on the stream."""

    @property
    def answer(self) -> Reached:
        """What the relay answered. Raises LookupError before the check that asks it."""
        if self.reached is None:
            raise LookupError("the check of the connection comes first")
        return self.reached

    @property
    def hello(self) -> Greeting:
        """How the relay greeted us. Raises LookupError before the check that opens the stream."""
        if self.greeting is None:
            raise LookupError("the check of the role comes first")
        return self.greeting

    @property
    def with_calls(self) -> bool:
        return without_calls(self.cloud) is None

    @property
    def target(self) -> str:
        """The address that everything depends on: the relay, or Graph in a cloud without calls."""
        return self.configuration.options.relay.rstrip("/") if self.with_calls else self.cloud.graph_root
